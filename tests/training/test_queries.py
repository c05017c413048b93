"""Questions: what is dropped, what stays, and that it is always the same."""

import hashlib
import json
import subprocess
import sys

import numpy as np
import pytest

from catalog.item import Item
from training.queries import Protocol, attribute_codes, drop_features, make_queries

SHIRT = Item(
    item_id="shirt",
    clothes={"color": ("White", "Blue"), "season": ("summer",), "category": ("top",)},
    reinforced={"name": ("Slim Oxford-Shirt, 슬림 셔츠",), "material": ("cotton", "linen mix")},
    image="images/shirt.jpg",
    metadata={"price": 10},
)


def many(num_items: int) -> list[Item]:
    return [
        Item(item_id=f"i{i}", clothes=SHIRT.clothes, reinforced=SHIRT.reinforced)
        for i in range(num_items)
    ]


def digest(items: list[Item], protocol: Protocol) -> str:
    queries = make_queries(items, [item.item_id for item in items], protocol)
    text = json.dumps([query.to_json() for query in queries.items])
    return hashlib.sha256(text.encode()).hexdigest()


def test_a_query_keeps_whole_fields_and_folded_words_and_nothing_else() -> None:
    query = drop_features(SHIRT, Protocol(drop_probability=0.0))
    assert query == Item(
        clothes=SHIRT.clothes,
        reinforced={"name": ("slim oxford shirt 슬림 셔츠",), "material": ("cotton linen mix",)},
    )


def test_each_field_and_each_word_is_dropped_about_every_second_time() -> None:
    queries = make_queries(many(2000), [f"i{i}" for i in range(2000)], Protocol())
    fields = [len(query.clothes) for query in queries.items]
    words = [sum(len(t.split()) for ts in q.reinforced.values() for t in ts) for q in queries.items]
    assert sum(fields) / 2000 == pytest.approx(1.5, abs=0.06)
    assert sum(words) / 2000 == pytest.approx(4.0, abs=0.1)
    assert {len(q.clothes["color"]) for q in queries.items if "color" in q.clothes} == {2}


def test_what_an_item_loses_depends_on_the_seed_and_its_own_id_alone() -> None:
    items = many(50)
    backwards = make_queries(items[::-1], ["i3", "i40"], Protocol())
    forwards = make_queries(items, ["i40", "i3"], Protocol())
    assert backwards.items == forwards.items[::-1]
    assert forwards.rows.tolist() == [3, 40]
    assert digest(items, Protocol(seed=0)) != digest(items, Protocol(seed=1))


def test_another_process_draws_the_same_queries() -> None:
    program = (
        "from tests.training.test_queries import digest, many\n"
        "from training.queries import Protocol\n"
        "print(digest(many(20), Protocol()))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert outputs == {digest(many(20), Protocol())}


def test_a_draw_that_leaves_nothing_is_made_again() -> None:
    bare = Item(item_id="bare", clothes={"color": ("White",)})
    for seed in range(20):
        query = drop_features(bare, Protocol(seed=seed))
        assert query is not None
        assert query.clothes == {"color": ("White",)}


@pytest.mark.parametrize("reinforced", [{}, {"name": ("!!", "—")}])
def test_an_item_without_features_asks_nothing(reinforced: dict[str, tuple[str, ...]]) -> None:
    nothing = Item(item_id="nothing", reinforced=reinforced)
    assert drop_features(nothing, Protocol()) is None
    queries = make_queries([nothing, SHIRT], ["nothing", "shirt"], Protocol())
    assert queries.rows.tolist() == [1]


def test_no_query_at_all_is_refused() -> None:
    nothing = Item(item_id="nothing")
    with pytest.raises(ValueError, match="no query: expected held-out items with features, got 1"):
        make_queries([nothing], ["nothing"], Protocol())


def test_a_held_out_item_that_the_catalogue_lacks_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"2 held-out items are not in the catalogue, such as 'a'"):
        make_queries([SHIRT], ["shirt", "b", "a"], Protocol())


def test_more_held_out_items_than_queries_are_drawn_with_the_seed() -> None:
    items = many(40)
    ids = [item.item_id for item in items]
    first = make_queries(items, ids, Protocol(max_queries=10))
    again = make_queries(items, ids, Protocol(max_queries=10))
    other = make_queries(items, ids, Protocol(max_queries=10, seed=1))
    assert len(first.items) == 10
    assert first.rows.tolist() == again.rows.tolist() == sorted(first.rows)
    assert first.rows.tolist() != other.rows.tolist()


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"drop_probability": 1.0}, "drop_probability is 0 to below 1, got 1.0"),
        ({"max_queries": 0}, "max_queries is positive, got 0"),
    ],
)
def test_a_protocol_that_cannot_be_is_refused(setting: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Protocol(**setting)  # type: ignore[arg-type]


def test_codes_number_the_values_of_each_field_and_pad_with_minus_one() -> None:
    fields = {"color": ("Blue", "White"), "season": ("summer",)}
    codes = attribute_codes([SHIRT, Item(item_id="bare")], fields)
    assert codes["color"].tolist() == [[1, 0], [-1, -1]]
    assert codes["season"].tolist() == [[0], [-1]]
    assert codes["color"].dtype == np.int32
