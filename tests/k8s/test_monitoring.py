"""Alerts and the dashboard ask for metrics that there are, and each alert says what to do."""

import json
import re
from typing import Any

import pytest
import yaml

from k8s.tools import ROOT
from serving.errors import ServiceError
from tests.k8s.conftest import manifests_of

COMPONENTS = ROOT / "k8s" / "components"

ALERTS = {
    "ModisteRetrievalDown", "ModisteHighErrorRate", "ModisteHighLatency", "ModisteTritonDown",
    "ModisteTritonQueueing", "ModistePoolExhausted", "ModisteRecallLow", "ModisteRecallStale",
    "ModisteGenerationsDiffer", "ModisteMigrationFailed", "ModistePostgresDown",
    "ModisteNoRecentBackup",
}  # fmt: skip
OF_OTHERS = {
    # Prometheus itself, kube-state-metrics, CloudNativePG and its Barman Cloud plugin.
    "up": {"namespace", "job"},
    "kube_deployment_status_replicas_available": {"namespace", "deployment"},
    "kube_statefulset_status_replicas_ready": {"namespace", "statefulset"},
    "kube_job_status_failed": {"namespace", "job_name"},
    "kube_job_status_succeeded": {"namespace", "job_name"},
    "cnpg_collector_up": {"namespace"},
    "barman_cloud_cloudnative_pg_io_last_available_backup_timestamp": {"namespace"},
    # Triton: docs/user_guide/metrics.md of its server.
    "nv_inference_request_success": {"model"},
    "nv_inference_request_failure": {"model"},
    "nv_inference_count": {"model"},
    "nv_inference_exec_count": {"model"},
    "nv_inference_queue_duration_us": {"model"},
    "nv_gpu_utilization": set(),
}
"""Metrics of others, and the labels that we use of theirs."""
OF_TARGETS = {"namespace", "pod", "job", "modiste_generation"}
"""Labels that Prometheus adds to what it reads through our PodMonitors."""

DOCUMENTED = re.compile(r"^\| `(modiste_\w+)` \| (\w+) \|([^|]*)\|", re.MULTILINE)
SELECTOR = re.compile(r"\b([a-zA-Z_:]\w*)\s*\{([^}]*)\}")
IS_PART = re.compile(r"_(bucket|count)$")
GROUPING = re.compile(r"\bby \(([^)]*)\)")


def documented() -> dict[str, set[str]]:
    """Series of the service and their labels; a test of serving/ compares the page with it."""
    found = {}
    page = (ROOT / "docs" / "serving.md").read_text(encoding="utf-8")
    for name, kind, labels in DOCUMENTED.findall(page):
        names = {name}
        if kind == "histogram":
            names = {f"{name}_{part}" for part in ("bucket", "count", "sum")}
        for one in names:
            found[one] = {*re.findall(r"`(\w+)`", labels), "le"}
    return found


def rules() -> list[dict[str, Any]]:
    (rule,) = documents("monitoring/prometheusrule.yaml")
    return [one for group in rule["spec"]["groups"] for one in group["rules"]]


def dashboard() -> dict[str, Any]:
    text = (COMPONENTS / "monitoring" / "modiste.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def queries() -> list[str]:
    """All PromQL of the alerts, the dashboard and the scalers."""
    panels = [target["expr"] for one in dashboard()["panels"] for target in one.get("targets", [])]
    scalers = [
        trigger["metadata"]["query"]
        for one in documents("autoscaling/scaledobject-*.yaml")
        for trigger in one["spec"]["triggers"]
        if trigger["type"] == "prometheus"
    ]
    return [*(rule["expr"] for rule in rules()), *panels, *scalers]


def documents(pattern: str) -> list[dict[str, Any]]:
    paths = sorted(COMPONENTS.glob(pattern))
    return [yaml.safe_load(path.read_text(encoding="utf-8")) for path in paths]


@pytest.mark.parametrize("query", queries())
def test_a_query_asks_for_metrics_and_labels_that_there_are(query: str) -> None:
    known = {**OF_OTHERS, **documented()}
    selected = SELECTOR.findall(query)
    labels = {
        label.strip() for grouping in GROUPING.findall(query) for label in grouping.split(",")
    }

    assert selected
    for name, matchers in selected:
        assert name in known
        used = {*re.findall(r"(\w+)\s*[=!]", matchers), *labels}
        assert used <= known[name] | OF_TARGETS | {"le"}, f"{name} has no {used - known[name]}"
        assert "namespace=" in matchers


@pytest.mark.parametrize("query", queries())
def test_a_querys_brackets_close(query: str) -> None:
    for opening, closing in ("()", "[]", "{}"):
        assert query.count(opening) == query.count(closing)


def test_there_is_an_alert_for_each_thing_that_goes_wrong() -> None:
    assert {rule["alert"] for rule in rules()} == ALERTS


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: str(rule["alert"]))
def test_an_alert_says_what_happened_and_what_to_do(rule: dict[str, Any]) -> None:
    said = rule["annotations"]

    assert rule["labels"]["severity"] in ("critical", "warning")
    assert said["summary"]
    assert said["description"].endswith(".")
    assert said["runbook_url"].endswith(f"/docs/operations.md#{rule['alert'].lower()}")


@pytest.mark.parametrize("alert", sorted(ALERTS))
def test_what_to_do_at_an_alert_is_written_down(alert: str) -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")

    assert re.search(rf"^#+ {alert}$", page, re.MULTILINE)


def test_failed_requests_are_those_of_every_fault_that_is_not_the_callers() -> None:
    (expression,) = (rule["expr"] for rule in rules() if rule["alert"] == "ModisteHighErrorRate")
    (pattern,) = re.findall(r'outcome=~"([^"]*)"', expression)

    for kind in every_kind(ServiceError):
        # What is raised elsewhere stops a command, or the start of the service.
        if kind.__module__ == "serving.errors":
            assert bool(re.fullmatch(pattern, kind.kind)) == (kind.status >= 500), kind.kind
    assert re.fullmatch(pattern, "503")
    assert not re.fullmatch(pattern, "404")


def test_grafana_finds_the_dashboard_that_is_rendered() -> None:
    config = manifests_of("k8s-monitoring").get("ConfigMap", "modiste-dashboard")

    assert config["metadata"]["labels"]["grafana_dashboard"] == "1"
    assert json.loads(config["data"]["modiste.json"]) == dashboard()


def test_the_dashboard_answers_its_three_questions() -> None:
    panels = dashboard()["panels"]
    rows = [one["title"] for one in panels if one["type"] == "row"]

    assert rows == ["Is it healthy?", "Is it fast?", "Is it right?"]
    assert len({one["id"] for one in panels}) == len(panels)
    shown = " ".join(target["expr"] for one in panels for target in one.get("targets", []))
    families = {name.removesuffix("_sum") for name in documented() if not IS_PART.search(name)}
    assert {name for name in families if name not in shown} == set(), "nobody looks at it"


def every_kind(kind: type[ServiceError]) -> set[type[ServiceError]]:
    return {kind}.union(*(every_kind(one) for one in kind.__subclasses__()))
