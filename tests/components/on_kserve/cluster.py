"""The clients of the cluster's API: where they find it, what they may do, how long they wait."""

import socket
from pathlib import Path

import pytest
import yaml

from components.api_errors import ForbiddenError, UnreachableError
from components.cluster import RIGHTS, Cluster, ClusterConfig
from components.deployment import Deployment, DeploymentConfig
from components.removal import take_away
from components.services import Services
from components.train_job import Nodes, Training, train_job
from components.train_job_run import TrainJobRun
from tests.components.fake_cluster import FakeCluster
from tests.components.kserve_steps import KServe
from tests.components.passing_clock import passing_clock
from tests.components.train_job_steps import Trainer

ROLE = Path(__file__).parents[3] / "k8s" / "base" / "pipelines" / "role.yaml"


def test_the_role_of_the_pipelines_allows_what_is_asked_and_no_more() -> None:
    role = yaml.safe_load(ROLE.read_text())
    assert role["metadata"]["name"] == "modiste-pipelines"
    allowed = {
        (group, resource, verb)
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }
    assert allowed == RIGHTS


def test_every_right_of_the_role_is_made_use_of(fake: FakeCluster, cluster: Cluster) -> None:
    trainer, kserve = Trainer(fake), KServe(fake)
    fake.script("trainjobs", trainer.preempted, trainer.runs("step 1"), trainer.completes)
    training = Training(fingerprint="f" * 64, generation="g0001", arguments=(), timeout_s=60)
    TrainJobRun(cluster, train_job(training, Nodes(), "modiste")).run()

    for uri in ("s3://modiste/first", "s3://modiste/second"):
        config = DeploymentConfig(generation="g0001", storage_uri=uri, in_use=None)
        fake.script("inferenceservices", kserve.ready)
        Deployment(cluster, config).run(lambda endpoint, left_s: None)
    assert take_away(cluster, {"g0001"}, lambda generation: None) == ["g0001"]
    assert fake.used == RIGHTS


def test_an_api_that_accepts_and_says_nothing_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    silent = FakeCluster()
    with socket.create_server(("127.0.0.1", 0)) as server:
        silent.address = f"http://127.0.0.1:{server.getsockname()[1]}"
        config = ClusterConfig(
            namespace="modiste",
            kubeconfig=str(silent.kubeconfig(tmp_path / "kubeconfig")),
            request_timeout_s=0.1,
            attempts=2,
            clock=passing_clock(),
        )
        with (
            Cluster(config) as cluster,
            pytest.raises(
                UnreachableError,
                match=r"list inferenceservices\.serving\.kserve\.io in namespace modiste: the API "
                "server does not answer: ",
            ),
        ):
            Services(cluster).list()


def test_a_token_that_is_not_known_is_told(fake: FakeCluster, tmp_path: Path) -> None:
    path = fake.kubeconfig(tmp_path / "kubeconfig")
    path.write_text(path.read_text().replace("fake-token", "expired"))
    config = ClusterConfig(namespace="modiste", kubeconfig=str(path), clock=passing_clock())
    with (
        Cluster(config) as cluster,
        pytest.raises(ForbiddenError, match=r"does not know us \(401\): expected a valid token"),
    ):
        Services(cluster).list()


def test_pauses_double_up_to_a_bound(fake: FakeCluster, tmp_path: Path) -> None:
    clock = passing_clock()
    config = ClusterConfig(
        namespace="modiste",
        kubeconfig=str(fake.kubeconfig(tmp_path / "kubeconfig")),
        attempts=5,
        max_pause_s=3,
        clock=clock,
    )
    fake.rights.clear()

    def away() -> None:
        from urllib3.exceptions import ProtocolError

        raise ProtocolError("reset")

    with Cluster(config) as cluster, pytest.raises(UnreachableError, match="reset"):
        cluster.ask(cluster.call("get", "pods"), away)
    assert clock.now() == 1 + 2 + 3 + 3


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"namespace": ""}, "namespace: expected the name of a namespace, got nothing"),
        ({"namespace": "modiste", "attempts": 0}, "attempts: expected >= 1, got 0"),
    ],
)
def test_a_configuration_that_will_not_do_is_named(
    setting: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        ClusterConfig(**setting)  # type: ignore[arg-type]
