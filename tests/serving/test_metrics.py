"""What is counted: names and labels as documented, outcomes by kind, nothing that is unknown."""

import asyncio
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from serving.access.guard import Guard
from serving.access.key_metrics import watch_keys
from serving.access.key_ring import KeyRing
from serving.access.keys import entry_of, new_key
from serving.access.roles import Role
from serving.errors import ServiceError, TimedOut
from serving.index_gauges import IndexSize, RecallSample
from serving.metrics import REJECTIONS, Metrics

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| `(modiste_\w+)` \| (\w+) \|([^|]*)\|", re.MULTILINE)


def pool_use() -> dict[str, int]:
    return {"size": 3, "available": 1, "waiting": 2, "max": 4}


def used() -> Metrics:
    """Metrics of a service that has done everything once."""
    metrics = Metrics()
    metrics.watch_pool(pool_use)
    metrics.observe_request("GET", "/healthz", "200", 0.001)
    with metrics.triton(), metrics.database("search"):
        metrics.observe_items(num_accepted=1, num_refused=0)
    metrics.index.observe_generation("g0001")
    metrics.index.observe_size(IndexSize(generation="g0001", num_items=7, num_bytes=8192))
    metrics.index.observe_recall(sample("g0001"))
    return metrics


def sample(generation: str) -> RecallSample:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return RecallSample(generation=generation, recall=0.98, num_queries=20, sampled_at=at)


def test_the_documented_table_is_what_the_registry_exports(tmp_path: Path) -> None:
    metrics, exported = used(), {}
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({"keys": [entry_of("shop", new_key(), Role.READ)]}))
    watch_keys(metrics.registry, Guard(keys=KeyRing(keys)))
    for family in metrics.registry.collect():
        if not family.name.startswith("modiste_"):
            continue
        name = f"{family.name}_total" if family.type == "counter" else family.name
        labels = {label for made in family.samples for label in made.labels} - {"le"}
        exported[name] = (family.type, labels)
    documented = {
        name: (kind, set(re.findall(r"`(\w+)`", labels)))
        for name, kind, labels in ROW.findall((ROOT / "docs/serving.md").read_text("utf-8"))
    }
    assert documented == exported


def test_the_documented_faults_are_the_kinds_of_5xx() -> None:
    [listed] = re.findall(
        r"5xx\s+are\s+(.*?):", (ROOT / "docs/serving.md").read_text("utf-8"), re.DOTALL
    )
    assert set(re.findall(r"`([\w-]+)`", listed)) == {
        kind.kind for kind in _tree(ServiceError) if kind.status >= 500 and _is_answered(kind)
    }


def test_rejections_are_counted_by_reason_from_zero() -> None:
    metrics = Metrics()
    metrics.observe_request("POST", "/v1/items", "too-large", 0.001)
    counted = {
        reason: metrics.registry.get_sample_value(
            "modiste_requests_rejected_total", {"reason": reason}
        )
        for reason in REJECTIONS.values()
    }
    assert counted == {"unauthenticated": 0, "forbidden": 0, "rate_limited": 0, "too_large": 1}


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (TimedOut("PostgreSQL", "too slow"), "timeout"),
        (asyncio.CancelledError(), "cancelled"),
        (ZeroDivisionError(), "internal"),
    ],
)
def test_an_operation_that_fails_is_timed_under_what_it_failed_with(
    error: BaseException, outcome: str
) -> None:
    metrics = Metrics()
    with pytest.raises(type(error)), metrics.database("search"):
        raise error
    name = "modiste_database_operation_duration_seconds_count"
    labels = {"operation": "search", "outcome": outcome}
    assert metrics.registry.get_sample_value(name, labels) == 1


def test_the_pool_tells_what_is_open_busy_free_and_waited_for() -> None:
    value = used().registry.get_sample_value
    name = "modiste_database_pool_connections"
    states = {state: value(name, {"state": state}) for state in ("size", "in_use", "available")}
    assert states == {"size": 3, "in_use": 2, "available": 1}
    assert value(name, {"state": "max"}) == 4
    assert value("modiste_database_pool_requests_waiting") == 2


def test_what_is_not_known_is_not_written_out() -> None:
    text = Metrics().text().decode()
    assert "modiste_generation" not in text
    assert "modiste_index" not in text


def test_what_was_measured_on_another_generation_is_forgotten() -> None:
    metrics = used()
    metrics.index.observe_generation("g0002")
    text = metrics.text().decode()
    assert 'modiste_generation_info{generation="g0002"} 1.0' in text
    assert "g0001" not in text
    assert "modiste_index_recall_sampled" not in text


def _tree(kind: type[ServiceError]) -> set[type[ServiceError]]:
    below = (deeper for child in kind.__subclasses__() for deeper in _tree(child))
    return {kind, *below}


def _is_answered(kind: type[ServiceError]) -> bool:
    """Whether it can end a request: what stops a command or the start of the service cannot."""
    return kind.__module__ == "serving.errors"
