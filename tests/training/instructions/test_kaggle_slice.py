"""Real rows: a part of Kaggle's styles.csv, beside the checkout where there is one."""

from pathlib import Path

import pytest

from catalog.ingest import main
from tests.training.instructions.small_shop import generate, rows

STYLES = Path(__file__).parents[4] / "shared/data/kaggle-fashion/styles.csv"


@pytest.mark.skipif(not STYLES.is_file(), reason="no shared Kaggle slice beside the checkout")
def test_real_rows_give_pairs_in_which_nothing_is_found(tmp_path: Path) -> None:
    header, *given = STYLES.read_text(encoding="utf-8").splitlines(keepends=True)
    table = tmp_path / "styles.csv"
    table.write_text(header + "".join(given[::40]), encoding="utf-8")
    assert main(["--catalogue", str(table), "--out", str(tmp_path / "items")]) == 0
    # Making checks: what is found would be raised.
    summary = generate(tmp_path / "items", tmp_path / "out", pairs=300)
    assert summary["pairs"] == 300
    assert {"outfit", "for_occasion", "for_season"} <= set(summary["by"]["kind"])
    assert {"Footwear", "Apparel"} <= {
        fact["value"] for pair in rows(tmp_path / "out") for fact in pair["facts"]
    }
