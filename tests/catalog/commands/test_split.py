"""`python -m catalog split`: what it writes, and what it refuses."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from catalog.__main__ import main
from tests.catalog.conftest import Shop

ITEMS = [
    {"item_id": f"sku-{n}", "clothes": {"color": ["Black"]}, "variant_group": f"product-{n // 4}"}
    | {"reinforced_feature_value": {"category": [f"shirt {n}"]}}
    for n in range(400)
]


@pytest.fixture
def items(shop: Shop) -> str:
    shop.write("items.jsonl", ITEMS)
    return str(shop.ingest("items.jsonl").out)


def test_every_item_is_on_one_side(
    items: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "splits.json"
    assert main(["split", items, "--out", str(out)]) == 0
    found = json.loads(out.read_text())
    ids = [item_id for side in found["item_ids"].values() for item_id in side]
    assert sorted(ids) == sorted(str(item["item_id"]) for item in ITEMS)
    assert found["counts"] == {name: len(side) for name, side in found["item_ids"].items()}
    assert found["tied_together"] == {"parts": 100, "largest": 4}
    assert found["leaks"] == {"variant_group": 0, "content": 0, "photo": 0}
    assert "100 parts of items that are tied, the largest of 4" in capsys.readouterr().out


def test_parquet_holds_the_same(items: str, tmp_path: Path) -> None:
    assert main(["split", items, "--out", str(tmp_path / "splits.json")]) == 0
    assert main(["split", items, "--out", str(tmp_path / "splits.parquet")]) == 0
    sides = json.loads((tmp_path / "splits.json").read_text())["item_ids"]
    table = pq.read_table(tmp_path / "splits.parquet").to_pylist()
    assert {row["item_id"]: row["split"] for row in table} == {
        item_id: side for side, ids in sides.items() for item_id in ids
    }


def test_what_cannot_be_is_refused_by_name(
    items: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["split", items, "--out", str(tmp_path / "splits.csv")]) == 2
    assert "expected a name that ends in .json or .parquet" in capsys.readouterr().err
    assert main(["split", items, "--out", str(tmp_path / "s.json"), "--train", "0.95"]) == 2
    assert "--train, --validation, --test: shares: expected" in capsys.readouterr().err
    assert main(["split", str(tmp_path), "--out", str(tmp_path / "s.json")]) == 2
    assert "items.parquet: cannot be read" in capsys.readouterr().err
    assert not (tmp_path / "s.json").exists()
