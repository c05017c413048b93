"""A generation on KServe: brought up, or taken back; against an API server over real HTTP."""

import os
import signal
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from components.api_errors import ClusterError, ForbiddenError
from components.cancellation import CancelledError, cancellable
from components.cluster import Cluster
from components.deployment import Deployment, DeploymentConfig, DeploymentError
from components.inference_service import inference_service, like
from tests.components.fake_cluster import NAMESPACE, Document, FakeCluster, Fault
from tests.components.kserve_steps import KServe

URI = "s3://modiste/models/item_embedding/g0002"
NAME = "item-embedding-g0002"
ADDRESS = f"{NAME}-predictor.modiste.svc:9000"
SERVICES = "inferenceservices"

Deploy = Callable[..., str]


@pytest.fixture
def kserve(fake: FakeCluster) -> KServe:
    """What happens in the cluster."""
    return KServe(fake)


@pytest.fixture
def said() -> list[str]:
    """What the component has said."""
    return []


@pytest.fixture
def connected() -> list[tuple[str, float]]:
    """The addresses that were written down, and the seconds that were left."""
    return []


@pytest.fixture
def deploy(cluster: Cluster, said: list[str], connected: list[tuple[str, float]]) -> Deploy:
    """Deploys g0002, whose Triton answers unless the test has it otherwise."""

    def answers(endpoint: str, left_s: float) -> None:
        connected.append((endpoint, left_s))

    def run(connect: Callable[[str, float], None] = answers) -> str:
        config = DeploymentConfig(
            generation="g0002", storage_uri=URI, in_use="g0001", timeout_s=600, poll_s=60
        )
        return Deployment(cluster, config, said.append).run(connect)

    return run


def refuses(endpoint: str, left_s: float) -> None:
    """A Triton that does not answer as it should."""
    raise RuntimeError(f"expected generation g0002 at {endpoint}, got g0001")


def put(fake: FakeCluster, service: Document, **labels: str) -> Document:
    """An InferenceService that is there already."""
    stored = deepcopy(service)
    stored["metadata"]["labels"] |= {f"app.kubernetes.io/{k}": v for k, v in labels.items()}
    stored["metadata"] |= {"generation": 1, "resourceVersion": "1", "uid": "there"}
    fake.objects[SERVICES][stored["metadata"]["name"]] = stored
    return stored


def made(generation: str, **predictor: Any) -> Document:
    """A generation's service as it is written out, with some changes."""
    service = inference_service(generation, NAMESPACE, URI.replace("g0002", generation))
    service["spec"]["predictor"] |= predictor
    return service


def test_a_service_is_created_waited_for_and_its_address_written_down(
    fake: FakeCluster, kserve: KServe, deploy: Deploy, connected: list[Any], said: list[str]
) -> None:
    fake.script(SERVICES, kserve.nothing, kserve.image_missing, kserve.ready)
    assert deploy() == ADDRESS
    assert connected == [(ADDRESS, 480.0)]
    assert fake.one(SERVICES)["spec"]["predictor"]["model"]["storageUri"] == URI
    assert said == [
        f"creating InferenceService {NAME}",
        f"InferenceService {NAME} is not ready: KServe says nothing of it yet",
        f"InferenceService {NAME} is not ready: {NAME}-predictor-1: ErrImagePull: manifest unknown;"
        " Ready: MinimumReplicasUnavailable",
        f"InferenceService {NAME} is ready",
        f"waiting for its answer at {ADDRESS}",
    ]


def test_a_service_that_is_there_and_right_is_taken_as_it_is(
    fake: FakeCluster, kserve: KServe, deploy: Deploy
) -> None:
    put(fake, made("g0002"))["spec"]["predictor"]["addedByKServe"] = True
    fake.script(SERVICES, kserve.ready)
    assert deploy() == ADDRESS
    assert fake.calls("create", SERVICES) + fake.calls("update", SERVICES) == 0


def test_a_service_that_says_something_else_is_replaced_and_seen_anew(
    fake: FakeCluster, kserve: KServe, deploy: Deploy, connected: list[Any]
) -> None:
    there = put(fake, made("g0002", minReplicas=7))
    there["metadata"]["finalizers"] = ["inferenceservice.finalizers"]
    fake.script(SERVICES, kserve.ready_as_before, kserve.ready)
    deploy()
    now = fake.one(SERVICES)
    assert now["spec"]["predictor"]["minReplicas"] == 1
    assert now["metadata"]["finalizers"] == ["inferenceservice.finalizers"]
    assert connected == [(ADDRESS, 540.0)], "readiness of the former service did not count"


def test_a_new_generation_is_served_like_the_one_that_an_installation_applied(
    fake: FakeCluster, kserve: KServe, deploy: Deploy
) -> None:
    put(fake, made("g0001", minReplicas=3), **{"managed-by": "kustomize"})
    put(fake, made("g0000", minReplicas=9))
    fake.script(SERVICES, kserve.ready)
    deploy()
    assert fake.objects[SERVICES][NAME]["spec"]["predictor"]["minReplicas"] == 3


def test_without_an_installed_one_it_is_served_like_the_one_in_use(
    fake: FakeCluster, kserve: KServe, deploy: Deploy
) -> None:
    put(fake, made("g0001", minReplicas=5))
    fake.script(SERVICES, kserve.ready)
    deploy()
    assert fake.objects[SERVICES][NAME]["spec"]["predictor"]["minReplicas"] == 5


def test_what_an_installation_applied_for_this_generation_stays_as_it_is(
    fake: FakeCluster, kserve: KServe, deploy: Deploy
) -> None:
    put(fake, made("g0002", maxReplicas=2), **{"managed-by": "Helm"})
    fake.script(SERVICES, kserve.ready)
    deploy()
    assert fake.calls("update", SERVICES) == 0


def test_a_stopped_service_is_started_again(
    fake: FakeCluster, kserve: KServe, deploy: Deploy
) -> None:
    there = put(fake, made("g0002"), **{"managed-by": "Helm"})
    there["metadata"]["annotations"]["serving.kserve.io/stop"] = "true"
    fake.script(SERVICES, kserve.ready)
    deploy()
    assert "serving.kserve.io/stop" not in fake.one(SERVICES)["metadata"]["annotations"]


def test_a_service_that_does_not_get_ready_is_removed_with_the_reason(
    fake: FakeCluster, kserve: KServe, deploy: Deploy, connected: list[Any]
) -> None:
    fake.script(SERVICES, kserve.load_fails())
    with pytest.raises(
        DeploymentError,
        match="did not get ready within 600 s: ModelLoadFailed: failed to load item_tower",
    ):
        deploy()
    assert fake.objects[SERVICES] == {}
    assert connected == []


def test_an_invalid_service_is_not_waited_for(
    fake: FakeCluster, kserve: KServe, deploy: Deploy
) -> None:
    fake.script(SERVICES, kserve.load_fails("InvalidSpec"))
    with pytest.raises(DeploymentError, match="ModelLoadFailed"):
        deploy()
    assert fake.calls("get", SERVICES) == 1


def test_a_triton_that_answers_wrongly_is_removed(
    fake: FakeCluster, kserve: KServe, deploy: Deploy
) -> None:
    fake.script(SERVICES, kserve.ready)
    with pytest.raises(RuntimeError, match=f"expected generation g0002 at {ADDRESS}, got g0001"):
        deploy(refuses)
    assert fake.objects[SERVICES] == {}


def test_a_replaced_service_is_put_back_where_the_new_one_does_not_work(
    fake: FakeCluster, kserve: KServe, deploy: Deploy
) -> None:
    put(fake, made("g0002", minReplicas=7))
    fake.script(SERVICES, kserve.ready)
    with pytest.raises(RuntimeError, match="got g0001"):
        deploy(refuses)
    now = fake.one(SERVICES)
    assert now["spec"]["predictor"]["minReplicas"] == 7
    assert now["metadata"]["resourceVersion"] != "1"


def test_a_service_that_was_left_as_it_was_is_not_taken_back(
    fake: FakeCluster, kserve: KServe, deploy: Deploy
) -> None:
    put(fake, made("g0002"))
    fake.script(SERVICES, kserve.ready)
    with pytest.raises(RuntimeError, match="got g0001"):
        deploy(refuses)
    assert NAME in fake.objects[SERVICES]


def test_sigterm_takes_the_service_back(fake: FakeCluster, kserve: KServe, deploy: Deploy) -> None:
    fake.script(SERVICES, kserve.nothing, lambda _: os.kill(os.getpid(), signal.SIGTERM))
    with cancellable(), pytest.raises(CancelledError):
        deploy()
    assert fake.objects[SERVICES] == {}


def test_a_service_that_somebody_removes_is_told(
    fake: FakeCluster, kserve: KServe, deploy: Deploy
) -> None:
    fake.script(SERVICES, lambda _: fake.objects[SERVICES].clear())
    with pytest.raises(DeploymentError, match="is gone: somebody removed it"):
        deploy()


def test_a_service_that_somebody_changes_meanwhile_is_read_anew(
    fake: FakeCluster, kserve: KServe, deploy: Deploy
) -> None:
    put(fake, made("g0002", minReplicas=7))
    fake.fail("update", SERVICES, *[Fault(status=409, message="modified")] * 2)
    fake.script(SERVICES, kserve.ready)
    deploy()
    assert fake.one(SERVICES)["spec"]["predictor"]["minReplicas"] == 1


def test_a_service_that_is_changed_time_and_again_is_given_up(
    fake: FakeCluster, kserve: KServe, deploy: Deploy
) -> None:
    put(fake, made("g0002", minReplicas=7))
    fake.fail("update", SERVICES, *[Fault(status=409, message="modified")] * 20)
    with pytest.raises(DeploymentError, match="was changed by somebody else 5 times"):
        deploy()


@pytest.mark.parametrize(
    "fault",
    [
        Fault(),
        Fault(status=0),
        Fault(is_done_first=True),
        Fault(status=0, is_done_first=True),
    ],
    ids=["a server error", "a reset", "done, then an error", "done, then a reset"],
)
@pytest.mark.parametrize("is_there", [False, True])
def test_a_write_whose_answer_is_lost_is_made_once_and_taken_back_if_it_must(
    fake: FakeCluster, kserve: KServe, deploy: Deploy, fault: Fault, is_there: bool
) -> None:
    if is_there:
        put(fake, made("g0002", minReplicas=7))
    fake.fail("update" if is_there else "create", SERVICES, fault)
    fake.script(SERVICES, kserve.ready)
    assert deploy() == ADDRESS
    assert fake.one(SERVICES)["spec"]["predictor"]["minReplicas"] == 1

    fake.objects[SERVICES].clear()
    if is_there:
        put(fake, made("g0002", minReplicas=7))
    fake.fail("update" if is_there else "create", SERVICES, fault)
    fake.script(SERVICES, kserve.ready)
    with pytest.raises(RuntimeError, match="got g0001"):
        deploy(refuses)
    left = [
        service["spec"]["predictor"]["minReplicas"] for service in fake.objects[SERVICES].values()
    ]
    assert left == ([7] if is_there else [])


@pytest.mark.parametrize("verb", ["list", "create", "get", "update"])
def test_a_forbidden_verb_is_told_with_resource_account_and_role(
    fake: FakeCluster, kserve: KServe, deploy: Deploy, verb: str
) -> None:
    fake.rights.remove(("serving.kserve.io", SERVICES, verb))
    if verb == "update":
        put(fake, made("g0002", minReplicas=7))
    with pytest.raises(
        ForbiddenError,
        match=rf"^system:serviceaccount:modiste:modiste-pipelines may not {verb} inferenceservices"
        rf" \(API group serving.kserve.io\) .* give the verb {verb} on inferenceservices to Role",
    ):
        deploy()


def test_what_cannot_be_taken_back_is_told_beside_the_first_fault(
    fake: FakeCluster, kserve: KServe, deploy: Deploy
) -> None:
    fake.rights.remove(("serving.kserve.io", SERVICES, "delete"))
    fake.script(SERVICES, kserve.ready)
    with pytest.raises(RuntimeError, match="got g0001") as caught:
        deploy(refuses)
    [note] = caught.value.__notes__
    assert note.startswith(f"and InferenceService {NAME} is left as it is: ")
    assert "may not delete inferenceservices" in note


@pytest.mark.parametrize(
    ("status", "message", "told"),
    [
        (403, 'admission webhook "isvc" denied the request: no runtime', "refused: admission"),
        (422, "spec.predictor: Invalid value", "refused: spec.predictor"),
        (404, "the server could not find the requested resource", "that its operator is there"),
    ],
)
def test_a_service_that_the_cluster_does_not_take_is_told(
    fake: FakeCluster, deploy: Deploy, status: int, message: str, told: str
) -> None:
    fake.fail("create", SERVICES, Fault(status=status, message=message))
    with pytest.raises(ClusterError, match=told):
        deploy()


def test_a_conflict_that_never_ends_while_putting_back_is_an_error_of_its_own(
    fake: FakeCluster, kserve: KServe, deploy: Deploy
) -> None:
    put(fake, made("g0002", minReplicas=7))

    def refuses_and_others_write(endpoint: str, left_s: float) -> None:
        fake.fail("update", SERVICES, *[Fault(status=409, message="modified")] * 20)
        refuses(endpoint, left_s)

    fake.script(SERVICES, kserve.ready)
    with pytest.raises(RuntimeError, match="got g0001") as caught:
        deploy(refuses_and_others_write)
    assert "was changed by somebody else 5 times" in caught.value.__notes__[0]


def test_like_and_written_out_are_the_same_for_what_nobody_changed() -> None:
    assert like(made("g0001"), "g0002", URI) == made("g0002")
