"""A store that times its operations; what they do is another store's business."""

from collections.abc import Mapping, Sequence

from catalog.item import Item
from serving.metrics import Metrics
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
    """The protocol `Store`, each operation timed under its own name."""

    def __init__(self, store: Store, metrics: Metrics) -> None:
        self._store = store
        self._metrics = metrics

    async def in_use(self) -> GenerationInUse:
        """See `Store.in_use`."""
        with self._metrics.database("in_use"):
            return await self._store.in_use()

    async def generations(self) -> list[GenerationInfo]:
        """See `Store.generations`."""
        with self._metrics.database("generations"):
            return await self._store.generations()

    async def get(self, item_ids: Sequence[str]) -> Lookup:
        """See `Store.get`."""
        with self._metrics.database("get"):
            return await self._store.get(item_ids)

    async def list_items(
        self, limit: int, after: str | None = None, filters: Filters | None = None
    ) -> Listing:
        """See `Store.list_items`."""
        with self._metrics.database("list_items"):
            return await self._store.list_items(limit, after, filters)

    async def vectors(self, item_ids: Sequence[str]) -> StoredVectors:
        """See `Store.vectors`."""
        with self._metrics.database("vectors"):
            return await self._store.vectors(item_ids)

    async def upsert(
        self, items: Sequence[Item], vectors: Sequence[Vector], generation: str
    ) -> Upserted:
        """See `Store.upsert`."""
        with self._metrics.database("upsert"):
            return await self._store.upsert(items, vectors, generation)

    async def delete(self, item_ids: Sequence[str]) -> Deleted:
        """See `Store.delete`."""
        with self._metrics.database("delete"):
            return await self._store.delete(item_ids)

    async def search(self, query: Query, cursor: CursorState | None = None) -> Page:
        """See `Store.search`."""
        with self._metrics.database("search"):
            return await self._store.search(query, cursor)

    async def ping(self) -> None:
        """See `Store.ping`."""
        with self._metrics.database("ping"):
            await self._store.ping()

    def pool_use(self) -> Mapping[str, int]:
        """See `Store.pool_use`."""
        return self._store.pool_use()
