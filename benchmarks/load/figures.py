"""From the log of a run to its figures, and whether all holds that is promised."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from benchmarks.load.parts import MIB, Sample
from benchmarks.load.record import Record
from benchmarks.load.scores import Verdict
from benchmarks.timing import percentile

SETTLED_S = 15.0
"""Seconds after which the parts have what memory they need."""

MAX_GROWTH = 0.05
"""Share by which a part's memory may grow from then on."""

MIN_GROWTH_BYTES = 4 * MIB
"""Growth that is none: a few buffers of a small part."""

MIN_SECONDS = 30.0
"""A shorter run says nothing of memory."""

MIN_TOLD_APART = 0.99
"""Share of the answers whose generation can be told from their scores."""

MAX_NAMED = 5
"""Faults that are told in full."""


@dataclass(frozen=True, kw_only=True)
class Switch:
    """The generation put in use in the middle of the run."""

    before: str
    after: str
    at: float
    """When its transaction began, seconds since the epoch."""
    began: float
    """When the command was given."""
    ended: float
    """When it had ended: from then on nothing of the generation before is answered."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """All that was seen of a run."""

    began: float
    """When the measuring began, seconds since the epoch: all clients were at it by then."""
    seconds: float
    """How long the run was to go on from then."""
    records: Sequence[Record]
    samples: Sequence[Sample] = ()
    """Of the parts; none where they run elsewhere."""
    switch: Switch | None = None
    verdict: Verdict | None = None
    """Of the scores; None where the vectors cannot be read."""

    def measured(self) -> list[Record]:
        """Calls that were sent in the time that is measured."""
        return [r for r in self.records if self.began <= r.at < self.began + self.seconds]


def figures(run: Run) -> dict[str, object]:
    """The figures of a run by name, units in the names."""
    measured = run.measured()
    kinds: dict[str, list[Record]] = defaultdict(list)
    for record in measured:
        kinds[record.kind].append(record)
    return {
        "requests": len(measured),
        "requests_per_s": len(measured) / run.seconds,
        **latencies(measured),
        "failures": len(failures(run)),
        "first_failures": failures(run)[:MAX_NAMED],
        "kinds": {
            kind: {"requests": len(kinds[kind]), **latencies(kinds[kind])} for kind in sorted(kinds)
        },
        "statuses": dict(Counter(str(record.status) for record in run.records)),
        "cursors_refused": sum(r.kind == "next page" and r.status == 400 for r in run.records),
        "generations": dict(Counter(r.generation for r in run.records if r.generation)),
        "switch": _switched(run),
        "scores": asdict(run.verdict) if run.verdict else None,
        "memory": {part: _memory(run, part) for part in _parts(run)},
        "cpu_ms_per_request": {part: _cpu(run, part) for part in _parts(run)},
    }


def failures(run: Run) -> list[str]:
    """What was wrong with answers, those before the measuring included."""
    return [f"{record.kind}: {'; '.join(record.faults)}" for record in run.records if record.faults]


def conditions(run: Run) -> dict[str, bool]:
    """What is promised of a run, by name, and whether it holds."""
    found = {"no_failure": not failures(run), "answers": bool(run.measured())}
    if run.switch is not None:
        seen = {record.generation for record in run.records if record.generation}
        found["both_generations_answered"] = {run.switch.before, run.switch.after} <= seen
        found["no_answer_of_the_former_later"] = not stale(run)
    if run.verdict is not None:
        pages = run.verdict.num_pages
        found["no_mixed_answer"] = run.verdict.num_mixed == 0
        found["scores_tell_generations_apart"] = (
            pages > 0 and run.verdict.num_told_apart >= MIN_TOLD_APART * pages
        )
    if run.samples and run.seconds >= MIN_SECONDS:
        found["memory_is_flat"] = all(_is_flat(run, part) for part in _parts(run))
    return found


def stale(run: Run) -> list[Record]:
    """Answers of the generation before to what was asked after the switch was over."""
    switch = run.switch
    if switch is None:
        return []
    return [
        record
        for record in run.records
        if record.at > switch.ended and record.generation == switch.before
    ]


def latencies(records: Sequence[Record]) -> dict[str, object]:
    """Percentiles of the answers' times."""
    seconds = [record.seconds for record in records]
    if not seconds:
        return {}
    return {
        "p50_ms": percentile(seconds, 0.5) * 1000,
        "p99_ms": percentile(seconds, 0.99) * 1000,
        "max_ms": max(seconds) * 1000,
    }


def _switched(run: Run) -> dict[str, object] | None:
    if run.switch is None:
        return None
    at = run.switch.at
    around = [record for record in run.records if at - 1 <= record.at < at + 2]
    return {
        "from": run.switch.before,
        "to": run.switch.after,
        "at_s": at - run.began,
        "command_s": run.switch.ended - run.switch.began,
        "around": {"requests": len(around), **latencies(around)},
    }


def _parts(run: Run) -> list[str]:
    return sorted({part for sample in run.samples for part in sample.bytes_})


def _memory(run: Run, part: str) -> dict[str, object]:
    middle = run.began + run.seconds / 2
    return {
        "start_mib": _median(run, part, 0, 5) / MIB,
        "middle_mib": _median(run, part, middle - run.began - 2.5, middle - run.began + 2.5) / MIB,
        "end_mib": _median(run, part, run.seconds - 5, run.seconds) / MIB,
        "growth": _growth(run, part),
    }


def _settled_s(run: Run, part: str) -> float:
    """From when on a part has what memory it needs: its own work may begin with the switch."""
    if run.switch is not None and part.endswith(run.switch.after):
        return max(SETTLED_S, run.switch.at - run.began + 10.0)
    return SETTLED_S


def _bounds(run: Run, part: str) -> tuple[float, float]:
    begin = _settled_s(run, part)
    return _median(run, part, begin, begin + 5), _median(run, part, run.seconds - 5, run.seconds)


def _growth(run: Run, part: str) -> float | None:
    begin, end = _bounds(run, part)
    return end / begin - 1 if begin else None


def _is_flat(run: Run, part: str) -> bool:
    begin, end = _bounds(run, part)
    return end - begin <= max(MAX_GROWTH * begin, MIN_GROWTH_BYTES)


def _median(run: Run, part: str, first_s: float, last_s: float) -> float:
    """Memory of a part between two seconds of the run; 0 where nobody looked."""
    inside = [s for s in run.samples if first_s <= s.at - run.began <= last_s]
    found = [sample.bytes_[part] for sample in inside if part in sample.bytes_]
    return statistics.median(found) if found else 0.0


def _cpu(run: Run, part: str) -> float | None:
    inside = [s for s in run.samples if 0 <= s.at - run.began <= run.seconds]
    if not inside or not run.measured():
        return None
    spent = inside[-1].cpu_s.get(part, 0.0) - inside[0].cpu_s.get(part, 0.0)
    return 1000 * spent / len(run.measured())
