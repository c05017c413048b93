"""What ingest sets aside, and what it refuses, each by name and with the remedy."""

import json
from typing import Any

import pytest

from catalog.item import MAX_TEXT_CHARS
from catalog.picture import MAX_PIXELS
from tests.catalog.two_catalogues import STYLES, files_of, native


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "", "a.csv: the catalogue is empty; expected rows of products"),
        ("a.csv", "id,colour\n", "the catalogue is empty: it has no rows; expected one for each"),
        ("a.jsonl", "\n\n", "a.jsonl: the catalogue is empty; expected rows of products"),
        ("a.json", "[]", "the catalogue is empty: it has no rows; expected one for each product"),
        ("a.jsonl", "{x\n{y\n", "no row can be read; the first, row 1: not JSON: Expecting prop"),
        ("a.csv", "<html>", "a.csv: expected CSV, JSON Lines or Parquet, got a web page or XML"),
    ],
)
def test_an_empty_or_unreadable_catalogue_is_refused(
    shop: Any, name: str, content: str, message: str
) -> None:
    shop.write(name, content)
    outcome = shop.ingest(name)
    assert outcome.code == 2
    assert outcome.error.startswith(f"catalog.ingest: {message}")
    assert outcome.error.count("\n") == 1
    assert not outcome.out.exists()


def test_a_file_that_is_not_what_its_name_says_is_read_or_refused_by_content(
    shop: Any, draw: Any
) -> None:
    shop.write("picture.csv", draw("PNG"))
    refused = shop.ingest("picture.csv")
    assert (refused.code, refused.error) == (
        2,
        "catalog.ingest: picture.csv: expected CSV, JSON Lines or Parquet, got a PNG picture\n",
    )
    shop.write("table.parquet", STYLES)
    assert shop.ingest("table.parquet").summary["read_as"]["format"] == "csv"
    shop.write("array.jsonl", json.dumps(native()))
    assert shop.ingest("array.jsonl").summary["read_as"]["format"] == "json"


def test_a_row_without_id_is_set_aside(shop: Any) -> None:
    shop.write("styles.csv", STYLES + "NA,Men,Black,2010,1,no id\n")
    outcome = shop.ingest("styles.csv")
    assert outcome.rejects == [
        {
            "row": 102,
            "item_id": "",
            "field": "item_id",
            "value": "None",
            "reason": "every item needs an id: give it a text of its own",
        }
    ]
    assert outcome.summary["faults"] == {"item_id: every item needs an id": 1}
    assert (outcome.summary["kept"], outcome.summary["rejected"]) == (100, 1)


def test_the_second_row_with_one_id_is_set_aside_and_names_the_first(shop: Any) -> None:
    shop.write("styles.csv", STYLES + "7,Men,Black,2010,1,the other\n")
    outcome = shop.ingest("styles.csv")
    assert outcome.rejects == [
        {
            "row": 102,
            "item_id": "7",
            "field": "item_id",
            "value": "'7'",
            "reason": "second item with this id; the first is in row 8: give each its own",
        }
    ]
    assert "Item h number 7" in outcome.items[6].reinforced["productDisplayName"][0]


def test_a_row_whose_first_namesake_was_set_aside_is_kept(shop: Any) -> None:
    items = native()
    items[3] = {**items[3], "clothes": {"color": "Ecru"}}
    shop.write("items.jsonl", [*items, {**items[3], "clothes": {"color": "Beige"}}])
    outcome = shop.ingest("items.jsonl")
    assert [reject["field"] for reject in outcome.rejects] == ["clothes.color"]
    assert outcome.items[-1].clothes == {"color": ("Beige",)}


def test_an_unknown_value_is_set_aside_with_the_values_allowed(shop: Any) -> None:
    items = native()
    items[3]["clothes"]["color"] = "Whit"
    shop.write("items.jsonl", items)
    (reject,) = shop.ingest("items.jsonl").rejects
    assert reject == {
        "row": 4,
        "item_id": "sku-3",
        "field": "clothes.color",
        "value": "'Whit'",
        "reason": "unknown value, did you mean 'White' (allowed: Black, White, Gray, Red, Orange, "
        "Pink, Yellow, Brown, Green, Blue, Purple, Beige, Mixed)",
    }


@pytest.mark.parametrize("name", ["styles.csv", "items.jsonl"])
def test_a_text_of_ten_megabytes_is_set_aside(shop: Any, name: str) -> None:
    text = "가" * 3_500_000
    if name == "styles.csv":
        shop.write(name, STYLES + f"101,Men,Black,2010,1,{text}\n")
    else:
        shop.write(name, [*native(), {**native(1)[0], "item_id": "101", "variant_group": text}])
    (reject,) = shop.ingest(name).rejects
    assert reject["item_id"] == "101"
    assert reject["field"] in ("reinforced_feature_value.productDisplayName", "variant_group")
    assert reject["reason"] == f"3,500,000 characters; at most {MAX_TEXT_CHARS:,}: shorten it"
    assert len(reject["value"]) <= 90


def test_a_broken_picture_is_noted_and_its_item_kept(shop: Any, draw: Any) -> None:
    shop.write("styles.csv", STYLES)
    shop.write("images/1.jpg", draw("JPEG", size=(400, 400))[:-60])
    shop.write("images/2.jpg", "<html>")
    shop.write("images/3.jpg", b"")
    shop.write("images/4.png", draw("BMP", "1", size=(8000, 7000)))
    outcome = shop.ingest_with_pictures("styles.csv", "--max-reject-share", "0")
    assert outcome.code == 0
    assert (outcome.summary["kept"], outcome.summary["rejected"]) == (100, 0)
    assert [(one["row"], one["item_id"], one["field"]) for one in outcome.rejects] == [
        (2 + i, f"{1 + i}", "image") for i in range(4)
    ]
    reasons = [one["reason"] for one in outcome.rejects]
    assert reasons[0].startswith("damaged or cut off (image file is truncated")
    assert reasons[1:] == [
        "not a picture in JPEG, PNG, WebP, GIF or BMP, whatever its name says",
        "the file is empty",
        f"56,000,000 pixels; at most {MAX_PIXELS:,}: make it smaller",
    ]
    assert outcome.rejects[1]["value"] == "'images/2.jpg'"
    assert "fault: 1 x image: the file is empty" in outcome.printed


def test_a_path_out_of_the_catalogues_folder_is_not_followed(shop: Any, draw: Any) -> None:
    (shop.folder.parent / "secret.jpg").write_bytes(draw("JPEG"))
    items = native()
    items[0]["image"] = "../secret.jpg"
    shop.write("items.jsonl", items)
    outcome = shop.ingest_with_pictures("items.jsonl")
    assert outcome.items[0].image is None
    assert outcome.rejects[0]["reason"] == (
        "leads out of the catalogue's folder; put pictures below it"
    )


def test_a_missing_file_is_named(shop: Any) -> None:
    outcome = shop.ingest("nowhere.csv")
    assert outcome.code == 2
    assert outcome.error.endswith("nowhere.csv: no such file; give the path of a catalogue\n")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("colours: red", "is not JSON in UTF-8: Expecting value"),
        ("[1]", "a schema is a JSON object with"),
        ('{"standard": {"gender": []}, "reinforced": []}', "standard.gender has no values"),
        ('{"fields": {}}', "unknown key 'fields' in the schema"),
    ],
)
def test_a_schema_file_that_is_none_is_refused(shop: Any, content: str, message: str) -> None:
    shop.write("styles.csv", STYLES)
    path = shop.write("schema.json", content)
    outcome = shop.ingest("styles.csv", "--schema", path)
    assert outcome.code == 2
    assert outcome.error.startswith(f"catalog.ingest: schema file {path}")
    assert message in outcome.error


def test_a_schema_of_another_catalogue_is_refused(shop: Any) -> None:
    shop.write("styles.csv", STYLES)
    path = shop.write("schema.json", {"standard": {"size": ["S"]}, "reinforced": []})
    outcome = shop.ingest("styles.csv", "--schema", path)
    assert outcome.code == 2
    assert outcome.error == (
        "catalog.ingest: no column is named after a field of the schema; the columns are id, "
        "gender, baseColour, year, price, productDisplayName, the fields size; say which is "
        "which in a mapping file\n"
    )
    mapping = shop.write("mapping.json", {"standard": ["gender"]})
    outcome = shop.ingest("styles.csv", "--schema", path, "--mapping", mapping)
    assert outcome.error == (
        "catalog.ingest: mapping: standard.gender is no field of the schema, which has size\n"
    )


def test_too_many_rejects_fail_and_leave_their_list(shop: Any) -> None:
    items = native(20)
    for i in (1, 2):
        items[i]["clothes"]["color"] = "Ecru"
    items[3]["item_id"] = ""
    shop.write("items.jsonl", items)
    outcome = shop.ingest("items.jsonl")
    assert outcome.code == 2
    assert not outcome.out.exists()
    assert len(outcome.rejects) == 3
    beside = outcome.out.with_name("items.rejects.jsonl")
    assert outcome.error.startswith(
        "catalog.ingest: 3 of 20 rows were set aside (15.0%), more than the 5.0% allowed. "
        "Commonest reasons:\n  2 x clothes.color: unknown value (first in row 2: 'Ecru'; "
    )
    assert f"All of them are in {beside}; correct them in the catalogue" in outcome.error
    again = shop.ingest("items.jsonl", "--max-reject-share", "0.15")
    assert again.code == 0
    assert not beside.exists()


def test_a_failed_run_leaves_the_folder_that_was_there(shop: Any) -> None:
    shop.write("styles.csv", STYLES)
    first = files_of(shop.ingest("styles.csv").out)
    shop.write("styles.csv", STYLES + "1,Men,Black,2010,1,again\n" * 50)
    failed = shop.ingest("styles.csv")
    assert failed.code == 2
    assert files_of(failed.out) == first


def test_a_folder_of_something_else_is_not_replaced(shop: Any) -> None:
    shop.write("styles.csv", STYLES)
    other = shop.folder.parent / "other"
    other.mkdir()
    (other / "thesis.txt").write_text("years of work")
    outcome = shop.ingest("styles.csv", out="other")
    assert outcome.code == 2
    assert "is there already and is no items folder; choose another, or remove it" in outcome.error
    assert (other / "thesis.txt").exists()
    outcome = shop.ingest("styles.csv", out="shop")
    assert "holds the catalogue itself; choose another folder" in outcome.error
    assert (shop.folder / "styles.csv").exists()


def test_a_store_that_is_not_there_is_said(shop: Any) -> None:
    shop.write("styles.csv", STYLES)
    outcome = shop.ingest("styles.csv", "--objects", "ftp://host/x")
    assert (outcome.code, outcome.error) == (
        2,
        "catalog.ingest: objects address: expected s3://bucket or file:///folder, got one that "
        "starts with 'ftp'\n",
    )


def test_a_share_is_from_0_to_1(shop: Any, capsys: pytest.CaptureFixture[str]) -> None:
    shop.write("styles.csv", STYLES)
    with pytest.raises(SystemExit) as caught:
        shop.ingest("styles.csv", "--max-reject-share", "5")
    assert caught.value.code == 2
    assert "expected a share from 0 to 1, got 5" in capsys.readouterr().err


def test_an_output_that_cannot_be_written_is_said(shop: Any) -> None:
    shop.write("styles.csv", STYLES)
    (shop.folder.parent / "file").write_text("")
    outcome = shop.ingest("styles.csv", out="file/items")
    assert outcome.code == 2
    assert outcome.error.startswith("catalog.ingest: cannot write ")
    assert "Not a directory" in outcome.error
