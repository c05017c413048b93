"""From items to integers: the same everywhere, and no word or value lost silently."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from catalog.encoder import EncoderConfig, ItemEncoder, split_words
from catalog.item import Item, ItemError
from catalog.schema import Schema, default_schema

SCHEMA = Schema(
    standard={"category": ("shirt", "skirt"), "color": ("Black", "White", "Red")},
    reinforced=("title", "detail"),
)
SIZES = EncoderConfig(max_values=2, max_words=4, max_grams=6, num_buckets=100)


def encoder(schema: Schema = SCHEMA, sizes: EncoderConfig = SIZES) -> ItemEncoder:
    return ItemEncoder(schema, sizes)


def test_values_are_numbered_from_1_over_all_fields() -> None:
    item = Item(item_id="a", clothes={"category": ("skirt",), "color": ("Red", "Black")})
    assert encoder().encode([item]).std_ids.tolist() == [[[2, 0], [5, 3]]]


def test_an_empty_item_is_all_padding() -> None:
    std_ids, re_ids = encoder().encode([Item(item_id="a")])
    assert std_ids.shape == (1, 2, 2)
    assert re_ids.shape == (1, 4, 7)
    assert not std_ids.any()
    assert not re_ids.any()


def test_words_carry_the_number_of_their_field() -> None:
    item = Item(reinforced={"detail": ("slim fit",), "*": ("셔츠",)})
    assert encoder().words(item) == [(3, "slim"), (1, "셔츠"), (3, "fit")]


def test_a_long_field_does_not_crowd_out_a_short_one() -> None:
    item = Item(reinforced={"title": ("one two three four five",), "detail": ("six",)})
    assert [word for _, word in encoder().words(item)] == ["one", "six", "two", "three"]


def test_unseen_words_differ_and_kindred_words_share_n_grams() -> None:
    grams = encoder(sizes=EncoderConfig()).grams
    shirt, shirts, skirt, other = (set(grams(w)) - {0} for w in ("셔츠", "티셔츠", "스커트", "zq"))
    assert shirt & shirts
    assert not shirt & other
    assert skirt != shirt


def test_words_are_folded_whatever_their_unicode_form() -> None:
    assert split_words(["ＳＬＩＭ Fit", "slim-FIT", "셔츠"]) == ["slim", "fit", "셔츠"]


def test_n_grams_stay_within_their_table_and_their_width() -> None:
    ids = encoder().grams("incomprehensibilities")
    assert ids.shape == (6,)
    assert ids.min() >= 1
    assert ids.max() <= 100
    assert not ids.flags.writeable


def test_encoding_is_the_same_in_another_process_with_another_hash_seed() -> None:
    program = (
        "from catalog.encoder import *; from catalog.schema import default_schema\n"
        "e = ItemEncoder(default_schema(), EncoderConfig())\n"
        'r = e.encode_json(\'{"clothes": {"color": "Black"}, '
        '"reinforced_feature_value": {"color": "먹색 charcoal"}}\')\n'
        "print(r.std_ids.tolist(), r.re_ids.tolist())"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]
    assert runs[0].startswith("[[[")


def test_more_values_than_fit_are_refused_by_name() -> None:
    item = Item(clothes={"color": ("Black", "White", "Red")})
    with pytest.raises(ItemError, match=r"clothes\.color: at most 2 values.*got 3"):
        encoder().encode([item])


def test_a_value_of_another_schema_is_refused_with_those_allowed() -> None:
    with pytest.raises(ItemError, match=r"clothes\.color: unknown value, got 'Teal' \(allowed: B"):
        encoder().encode([Item(clothes={"color": ("Teal",)})])


def test_a_field_of_another_schema_is_refused() -> None:
    with pytest.raises(ItemError, match=r"clothes\.size: unknown field"):
        encoder().encode([Item(clothes={"size": ("M",)})])
    with pytest.raises(ItemError, match=r"reinforced_feature_value\.name: unknown field"):
        encoder().encode([Item(reinforced={"name": ("x",)})])


@pytest.mark.parametrize("raw", [b"{", b"\xff\xfe", b"[" * 100_000, "nul"])
def test_what_is_no_json_is_refused(raw: bytes | str) -> None:
    with pytest.raises(ItemError, match="item: not JSON in UTF-8"):
        encoder().encode_json(raw)


@pytest.mark.parametrize("size", [0, -1, True, 1.5])
def test_sizes_out_of_range_are_refused_by_name(size: object) -> None:
    with pytest.raises(ValueError, match="encoder max_words is a whole number from 1"):
        EncoderConfig(max_words=size)  # type: ignore[arg-type]


def test_sizes_survive_json() -> None:
    assert EncoderConfig.from_json(SIZES.to_json()) == SIZES


def test_numbers_of_values_and_fields_bound_what_is_encoded() -> None:
    schema = default_schema()
    last_field = list(schema.standard)[-1]
    item = Item(
        clothes={last_field: (schema.standard[last_field][-1],)},
        reinforced={schema.reinforced[-1]: ("x",)},
    )
    whole = encoder(schema, EncoderConfig())
    std_ids, re_ids = whole.encode([item])
    assert std_ids.max() == whole.num_std_ids - 1 == 107
    assert re_ids[..., 0].max() == whole.num_fields - 1 == 6
    assert std_ids.dtype == re_ids.dtype == np.int32
