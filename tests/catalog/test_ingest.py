"""The command line of ingest: what goes in and what comes out."""

from typing import Any

import pytest

from catalog.encoder import EncoderConfig
from catalog.item import Item
from catalog.mapping import ColumnMapping
from catalog.objects import FolderObjects
from catalog.schema import default_schema
from catalog.table import load_items_dir
from tests.catalog.two_catalogues import STYLES, files_of, native


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


def test_a_flat_table_and_items_give_the_same_texts_and_values(shop: Any) -> None:
    shop.write("flat.csv", 'sku,fabric,details\n1,R &amp; B,"<p>30CM"\n2,R & B,"30 cm"\n')
    shop.write("mapping.json", {"standard": ["fabric"], "reinforced": ["details"]})
    items = [
        {
            "item_id": str(1 + i),
            "clothes": {"fabric": ("R &amp; B", "R & B")[i]},
            "reinforced_feature_value": {"details": ("&lt;p&gt;30㎝", "30 cm")[i]},
        }
        for i in range(2)
    ]
    shop.write("items.jsonl", items)
    flat = shop.ingest("flat.csv", "--mapping", shop.folder / "mapping.json", out="flat")
    native_items = shop.ingest("items.jsonl", out="native")
    assert flat.standard == native_items.standard == {"fabric": ("R & B",)}
    assert [item.reinforced for item in flat.items] == [{"details": ("30 cm",)}] * 2
    assert flat.items == native_items.items


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


def test_a_field_whose_column_holds_nothing_is_left_out(shop: Any) -> None:
    shop.write("mapping.json", {"standard": ["colour", "year"], "reinforced": ["name"]})
    shop.write("styles.csv", "id,name,colour,year\n1,tee,red,NA\n2,hat,blue,\n")
    outcome = shop.ingest("styles.csv", "--mapping", shop.folder / "mapping.json")
    assert (outcome.code, outcome.error) == (0, "")
    assert outcome.standard == {"colour": ("blue", "red")}
    assert [item.item_id for item in outcome.items] == ["1", "2"]
    mapping = ColumnMapping.load(outcome.out / "mapping.json")
    assert mapping.ignored == {"year": "holds nothing"}


def test_spellings_of_a_field_whose_column_holds_nothing_are_left_out_with_it(shop: Any) -> None:
    aliases = {"year": {"MMXI": "2011"}, "colour": {"rosso": "red"}}
    named = {"standard": ["colour", "year"], "reinforced": ["name"]}
    shop.write("mapping.json", {**named, "aliases": aliases})
    shop.write("styles.csv", "id,name,colour,year\n1,tee,rosso,NA\n2,hat,blue,\n")
    outcome = shop.ingest("styles.csv", "--mapping", shop.folder / "mapping.json")
    assert (outcome.code, outcome.error) == (0, "")
    assert outcome.standard == {"colour": ("blue", "red")}
    mapping = ColumnMapping.load(outcome.out / "mapping.json")
    assert (mapping.aliases, mapping.ignored) == (
        {"colour": {"rosso": "red"}},
        {"year": "holds nothing"},
    )


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
