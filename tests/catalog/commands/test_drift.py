"""`python -m catalog drift`: the page, the JSON, and the code it ends with."""

import json
from pathlib import Path

import pytest

from catalog.__main__ import main
from tests.catalog.conftest import Shop


def rows(colour: str, price: int) -> str:
    return "id,name,color,price\n" + "".join(
        f"{n},<b>shirt</b> {n},{colour if n % 3 else 'White'},{price + n}\n" for n in range(60)
    )


@pytest.fixture
def folders(shop: Shop) -> tuple[str, str]:
    shop.write("old.csv", rows("Black", 1000))
    shop.write("new.csv", rows("Red & <tt>Blue</tt>", 1000).replace("\n7,", "\n700,"))
    old, new = (str(shop.ingest(f"{name}.csv", out=name).out) for name in ("old", "new"))
    return old, new


def test_what_moved_is_printed_and_written(
    folders: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["drift", *folders, "--out", str(tmp_path / "drift")]) == 0
    told = capsys.readouterr().out
    assert "- clothes.color has shifted (index " in told
    assert "- clothes.color: values no more: Black." in told
    assert "1 items added, 1 gone, 39 changed; largest index" in told
    found = json.loads((tmp_path / "drift" / "drift.json").read_text())
    assert found["standard"][0]["new_values"] == {"Red & <tt>Blue</tt>": 40}
    page = (tmp_path / "drift" / "index.html").read_text()
    assert "Red &amp; &lt;tt&gt;Blue&lt;/tt&gt;" in page
    assert "<i>" not in page


def test_a_bound_makes_it_fail_where_it_is_passed(folders: tuple[str, str], tmp_path: Path) -> None:
    out = ["--out", str(tmp_path / "drift"), "--fail-above", "0.25"]
    assert main(["drift", *folders, *out]) == 1
    assert main(["drift", folders[0], folders[0], *out]) == 0


def test_what_is_no_items_folder_is_named(
    folders: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["drift", folders[0], str(tmp_path), "--out", str(tmp_path / "drift")]) == 2
    assert "items.parquet: cannot be read" in capsys.readouterr().err
    assert not (tmp_path / "drift").exists()
