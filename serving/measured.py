"""A store whose operations are measured; what they do is another store's business."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager

from catalog.item import Item
from serving.protocols import (
    CursorState,
    Deleted,
    Filters,
    GenerationInfo,
    GenerationInUse,
    Listing,
    Lookup,
    Page,
    Query,
    Store,
    StoredVectors,
    Upserted,
    Vector,
)


class MeasuredStore:
    """The protocol `Store`, each operation measured under its own name.

    Args:
        store: does the work.
        around: gives what is entered around an operation, by its name.
    """

    def __init__(self, store: Store, around: Callable[[str], AbstractContextManager[None]]) -> None:
        self._store = store
        self._around = around

    async def in_use(self) -> GenerationInUse:
        """See `Store.in_use`."""
        with self._around("in_use"):
            return await self._store.in_use()

    async def generations(self) -> list[GenerationInfo]:
        """See `Store.generations`."""
        with self._around("generations"):
            return await self._store.generations()

    async def get(self, item_ids: Sequence[str]) -> Lookup:
        """See `Store.get`."""
        with self._around("get"):
            return await self._store.get(item_ids)

    async def list_items(
        self, limit: int, after: str | None = None, filters: Filters | None = None
    ) -> Listing:
        """See `Store.list_items`."""
        with self._around("list_items"):
            return await self._store.list_items(limit, after, filters)

    async def vectors(self, item_ids: Sequence[str], generation: str) -> StoredVectors:
        """See `Store.vectors`."""
        with self._around("vectors"):
            return await self._store.vectors(item_ids, generation)

    async def upsert(
        self, items: Sequence[Item], vectors: Sequence[Vector], generation: str
    ) -> Upserted:
        """See `Store.upsert`."""
        with self._around("upsert"):
            return await self._store.upsert(items, vectors, generation)

    async def delete(self, item_ids: Sequence[str]) -> Deleted:
        """See `Store.delete`."""
        with self._around("delete"):
            return await self._store.delete(item_ids)

    async def search(self, query: Query, cursor: CursorState | None = None) -> Page:
        """See `Store.search`."""
        with self._around("search"):
            return await self._store.search(query, cursor)

    async def ping(self) -> None:
        """See `Store.ping`."""
        with self._around("ping"):
            await self._store.ping()

    def pool_use(self) -> Mapping[str, int]:
        """See `Store.pool_use`."""
        return self._store.pool_use()
