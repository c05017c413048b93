"""The report: every fault that is planted is named, and what a shop wrote is shown as text."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from catalog.__main__ import main
from tests.catalog.conftest import Shop

SHARED = Path(__file__).parents[4] / "shared" / "data" / "kaggle-fashion"


class Reported:
    """What `python -m catalog report` printed and wrote."""

    def __init__(self, out: Path, printed: str) -> None:
        self.out, self.printed = out, printed
        self.json: dict[str, Any] = json.loads((out / "report.json").read_text(encoding="utf-8"))
        self.page = (out / "index.html").read_text(encoding="utf-8")

    def column(self, name: str) -> dict[str, Any]:
        return next(column for column in self.json["columns"] if column["column"] == name)

    def field(self, name: str) -> dict[str, Any]:
        fields = self.json["fields"]["standard"]
        found: dict[str, Any] = next(field for field in fields if field["field"] == name)
        return found


class Reporter:
    def __init__(self, shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
        self.shop, self._capsys = shop, capsys

    def __call__(self, path: Path, *options: str) -> Reported:
        out = self.shop.folder.parent / "report"
        assert main(["report", str(path), "--out", str(out), *options]) == 0
        return Reported(out, self._capsys.readouterr().out)


@pytest.fixture
def report(shop: Shop, capsys: pytest.CaptureFixture[str]) -> Reporter:
    return Reporter(shop, capsys)


def rows(*more: str, header: str = "id,name,color,year") -> str:
    plain = [f"{n},shirt number {n},{('Black', 'White')[n % 2]},2012" for n in range(30)]
    return "\n".join((header, *plain, *more)) + "\n"


def test_cells_that_say_nothing_and_float_years_are_named(shop: Shop, report: Reporter) -> None:
    path = shop.write("items.csv", rows("30,linen shirt,NA,2012.0", "31,wool shirt,,2012"))
    found = report(path)
    assert found.column("color")["missing"] == {"NA": 1, "": 1}
    assert found.column("year")["whole_floats"] == 1
    assert "- color: 1 cells (3.1\u00a0%) say 'NA'." in found.printed
    assert "- color: 1 cells (3.1\u00a0%) are empty." in found.printed
    assert "year: 1 whole numbers are written as floats, such as 2012.0" in found.printed


def test_rejects_have_their_reason_and_examples(shop: Shop, report: Reporter) -> None:
    found = report(shop.write("items.csv", rows(",no id,Black,2012", "7,again,Black,2012")))
    assert (found.json["rows"], found.json["kept"], found.json["rejected"]) == (32, 30, 2)
    reasons = {kind["reason"]: kind for kind in found.json["rejects"]}
    assert set(reasons) == {"item_id: every item needs an id", "item_id: second item with this id"}
    (example,) = reasons["item_id: second item with this id"]["examples"]
    assert (example["row"], example["item_id"]) == (33, "7")


def test_values_that_a_schema_has_not_come_with_the_nearest(shop: Shop, report: Reporter) -> None:
    schema = shop.write(
        "schema.json", {"standard": {"color": ["Black", "White"]}, "reinforced": ["name"]}
    )
    path = shop.write("items.csv", rows("30,shirt,Blakc,2012", "31,shirt,Chartreuse,2012"))
    found = report(path, "--schema", str(schema))
    unknown = {
        entry["value"]: entry["nearest"] for entry in found.field("color")["out_of_vocabulary"]
    }
    assert unknown == {"Blakc": "Black", "Chartreuse": None}


def test_other_spellings_are_proposed_as_aliases(shop: Shop, report: Reporter) -> None:
    colours = ["Navy Blue"] * 30 + ["navy-blue", "Off White", "Size 38", "Size 39"]
    lines = [f"{n},shirt number {n},{colour},2012" for n, colour in enumerate(colours)]
    path = shop.write("items.csv", "\n".join(("id,name,color,year", *lines)))
    found = report(path)
    aliases = json.loads((found.out / "aliases.json").read_text(encoding="utf-8"))
    assert aliases == {"aliases": {"color": {"navy-blue": "Navy Blue"}}}
    assert found.json["fields"]["proposed_aliases"] == aliases["aliases"]


def test_what_is_proposed_can_be_given_back_as_it_is(shop: Shop, report: Reporter) -> None:
    spellings = ["navy blue", "Navy  Blue", "Nvy Blue", "NAVY-BLUE"]
    colours = ["Navy Blue"] * 60 + ["Black"] * 40 + spellings
    lines = [f"{n},shirt number {n},{colour},2012" for n, colour in enumerate(colours)]
    path = shop.write("items.csv", "\n".join(("id,name,color,year", *lines)))
    first = report(path)
    table = shop.write("table.json", (first.out / "aliases.json").read_bytes())
    outcome = shop.ingest("items.csv", "--mapping", table)
    assert outcome.standard["color"] == ("Black", "Navy Blue")
    assert {item.clothes["color"] for item in outcome.items[-4:]} == {("Navy Blue",)}
    again = report(path, "--mapping", str(table))
    assert again.json["fields"]["proposed_aliases"] == {}
    assert (again.out / "aliases.json").read_bytes() == table.read_bytes()


def test_a_given_schemas_own_values_are_not_proposed(shop: Shop, report: Reporter) -> None:
    values = ["Navy Blue", "Navy-Blue", "Black"]
    schema = shop.write("schema.json", {"standard": {"color": values}, "reinforced": ["name"]})
    colours = ["Navy Blue"] * 60 + ["Navy-Blue", "Blackk"]
    items = [
        {"item_id": str(n), "clothes": {"color": colour}, "reinforced_feature_value": {}}
        for n, colour in enumerate(colours)
    ]
    path = shop.write("items.jsonl", items)
    first = report(path, "--schema", str(schema))
    assert first.json["fields"]["proposed_aliases"] == {"color": {"Blackk": "Black"}}
    assert first.json["fields"]["alike"] == {"color": {"Navy-Blue": "Navy Blue"}}
    assert "Values that may be one" in first.page
    table = shop.write("table.json", (first.out / "aliases.json").read_bytes())
    again = report(path, "--schema", str(schema), "--mapping", str(table))
    assert (again.json["kept"], again.json["rejected"]) == (62, 0)


def test_items_that_say_the_same_are_grouped(shop: Shop, report: Reporter) -> None:
    path = shop.write(
        "items.csv", rows("30,shirt number 1,White,2012", "31,shirt number 1,White,2012")
    )
    same = report(path).json["duplicates"]
    assert (same["groups"], same["extra"]) == (1, 2)
    assert same["examples"] == [{"count": 3, "ids": ["1", "30", "31"]}]


def picture(seed: int, *, quality: int = 90, shift: int = 0) -> bytes:
    """A photo-like picture; another quality is another file of nearly the same."""
    random = np.random.default_rng(seed)
    layers = [
        Image.fromarray(random.integers(0, 255, (side, side, 3), np.uint8)).resize((192, 192))
        for side in (4, 8, 16, 32, 64)
    ]
    image = Image.fromarray(
        np.mean([np.asarray(layer) for layer in layers], axis=0).astype(np.uint8)
    )
    image = image.point(lambda value: min(255, value + shift))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def test_pictures_that_are_the_same_or_nearly_are_found(shop: Shop, report: Reporter) -> None:
    for item, data in {
        0: picture(1),
        1: picture(1),
        2: picture(1, quality=80),
        3: picture(2),
        4: picture(1, shift=80),
        5: picture(3)[:200],
    }.items():
        shop.write(f"images/{item}.jpg", data)
    found = report(shop.write("items.csv", rows())).json["pictures"]
    assert (found["looked_at"], found["items_without"]) == (6, 24)
    assert found["identical"]["examples"] == [{"count": 2, "ids": ["0", "1"]}]
    assert [pair["ids"] for pair in found["near"]["examples"]] == [["0", "2"]]
    (fault,) = found["faults"]
    assert fault == {"reason": "damaged or cut off", "count": 1, "example": "5"}
    assert {"width": 192, "height": 192, "count": 5} in found["sizes"]


def test_no_more_pictures_are_opened_than_asked_for(shop: Shop, report: Reporter) -> None:
    for item in range(4):
        shop.write(f"images/{item}.jpg", picture(item))
    found = report(shop.write("items.csv", rows()), "--max-pictures", "3").json["pictures"]
    assert (found["looked_at"], found["not_looked_at"]) == (3, 1)


def test_what_a_shop_wrote_is_text_on_the_page(shop: Shop, report: Reporter) -> None:
    evil = "<svg onload=alert(1)></svg>"
    found = report(shop.write("items.csv", rows(f",no id,{evil},2012", f"31,shirt,{evil},2012")))
    assert evil not in found.page
    assert "&lt;svg onload=alert(1)&gt;&lt;/svg&gt;" in found.page


def test_the_faults_of_the_shared_slice_are_named(report: Reporter) -> None:
    if not SHARED.exists():
        pytest.skip("the shared slice of Kaggle's catalogue is not beside the checkout")
    found = report(SHARED, "--max-pictures", "1000")
    assert (found.json["rows"], found.json["kept"]) == (8418, 8418)
    assert found.column("usage")["missing"] == {"NA": 29, "": 19}
    assert found.json["pictures"]["identical"]["extra"] > 0
    assert found.json["layout"] == "Kaggle Fashion Product Images, styles.csv"
