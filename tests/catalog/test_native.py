"""Rows that are items already, and the schema that is theirs."""

from typing import Any

import pytest

from catalog.native import NativeFields, is_native, native_record
from catalog.readers.source import CatalogueError, Row
from catalog.schema import default_schema


def rows_of(*records: dict[str, Any]) -> list[Row]:
    return [Row(number=i, values=record) for i, record in enumerate(records, 1)]


def test_items_are_told_from_flat_rows() -> None:
    assert is_native(rows_of({"item_id": "1"}, {"item_id": "2", "clothes": {}}))
    assert not is_native(rows_of({"item_id": "1", "clothes": "shirt"}))


def test_metadata_kept_as_json_text_is_decoded() -> None:
    assert native_record({"metadata": '{"price": 1}'})["metadata"] == {"price": 1}
    assert native_record({"metadata": ""})["metadata"] is None
    assert native_record({"metadata": "cheap"})["metadata"] == "cheap"


def fits_default(*records: dict[str, Any]) -> bool:
    return NativeFields(rows_of(*records)).fit(default_schema(), max_reject_share=0.05)


def test_items_of_the_default_schema_fit_it() -> None:
    record = {
        "clothes": {"color": ["White"], "top.length_type": "normal"},
        "reinforced_feature_value": {"category": ["oxford"], "*": ["white"]},
    }
    assert fits_default(*[record] * 30, {"clothes": {"colour": "White", "color": "Ecru"}})


def test_items_with_fields_or_values_of_their_own_do_not() -> None:
    assert not fits_default({"clothes": {"color": "White", "closure": "Zip"}})
    assert not fits_default({"clothes": {"color": "Ecru", "season": "spring"}})
    assert not fits_default({"reinforced_feature_value": {"title": "oxford"}})


def test_a_schema_of_their_own_is_inferred() -> None:
    fields = NativeFields(
        rows_of(
            {"clothes": {"closure": ["zip", "button"]}, "reinforced_feature_value": {"*": "x"}},
            {"clothes": {"closure": "zip", "year": 2011}, "reinforced_feature_value": {"t": "y"}},
        )
    )
    schema = fields.infer_schema()
    assert schema.standard == {"closure": ("button", "zip"), "year": ("2011",)}
    assert schema.reinforced == ("t",)


def test_a_field_without_closed_vocabulary_is_refused() -> None:
    fields = NativeFields(rows_of(*({"clothes": {"code": f"c{i}"}} for i in range(20_002))))
    with pytest.raises(CatalogueError, match=r"clothes\.code: more than 20,000 different values"):
        fields.infer_schema()


def test_items_without_any_field_are_refused() -> None:
    fields = NativeFields(rows_of({"clothes": {}}))
    with pytest.raises(CatalogueError, match="the items' fields make no schema: the schema has no"):
        fields.infer_schema()
