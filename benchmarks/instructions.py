"""Instruction data: `python -m benchmarks.instructions`.

42,000 pairs from 30,000 items of the sample catalogue, written as Parquet and JSON Lines, in a
process of its own, and checked in another: pairs per second of each and the most memory of each.
The ratio is that of the two rates; nothing is promised of it.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.outcome import Outcome
from benchmarks.timing import progress
from catalog.item import parse_item
from catalog.sample.products import sample_items
from catalog.schema import default_schema
from catalog.table import ITEMS, SCHEMA, write_items
from training.atomic import write_json

_WORK = """
import json, sys, time
from pathlib import Path
from training.instructions.__main__ import peak_mib
from training.instructions.check.run import check_folder
from training.instructions.config import GenerateConfig
from training.instructions.generate import Generation
what, items, out, pairs = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])
started, cpu = time.perf_counter(), time.process_time()
if what == "make":
    config = GenerateConfig(items=items, out=out, pairs=pairs, check=False)
    done = {"pairs": Generation(config).run()["pairs"]}
else:
    report = check_folder(out, items)
    done = {"pairs": report.num_pairs, "findings": report.num_findings}
seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu
print(json.dumps({**done, "s": seconds, "cpu_s": cpu_seconds, "peak_mib": peak_mib()}))
"""


@dataclass(frozen=True, kw_only=True)
class InstructionsConfig:
    """How much is made."""

    num_items: int = 30_000
    """Items of the sample catalogue."""
    num_pairs: int = 42_000
    """Pairs that are made from them."""


def measure(config: InstructionsConfig) -> Outcome:
    """Make the pairs, check them, and say how long each took."""
    with tempfile.TemporaryDirectory() as name:
        items, out = Path(name) / "items", Path(name) / "out"
        progress(f"instructions: {config.num_items:,} items ...")
        write_sample(items, config.num_items)
        progress(f"instructions: {config.num_pairs:,} pairs ...")
        made = _in_a_process("make", items, out, config.num_pairs)
        progress("instructions: checking ...")
        checked = _in_a_process("check", items, out, config.num_pairs)
    rate, check_rate = made["pairs"] / made["s"], checked["pairs"] / checked["s"]
    return Outcome(
        benchmark="instructions",
        ratio=rate / check_rate,
        target=None,
        met=None,
        figures={
            "items": config.num_items,
            "pairs": int(made["pairs"]),
            "findings": int(checked["findings"]),
            "pairs_per_s": rate,
            "pairs_per_cpu_s": made["pairs"] / made["cpu_s"],
            "peak_mib": made["peak_mib"],
            "checked_pairs_per_s": check_rate,
            "checked_pairs_per_cpu_s": checked["pairs"] / checked["cpu_s"],
            "check_peak_mib": checked["peak_mib"],
        },
    )


def write_sample(folder: Path, num_items: int) -> None:
    """The sample catalogue as an items folder, an item at a time; without its pictures."""
    folder.mkdir()
    schema = default_schema()
    made = sample_items(num_items, 0)
    write_items(folder / ITEMS, (parse_item(item.record, schema) for item in made))
    write_json(folder / SCHEMA, schema.to_json())


def _in_a_process(what: str, items: Path, out: Path, pairs: int) -> dict[str, float]:
    command = [sys.executable, "-c", _WORK, what, str(items), str(out), str(pairs)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print the line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.instructions", description=__doc__)
    parser.add_argument("--items", type=int, default=InstructionsConfig.num_items)
    parser.add_argument("--pairs", type=int, default=InstructionsConfig.num_pairs)
    given = parser.parse_args(arguments)
    config = InstructionsConfig(num_items=given.items, num_pairs=given.pairs)
    print(measure(config).line())
    return 0


if __name__ == "__main__":
    sys.exit(main())
