"""Items that say the same of themselves, under different ids."""

from collections.abc import Hashable

_SHOWN_GROUPS = 20
_SHOWN_IDS = 10


class Groups:
    """Ids by what they have in common, in bounded memory: a digest and an id for each value."""

    def __init__(self) -> None:
        self._first: dict[Hashable, str] = {}
        self._more: dict[Hashable, list[str]] = {}
        self._num_more: dict[Hashable, int] = {}

    def add(self, key: Hashable, item_id: str) -> None:
        """Another id with this value."""
        if key not in self._first:
            self._first[key] = item_id
            return
        self._num_more[key] = self._num_more.get(key, 0) + 1
        more = self._more.setdefault(key, [])
        if len(more) < _SHOWN_IDS - 1:
            more.append(item_id)

    def to_json(self) -> dict[str, object]:
        """`groups` of more than one id, ids beyond the first of each as `extra`, `examples`."""
        largest = sorted(self._num_more, key=lambda key: -self._num_more[key])[:_SHOWN_GROUPS]
        return {
            "groups": len(self._num_more),
            "extra": sum(self._num_more.values()),
            "examples": [
                {"count": self._num_more[key] + 1, "ids": [self._first[key], *self._more[key]]}
                for key in largest
            ],
        }
