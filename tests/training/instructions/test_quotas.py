"""Equal shares, and how a cell's pairs are handed out to its items."""

from hypothesis import given
from hypothesis import strategies as st

from training.instructions.quotas import Allotment, fair_shares


def test_shares_are_equal_where_there_is_room_for_all() -> None:
    assert fair_shares(10, {"a": 50, "b": 50, "c": 50}) == {"a": 3, "b": 3, "c": 4}


def test_what_a_full_cell_cannot_take_goes_to_the_others() -> None:
    assert fair_shares(30, {"a": 2, "b": 100, "c": 100}) == {"a": 2, "b": 14, "c": 14}


@given(st.integers(0, 500), st.dictionaries(st.integers(), st.integers(0, 60), max_size=12))
def test_shares_never_exceed_the_room_and_add_up(wanted: int, room: dict[int, int]) -> None:
    shares = fair_shares(wanted, room)
    assert all(0 <= shares[key] <= room[key] for key in room)
    assert sum(shares.values()) == min(wanted, sum(room.values()))
    spare = [shares[key] for key in room if shares[key] < room[key]]
    assert not spare or max(shares.values()) <= min(spare) + 1


def test_an_item_that_made_fewer_leaves_them_to_the_next() -> None:
    allotment = Allotment(6, 3, 4)
    assert allotment.next() == 2
    allotment.made += 0
    assert allotment.next() == 4
    allotment.made += 4
    assert allotment.next() == 2


def test_no_item_has_more_than_the_most() -> None:
    allotment = Allotment(100, 2, 3)
    assert allotment.next() == 3
