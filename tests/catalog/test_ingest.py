"""The command line of ingest: what goes in, what comes out, and what it refuses."""

import json
from pathlib import Path
from typing import Any

import pytest

from catalog.encoder import EncoderConfig
from catalog.item import MAX_TEXT_CHARS, Item
from catalog.objects import FolderObjects
from catalog.picture import MAX_PIXELS
from catalog.schema import default_schema
from catalog.table import load_items_dir

STYLES = "id,gender,baseColour,year,price,productDisplayName\n" + "".join(
    f"{i},{'Men' if i % 3 else 'Women'},{('Black', 'Navy Blue', 'NA')[i % 3]},"
    f"{2010 + i % 4}.0,{i * 10},Puma Item {'abcdefghij'[i % 10]} number {i}\n"
    for i in range(1, 101)
)


def native(num_items: int = 40) -> list[dict[str, Any]]:
    """Items of the default schema."""
    return [
        {
            "item_id": f"sku-{i}",
            "clothes": {"color": ["White", "Blue"], "season": "summer"},
            "reinforced_feature_value": {"category": "옥스퍼드 셔츠"},
            "variant_group": f"v{i // 2}",
            "metadata": {"price": i},
        }
        for i in range(num_items)
    ]


def test_a_flat_table_is_ingested_with_no_more_said(shop: Any) -> None:
    shop.write("styles.csv", STYLES)
    outcome = shop.ingest("styles.csv")
    assert (outcome.code, outcome.error) == (0, "")
    assert outcome.items[0] == Item(
        item_id="1",
        clothes={"gender": ("Men",), "baseColour": ("Navy Blue",), "year": ("2011",)},
        reinforced={"productDisplayName": ("Puma Item b number 1",)},
        metadata={"price": 10},
    )
    assert len(outcome.items) == 100
    assert outcome.rejects == []
    assert outcome.printed.startswith(
        "styles.csv ('csv', 'utf-8', ','): 100 rows, 100 items kept, 0 set aside, 0 pictures -> "
    )
    assert "standard fields (values): gender (2), baseColour (2), year (4)\n" in outcome.printed
    assert "reinforced fields: productDisplayName\n" in outcome.printed
    assert "pictures were not looked for: no --objects" in outcome.printed


def test_the_summary_says_what_was_read_and_kept(shop: Any) -> None:
    shop.write("styles.csv", STYLES)
    summary = shop.ingest("styles.csv").summary
    digests = {key: summary.pop(key) for key in ("schema_digest", "data_digest")}
    assert summary == {
        "catalogue": "styles.csv",
        "read_as": {"format": "csv", "encoding": "utf-8", "delimiter": ","},
        "rows": 100,
        "kept": 100,
        "rejected": 0,
        "images": 0,
        "standard": {"gender": 2, "baseColour": 2, "year": 4},
        "reinforced": ["productDisplayName"],
        "faults": {},
    }
    assert {len(digest) for digest in digests.values()} == {64}


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_same_catalogue_gives_the_same_bytes_and_leaves_nothing_else(shop: Any) -> None:
    shop.write("styles.csv", STYLES + "1,Men,Black,2010,1,again\n")
    first = files_of(shop.ingest("styles.csv").out)
    second = files_of(shop.ingest("styles.csv").out)
    third = files_of(shop.ingest("styles.csv", out="elsewhere").out)
    assert first == second == third
    assert sorted(first) == [
        *("encoder.json", "items.parquet", "mapping.json", "rejects.jsonl", "schema.json"),
        "summary.json",
    ]
    assert sorted(path.name for path in shop.folder.parent.iterdir()) == [
        *("elsewhere", "items", "shop"),
    ]


def test_what_a_killed_run_left_is_swept_away(shop: Any) -> None:
    shop.write("styles.csv", STYLES)
    left = shop.folder.parent / ".items.partial"
    left.mkdir()
    (left / "junk").write_text("x")
    outcome = shop.ingest("styles.csv")
    assert outcome.code == 0
    assert not left.exists()
    assert "junk" not in files_of(outcome.out)


def test_any_change_of_the_data_changes_its_digest(shop: Any) -> None:
    shop.write("styles.csv", STYLES)
    first = shop.ingest("styles.csv").summary["data_digest"]
    shop.write("styles.csv", STYLES.replace("number 7\n", "number seven\n"))
    assert shop.ingest("styles.csv").summary["data_digest"] != first


def test_native_items_take_the_default_schema_where_it_is_theirs(shop: Any) -> None:
    shop.write("items.jsonl", native())
    outcome = shop.ingest("items.jsonl")
    loaded = load_items_dir(outcome.out)
    assert loaded.schema == default_schema()
    assert loaded.encoder_config == EncoderConfig(max_words=16)
    assert loaded.items[0].to_json() == {
        **native(1)[0],
        "clothes": {"color": ["White", "Blue"], "season": ["summer"]},
        "reinforced_feature_value": {"category": ["옥스퍼드 셔츠"]},
    }
    assert not (outcome.out / "mapping.json").exists()


def test_native_items_with_fields_of_their_own_have_their_schema_inferred(shop: Any) -> None:
    shop.write("items.jsonl", [{"item_id": f"{i}", "clothes": {"fit": "slim"}} for i in range(9)])
    assert shop.ingest("items.jsonl").standard == {"fit": ("slim",)}


def test_what_ingest_wrote_can_be_ingested_again(shop: Any, draw: Any) -> None:
    shop.write("images/sku-1.jpg", draw("JPEG"))
    shop.write("items.jsonl", native())
    first = shop.ingest_with_pictures("items.jsonl")
    shop.write("again.parquet", (first.out / "items.parquet").read_bytes())
    again = shop.ingest_with_pictures("again.parquet")
    assert again.code == 0
    assert again.summary["data_digest"] == first.summary["data_digest"]
    assert again.summary["images"] == 1


def test_a_mapping_file_says_which_column_is_what(shop: Any) -> None:
    mapping = {
        "item_id": "id",
        "standard": {"colour": "baseColour"},
        "reinforced": {"title": ["productDisplayName"]},
        "metadata": ["price", "year"],
        "encoding": "utf-8",
    }
    path = shop.write("mapping.json", mapping)
    shop.write("styles.csv", STYLES)
    outcome = shop.ingest("styles.csv", "--mapping", path)
    assert outcome.items[0] == Item(
        item_id="1",
        clothes={"colour": ("Navy Blue",)},
        reinforced={"title": ("Puma Item b number 1",)},
        metadata={"price": 10, "year": 2011},
    )


def test_the_mapping_that_was_found_can_be_given_back(shop: Any) -> None:
    shop.write("styles.csv", STYLES)
    first = shop.ingest("styles.csv")
    again = shop.ingest("styles.csv", "--mapping", first.out / "mapping.json", out="again")
    assert files_of(again.out) == files_of(first.out)


def test_a_schema_file_fixes_the_fields(shop: Any) -> None:
    schema = {"standard": {"gender": ["Men", "Women"]}, "reinforced": ["productDisplayName"]}
    path = shop.write("schema.json", schema)
    shop.write("styles.csv", STYLES)
    outcome = shop.ingest("styles.csv", "--schema", path)
    assert outcome.standard == {"gender": ("Men", "Women")}
    assert outcome.items[0].metadata["baseColour"] == "Navy Blue"


def test_pictures_are_stored_and_named_by_their_content(shop: Any, draw: Any) -> None:
    shop.write("styles.csv", STYLES)
    for i in (1, 2):
        shop.write(f"images/{i}.jpg", draw("JPEG"))
    shop.write("images/3.png", draw("PNG"))
    outcome = shop.ingest_with_pictures("styles.csv")
    images = [item.image for item in outcome.items[:4]]
    assert images[0] == images[1] != images[2]
    assert images[3] is None
    assert list(FolderObjects(shop.objects).list("images/")) == sorted({images[0], images[2]})
    assert outcome.summary["images"] == 3


def test_pictures_go_to_a_real_bucket(shop: Any, draw: Any, s3_uri: str) -> None:
    from catalog.objects import open_objects

    shop.write("styles.csv", STYLES)
    shop.write("images/1.jpg", draw("JPEG"))
    for _ in range(2):
        outcome = shop.ingest("styles.csv", "--objects", s3_uri)
        assert open_objects(s3_uri).get(outcome.items[0].image) == draw("JPEG")


def test_the_store_may_come_from_the_environment(
    shop: Any, draw: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.write("styles.csv", STYLES)
    shop.write("images/1.jpg", draw("JPEG"))
    monkeypatch.setenv("MODISTE_OBJECTS", shop.objects.as_uri())
    assert shop.ingest("styles.csv").summary["images"] == 1


def test_without_a_store_items_have_no_pictures(shop: Any) -> None:
    shop.write("items.jsonl", [{**item, "image": "a.jpg"} for item in native()])
    outcome = shop.ingest("items.jsonl")
    assert {item.image for item in outcome.items} == {None}
    assert outcome.rejects == []


# What the issue calls bad input, case by case.


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
