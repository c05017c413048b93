"""In-memory implementations of the service's protocols, for tests and for the page's demo.

They keep the promises of `serving.protocols` and are not made to be fast. Setting `fault` on one
makes its every operation raise that error, as a part that is down does.
"""

import itertools
import time
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime

import numpy as np

from catalog.item import Item
from catalog.objects import ObjectMissing
from catalog.schema import Schema, default_schema
from serving.errors import GenerationChanged, GenerationMismatch, NotReady, Refused, ServiceError
from serving.filters import matches
from serving.protocols import (
    CursorState,
    Deleted,
    EmbeddingFailure,
    Filters,
    GenerationInfo,
    GenerationInUse,
    Hit,
    Listing,
    Lookup,
    Page,
    Query,
    StoredVectors,
    Upserted,
    Vector,
)
from serving.words import item_words, query_words

DIMENSION = 32
REFUSED_WORD = "unencodable"
"""An item with this word is refused by the fake encoder."""


def generation_in_use(number: int = 1, schema: Schema | None = None) -> GenerationInUse:
    """A generation with an endpoint and the default schema."""
    return GenerationInUse(
        generation=f"g{number:04d}",
        schema=schema or default_schema(),
        dimension=DIMENSION,
        endpoint=f"127.0.0.1:{9000 + number}",
    )


class FakeEmbedder:
    """Sums a direction for each value and word; items that share words are near each other."""

    def __init__(self) -> None:
        self.fault: ServiceError | None = None
        self.gone: set[str | None] = set()
        """Endpoints where nobody listens any more."""
        self.num_embedded = 0
        self.asked: list[GenerationInUse] = []

    async def embed(
        self, items: Sequence[Item], generation: GenerationInUse
    ) -> list[Vector | EmbeddingFailure]:
        """See `Embedder.embed`."""
        self.asked.append(generation)
        if self.fault:
            raise self.fault
        if generation.endpoint in self.gone:
            raise Refused("Triton", f"{generation.endpoint} cannot be reached")
        self.num_embedded += len(items)
        return [_embed(item, generation) for item in items]

    async def check(self, generation: GenerationInUse) -> None:
        """See `Embedder.check`."""
        if self.fault:
            raise self.fault


class FakeStore:
    """Items and vectors in dictionaries."""

    def __init__(self, in_use: GenerationInUse | None = None) -> None:
        self.fault: ServiceError | None = None
        self.before_upsert: Callable[[], None] = lambda: None
        """Called when a write begins; may switch the generation, or raise."""
        self.generation = in_use
        self.items: dict[str, Item] = {}
        self.stored: dict[str, Vector] = {}
        self.calls: list[str] = []

    def switch(self, in_use: GenerationInUse) -> None:
        """Promote another generation, with all items embedded by it."""
        self.generation = in_use
        for item_id, item in self.items.items():
            vector = _embed(item, in_use)
            assert not isinstance(vector, EmbeddingFailure)
            self.stored[item_id] = vector

    async def in_use(self) -> GenerationInUse:
        """See `Store.in_use`."""
        return self._begin("in_use")

    async def generations(self) -> list[GenerationInfo]:
        """See `Store.generations`."""
        if self.fault:
            raise self.fault
        if self.generation is None:
            return []
        now = datetime(2026, 1, 1, tzinfo=UTC)
        return [
            GenerationInfo(
                generation=self.generation.generation,
                state="indexed",
                is_in_use=True,
                is_previous=False,
                dimension=self.generation.dimension,
                metrics={"model": {"recall@10": {"value": 0.87}}},
                reason=None,
                created_at=now,
                updated_at=now,
            )
        ]

    async def get(self, item_ids: Sequence[str]) -> Lookup:
        """See `Store.get`."""
        generation = self._begin("get").generation
        found = {item_id: self.items[item_id] for item_id in item_ids if item_id in self.items}
        return Lookup(generation=generation, items=found)

    async def list_items(
        self, limit: int, after: str | None = None, filters: Filters | None = None
    ) -> Listing:
        """See `Store.list_items`."""
        generation = self._begin("list_items").generation
        passing = [key for key, item in self.items.items() if matches(filters or Filters(), item)]
        ids = [item_id for item_id in sorted(passing) if after is None or item_id > after]
        page = tuple(self.items[item_id] for item_id in ids[:limit])
        return Listing(generation=generation, items=page, is_last=len(ids) <= limit)

    async def vectors(self, item_ids: Sequence[str], generation: str) -> StoredVectors:
        """See `Store.vectors`."""
        in_use = self._begin("vectors").generation
        if generation != in_use:
            raise GenerationMismatch(f"{in_use} is in use, not {generation}")
        found = {item_id: self.stored[item_id] for item_id in item_ids if item_id in self.stored}
        return StoredVectors(generation=generation, vectors=found)

    async def upsert(
        self, items: Sequence[Item], vectors: Sequence[Vector], generation: str
    ) -> Upserted:
        """See `Store.upsert`."""
        self.before_upsert()
        in_use = self._begin("upsert").generation
        if generation != in_use:
            raise GenerationChanged(f"{in_use} is in use, the vectors are of {generation}")
        changed = [item for item in items if self.items.get(item.item_id) != item]
        for item, vector in zip(items, vectors, strict=True):
            self.items[item.item_id] = item
            self.stored[item.item_id] = vector
        return Upserted(
            generation=in_use,
            num_changed=len(changed),
            num_unchanged=len(items) - len(changed),
        )

    async def delete(self, item_ids: Sequence[str]) -> Deleted:
        """See `Store.delete`."""
        generation = self._begin("delete").generation
        gone = tuple(item_id for item_id in item_ids if self.items.pop(item_id, None))
        for item_id in gone:
            del self.stored[item_id]
        return Deleted(generation=generation, item_ids=gone)

    async def search(self, query: Query, cursor: CursorState | None = None) -> Page:
        """See `Store.search`."""
        in_use = self._begin("search")
        if query.generation != in_use.generation:
            raise GenerationMismatch(f"{in_use.generation} is in use, not {query.generation}")
        vector = (cursor.vector if cursor else query.vector).astype(np.float16).astype(np.float32)
        ranked = sorted(self._scored(query, vector), key=lambda hit: (-hit.score, hit.item.item_id))
        if cursor and cursor.after:
            score, item_id = cursor.after
            ranked = [h for h in ranked if (-h.score, h.item.item_id) > (-score, item_id)]
        hits = tuple(ranked[: query.k])
        following = None
        if len(ranked) > query.k:
            last = (hits[-1].score, hits[-1].item.item_id)
            following = CursorState(generation=in_use.generation, vector=vector, after=last)
        return Page(generation=in_use.generation, hits=hits, next=following)

    async def ping(self) -> None:
        """See `Store.ping`."""
        if self.fault:
            raise self.fault

    def pool_use(self) -> Mapping[str, int]:
        """See `Store.pool_use`."""
        return {"size": 4, "available": 3, "waiting": 0, "max": 16}

    def _begin(self, name: str) -> GenerationInUse:
        self.calls.append(name)
        if self.fault:
            raise self.fault
        if self.generation is None:
            raise NotReady("PostgreSQL", "no generation is in use; run the pipeline")
        return self.generation

    def _scored(self, query: Query, vector: Vector) -> Iterable[Hit]:
        wanted = query_words(query.text) if query.text else []
        for item_id, item in self.items.items():
            if item_id in query.exclude or not matches(query.filters, item):
                continue
            score = float(vector @ self.stored[item_id])
            if wanted:
                held = item_words(item)
                found = sum(any(word.startswith(ask) for word in held) for ask in wanted)
                weight = query.vector_weight
                score = weight * score + (1 - weight) * found / len(wanted)
            yield Hit(item=item, score=score)


class FakeObjects:
    """Blobs in a dictionary."""

    def __init__(self, blobs: Mapping[str, bytes] | None = None) -> None:
        self.fault: Exception | None = None
        self.delay_s = 0.0
        """How long every answer takes."""
        self.blobs = dict(blobs or {})

    def get(self, key: str) -> bytes:
        """The blob of a key."""
        time.sleep(self.delay_s)
        if self.fault:
            raise self.fault
        if key not in self.blobs:
            raise ObjectMissing(f"no object {key!r}")
        return self.blobs[key]


def _embed(item: Item, generation: GenerationInUse) -> Vector | EmbeddingFailure:
    paths = {f"clothes.{name}": values for name, values in item.clothes.items()}
    paths |= {f"reinforced_feature_value.{name}": texts for name, texts in item.reinforced.items()}
    for path, values in paths.items():
        if REFUSED_WORD in _words(values):
            return EmbeddingFailure(reason=f"{path}: no code, got {REFUSED_WORD!r}")
    words = _words(itertools.chain.from_iterable(paths.values()))
    total = np.full(DIMENSION, 1e-3, dtype=np.float32)
    for word in words:
        total += _direction(f"{generation.generation}/{word}")
    return np.asarray(total / np.linalg.norm(total), dtype=np.float32)


def _words(values: Iterable[str]) -> list[str]:
    return [word for value in values for word in value.casefold().split()]


def _direction(word: str) -> Vector:
    draw = np.random.default_rng(zlib.crc32(word.encode()))
    return draw.standard_normal(DIMENSION).astype(np.float32)
