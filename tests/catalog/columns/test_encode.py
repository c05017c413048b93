"""Tensors made of columns are those that the encoder makes of the items one by one."""

import io
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings

import tests.catalog.columns.odd_tables as odd
from catalog.columns.encode import ColumnEncoder
from catalog.columns.tally import ColumnTally
from catalog.encoder import EncodedItems, EncoderConfig, ItemEncoder
from catalog.item import ItemError
from catalog.plan import Plan
from catalog.rejects import Rejects
from catalog.tally import Tally
from tests.catalog.columns.both_ways import plan_of

CONFIG = EncoderConfig(max_words=9, max_grams=6, num_buckets=50)


def by_rows(plan: Plan, config: EncoderConfig) -> EncodedItems:
    tally = Tally(plan.schema, Rejects(io.StringIO()))
    items = [item for _, item in tally.valid_items(plan)]
    return ItemEncoder(plan.schema, config).encode(items)


def by_columns(plan: Plan, config: EncoderConfig) -> EncodedItems:
    assert plan.flat is not None
    encoder = ColumnEncoder(ItemEncoder(plan.schema, config))
    tally = ColumnTally(plan.schema, Rejects(io.StringIO()))
    batches = [encoder.encode(items.fields) for items in tally.valid_columns(plan, plan.flat)]
    return EncodedItems(*map(np.concatenate, zip(*batches, strict=True)))


@settings(max_examples=20, deadline=None)
@given(rows=odd.tables())
def test_a_table_gives_the_same_tensors(rows: list[dict[str, str]]) -> None:
    good = {"id": "good", "details": "a plain text", "name": "tee", "group": "g1"}
    rows = [*rows, {**rows[0], **good}]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "shop.csv"
        path.write_bytes(odd.csv_bytes(rows, delimiter=",", end="\n", encoding="utf-8"))
        plan = plan_of(path, mapping=odd.MAPPING)
        expected, found = by_rows(plan, CONFIG), by_columns(plan, CONFIG)
    assert found.std_ids.tolist() == expected.std_ids.tolist()
    assert found.re_ids.tolist() == expected.re_ids.tolist()
    assert len(found.re_ids) > 0


def test_words_are_remembered_from_batch_to_batch(tmp_path: Path) -> None:
    path = tmp_path / "shop.jsonl"
    path.write_text("".join(f'{{"id": "{i}", "name": "tee n{i % 7} v{i}"}}\n' for i in range(9000)))
    plan = plan_of(path)
    expected, found = by_rows(plan, CONFIG), by_columns(plan, CONFIG)
    assert np.array_equal(found.re_ids, expected.re_ids)


def test_too_many_values_are_refused_as_the_encoder_refuses_them(tmp_path: Path) -> None:
    path = tmp_path / "shop.csv"
    path.write_bytes(b"id,colour\n" + b"".join(b"%d,Red|Blue\n" % i for i in range(4)))
    mapping = {"item_id": "id", "standard": ["colour"], "separators": {"colour": "|"}}
    plan = plan_of(path, mapping=mapping)
    for way in (by_rows, by_columns):
        with pytest.raises(ItemError, match="at most 1 values: raise max_values"):
            way(plan, EncoderConfig(max_values=1))
