"""What the HTTP API needs of the outside world: one embedder and one store.

The API and the recommender know these two protocols and no database or inference server. The real
ones are `serving.store.PostgresStore` and the Triton client; tests pass in-memory ones.

Both are async and raise only the exceptions of `serving.errors`:

* `InvalidRequest`: the caller's input (names field, got and allowed);
* `GenerationChanged` (a write) and `GenerationMismatch` (a search), both `Conflict`: the generation
  in use is not the one the vectors were made with. For a write or a first page: read `in_use()`
  again, embed again, try again (a bounded number of times). For a cursor: tell the caller to start
  from the first page;
* `Unavailable` and those below it: the database or Triton does not answer; `NotReady` (part
  "generation") where no generation is in use yet.

Vectors are float32 arrays of shape [D], unit length. `D` is `GenerationInUse.dimension`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from catalog.item import Item
from catalog.schema import Schema
from serving.conditions import NO_FILTERS
from serving.conditions import Filters as Filters

Vector = NDArray[np.float32]
"""One embedding, float32 [D], unit length."""

MAX_K = 200
"""Most items one page may have."""

MAX_EXCLUDED = 1_000
"""Most ids one query may leave out."""

MAX_BATCH = 1_000
"""Most items one `Store.upsert` takes; longer streams are cut by the caller."""


@dataclass(frozen=True, kw_only=True)
class GenerationInUse:
    """The generation that answers now."""

    generation: str
    """Its id, such as `g0001`."""
    schema: Schema
    """Fields and values its encoder knows: items and filters are checked against it."""
    dimension: int
    """Values in a vector."""
    endpoint: str | None
    """`host:port` of its Triton's gRPC, or None while none is known (embedding is unavailable)."""


@dataclass(frozen=True, kw_only=True)
class GenerationInfo:
    """One line of the list of generations, newest first."""

    generation: str
    state: str
    """building, staged, published, indexed, retired or refused."""
    is_in_use: bool
    is_previous: bool
    """Whether a rollback would go to this one."""
    dimension: int | None
    metrics: Mapping[str, object] | None
    reason: str | None
    """Why it was refused or retired."""
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, kw_only=True)
class CursorState:
    """Where a list goes on. The API turns it into an opaque string, with a digest of the query."""

    generation: str
    vector: Vector
    """The query vector of the first page (rounded to half precision): later pages use this very
    one, since embedding the query again could move scores by a rounding error."""
    seen: tuple[str, ...] = ()
    """Ids of a first page that came from the approximate index; later pages leave them out."""
    after: tuple[float, str] | None = None
    """Score and id of the last item given in exact order; None right after such a first page."""


@dataclass(frozen=True, kw_only=True)
class Query:
    """What to look for: the items nearest to a vector, and for text also those with its words."""

    generation: str
    """The generation that made `vector`."""
    vector: Vector
    """Unit length; with a cursor: `cursor.vector`."""
    k: int
    """Items wanted, 1..MAX_K."""
    filters: Filters = NO_FILTERS
    exclude: tuple[str, ...] = ()
    """Ids that must not be in the answer, at most MAX_EXCLUDED."""
    text: str | None = None
    """The words of a text query: score = vector_weight * cosine + (1 - vector_weight) * share of
    the words found in the item. None: score = cosine."""
    vector_weight: float = 0.5
    """Weight of the cosine in a text query, 0..1."""


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One item of an answer."""

    item: Item
    score: float
    """Cosine similarity to the query, -1..1 (or the mix above); higher is nearer."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page of an answer, best first, ties by item_id."""

    generation: str
    hits: tuple[Hit, ...]
    """Exactly k whenever k items are left."""
    next: CursorState | None
    """None: this was the last page."""


@dataclass(frozen=True, kw_only=True)
class Lookup:
    """Items by id, with the generation in use at the same instant."""

    generation: str
    items: Mapping[str, Item]
    """Those that exist; unknown ids are left out."""


@dataclass(frozen=True, kw_only=True)
class Listing:
    """One page of all items by id, in the order of `item_id COLLATE "C"`."""

    generation: str
    items: tuple[Item, ...]
    """Exactly `limit` whenever that many are left."""
    is_last: bool
    """Whether no item comes after these."""


@dataclass(frozen=True, kw_only=True)
class StoredVectors:
    """Vectors by id, with the generation they belong to."""

    generation: str
    vectors: Mapping[str, Vector]
    """Those that exist; unknown ids are left out."""


@dataclass(frozen=True, kw_only=True)
class Upserted:
    """What a write did."""

    generation: str
    num_changed: int
    """Items that are new or whose content changed; the others were there already."""
    num_unchanged: int


@dataclass(frozen=True, kw_only=True)
class Deleted:
    """What a deletion did."""

    generation: str
    item_ids: tuple[str, ...]
    """Those that existed and are gone now."""


@dataclass(frozen=True, kw_only=True)
class EmbeddingFailure:
    """Why one item of a batch has no vector; the others have theirs."""

    reason: str


class Embedder(Protocol):
    """Turns items into vectors."""

    async def embed(
        self, items: Sequence[Item], generation: GenerationInUse
    ) -> list[Vector | EmbeddingFailure]:
        """One vector or one failure for each item, in order.

        Raises:
            Unavailable: the generation's Triton does not answer or has no endpoint.
        """
        ...

    async def check(self, generation: GenerationInUse) -> None:
        """Return if the generation's Triton has its models loaded and answers as that generation.

        Raises:
            Unavailable: it does not; says what is missing and what to do.
        """
        ...


class Store(Protocol):
    """Keeps items and vectors, finds the nearest. Every answer comes from one snapshot."""

    async def in_use(self) -> GenerationInUse:
        """The generation that answers now.

        Raises:
            NotReady: no generation was promoted yet.
            Unavailable: the database does not answer.
        """
        ...

    async def generations(self) -> list[GenerationInfo]:
        """All generations, newest first (empty before the first)."""
        ...

    async def get(self, item_ids: Sequence[str]) -> Lookup:
        """Items by id."""
        ...

    async def list_items(
        self, limit: int, after: str | None = None, filters: Filters | None = None
    ) -> Listing:
        """The first `limit` items that pass the filters, or those whose id comes after `after`."""
        ...

    async def vectors(self, item_ids: Sequence[str], generation: str) -> StoredVectors:
        """Stored vectors of the generation in use, by id; the recommender starts from these.

        Raises:
            GenerationMismatch: `generation` is not the one in use.
        """
        ...

    async def upsert(
        self, items: Sequence[Item], vectors: Sequence[Vector], generation: str
    ) -> Upserted:
        """Write items and their vectors in one transaction; writing the same again changes nothing.

        Args:
            items: at most MAX_BATCH, each id once.
            vectors: one for each item, made by `generation`.
            generation: must still be the one in use at the moment of the commit.

        Raises:
            GenerationChanged: another generation is in use by now: embed again with that one.
            InvalidRequest: an id occurs twice, the batch is too large, a vector has another length.
        """
        ...

    async def delete(self, item_ids: Sequence[str]) -> Deleted:
        """Delete items and all their vectors."""
        ...

    async def search(self, query: Query, cursor: CursorState | None = None) -> Page:
        """The k best items for a query, or the page after `cursor` of that same query.

        Raises:
            GenerationMismatch: `query.generation` or `cursor.generation` is not the one in use.
            InvalidRequest: k, exclude or the vector's dimension is out of bounds.
        """
        ...

    async def ping(self) -> None:
        """Return if the database answers, is migrated, and its pgvector is new enough.

        Raises:
            Unavailable: it does not (`NotReady` with the remedy for the latter two).
        """
        ...

    def pool_use(self) -> Mapping[str, int]:
        """Gauges of the connection pool by name: `size`, `available`, `waiting`, `max`."""
        ...
