"""The benchmark of validating and encoding on few rows: that both ways agree, not how fast."""

import csv
import io
from pathlib import Path

from benchmarks.flat_rows import write_flat_table
from benchmarks.validate_encode import ValidateEncodeConfig, measure


def test_the_line_has_both_rates_and_says_that_they_agree() -> None:
    config = ValidateEncodeConfig(num_rows=900, num_small=600, num_slice=300, rounds=1)
    outcome = measure(config)
    figures = outcome.figures
    assert (outcome.benchmark, outcome.target) == ("validate_encode", 10)
    assert figures["tensors_and_rejects_equal"] is True
    assert 600 < int(str(figures["items"])) < 900
    for name in ("rows_per_s", "reference_rows_per_s", "peak_mib", "growth"):
        assert float(str(figures[name])) > 0


def test_the_table_is_the_same_each_time_and_its_texts_mostly_differ(tmp_path: Path) -> None:
    first, second = (write_flat_table(tmp_path / f"{n}.csv", 500).read_bytes() for n in range(2))
    assert first == second
    rows = list(csv.DictReader(io.StringIO(first.decode(), newline="")))
    assert len(rows) == 500
    assert len({row["name"] for row in rows}) > 480
    assert len({row["description"] for row in rows}) > 480
