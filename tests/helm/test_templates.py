"""Templates give what is meant where values are not the ones that `k8s/` has."""

import re
from typing import Any

import yaml

from k8s.renderings import Chart
from k8s.tools import ROOT


def objects(*settings: str, **options: Any) -> list[dict[str, Any]]:
    """The objects of the chart with these settings."""
    text = Chart(name="test", settings=settings, **options).render(ROOT)
    return [one for one in yaml.safe_load_all(text) if one]


def named(found: list[dict[str, Any]], kind: str, name: str) -> dict[str, Any]:
    (one,) = [one for one in found if (one["kind"], one["metadata"]["name"]) == (kind, name)]
    return one


def environment(found: list[dict[str, Any]]) -> dict[str, Any]:
    """Variables of the API with a value."""
    (container,) = named(found, "Deployment", "retrieval")["spec"]["template"]["spec"]["containers"]
    return {one["name"]: one.get("value") for one in container["env"]}


def test_another_namespace_is_everywhere() -> None:
    text = Chart(name="test", values=("prod",), namespace="shop").render(ROOT)

    left = r"""namespace: "?modiste\b|\.modiste\.svc|namespace=\\*"modiste"|job=\\*"modiste/"""
    assert re.findall(left, text) == []
    assert 'job="shop/retrieval"' in text


def test_without_a_secret_pods_go_by_the_identity_of_their_accounts() -> None:
    text = Chart(name="test", values=("workload-identity",)).render(ROOT)
    accounts = [
        one for one in objects(values=("workload-identity",)) if one["kind"] == "ServiceAccount"
    ]
    annotated = {one["metadata"]["name"] for one in accounts if "annotations" in one["metadata"]}

    assert "AWS_ACCESS_KEY_ID" not in text
    assert "AWS_SECRET_ACCESS_KEY" not in text
    assert annotated == {"retrieval", "modiste-models", "modiste-training", "modiste-pipelines"}
    assert all("secrets" not in one for one in accounts)


def test_each_generation_has_an_encoder_and_scalers_of_its_own() -> None:
    found = objects(
        "encoder.generations={g0001,g0002}",
        "keda.enabled=true",
        "retrieval.autoscaling.enabled=false",
    )

    names = {kind: sorted(one["metadata"]["name"] for one in found if one["kind"] == kind)
             for kind in ("InferenceService", "ScaledObject")}  # fmt: skip
    assert names == {
        "InferenceService": ["item-embedding-g0001", "item-embedding-g0002"],
        "ScaledObject": [
            *(
                f"item-embedding-g000{n}-{part}"
                for n in (1, 2)
                for part in ("predictor", "transformer")
            ),
            "retrieval",
        ],
    }


def test_a_digest_decides_and_a_tag_is_kept_beside_it() -> None:
    digest = f"sha256:{'0' * 64}"
    found = objects(f"images.triton.digest={digest}", "images.serving.tag=0.2.0")

    (triton,) = named(found, "ServingRuntime", "modiste-triton")["spec"]["containers"]
    assert triton["image"] == f"nvcr.io/nvidia/tritonserver:25.10-py3@{digest}"
    assert named(found, "Pod", "test-recommend")["spec"]["containers"][0]["image"] == (
        "modiste/serving:0.2.0"
    )


def test_an_issuer_alone_takes_the_keys_away() -> None:
    found = objects(
        "auth.existingSecret=",
        "auth.jwt.issuer=https://id.example.com",
        "auth.jwt.audience=modiste",
    )

    variables = environment(found)
    assert "MODISTE_API_KEYS_FILE" not in variables
    assert variables["MODISTE_JWT_ISSUER"] == "https://id.example.com"
    assert variables["MODISTE_JWT_AUDIENCE"] == "modiste"
    pod = named(found, "Deployment", "retrieval")["spec"]["template"]["spec"]
    assert [volume["name"] for volume in pod["volumes"]] == ["tmp"]


def test_without_access_control_no_key_is_asked_for() -> None:
    found = objects("auth.enabled=false", "auth.allowInsecure=true")

    assert environment(found)["MODISTE_ALLOW_INSECURE"] == "1"
    assert "MODISTE_API_KEYS_FILE" not in environment(found)
    (container,) = named(found, "Pod", "test-recommend")["spec"]["containers"]
    assert [one["name"] for one in container["env"]] == ["MODISTE_URL"]


def test_a_database_elsewhere_is_reached_at_its_port() -> None:
    found = objects("postgresql.enabled=false", "database.port=6432")

    assert not [one for one in found if one["kind"] == "StatefulSet"]
    for name in ("retrieval", "migrate", "training", "pipelines"):
        egress = named(found, "NetworkPolicy", name)["spec"]["egress"]
        assert {"ports": [{"protocol": "TCP", "port": 6432}]} in egress, name


def test_the_test_comes_in_where_the_apis_callers_are_named() -> None:
    found = objects("networkPolicies.apiClients[0].podSelector.matchLabels.app=shop")

    (rule,) = named(found, "NetworkPolicy", "retrieval")["spec"]["ingress"]
    assert [peer["podSelector"]["matchLabels"] for peer in rule["from"]] == [
        {"app": "shop"},
        {"app.kubernetes.io/name": "test-recommend"},
    ]


def test_the_migrations_are_a_hook_that_replaces_the_one_before() -> None:
    job = named(objects(), "Job", "migrate-0-1-0")

    assert job["metadata"]["annotations"] == {
        "helm.sh/hook": "post-install,pre-upgrade",
        "helm.sh/hook-delete-policy": "before-hook-creation",
    }


def test_what_holds_data_outlives_the_release() -> None:
    found = objects(
        "namespace.create=true", "cloudnativePg.enabled=true", "postgresql.enabled=false"
    )

    kept = {
        one["kind"]
        for one in found
        if (one["metadata"].get("annotations") or {}).get("helm.sh/resource-policy") == "keep"
    }
    assert kept == {"Namespace", "PersistentVolumeClaim", "Cluster"}


def test_the_api_gets_more_variables_and_starts_anew_when_its_configuration_changes() -> None:
    before = objects()
    after = objects("retrieval.extraEnv[0].name=LOG", "retrieval.extraEnv[0].value=x",
                    "objectStore.region=eu-west-1")  # fmt: skip

    assert environment(after)["LOG"] == "x"
    sums = [
        named(found, "Deployment", "retrieval")["spec"]["template"]["metadata"]["annotations"]
        for found in (before, after)
    ]
    assert sums[0] != sums[1]
