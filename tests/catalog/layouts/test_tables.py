"""Known tables: a few rows read like the whole; what a person says counts more."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import csv

from catalog.layouts.tables import HM_ARTICLES, KAGGLE_STYLES, known_table
from tests.catalog.conftest import DrawPicture, Shop

SHARED = Path(__file__).parents[4] / "shared" / "data" / "kaggle-fashion" / "styles.csv"

HM_HEADER = (
    "article_id,product_code,prod_name,product_type_no,product_type_name,product_group_name,"
    "graphical_appearance_no,graphical_appearance_name,colour_group_code,colour_group_name,"
    "perceived_colour_value_id,perceived_colour_value_name,perceived_colour_master_id,"
    "perceived_colour_master_name,department_no,department_name,index_code,index_name,"
    "index_group_no,index_group_name,section_no,section_name,garment_group_no,garment_group_name,"
    "detail_desc"
)
HM_ROWS = (
    "0108775015,0108775,Strap top,253,Vest top,Garment Upper body,1010016,Solid,09,Black,4,Dark,5,"
    "Black,1676,Jersey Basic,A,Ladieswear,1,Ladieswear,16,Womens Everyday Basics,1002,Jersey Basic,"
    "Jersey top with narrow shoulder straps.",
    "0108775044,0108775,Strap top,253,Vest top,Garment Upper body,1010016,Solid,10,White,3,Light,9,"
    "White,1676,Jersey Basic,A,Ladieswear,1,Ladieswear,16,Womens Everyday Basics,1002,Jersey Basic,"
    '"Jersey top, narrow straps."',
)


def test_articles_of_hm_keep_their_ids_and_their_variants(shop: Shop) -> None:
    shop.write("articles.csv", "\n".join((HM_HEADER, *HM_ROWS)))
    items = shop.ingest("articles.csv").items
    assert [item.item_id for item in items] == ["0108775015", "0108775044"]
    assert {item.variant_group for item in items} == {"0108775"}
    assert items[0].clothes["colour_group_name"] == ("Black",)
    assert items[1].reinforced["detail_desc"] == ("Jersey top, narrow straps.",)
    assert not any("_no" in name or "_code" in name for name in items[0].clothes)


def test_an_index_column_without_a_name_may_come_first(shop: Shop) -> None:
    shop.write("plain.csv", "\n".join((HM_HEADER, *HM_ROWS)))
    rows = [f"{number},{row}" for number, row in enumerate(HM_ROWS)]
    shop.write("indexed.csv", "\n".join((f",{HM_HEADER}", *rows)))
    plain = shop.ingest("plain.csv", out="plain").items
    assert shop.ingest("indexed.csv", out="indexed").items == plain


def test_ids_that_a_data_frame_took_for_numbers_get_their_zeros_back(shop: Shop) -> None:
    path = shop.write("articles.csv", "\n".join((HM_HEADER, *HM_ROWS)))
    # What pandas writes after pandas.read_csv.
    table = csv.read_csv(path)
    assert table.schema.field("article_id").type == pa.int64()
    pq.write_table(table, shop.folder / "articles.parquet")
    lines = [",".join(map(str, row)) for row in ((108775015, 108775), (108775044, 108775))]
    tails = [row.split(",", 2)[2] for row in HM_ROWS]
    rows = [f"{ids},{tail}" for ids, tail in zip(lines, tails, strict=True)]
    shop.write("short.csv", "\n".join((HM_HEADER, *rows)))
    items = shop.ingest("articles.csv", out="text").items
    assert shop.ingest("short.csv", out="short").items == items
    again = shop.ingest("articles.parquet", out="numbers")
    assert [item.item_id for item in again.items] == ["0108775015", "0108775044"]
    assert {item.variant_group for item in again.items} == {"0108775"}


@pytest.mark.parametrize("name", ["shop.csv", "shop.jsonl"])
def test_any_table_may_say_how_many_digits_its_ids_have(shop: Shop, name: str) -> None:
    shop.write(
        "shop.csv",
        "sku,group,colour,text\n"
        + "".join(
            f"{sku},{group},Red,a shirt\n" for sku, group in ((7, 1), ("0008", 2), ("A9", "b"))
        ),
    )
    records: list[dict[str, object]] = [
        {"sku": 7, "group": 1},
        {"sku": "0008", "group": "2"},
        {"sku": "A9", "group": "b"},
    ]
    shop.write(
        "shop.jsonl",
        "\n".join(json.dumps({**record, "colour": "Red", "text": "a shirt"}) for record in records),
    )
    mapping = {
        "item_id": "sku",
        "variant_group": "group",
        "standard": ["colour"],
        "reinforced": ["text"],
        "digits": {"sku": 4, "group": 2},
    }
    items = shop.ingest(name, "--mapping", shop.write("mapping.json", mapping)).items
    assert [(item.item_id, item.variant_group) for item in items] == [
        ("0007", "01"),
        ("0008", "02"),
        ("A9", "b"),
    ]


def test_digits_of_a_column_that_is_neither_id_nor_group_are_refused(shop: Shop) -> None:
    shop.write("shop.csv", "sku,colour\n1,Red\n2,Red\n")
    mapping = shop.write("mapping.json", {"item_id": "sku", "digits": {"colour": 4}})
    outcome = shop.ingest("shop.csv", "--mapping", mapping)
    assert outcome.code == 2
    assert "digits names the column 'colour': expected that of the id (sku)" in outcome.error


def test_pictures_of_hm_are_found_in_folders_by_their_first_digits(
    shop: Shop, draw: DrawPicture
) -> None:
    shop.write("articles.csv", "\n".join((HM_HEADER, *HM_ROWS)))
    shop.write("images/010/0108775015.jpg", draw())
    outcome = shop.ingest_with_pictures("articles.csv")
    assert [bool(item.image) for item in outcome.items] == [True, False]
    assert outcome.rejects == []


def test_the_whole_of_a_known_table_is_needed() -> None:
    assert known_table([*KAGGLE_STYLES.columns, "more"]) is KAGGLE_STYLES
    assert known_table(HM_HEADER.split(",")) is HM_ARTICLES
    assert known_table(HM_ARTICLES.columns - {"detail_desc"}) is None
    assert known_table(["id", "name"]) is None


def test_a_mapping_that_is_given_counts_more(shop: Shop) -> None:
    shop.write("articles.csv", "\n".join((HM_HEADER, *HM_ROWS)))
    mapping = shop.write("mapping.json", {"item_id": "article_id", "reinforced": ["prod_name"]})
    outcome = shop.ingest("articles.csv", "--mapping", mapping)
    first = outcome.items[0]
    assert not first.clothes
    assert first.reinforced == {"prod_name": ("Strap top",)}


def test_the_schema_of_an_earlier_snapshot_reads_the_same(shop: Shop) -> None:
    shop.write("articles.csv", "\n".join((HM_HEADER, *HM_ROWS)))
    first = shop.ingest("articles.csv", out="first")
    again = shop.ingest("articles.csv", "--schema", first.out / "schema.json", out="again")
    assert again.items == first.items


def test_three_rows_of_styles_read_like_all_of_them(shop: Shop) -> None:
    if not SHARED.exists():
        pytest.skip("the shared slice of Kaggle's catalogue is not beside the checkout")
    lines = SHARED.read_text(encoding="utf-8").splitlines()
    shop.write("whole.csv", "\n".join(lines))
    shop.write("slice.csv", "\n".join(lines[:4]))
    whole = shop.ingest("whole.csv", out="whole")
    assert shop.ingest("slice.csv", out="slice").items == whole.items[:3]
    assert whole.summary["kept"] + whole.summary["rejected"] == whole.summary["rows"]
    assert whole.summary["rows"] == len(lines) - 1
