"""The design's paths are open, and no others."""

import itertools

import pytest

from tests.k8s.conftest import manifests_of
from tests.k8s.network import NAMESPACE, Peer, allowed, selects
from tests.k8s.objects import Manifests, pods_of

STEP = {"pipelines.kubeflow.org/v2_component": "true"}
ENCODER = {"serving.kserve.io/inferenceservice": "item-embedding-g0007"}
PEERS = {
    "retrieval": Peer(labels={"app.kubernetes.io/name": "retrieval"}),
    "migrate": Peer(labels={"app.kubernetes.io/name": "migrate"}),
    "postgres": Peer(labels={"app.kubernetes.io/name": "postgres"}),
    "predictor": Peer(labels={**ENCODER, "component": "predictor"}),
    "transformer": Peer(labels={**ENCODER, "component": "transformer"}),
    "training": Peer(labels={"app.kubernetes.io/name": "training"}),
    "step": Peer(labels=STEP),
    "step elsewhere": Peer(
        labels=STEP, namespace="kubeflow-user", namespace_labels={"modiste/pipelines": "true"}
    ),
    "step of others": Peer(labels=STEP, namespace="kubeflow-other"),
    "Prometheus": Peer(namespace="monitoring"),
    "a stranger here": Peer(labels={"app": "stranger"}),
    "a stranger elsewhere": Peer(namespace="default"),
    "outside": Peer(namespace=None),
}
ELSEWHERE = {"step elsewhere", "step of others", "Prometheus", "a stranger elsewhere"}
PORTS = (5432, 8002, 8080, 8081, 9000, 29400, 29500)
PATHS = {
    *((one, "postgres", 5432) for one in ("retrieval", "migrate", "training", "step")),
    ("step elsewhere", "postgres", 5432),
    ("retrieval", "predictor", 9000),
    *(
        (one, "predictor", port)
        for one in ("transformer", "step", "step elsewhere")
        for port in (8080, 9000)
    ),
    *((one, "transformer", port) for one in ELSEWHERE for port in (8080, 8081)),
    *(("training", "training", port) for port in PORTS),
    *((one, "retrieval", 8080) for one in (*ELSEWHERE, "outside")),
}
"""All connections to modiste's Pods on these ports that there may be."""
S3_PORTS = (443, 8333, 9000)


def test_just_the_designs_paths_to_its_pods_are_open(base: Manifests) -> None:
    targets = [name for name, peer in PEERS.items() if peer.namespace == NAMESPACE]

    found = {
        (source, target, port)
        for source, target, port in itertools.product(PEERS, targets, PORTS)
        if allowed(base, PEERS[source], PEERS[target], port)
    }

    assert found == PATHS


@pytest.mark.parametrize("source", ["retrieval", "predictor", "training", "step"])
def test_what_reads_s3_reaches_it(base: Manifests, source: str) -> None:
    for port in S3_PORTS:
        assert allowed(base, PEERS[source], PEERS["outside"], port)


@pytest.mark.parametrize("source", ["migrate", "postgres", "transformer", "a stranger here"])
def test_what_needs_nothing_outside_reaches_nothing_there(base: Manifests, source: str) -> None:
    for port in (80, *S3_PORTS, 6443):
        assert not allowed(base, PEERS[source], PEERS["outside"], port)


def test_steps_alone_reach_the_kubernetes_api(base: Manifests) -> None:
    reach = {name for name, peer in PEERS.items() if peer.namespace == NAMESPACE}

    found = {name for name in reach if allowed(base, PEERS[name], PEERS["outside"], 6443)}

    assert found == {"step"}


CALLERS = {
    "retrieval": {"a stranger elsewhere", "outside"},
    "postgres": {"retrieval", "migrate", "training", "step"},
}
"""Who calls each Service that a rendering holds."""


def test_every_service_lets_its_callers_in(rendered: Manifests) -> None:
    pods = pods_of(rendered)

    for service in rendered.of("Service"):
        name, spec = service["metadata"]["name"], service["spec"]
        behind = [one for one in pods if selects({"matchLabels": spec["selector"]}, one.labels)]
        assert behind, f"{name} selects no Pod"
        for one, port, caller in itertools.product(behind, spec["ports"], CALLERS[name]):
            number = _number(one.containers, port["targetPort"])
            assert allowed(rendered, PEERS[caller], Peer(labels=one.labels), number), caller


def test_the_encoder_lets_its_callers_in(rendered: Manifests) -> None:
    for one in pods_of(rendered):
        target = Peer(labels=one.labels)
        if one.labels.get("component") == "predictor":
            for caller in ("retrieval", "transformer", "step"):
                assert allowed(rendered, PEERS[caller], target, 9000), caller
        if one.labels.get("component") == "transformer":
            assert allowed(rendered, PEERS["a stranger elsewhere"], target, 8080)


def test_cloudnative_pg_is_reached_as_the_postgresql_it_replaces() -> None:
    manifests = manifests_of("k8s-cloudnative-pg")

    for role, caller in itertools.product(("pooler", "instance"), CALLERS["postgres"]):
        target = Peer(labels={"cnpg.io/podRole": role})
        assert allowed(manifests, PEERS[caller], target, 5432)
        assert not allowed(manifests, PEERS["a stranger here"], target, 5432)
        assert not allowed(manifests, PEERS["a stranger elsewhere"], target, 5432)
    instance = Peer(labels={"cnpg.io/podRole": "instance"})
    operator = Peer(namespace="cnpg-system")
    assert allowed(manifests, Peer(labels={"cnpg.io/podRole": "pooler"}), instance, 5432)
    assert allowed(manifests, operator, instance, 8000)
    assert allowed(manifests, instance, PEERS["outside"], 6443)


def test_monitoring_lets_prometheus_in_and_traces_out(base: Manifests) -> None:
    manifests = manifests_of("k8s-cloudnative-pg-and-monitoring")
    instance, pooler = (Peer(labels={"cnpg.io/podRole": one}) for one in ("instance", "pooler"))

    for target, port in (
        (PEERS["retrieval"], 8080), (PEERS["predictor"], 8002), (instance, 9187), (pooler, 9127)
    ):  # fmt: skip
        assert allowed(manifests, PEERS["Prometheus"], target, port)
    assert not allowed(base, PEERS["Prometheus"], PEERS["predictor"], 8002)
    assert allowed(manifests, PEERS["retrieval"], PEERS["Prometheus"], 4318)


def test_a_gateway_in_the_namespace_reaches_the_api_and_the_world_reaches_it() -> None:
    manifests = manifests_of("k8s-gateway")
    gateway = Peer(labels={"gateway.networking.k8s.io/gateway-name": "modiste"})

    assert allowed(manifests, PEERS["outside"], gateway, 443)
    assert allowed(manifests, gateway, PEERS["retrieval"], 8080)
    assert not allowed(manifests, gateway, PEERS["postgres"], 5432)


def test_knative_reaches_the_queue_proxies() -> None:
    manifests = manifests_of("k8s-knative")
    activator = Peer(namespace="knative-serving")

    for target in ("predictor", "transformer"):
        assert allowed(manifests, activator, PEERS[target], 8012)
    for source in ("retrieval", "step"):
        assert allowed(manifests, PEERS[source], Peer(namespace="kourier-system"), 80)


def _number(containers: list[dict[str, object]], port: object) -> int:
    """The number of a port that has one or a name."""
    if isinstance(port, int):
        return port
    (number,) = (
        one["containerPort"]
        for container in containers
        for one in container.get("ports", [])  # type: ignore[attr-defined]
        if one["name"] == port
    )
    return int(number)
