"""Views: what is dropped is gone, what is kept is untouched, and drawing is repeatable."""

import numpy as np
import pytest

from catalog.encoder import EncoderConfig, ItemEncoder
from catalog.item import Item
from catalog.schema import Schema
from training.data import EncodedCatalogue, encode_catalogue
from training.views import DropMask, ViewConfig, cut_views, draw_mask

SCHEMA = Schema(
    standard={"color": ("Black", "White"), "season": ("summer",)}, reinforced=("title",)
)
ENCODER = ItemEncoder(SCHEMA, EncoderConfig(max_words=5, max_grams=6, num_buckets=50))
ITEMS = [
    Item(
        item_id="a",
        clothes={"color": ("Black", "White")},
        reinforced={"title": ("slim oxford shirt",)},
    ),
    Item(item_id="b", clothes={"season": ("summer",)}, reinforced={"title": ("shirt",)}),
    Item(item_id="c"),
]


def catalogue() -> EncodedCatalogue:
    return encode_catalogue(ITEMS, ENCODER)


def keep_all() -> DropMask:
    return DropMask(np.ones((3, 2), bool), np.ones((3, 3), bool), np.ones((3, 1), bool))


def test_words_are_held_once_and_columns_are_as_few_as_can_be() -> None:
    items = catalogue()
    assert items.std_ids.shape == (3, 2, 2)
    assert items.word_rows.tolist() == [[1, 2, 3], [3, 0, 0], [0, 0, 0]]
    assert items.field_ids.tolist() == [[2, 2, 2], [2, 0, 0], [0, 0, 0]]
    assert len(items.grams) == 4
    assert not items.grams[0].any()


def test_a_view_that_drops_nothing_is_the_item_as_encoded() -> None:
    view = cut_views(catalogue(), [keep_all()])
    std_ids, re_ids = ENCODER.encode(ITEMS)
    words = view.grams[view.word_rows]
    assert (view.std_ids == std_ids[:, :, :2]).all()
    assert (view.field_ids == re_ids[:, :3, 0]).all()
    assert (words == re_ids[:, :3, 1:]).all()


def test_what_is_dropped_is_gone_and_the_rest_moves_up() -> None:
    mask = keep_all()
    mask.fields[0, 0] = False
    mask.words[0, 1] = False
    view = cut_views(catalogue(), [mask])
    assert not view.std_ids[0].any()
    kept = [view.grams[row].tolist() for row in view.word_rows[0]]
    assert kept == [ENCODER.grams("slim").tolist(), ENCODER.grams("shirt").tolist()]


def test_an_untagged_view_has_words_of_no_field() -> None:
    mask = keep_all()
    mask.tags[0] = False
    view = cut_views(catalogue(), [mask])
    assert view.field_ids.tolist() == [[1, 1, 1], [2, 0, 0], [0, 0, 0]]


def test_views_of_several_masks_follow_each_other_and_share_words() -> None:
    views = cut_views(catalogue(), [keep_all(), keep_all()])
    assert len(views.std_ids) == 6
    assert len(views.grams) == 4
    assert (views.word_rows[:3] == views.word_rows[3:]).all()


def test_drawing_depends_on_the_generator_alone_and_keeps_the_rate() -> None:
    config = ViewConfig(field_drop=0.3, word_drop=0.7, untagged=0.0)
    one, again = (draw_mask(np.random.default_rng([0, 1]), config, 500, 20, 20) for _ in "ab")
    assert all((a == b).all() for a, b in zip(one, again, strict=True))
    assert one.fields.mean() == pytest.approx(0.7, abs=0.02)
    assert one.words.mean() == pytest.approx(0.3, abs=0.02)
    assert one.tags.all()


@pytest.mark.parametrize("rate", [-0.1, 1.0])
def test_a_rate_out_of_range_is_refused_by_name(rate: float) -> None:
    with pytest.raises(ValueError, match="view word_drop is a rate from 0 to below 1"):
        ViewConfig(word_drop=rate)


def test_an_empty_catalogue_is_refused() -> None:
    with pytest.raises(ValueError, match="the catalogue has no items"):
        encode_catalogue([], ENCODER)
