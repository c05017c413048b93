"""Validate and encode a flat table: `python -m benchmarks.validate_encode`.

A made-up CSV of a million rows (`benchmarks.flat_rows`), from its bytes to checked items, rejects
and the encoder's tensors: by columns (`catalog.columns`) in a process of its own, for its peak of
memory, at 100,000 rows and at all of them; and a slice of it row by row, in turns with the slice
by columns, tensors and rejects compared to the last value. The ratio is that of the rates of the
million and of the row by row slice.
"""

import argparse
import hashlib
import io
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.flat_rows import MAPPING, SCHEMA, write_flat_table
from benchmarks.outcome import Outcome
from benchmarks.timing import in_turns, progress
from catalog.columns.encode import ColumnEncoder
from catalog.columns.tally import ColumnTally
from catalog.encoder import EncodedItems, EncoderConfig, ItemEncoder
from catalog.plan import Plan, make_plan
from catalog.readers.detect import open_source
from catalog.rejects import Rejects
from catalog.tally import Tally

TARGET = 10.0
MAX_GROWTH = 11.0
MAX_PEAK_MIB = 2048


@dataclass(frozen=True, kw_only=True)
class ValidateEncodeConfig:
    """How much is measured."""

    num_rows: int = 1_000_000
    """Rows of the whole table."""
    num_small: int = 100_000
    """Rows of the smaller one that its time is compared with."""
    num_slice: int = 20_000
    """Rows that the reference takes one by one."""
    rounds: int = 3
    """How often each side of the slice takes its turn."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a whole table gave, as digests."""

    num_items: int
    tensors: str
    rejects: str


def plan_of(path: Path, head: Path) -> Plan:
    """How a table is read, told by the head of one like it."""
    plan = make_plan(open_source(head), schema=SCHEMA, mapping=MAPPING)
    return replace(plan, source=open_source(path))


def by_columns(plan: Plan, rejects: io.StringIO) -> Iterator[EncodedItems]:
    """Tensors of the valid rows, batch by batch."""
    if plan.flat is None:
        raise ValueError("expected a flat table, got native items")
    encoder = ColumnEncoder(ItemEncoder(plan.schema, EncoderConfig()))
    for items in ColumnTally(plan.schema, Rejects(rejects)).valid_columns(plan, plan.flat):
        yield encoder.encode(items.fields)


def by_rows(plan: Plan, rejects: io.StringIO) -> Iterator[EncodedItems]:
    """Tensors of the valid rows, one by one."""
    encoder = ItemEncoder(plan.schema, EncoderConfig())
    for _, item in Tally(plan.schema, Rejects(rejects)).valid_items(plan):
        yield encoder.encode([item])


def digested(batches: Iterator[EncodedItems], rejects: io.StringIO) -> Result:
    """Go through the tensors, and say what they and the rejects were."""
    std, words, num_items = hashlib.sha256(), hashlib.sha256(), 0
    for batch in batches:
        # The arrays as they lie in memory: a copy of them would be a tenth of the time.
        std.update(np.ascontiguousarray(batch.std_ids).data)
        words.update(np.ascontiguousarray(batch.re_ids).data)
        num_items += len(batch.std_ids)
    return Result(
        num_items=num_items,
        tensors=std.hexdigest() + words.hexdigest(),
        rejects=hashlib.sha256(rejects.getvalue().encode()).hexdigest(),
    )


def measure(config: ValidateEncodeConfig) -> Outcome:
    """Make the table, measure both sides, compare what they give."""
    with tempfile.TemporaryDirectory() as name:
        sizes = {config.num_slice, config.num_small, config.num_rows}
        tables = {size: _table(Path(name), size) for size in sizes}
        head = tables[config.num_slice]
        seconds, is_equal = _measure_slice(plan_of(head, head), config.rounds)
        small = _in_child(tables[config.num_small], head)
        whole = _in_child(tables[config.num_rows], head)
    rows_per_s = config.num_rows / whole["s"]
    reference = config.num_slice / statistics.median(seconds["reference"])
    growth, ratio = whole["s"] / small["s"], rows_per_s / reference
    met = ratio >= TARGET and whole["peak_mib"] < MAX_PEAK_MIB and growth <= MAX_GROWTH and is_equal
    return Outcome(
        benchmark="validate_encode",
        ratio=ratio,
        target=TARGET,
        met=met,
        figures={
            "rows": config.num_rows,
            "items": whole["items"],
            "rows_per_s": rows_per_s,
            "reference_rows": config.num_slice,
            "reference_rows_per_s": reference,
            "same_rows_per_s": config.num_slice / statistics.median(seconds["ours"]),
            "tensors_and_rejects_equal": is_equal,
            "peak_mib": whole["peak_mib"],
            "max_peak_mib": MAX_PEAK_MIB,
            "small_rows": config.num_small,
            "small_s": small["s"],
            "small_peak_mib": small["peak_mib"],
            "s": whole["s"],
            "growth": growth,
            "max_growth": MAX_GROWTH,
        },
    )


def _table(folder: Path, num_rows: int) -> Path:
    progress(f"validate_encode: a table of {num_rows:,} rows ...")
    return write_flat_table(folder / f"{num_rows}.csv", num_rows)


def _measure_slice(plan: Plan, rounds: int) -> tuple[dict[str, list[float]], bool]:
    """Seconds of each side by round, and whether both gave the same."""
    ways = {"ours": by_columns, "reference": by_rows}
    results: dict[str, Result] = {}
    for name, way in ways.items():
        rejects = io.StringIO()
        results[name] = digested(way(plan, rejects), rejects)
    turns = {name: lambda way=way: _run(way(plan, io.StringIO())) for name, way in ways.items()}
    seconds = in_turns(turns, rounds=rounds, label="validate_encode")
    return seconds, results["ours"] == results["reference"]


def _run(batches: Iterator[EncodedItems]) -> int:
    return sum(len(batch.std_ids) for batch in batches)


def _in_child(path: Path, head: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.validate_encode", "--child", str(path), str(head)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    measured: dict[str, float] = json.loads(done.stdout)
    progress(f"validate_encode {path.stem} rows: {measured}")
    return measured


def _child(path: Path, head: Path) -> dict[str, float]:
    """Seconds, items and peak of memory of one table in this process."""
    plan = plan_of(path, head)
    started = time.perf_counter()
    num_items = _run(by_columns(plan, io.StringIO()))
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"s": seconds, "items": num_items, "peak_mib": peak}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print the line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.validate_encode", description=__doc__
    )
    parser.add_argument("--rows", type=int, default=ValidateEncodeConfig.num_rows)
    parser.add_argument("--child", type=Path, nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.child:
        print(json.dumps(_child(*options.child)))
    else:
        print(measure(ValidateEncodeConfig(num_rows=options.rows)).line())
    return 0


if __name__ == "__main__":
    sys.exit(main())
