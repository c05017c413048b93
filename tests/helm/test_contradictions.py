"""Values that contradict each other, or that the chart does not know, are refused by name."""

import re

import pytest

from k8s.renderings import Chart, RenderError
from k8s.tools import ROOT

GATEWAY = ("gateway.enabled=true", "gateway.host=shop.example.com")


def refusal(*settings: str) -> str:
    """Why the chart with these settings is refused."""
    with pytest.raises(RenderError) as caught:
        Chart(name="contradictory", settings=settings).render(ROOT)
    return str(caught.value)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (["auth.enabled=false"], "auth.enabled is false: .* set auth.allowInsecure=true where"),
        (["auth.allowInsecure=true"], "both true: expected one; unset auth.allowInsecure"),
        (["auth.existingSecret="], "nobody could come in: name a Secret of API keys in"),
        (["auth.jwt.issuer=https://id.example.com"], "without auth.jwt.audience"),
        (["auth.jwt.audience=modiste"], "mean nothing without auth.jwt.issuer"),
        (["cloudnativePg.enabled=true"], "one database; set postgresql.enabled=false"),
        (["database.port=6432"], "database.port is 6432, but the release's own .* 5432"),
        (["keda.enabled=true"], "two would fight; set retrieval.autoscaling.enabled=false"),
        (["knative.enabled=true", "canary.enabled=true"], "its Standard mode alone; set one"),
        (
            ["knative.enabled=true", "keda.enabled=true", "retrieval.autoscaling.enabled=false"],
            "Knative scales the encoders itself; set one",
        ),
        (["canary.enabled=true", "encoder.generations=null"], "name the generation that is tried"),
        (["gateway.enabled=true"], "gateway.enabled is true without gateway.host"),
        (
            [*GATEWAY, "auth.enabled=false", "auth.allowInsecure=true"],
            "the world could write and delete; turn auth.enabled on",
        ),
        (
            ["networkPolicies.enabled=false", "networkPolicies.apiClients[0].podSelector.a=b"],
            "mean nothing while networkPolicies.enabled is false",
        ),
        (["encoder.predictor.minReplicas=9"], "encoder.predictor.minReplicas is 9, more than"),
        (["retrieval.autoscaling.minReplicas=9"], "retrieval.autoscaling.minReplicas is 9, more"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_a_contradiction_is_refused_with_what_to_change(settings: list[str], message: str) -> None:
    said = refusal(*settings)

    assert "contradictions.yaml" in said
    assert re.search(message, said), said


@pytest.mark.parametrize(
    ("setting", "place"),
    [
        ("retreival.replicas=2", "retreival"),
        ("retrieval.replica=2", "replica"),
        ("images.serving.tag=latest", "/images/serving/tag"),
        ("objectStore.url=http://bucket", "/objectStore/url"),
        ("encoder.generations[0]=1", "/encoder/generations/0"),
        ("gpu.count=0", "/gpu/count"),
        ("database.existingSecret=", "/database/existingSecret"),
    ],
)
def test_a_value_that_the_schema_does_not_know_is_refused_by_name(setting: str, place: str) -> None:
    said = refusal(setting)

    assert "values don't meet the specifications of the schema" in said
    assert place in said


@pytest.mark.parametrize(
    "settings",
    [
        ("auth.enabled=false", "auth.allowInsecure=true"),
        ("auth.existingSecret=", "auth.jwt.issuer=https://id.example.com", "auth.jwt.audience=m"),
        ("postgresql.enabled=false", "database.port=6432"),
        GATEWAY,
        ("training.enabled=false", "pipelines.enabled=false"),
        ("encoder.transformer.enabled=false",),
        ("networkPolicies.enabled=false",),
    ],
    ids=lambda value: value[0],
)
def test_what_can_be_meant_is_rendered(settings: tuple[str, ...]) -> None:
    assert "kind: Deployment" in Chart(name="sound", settings=settings).render(ROOT)
