"""What the columns of other shops' tables are taken for."""

import random
from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from catalog.flat import infer_schema
from catalog.infer import complete_mapping
from catalog.mapping import ColumnMapping
from catalog.profile import profile_rows
from catalog.readers.source import CatalogueError, Row
from catalog.schema import Schema

Table = Iterable[dict[str, Any]]


def infer(table: Table, schema: Schema | None = None, **given: object) -> ColumnMapping:
    rows = [Row(number=i, values=values) for i, values in enumerate(table, 2)]
    return complete_mapping(ColumnMapping.from_json(given), profile_rows(rows), schema)


def schema_of(table: Table, **given: object) -> Schema:
    rows = [Row(number=i, values=values) for i, values in enumerate(table, 2)]
    profiles = profile_rows(rows)
    return infer_schema(complete_mapping(ColumnMapping.from_json(given), profiles), profiles)


def kaggle(num_rows: int = 400) -> Table:
    """Rows in the format of Kaggle's styles.csv."""
    pick = random.Random(0).choice
    for i in range(num_rows):
        colour, kind = pick(["Black", "Navy Blue", "Off White"]), pick(["Shirts", "Casual Shoes"])
        yield {
            "id": str(1000 + 7 * i),
            "gender": pick(["Men", "Women"]),
            "masterCategory": pick(["Apparel", "Footwear", "Personal Care"]),
            "subCategory": pick(["Topwear", "Shoes"]),
            "articleType": kind,
            "baseColour": pick([colour, "NA", ""]),
            "season": pick(["Fall", "Summer", ""]),
            "year": pick(["2010.0", "2011.0", "2012.0", ""]),
            "usage": pick(["Casual", "Smart Casual", "NA"]),
            "productDisplayName": f"Puma Men's {colour} {kind} {i}",
        }


def korean(num_rows: int = 300) -> Table:
    pick = random.Random(1).choice
    for i in range(num_rows):
        yield {
            "상품번호": f"G{i:05d}",
            "상품명": f"오버핏 {pick(['린넨', '코튼'])} {pick(['셔츠', '팬츠'])} {i}",
            "카테고리": pick(["셔츠", "팬츠"]),
            "색상": pick(["블랙", "네이비"]),
            "소재": pick(["면", "울", "면|울", "면|나일론"]),
            "판매가": f"{pick(range(1, 300))},000원",
            "재고": str(pick(range(20))),
            "등록일": f"2024.0{pick(range(1, 9))}.11",
            "단위": "EA",
            "상세링크": f"https://shop.kr/{i}",
            "이미지": f"photos/{i}.png",
            "모델번호": f"M{i // 3}",
        }


def test_kaggles_columns_are_what_a_person_would_say() -> None:
    mapping = infer(kaggle())
    assert mapping.item_id == "id"
    assert list(mapping.standard) == [
        *("gender", "masterCategory", "subCategory", "articleType"),
        *("baseColour", "season", "year", "usage"),
    ]
    assert list(mapping.reinforced) == ["productDisplayName"]
    assert not mapping.metadata
    assert not mapping.ignored


def test_float_years_become_years_and_missing_cells_no_values() -> None:
    schema = schema_of(kaggle())
    assert schema.standard["year"] == ("2010", "2011", "2012")
    assert schema.standard["usage"] == ("Casual", "Smart Casual")
    assert schema.standard["season"] == ("Fall", "Summer")


def test_korean_columns_are_understood() -> None:
    mapping = infer(korean())
    assert (mapping.item_id, mapping.image, mapping.variant_group) == (
        *("상품번호", "이미지", "모델번호"),
    )
    assert list(mapping.standard) == ["카테고리", "색상", "소재"]
    assert list(mapping.reinforced) == ["상품명"]
    assert list(mapping.metadata) == ["판매가", "재고", "등록일", "단위", "상세링크"]
    assert mapping.separators == {"소재": "|"}
    assert schema_of(korean()).standard["소재"] == ("나일론", "면", "울")


def with_column(values: Iterable[object], name: str = "thing") -> Table:
    """A column in question beside an id and a colour."""
    pick = random.Random(2).choice
    for i, value in enumerate(values):
        yield {"id": f"x{i}", "colour": pick(["red", "blue"]), name: value}


NUMBERS = random.Random(3)
COLUMNS: dict[str, tuple[str, Sequence[object]]] = {
    "prices": ("metadata", [f"{NUMBERS.randrange(900)}.99" for _ in range(300)]),
    "prices with a decimal comma": ("metadata", [f"{i},95" for i in range(300)]),
    "numbers of JSON": ("metadata", [NUMBERS.random() for _ in range(300)]),
    "few whole numbers": ("metadata", [NUMBERS.randrange(5) for _ in range(300)]),
    "measures": ("metadata", [f"{NUMBERS.randrange(5)} cm" for _ in range(300)]),
    "addresses": ("metadata", [f"https://x.y/{i}" for i in range(300)]),
    "dates": ("metadata", [f"2024-01-{1 + i % 28:02d}" for i in range(300)]),
    "codes": ("metadata", [f"AB-{i}" for i in range(300)]),
    "a constant": ("metadata", ["EA"] * 300),
    "years": ("standard", [2010.0 + i % 9 for i in range(300)]),
    "a small vocabulary": ("standard", ["plain", "striped", "dotted"] * 100),
    "sizes": ("standard", ["S", "M", "38", "40"] * 75),
    "labels with a comma": ("standard", ["Bath, Body & Hair", "Bags, Belts", "Shoes"] * 100),
    "truth values": ("standard", [i % 2 == 0 for i in range(300)]),
    "sentences": ("reinforced", [f"soft and warm number {i}" for i in range(300)]),
    "sentences that recur": ("reinforced", ["a soft shirt for warm summer days"] * 150 + ["b"]),
    "many single words": ("reinforced", [f"wort{a}{b}" for a in "abcdefghij" for b in "klmnop"]),
    "separators alone": ("reinforced", ["|", "||"] * 150),
    "colours, one of them gone wrong": ("standard", ["red", "blue", "black"] * 100 + ["x" * 90]),
    "nothing": ("ignored", ["NA", "", None] * 100),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_is_told_by_what_it_holds(name: str) -> None:
    role, values = COLUMNS[name]
    mapping = infer(with_column(values))
    assert "thing" in getattr(mapping, role)


@pytest.mark.parametrize("name", ["in_stock", "재고", "Unit", "currency", "판매상태"])
def test_business_data_is_told_by_its_name(name: str) -> None:
    assert name in infer(with_column(["yes", "no"] * 50, name)).metadata


@pytest.mark.parametrize("name", ["year", "size", "연도", "Shoe Size"])
def test_numbers_that_are_classes_are_told_by_their_name(name: str) -> None:
    assert name in infer(with_column([36, 37.5, 38] * 50, name)).standard


def test_in_a_tiny_table_names_decide() -> None:
    mapping = infer(
        [
            {"id": "1", "name": "Blue oxford shirt", "color": "Blue", "category": "Shirt"},
            {"id": "2", "name": "Red dress", "color": "Red", "category": "Dress"},
        ]
    )
    assert list(mapping.standard) == ["color", "category"]
    assert list(mapping.reinforced) == ["name"]


def test_lists_give_their_parts() -> None:
    table = with_column([["Cotton", "Wool"], '["Cotton"]', "['Silk', 'Wool']"] * 50)
    assert schema_of(table).standard["thing"] == ("Cotton", "Silk", "Wool")


@pytest.mark.parametrize("separator", ["|", ";", ","])
def test_parts_between_separators_are_found(separator: str) -> None:
    parts = ["new", "sale", "denim", "eco"]
    values = [f"{a}{separator} {b}" for a in parts for b in parts if a != b] * 20
    table = list(with_column(values))
    assert infer(table).separators == {"thing": separator}
    assert schema_of(table).standard["thing"] == ("denim", "eco", "new", "sale")


def test_spellings_of_one_value_become_aliases_of_the_commonest() -> None:
    schema = schema_of(with_column(["Black", "Black", "black", "BLACK", "Red"] * 20))
    assert schema.standard["thing"] == ("Black", "Red")
    assert schema.aliases == {"thing": {"black": "Black", "BLACK": "Black"}}


def test_numbers_in_a_vocabulary_are_ordered_as_numbers() -> None:
    schema = schema_of(with_column(["100", "36", "9.5"] * 50, "size"))
    assert schema.standard["size"] == ("9.5", "36", "100")


def test_in_a_table_of_sizes_the_unique_column_is_the_id() -> None:
    table = [
        {"product_id": f"p{i // 3}", "sku": f"p{i // 3}-{i % 3}", "size": "SML"[i % 3]}
        for i in range(90)
    ]
    mapping = infer(table)
    assert (mapping.item_id, mapping.variant_group) == ("sku", "product_id")


def test_an_id_is_told_from_a_group_in_a_table_too_large_to_count() -> None:
    table = [
        {"product_id": f"p{i // 2}", "sku": f"s{i}", "size": "SM"[i % 2]} for i in range(50_000)
    ]
    mapping = infer(table)
    assert (mapping.item_id, mapping.variant_group) == ("sku", "product_id")


def test_an_id_is_found_by_content_where_no_name_tells() -> None:
    table = [{"colour": "red", "kennung": f"K{i}", "text": f"warm coat {i}"} for i in range(50)]
    assert infer(table).item_id == "kennung"


def test_a_data_frames_index_is_ignored() -> None:
    table = [{"Unnamed: 0": str(i), "sku": f"s{i}", "colour": "red"} for i in range(50)]
    assert infer(table).ignored == {"Unnamed: 0": "counts the rows"}


def test_a_table_without_id_is_refused_with_the_remedy() -> None:
    with pytest.raises(CatalogueError) as caught:
        infer([{"name": f"item {i // 2}", "colour": "red"} for i in range(50)])
    assert str(caught.value) == (
        "no column looks like an item's id: expected one whose values all differ, such as "
        "item_id, id or sku; the columns are name, colour; name it in a mapping file: "
        '{"item_id": "<column>"}'
    )


def test_what_is_given_is_kept_and_the_rest_found() -> None:
    mapping = infer(korean(), item_id="이미지", separators={"색상": "/"})
    assert mapping.item_id == "이미지"
    assert mapping.separators == {"색상": "/", "소재": "|"}
    assert list(mapping.reinforced) == ["상품명"]


def test_given_fields_are_all_there_are() -> None:
    mapping = infer(kaggle(), standard=["gender"], reinforced={"title": "productDisplayName"})
    assert dict(mapping.standard) == {"gender": ("gender",)}
    assert dict(mapping.reinforced) == {"title": ("productDisplayName",)}
    assert not mapping.metadata
    assert mapping.item_id == "id"


def test_a_column_that_is_not_there_is_refused_with_the_nearest() -> None:
    with pytest.raises(CatalogueError) as caught:
        infer(with_column(["a"]), standard={"colour": "color"})
    assert str(caught.value) == (
        "mapping: standard.colour names the column 'color', which the table does not have, did "
        "you mean 'colour'; it has id, colour, thing"
    )


def test_a_field_of_too_many_values_is_refused() -> None:
    table = with_column(f"value {i}" for i in range(20_001))
    with pytest.raises(CatalogueError, match=r"standard\.thing: .* more than 20,000 different"):
        schema_of(table, standard=["thing"])


def test_a_field_of_long_texts_is_refused() -> None:
    table = with_column(["x" * 300] * 10)
    with pytest.raises(CatalogueError, match=r"values of 200 characters and more.*list it"):
        schema_of(table, standard=["thing"])


def test_a_table_that_describes_nothing_is_refused() -> None:
    table = [{"id": f"x{i}", "price": str(i)} for i in range(50)]
    with pytest.raises(CatalogueError, match=r"no column describes a product: .* got id, price"):
        schema_of(table)


def test_columns_beside_a_schemas_fields_become_metadata() -> None:
    schema = Schema(standard={"gender": ("Men", "Women")}, reinforced=("product_display_name",))
    mapping = infer(kaggle(), schema)
    assert dict(mapping.standard) == {"gender": ("gender",)}
    assert dict(mapping.reinforced) == {"product_display_name": ("productDisplayName",)}
    assert "baseColour" in mapping.metadata


def test_columns_may_say_their_part_of_the_item_outright() -> None:
    table = [
        {
            "item_id": f"{i}",
            "clothes.code": f"c{i}",
            "reinforced_feature_value.kind": "shirt",
            "metadata.kind": "shirt",
        }
        for i in range(50)
    ]
    mapping = infer(table)
    assert dict(mapping.standard) == {"code": ("clothes.code",)}
    assert dict(mapping.reinforced) == {"kind": ("reinforced_feature_value.kind",)}
    assert dict(mapping.metadata) == {"kind": ("metadata.kind",)}


def test_names_made_of_data_are_refused() -> None:
    rows = [Row(number=i, values={f"sku-{i}": "red"}) for i in range(3000)]
    with pytest.raises(CatalogueError, match="more than 2,000 columns by row 2000"):
        profile_rows(rows)
