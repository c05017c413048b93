"""Views: what is dropped is gone, what is kept is untouched, and drawing is repeatable."""

import numpy as np
import pytest

from catalog.encoder import EncoderConfig, ItemEncoder
from catalog.item import Item
from catalog.schema import Schema
from training.data import EncodedCatalogue, encode_catalogue
from training.views import DropMask, ViewBatch, ViewConfig, cut_views, draw_mask

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


def test_values_are_held_once_with_their_field() -> None:
    items = catalogue()
    assert items.value_rows.tolist() == [[1, 0], [0, 2], [0, 0]]
    black, white = ENCODER.std_id["color"].values()
    (summer,) = ENCODER.std_id["season"].values()
    assert items.values.tolist() == [[0, 0, 0], [0, black, white], [1, summer, 0]]


def std_ids(view: ViewBatch) -> list[list[list[int]]]:
    """Field and values of each set of values of each view."""
    rows = [[row for row in rows if row] for rows in view.value_rows.tolist()]
    return [view.values[row].tolist() for row in rows]


def re_ids(view: ViewBatch) -> list[list[list[int]]]:
    """Field and n-grams of each word of each view."""
    rows = [view.tagged[[row for row in rows if row]] for rows in view.word_rows.tolist()]
    return [[[field, *view.grams[word].tolist()] for field, word in row] for row in rows]


def test_a_view_that_drops_nothing_is_the_item_as_encoded() -> None:
    view = cut_views(catalogue(), [keep_all()])
    encoded = ENCODER.encode(ITEMS)
    sets = [
        [[s, *ids[:2]] for s, ids in enumerate(item) if any(ids)]
        for item in encoded.std_ids.tolist()
    ]
    words = [[word for word in item if any(word)] for item in encoded.re_ids.tolist()]
    assert std_ids(view) == sets
    assert re_ids(view) == words


def test_what_is_dropped_is_gone_and_the_rest_moves_up() -> None:
    mask = keep_all()
    mask.fields[0, 0] = False
    mask.words[0, 1] = False
    view = cut_views(catalogue(), [mask])
    assert not view.value_rows[0].any()
    kept = [[2, *ENCODER.grams(word).tolist()] for word in ("slim", "shirt")]
    assert re_ids(view)[0] == kept


def test_an_untagged_view_has_words_of_no_field() -> None:
    mask = keep_all()
    mask.tags[0] = False
    view = cut_views(catalogue(), [mask])
    fields = [[word[0] for word in item] for item in re_ids(view)]
    assert fields == [[1, 1, 1], [2], []]
    tagged, untagged = view.word_rows[1, 0], view.word_rows[0, 2]
    assert view.tagged[tagged, 1] == view.tagged[untagged, 1], "the word itself is held once"


def test_views_of_several_masks_follow_each_other_and_share_words() -> None:
    views = cut_views(catalogue(), [keep_all(), keep_all()])
    assert len(views.word_rows) == len(views.value_rows) == 6
    assert len(views.grams) == 4
    assert (views.word_rows[:3] == views.word_rows[3:]).all()
    assert (views.value_rows[:3] == views.value_rows[3:]).all()


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
