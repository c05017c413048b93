"""A stock of items in a real database, embedded by their content without any model."""

import hashlib
import itertools
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import psycopg
import pyarrow as pa
from psycopg import Connection

from catalog.digest import DIGEST_BYTES, item_digest
from catalog.item import Item
from catalog.schema import Schema
from serving import generations
from serving.index import IndexReport, begin, fill, write_catalogue
from serving.migrate import migrate
from serving.protocols import EmbeddingFailure, GenerationInUse, Vector
from serving.vector_tables import HnswConfig

DIMENSION = 16
SCHEMA = Schema(
    standard={
        "color": ("Black", "White", "Red"),
        "top.length": ("crop", "nomal"),
        'odd "key"': ("a", "b'c"),
    },
    reinforced=("name",),
    aliases={"top.length": {"normal": "nomal"}},
)
SMALL_HNSW = HnswConfig(m=8, ef_construction=32, memory_mb=32, workers=0)

_ADJECTIVES = ("linen", "cotton", "wool", "silk", "denim")
_NOUNS = ("shirt", "dress", "coat", "린넨셔츠", "원피스")


def stock(num_items: int) -> list[Item]:
    """Items whose metadata mixes types on purpose: prices are numbers, texts, lists or missing."""
    prices = (lambda n: n, lambda n: float(n) + 0.5, str, lambda n: [n, "x"], lambda n: None)
    found = []
    for number in range(num_items):
        metadata = {
            "price": prices[number % 5](number),
            "brand": f"brand {number % 7}",
            "in_stock": number % 2 == 0 if number % 3 else number % 2,
            "tags": ["new", f"t{number % 4}"] if number % 2 else "new",
            'a.b "c" %s': f"o'hara {number % 3}",
            "half": number % 2,
            "tenth": number % 10,
            "hundredth": number % 100,
        }
        found.append(
            Item(
                item_id=f"sku-{number:05d}",
                clothes={"color": (SCHEMA.standard["color"][number % 3],)}
                | ({"top.length": ("crop", "nomal")} if number % 4 == 0 else {})
                | ({'odd "key"': ("b'c",)} if number % 5 == 0 else {}),
                reinforced={"name": (f"{_ADJECTIVES[number % 5]} {_NOUNS[number // 5 % 5]}",)},
                variant_group=f"group-{number // 3}" if number % 6 else None,
                metadata={key: value for key, value in metadata.items() if value is not None},
            )
        )
    return found


def vector_of(item: Item, generation: str = "g0001", dimension: int = DIMENSION) -> Vector:
    """A unit vector that depends on the item's content and the generation, near its colour's."""
    color = item.clothes.get("color", ("none",))[0]
    content = json.dumps(item.to_json(), sort_keys=True)
    mixed = _direction(f"{generation} {color}", dimension) + 0.8 * _direction(
        f"{generation} {content}", dimension
    )
    return np.asarray(mixed / np.linalg.norm(mixed), dtype=np.float32)


def query_vector(seed: int, dimension: int = DIMENSION) -> Vector:
    """A unit vector of no item."""
    return _direction(f"query {seed}", dimension).astype(np.float32)


class ContentEmbedder:
    """A bulk embedder over `vector_of`."""

    def __init__(
        self,
        generation: str = "g0001",
        *,
        refused: Sequence[str] = (),
        dimension: int = DIMENSION,
    ) -> None:
        self.generation = generation
        self.refused = frozenset(refused)
        self.dimension = dimension
        self.num_asked = 0

    def embed(self, items: Sequence[Item]) -> list[Vector | EmbeddingFailure]:
        """See `BulkEmbedder.embed`."""
        self.num_asked += len(items)
        return [
            EmbeddingFailure(reason="clothes.color: unknown value")
            if item.item_id in self.refused
            else vector_of(item, self.generation, self.dimension)
            for item in items
        ]


class InMemory:
    """A whole catalogue without its file: see `serving.catalogue_sync.Snapshot`."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._items = items

    def digests(self) -> Iterator[pa.RecordBatch]:
        """All rows, a few at a time."""
        for start in range(0, len(self._items), 100):
            items = self._items[start : start + 100]
            digests = pa.array(map(item_digest, items), pa.binary(DIGEST_BYTES))
            ids = pa.array([item.item_id for item in items])
            yield pa.RecordBatch.from_arrays([ids, digests], ["item_id", "digest"])

    def items(self, rows: Sequence[int]) -> Iterator[tuple[Item, bytes]]:
        """The items of some rows and their digests."""
        for row in rows:
            yield self._items[row], item_digest(self._items[row])


@contextmanager
def content_embedder(generation: GenerationInUse) -> Iterator[ContentEmbedder]:
    """What promotion opens instead of a Triton."""
    yield ContentEmbedder(generation.generation)


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """A connection in autocommit, as the steps use it."""
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


_fingerprints = itertools.count(1)


def publish(connection: Connection, dimension: int = DIMENSION) -> str:
    """A new generation in state `published`, in a migrated database."""
    migrate(connection)
    generation = generations.allocate(connection, f"fingerprint {next(_fingerprints)}")
    manifest = {"generation": generation, "dimension": dimension, "files": {}}
    generations.stage(connection, generation, f"s3://modiste/{generation}", manifest, SCHEMA)
    generations.mark(connection, generation, "published")
    generations.set_endpoint(connection, generation, "127.0.0.1:1")
    return generation


def index(
    connection: Connection,
    generation: str,
    items: Sequence[Item],
    embedder: ContentEmbedder | None = None,
    *,
    max_refused_share: float = 0.01,
    max_gone_share: float = 0.2,
) -> IndexReport:
    """Index items as the command does, without its command line."""
    report = IndexReport(generation=generation)
    found = begin(connection, generation)
    write_catalogue(connection, InMemory(items), report, max_gone_share=max_gone_share)
    fill(
        connection,
        found,
        embedder or ContentEmbedder(generation),
        report,
        hnsw=SMALL_HNSW,
        max_refused_share=max_refused_share,
    )
    return report


def put_in_use(connection: Connection, generation: str) -> None:
    """Make a generation the one in use, with no gate and no catching up."""
    connection.execute("INSERT INTO generation_in_use (generation) VALUES (%s)", [generation])


def digest(connection: Connection, generation: str) -> str:
    """What a generation's table holds, independent of the order in which it came."""
    rows = connection.execute(
        f"SELECT v.item_id, v.embedding::text, v.revision = i.revision FROM vectors_{generation} v"
        " JOIN items i USING (item_id) ORDER BY v.item_id"
    ).fetchall()
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def _direction(text: str, dimension: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
    vector = np.random.default_rng(seed).normal(size=dimension)
    return vector / np.linalg.norm(vector)
