"""The next entries of an iterator made while the last ones are used: two cores instead of one.

What numpy and Arrow do, and what is written or hashed, goes on in both threads at once.
"""

from collections.abc import Iterable, Iterator
from queue import Full, Queue
from threading import Event, Thread
from typing import Generic, TypeVar

_T = TypeVar("_T")

_PATIENCE_S = 0.1
"""How long the thread waits before it looks whether anybody still wants more."""


def ahead(entries: Iterable[_T], depth: int = 1) -> Iterator[_T]:
    """All entries, in order, made in a thread of their own.

    The thread has ended when this does, whichever way: at the end, by an error of the entries,
    which is raised here, or because nobody wants more.

    Args:
        entries: nothing else may use it, or what it uses, meanwhile.
        depth: how many are made beyond the one in use, >= 1.
    """
    made = _Made(entries, depth)
    try:
        yield from made.taken()
    finally:
        made.end()


class _Made(Generic[_T]):
    def __init__(self, entries: Iterable[_T], depth: int) -> None:
        self._entries = entries
        # None says that nothing follows.
        self._ready: Queue[tuple[_T] | None] = Queue(depth)
        self._is_unwanted = Event()
        self._error: BaseException | None = None
        self._thread = Thread(target=self._make, name="ahead", daemon=True)
        self._thread.start()

    def taken(self) -> Iterator[_T]:
        while held := self._ready.get():
            yield held[0]
        if self._error:
            raise self._error

    def end(self) -> None:
        self._is_unwanted.set()
        self._thread.join()

    def _make(self) -> None:
        entries = iter(self._entries)
        try:
            for entry in entries:
                self._hand_over((entry,))
                if self._is_unwanted.is_set():
                    break
            # A generator's own `finally` runs here, where the rest of it ran.
            if close := getattr(entries, "close", None):
                close()
        # Whatever it is, it is raised where the entries are used.
        except BaseException as error:  # noqa: BLE001
            self._error = error
        self._hand_over(None)

    def _hand_over(self, held: tuple[_T] | None) -> None:
        while not self._is_unwanted.is_set():
            try:
                self._ready.put(held, timeout=_PATIENCE_S)
                return
            except Full:
                continue
