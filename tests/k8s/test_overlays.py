"""Components and overlays change what they are for."""

import re

from components.cluster import RIGHTS
from tests.k8s.conftest import manifests_of
from tests.k8s.objects import Manifests, Object, pods_of

GPU = "nvidia.com/gpu"
UNITS = {"m": 1e-3, "Mi": 2**20, "Gi": 2**30, "": 1.0}


def quantity(text: str) -> float:
    """A number of cores, or of bytes."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(m|Mi|Gi|)", text)
    assert match, text
    return float(match[1]) * UNITS[match[2]]


def requested(manifests: Manifests, resource: str) -> float:
    """What the Pods that always run ask for in all, one of each."""
    return sum(
        quantity(container["resources"]["requests"][resource])
        for one in pods_of(manifests)
        if not one.ends
        for container in one.spec["containers"]
    )


def encoder_of(manifests: Manifests) -> Object:
    (encoder,) = manifests.of("InferenceService")
    return encoder


def test_dev_fits_one_small_node_and_leaves_room_to_train() -> None:
    dev = manifests_of("k8s-dev")

    assert requested(dev, "cpu") <= 1.0
    assert requested(dev, "memory") <= 2.5 * 2**30
    assert dev.of("HorizontalPodAutoscaler", "ScaledObject", "PodDisruptionBudget") == []
    assert dev.get("Deployment", "retrieval")["spec"]["replicas"] == 1
    for part in ("predictor", "transformer"):
        assert encoder_of(dev)["spec"][part]["maxReplicas"] == 1
    assert GPU not in str(dev.objects)


def test_prod_survives_a_node() -> None:
    prod = manifests_of("k8s-prod")

    for name, least in (
        ("retrieval", 3), ("item-embedding-g0001-predictor", 3),
        ("item-embedding-g0001-transformer", 2),
    ):  # fmt: skip
        assert prod.get("ScaledObject", name)["spec"]["minReplicaCount"] >= least
    assert prod.get("Cluster", "postgres")["spec"]["instances"] == 3
    for one in pods_of(prod):
        if not one.ends:
            assert one.spec["topologySpreadConstraints"], one.owner
    assert prod.names("PodDisruptionBudget") == {"retrieval", "predictor"}


def test_the_api_never_asks_for_more_connections_than_there_are() -> None:
    for name in ("k8s", "k8s-autoscaling", "k8s-prod"):
        manifests = manifests_of(name)
        (scaler,) = (
            one["spec"]
            for one in manifests.of("HorizontalPodAutoscaler", "ScaledObject")
            if one["metadata"]["name"] == "retrieval"
        )
        most = 16 * (scaler.get("maxReplicas") or scaler["maxReplicaCount"])
        for pooler in manifests.of("Pooler"):
            parameters = pooler["spec"]["pgbouncer"]["parameters"]
            assert most <= pooler["spec"]["instances"] * int(parameters["default_pool_size"])
        assert most < 200


def test_cloudnative_pg_replaces_the_single_postgresql() -> None:
    manifests = manifests_of("k8s-cloudnative-pg")

    assert manifests.of("StatefulSet") == []
    for kind in ("Service", "ServiceAccount", "NetworkPolicy"):
        assert "postgres" not in manifests.names(kind)
    extensions = manifests.get("Database", "modiste")["spec"]["extensions"]
    assert extensions == [{"name": "vector", "ensure": "present"}]


def test_gpu_gives_one_to_each_triton_and_each_node_of_a_training() -> None:
    manifests = manifests_of("k8s-gpu")

    with_gpu = {
        one.owner
        for one in pods_of(manifests)
        if all(
            GPU in one.spec["containers"][0]["resources"][kind] for kind in ("requests", "limits")
        )
        and one.spec["tolerations"][0]["key"] == GPU
    }

    assert with_gpu == {
        "InferenceService/item-embedding-g0001 predictor 0",
        "TrainingRuntime/modiste-torch node",
    }


def test_the_canary_is_another_triton_on_the_same_generation() -> None:
    stable, canary = (
        one
        for one in pods_of(manifests_of("k8s-canary"))
        if one.labels.get("component") == "predictor"
    )

    uris = [one.spec["model"]["storageUri"] for one in (stable, canary)]
    images = [one.spec["containers"][0]["image"] for one in (stable, canary)]
    assert uris[0] == uris[1]
    assert images[0] != images[1]


def test_knative_gives_each_container_one_port_and_scales_by_requests() -> None:
    manifests = manifests_of("k8s-knative")
    encoder = encoder_of(manifests)

    for one in pods_of(manifests):
        if "component" in one.labels:
            assert [len(container["ports"]) for container in one.spec["containers"]] == [1], (
                one.owner
            )
    assert encoder["metadata"]["annotations"]["serving.kserve.io/deploymentMode"] == "Knative"
    for part in ("predictor", "transformer"):
        assert encoder["spec"][part]["scaleMetric"] == "concurrency"
    (argument,) = (
        one
        for one in encoder["spec"]["transformer"]["containers"][0]["args"]
        if one.startswith("--predictor_host=")
    )
    assert argument.endswith(".svc.cluster.local:80")


def test_the_gateway_routes_the_api_and_the_page_and_not_what_asks_for_no_key() -> None:
    (rule,) = manifests_of("k8s-gateway").get("HTTPRoute", "modiste")["spec"]["rules"]

    def is_routed(path: str) -> bool:
        return any(
            path == match["path"]["value"]
            or (
                match["path"]["type"] == "PathPrefix"
                and path.startswith(f"{match['path']['value']}/")
            )
            for match in rule["matches"]
        )

    for path in ("/", "/docs", "/openapi.json", "/static/page.js", "/v1/search", "/images/a.jpg"):
        assert is_routed(path)
    for path in ("/metrics", "/healthz", "/readyz", "/v1x"):
        assert not is_routed(path)


def test_a_step_may_do_what_the_components_ask_for_and_no_more() -> None:
    role = manifests_of("k8s").get("Role", "modiste-pipelines")

    granted = {
        (group, resource, verb)
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }
    assert granted == RIGHTS


def test_the_encoder_has_a_way_in_from_outside_with_the_canary_alone(rendered: Manifests) -> None:
    labels = encoder_of(rendered)["metadata"]["labels"]

    is_local = labels.get("networking.kserve.io/visibility") == "cluster-local"
    assert is_local != ("canary" in encoder_of(rendered)["spec"])
