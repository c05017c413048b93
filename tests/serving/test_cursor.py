"""Cursors come back as they went out, and only to the list that gave them out."""

import base64

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.cursor import (
    query_digest,
    read_cursor,
    read_position,
    write_cursor,
    write_position,
)
from serving.errors import InvalidCursor
from serving.protocols import CursorState

DIGEST = query_digest("search", ["black shirt", None, None, None])
VECTOR = np.array([0.6, -0.8, 0.0], dtype=np.float16).astype(np.float32)
STATE = CursorState(generation="g0001", vector=VECTOR, seen=("a/b", "셔츠"), after=(0.1, "sku-1"))


def test_a_cursor_comes_back_as_it_went_out() -> None:
    found = read_cursor(write_cursor(DIGEST, STATE), DIGEST)
    assert (found.generation, found.seen, found.after) == ("g0001", STATE.seen, STATE.after)
    np.testing.assert_array_equal(found.vector, VECTOR)
    assert found.vector.dtype == np.float32


@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.text().filter(lambda text: text.isprintable()),
)
def test_scores_and_ids_come_back_to_the_last_bit(score: float, item_id: str) -> None:
    state = CursorState(generation="g0001", vector=VECTOR, after=(score, item_id))
    assert read_cursor(write_cursor(DIGEST, state), DIGEST).after == (score, item_id)


def test_a_cursor_is_plain_text_for_an_address() -> None:
    cursor = write_cursor(DIGEST, STATE)
    assert cursor.replace("-", "").replace("_", "").isalnum()


def test_the_same_query_has_the_same_digest_whatever_the_order_of_its_keys() -> None:
    one = query_digest("search", [{"clothes.color": "Black", "metadata.price": 1}])
    two = query_digest("search", [{"metadata.price": 1, "clothes.color": "Black"}])
    assert one == two
    assert one != query_digest("recommend", [{"clothes.color": "Black", "metadata.price": 1}])


def test_a_cursor_of_another_query_is_refused() -> None:
    with pytest.raises(InvalidCursor) as caught:
        read_cursor(write_cursor(DIGEST, STATE), query_digest("search", ["white"]))
    assert str(caught.value) == (
        "cursor: it belongs to another query; leave it out to start from the first page"
    )
    assert caught.value.field == "cursor"
    assert caught.value.status == 400


@pytest.mark.parametrize("at", [0, 5, 20, -1])
def test_a_cursor_with_a_changed_letter_is_refused(at: int) -> None:
    letters = list(write_cursor(DIGEST, STATE))
    letters[at] = "A" if letters[at] != "A" else "B"
    with pytest.raises(InvalidCursor, match=r"^cursor: it (is damaged|is no cursor)"):
        read_cursor("".join(letters), DIGEST)


@pytest.mark.parametrize("cursor", ["", "x", "not a cursor", "===", "ü", "A" * 300_000, "{}"])
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidCursor, match=r"^cursor: it is (no cursor|damaged); leave it out"):
        read_cursor(cursor, DIGEST)


@pytest.mark.parametrize(
    "changes",
    [
        {"v": ""},
        {"v": "!!"},
        {"v": base64.b64encode(np.array([np.nan], dtype="<f2").tobytes()).decode()},
        {"v": base64.b64encode(b"odd").decode()},
        {"v": None},
        {"a": ["high", "sku-1"]},
        {"a": [1.0]},
        {"s": 3},
        {"s": [7]},
        {"s": ["a\x00"]},
        {"a": [1.0, "a\x00"]},
    ],
)
def test_a_forged_cursor_is_refused_and_not_believed(changes: dict[str, object]) -> None:
    good: dict[str, object] = {"q": DIGEST, "g": "g0001", "v": "AAA=", "s": [], "a": None}
    with pytest.raises(InvalidCursor, match=r"^cursor: it cannot be read"):
        read_cursor(forged({**good, **changes}), DIGEST)


@pytest.mark.parametrize("payload", [b"[]", b"3", b"nothing", b""])
def test_a_forged_cursor_that_is_no_object_is_refused(payload: bytes) -> None:
    from serving.cursor import _checksum

    cursor = base64.urlsafe_b64encode(_checksum(payload) + payload).rstrip(b"=").decode()
    with pytest.raises(InvalidCursor, match=r"^cursor: it is no cursor"):
        read_cursor(cursor, DIGEST)


def test_a_position_comes_back_for_its_own_list_only() -> None:
    cursor = write_position("items", "g0001", "신발/1")
    assert read_position(cursor, "items") == "신발/1"
    with pytest.raises(InvalidCursor, match=r"^cursor: it belongs to another list"):
        read_position(cursor, "others")
    with pytest.raises(InvalidCursor, match=r"^cursor: it belongs to another list"):
        read_position(write_cursor(DIGEST, STATE), "items")


def test_a_forged_position_is_refused_and_not_believed() -> None:
    with pytest.raises(InvalidCursor, match=r"^cursor: it cannot be read"):
        read_position(forged({"q": "items", "a": "x\x00"}), "items")


def forged(record: dict[str, object]) -> str:
    from serving.cursor import _sealed

    assert orjson.dumps(record)
    return _sealed(record)
