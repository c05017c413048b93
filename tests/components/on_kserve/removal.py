"""Generations that are over lose their InferenceServices; those that answer keep theirs."""

from collections.abc import Callable

import pytest

from components.cluster import Cluster
from components.inference_service import inference_service
from components.removal import take_away
from components.retirement import unneeded
from tests.components.fake_cluster import NAMESPACE, Document, FakeCluster, Fault

SERVICES = "inferenceservices"


@pytest.fixture
def put(fake: FakeCluster) -> Callable[..., Document]:
    """Puts the service of a generation into the cluster."""

    def there(generation: str, manager: str = "modiste-pipelines") -> Document:
        service = inference_service(generation, NAMESPACE, f"s3://modiste/{generation}")
        service["metadata"]["labels"]["app.kubernetes.io/managed-by"] = manager
        service["metadata"] |= {"generation": 1, "resourceVersion": "1", "uid": generation}
        fake.objects[SERVICES][service["metadata"]["name"]] = service
        return service

    return there


def test_over_are_retired_and_refused_ones_but_never_the_one_in_use_or_before_it() -> None:
    states = {
        "g0001": "retired",
        "g0002": "refused",
        "g0003": "indexed",
        "g0004": "staged",
        "g0005": "retired",
        "g0006": "refused",
    }
    rows = [{"generation": name, "state": state} for name, state in states.items()]
    shown = {"in_use": "g0005", "previous": "g0006", "generations": rows}
    assert unneeded(shown) == {"g0001", "g0002"}
    assert unneeded({"in_use": None, "previous": None, "generations": []}) == set()


def test_an_address_is_forgotten_before_there_is_nobody_at_it(
    fake: FakeCluster, cluster: Cluster, put: Callable[..., Document]
) -> None:
    for generation in ("g0001", "g0002", "g0003"):
        put(generation)
    there_when_forgotten: list[bool] = []

    def forget(generation: str) -> None:
        there_when_forgotten.append(f"item-embedding-{generation}" in fake.objects[SERVICES])

    said: list[str] = []
    assert take_away(cluster, {"g0001", "g0002", "g0009"}, forget, said.append) == [
        "g0001",
        "g0002",
    ]
    assert list(fake.objects[SERVICES]) == ["item-embedding-g0003"]
    assert there_when_forgotten == [True, True]
    assert said[0] == "removed InferenceService item-embedding-g0001"


def test_what_an_installation_applied_is_stopped_and_kept_once(
    fake: FakeCluster, cluster: Cluster, put: Callable[..., Document]
) -> None:
    put("g0001", manager="kustomize")
    fake.fail("update", SERVICES, Fault(status=409, message="modified"))
    said: list[str] = []
    assert take_away(cluster, {"g0001"}, lambda _: None, said.append) == ["g0001"]
    assert said == ["stopped InferenceService item-embedding-g0001"]
    assert fake.one(SERVICES)["metadata"]["annotations"]["serving.kserve.io/stop"] == "true"
    assert take_away(cluster, {"g0001"}, lambda _: None, said.append) == []


def test_services_of_others_are_not_looked_at(
    fake: FakeCluster, cluster: Cluster, put: Callable[..., Document]
) -> None:
    del put("g0001")["metadata"]["labels"]["modiste/encoder"]
    assert take_away(cluster, {"g0001"}, lambda _: None) == []
    assert len(fake.objects[SERVICES]) == 1


def test_a_service_that_goes_by_itself_is_no_fault(
    fake: FakeCluster, cluster: Cluster, put: Callable[..., Document]
) -> None:
    put("g0001")
    fake.fail("delete", SERVICES, Fault(status=0, is_done_first=True))
    assert take_away(cluster, {"g0001"}, lambda _: None) == ["g0001"]
