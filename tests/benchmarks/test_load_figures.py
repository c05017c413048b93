"""From a run's log to its figures: mixed answers, late ones and growing memory are found."""

import os
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.load.figures import Run, Switch, conditions, failures, figures
from benchmarks.load.parts import MIB, Sample, sample
from benchmarks.load.record import Record
from benchmarks.load.scores import ScoreBook, Shares, judge
from catalog.item import Item
from serving.protocols import Vector
from serving.search import half_precision

IDS = [f"sku-{number}" for number in range(12)]
ITEMS = [
    Item(item_id=item_id, reinforced={"name": ("red coat" if number % 2 else "red dress",)})
    for number, item_id in enumerate(IDS)
]
SHARES = Shares(ITEMS)


def unit(seed: int) -> Vector:
    vector = np.random.default_rng(seed).normal(size=16)
    return half_precision((vector / np.linalg.norm(vector)).astype(np.float32))


BOOKS = {
    name: ScoreBook(
        vectors={item_id: unit(100 * base + n) for n, item_id in enumerate(IDS)},
        texts={"red coat": unit(1000 + base)},
    )
    for name, base in (("g0001", 1), ("g0002", 2))
}
BODIES: tuple[Mapping[str, object], ...] = (
    {"query": {"text": "red coat"}},
    {"query": {"item_id": "sku-0"}},
    {"positive": ["sku-0", "sku-1"], "negative": ["sku-2"]},
)


def answered(body: Mapping[str, object], generation: str, *, at: float = 0.0) -> Record:
    """An honest page of the items that no request here names."""
    ids = IDS[3:]
    scores = BOOKS[generation].scores(body, ids, SHARES)
    return Record(
        kind="search",
        at=at,
        seconds=0.1,
        status=200,
        generation=generation,
        faults=[],
        body=body,
        scores=list(zip(ids, scores, strict=True)),
    )


@pytest.mark.parametrize("body", BODIES)
def test_honest_answers_of_either_generation_are_told_apart_and_none_is_mixed(
    body: Mapping[str, object],
) -> None:
    verdict = judge([answered(body, "g0001"), answered(body, "g0002")], BOOKS, SHARES)
    assert (verdict.num_pages, verdict.num_told_apart, verdict.num_mixed) == (2, 2, 0)
    assert verdict.num_scores == 18


@pytest.mark.parametrize("body", BODIES)
def test_one_score_of_another_generation_makes_a_mixed_answer(body: Mapping[str, object]) -> None:
    honest, other = answered(body, "g0001"), answered(body, "g0002")
    assert honest.scores is not None
    assert other.scores is not None
    planted = replace(honest, scores=[*honest.scores[:-1], other.scores[-1]])
    verdict = judge([honest, planted], BOOKS, SHARES)
    assert verdict.num_mixed == 1
    assert verdict.faults[0].startswith("search: expected scores of g0001, got some ")


def test_an_answer_under_the_wrong_generations_name_is_mixed() -> None:
    planted = replace(answered(BODIES[1], "g0002"), generation="g0001")
    assert judge([planted], BOOKS, SHARES).num_mixed == 1


def test_items_that_clients_wrote_are_left_out_of_the_comparison() -> None:
    honest = answered(BODIES[0], "g0001")
    assert honest.scores is not None
    with_own = replace(honest, scores=[("load-x-1-1", 0.99), *honest.scores])
    only_own = replace(honest, scores=[("load-x-1-1", 0.99)])
    verdict = judge([with_own, only_own], BOOKS, SHARES)
    assert (verdict.num_pages, verdict.num_scores, verdict.num_mixed) == (1, 9, 0)


def samples(memory: dict[str, list[int]]) -> list[Sample]:
    """A sample each second."""
    return [
        Sample(
            at=float(second),
            bytes_={part: values[second] * MIB for part, values in memory.items()},
            cpu_s=dict.fromkeys(memory, second / 2),
        )
        for second in range(61)
    ]


def run(memory: list[int] | None = None, **more: object) -> Run:
    """An honest minute, with a switch in its middle."""
    records = [
        answered(BODIES[second % 3], "g0001" if second < 30 else "g0002", at=second + 0.5)
        for second in range(60)
    ]
    found = Run(
        began=0.0,
        seconds=60.0,
        records=records,
        samples=samples({"api": memory or [100] * 61}),
        switch=Switch(before="g0001", after="g0002", at=29.9, began=28.0, ended=30.0),
        verdict=judge(records, BOOKS, SHARES),
    )
    return replace(found, **more)  # type: ignore[arg-type]


def test_an_honest_minute_keeps_all_that_is_promised() -> None:
    assert set(conditions(run()).values()) == {True}
    found = figures(run())
    assert found["requests"] == 60
    assert found["requests_per_s"] == 1.0
    assert found["generations"] == {"g0001": 30, "g0002": 30}
    assert found["switch"] == {
        "from": "g0001",
        "to": "g0002",
        "at_s": 29.9,
        "command_s": 2.0,
        "around": {"requests": 3, "p50_ms": 100.0, "p99_ms": 100.0, "max_ms": 100.0},
    }
    assert found["cpu_ms_per_request"] == {"api": 500.0}


def test_memory_that_grows_after_it_has_settled_is_found() -> None:
    growing, warm = list(range(100, 161)), [50] * 10 + [100] * 51
    assert conditions(run(growing))["memory_is_flat"] is False
    assert conditions(run(warm))["memory_is_flat"] is True
    memory = figures(run(growing))["memory"]
    assert isinstance(memory, dict)
    assert memory["api"] == {
        "start_mib": 102.5,
        "middle_mib": 130.0,
        "end_mib": 157.5,
        "growth": pytest.approx(157.5 / 117.5 - 1),
    }


def test_an_answer_of_the_generation_before_to_what_was_asked_later_is_found() -> None:
    late = answered(BODIES[0], "g0001", at=31.0)
    found = run()
    held = conditions(replace(found, records=[*found.records, late]))
    assert held["no_answer_of_the_former_later"] is False


def test_a_generation_that_never_answered_is_found() -> None:
    found = run()
    held = conditions(replace(found, records=found.records[:30]))
    assert held["both_generations_answered"] is False


def test_failures_are_counted_and_told_those_before_the_measuring_too() -> None:
    bad = Record(
        kind="recommend", at=-1.0, seconds=9.0, status=503, generation=None, faults=["no answer"]
    )
    found = replace(run(), records=[bad])
    assert failures(found) == ["recommend: no answer"]
    assert conditions(found)["no_failure"] is False
    assert conditions(found)["answers"] is False
    assert figures(found)["statuses"] == {"503": 1}


def test_a_look_at_a_process_finds_its_memory_and_its_time() -> None:
    found = sample({"us": os.getpid()})
    assert found.bytes_["us"] > MIB
    assert found.cpu_s["us"] > 0
    assert sample({"nobody": 2**30}).bytes_ == {"nobody": 0}
