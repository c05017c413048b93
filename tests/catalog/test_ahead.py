"""Entries that are made ahead, in a thread that ends with whoever uses them."""

import threading
from collections.abc import Iterator

import pytest

from catalog.ahead import ahead


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "ahead"]


@pytest.mark.parametrize("depth", [1, 3])
@pytest.mark.parametrize("num", [0, 1, 100])
def test_all_entries_come_in_order(depth: int, num: int) -> None:
    assert list(ahead(iter(range(num)), depth)) == list(range(num))
    assert list(ahead([None, 0, ""], depth)) == [None, 0, ""]
    assert threads() == []


def test_the_next_entry_is_made_while_the_last_one_is_used() -> None:
    made = [threading.Event() for _ in range(3)]

    def entries() -> Iterator[int]:
        for number, event in enumerate(made):
            event.set()
            yield number

    for number in ahead(entries()):
        assert made[min(number + 1, 2)].wait(timeout=10)


def test_an_error_is_raised_after_what_came_before_it() -> None:
    def entries() -> Iterator[int]:
        yield 1
        yield 2
        raise ValueError("row 3 cannot be read")

    some = ahead(entries())
    assert [next(some), next(some)] == [1, 2]
    with pytest.raises(ValueError, match="row 3 cannot be read"):
        next(some)
    assert threads() == []


def test_who_stops_early_ends_the_thread_and_closes_the_entries() -> None:
    closed = []

    def entries() -> Iterator[int]:
        try:
            yield from range(1_000_000)
        finally:
            closed.append(threading.current_thread().name)

    for number in (some := ahead(entries())):
        if number == 2:
            break
    some.close()  # type: ignore[attr-defined]
    assert closed == ["ahead"]
    assert threads() == []


def test_an_error_of_the_user_ends_the_thread_too() -> None:
    def use() -> None:
        for _ in ahead(iter(range(1_000_000))):
            raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError, match="the disk is full"):
        use()
    assert threads() == []
