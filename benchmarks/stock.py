"""A generation in a real database, filled as `serving.index` does it, with vectors made up."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection

from catalog.item import Item
from catalog.items_file import ItemsFile
from catalog.schema import Schema
from catalog.table import ITEMS, write_items
from serving import generations
from serving.index import IndexReport, begin, fill, write_catalogue
from serving.migrate import migrate
from serving.protocols import EmbeddingFailure, Vector
from serving.switch import switch_to
from serving.vector_tables import HnswConfig

Vectors = NDArray[np.float32]
"""One unit vector a row, float32 [N, D]."""


class MadeUpEmbedder:
    """A bulk embedder that hands out vectors made before, by item id."""

    def __init__(self, items: Sequence[Item], vectors: Vectors) -> None:
        self._vectors = {item.item_id: row for item, row in zip(items, vectors, strict=True)}

    def embed(self, items: Sequence[Item]) -> list[Vector | EmbeddingFailure]:
        """See `serving.bulk_embed.BulkEmbedder`."""
        return [self._vectors[item.item_id] for item in items]


def clustered_vectors(
    num_items: int,
    *,
    dimension: int,
    num_clusters: int,
    spread: float = 1.0,
    seed: int = 0,
) -> tuple[Vectors, NDArray[np.int64]]:
    """Unit vectors around the centres of clusters, as items of a kind lie around it.

    Args:
        num_items: N.
        dimension: D.
        num_clusters: centres, drawn evenly from the sphere.
        spread: length of the noise on a centre of length 1; two vectors of a cluster have a cosine
            of about 1 / (1 + spread ** 2).
        seed: of everything.

    Returns:
        The vectors and the cluster of each, int64 [N].
    """
    random = np.random.default_rng(seed)
    centres = unit(random.normal(size=(num_clusters, dimension)))
    cluster = random.integers(num_clusters, size=num_items)
    noise = random.normal(size=(num_items, dimension)) * spread / np.sqrt(dimension)
    return unit(centres[cluster] + noise), cluster


def unit(rows: NDArray[np.float64]) -> Vectors:
    """The rows, each scaled to length 1."""
    scaled: Vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return scaled


def put_in_use(
    connection: Connection,
    schema: Schema,
    items: Sequence[Item],
    vectors: Vectors,
    hnsw: HnswConfig | None = None,
) -> IndexReport:
    """Migrate, index a new generation of these items and vectors, and put it in use."""
    migrate(connection)
    generation = generations.allocate(connection, "benchmark")
    manifest = {"generation": generation, "dimension": vectors.shape[1], "files": {}}
    generations.stage(connection, generation, "s3://benchmark", manifest, schema)
    generations.mark(connection, generation, "published")
    report = IndexReport(generation=generation)
    found = begin(connection, generation)
    embedder = MadeUpEmbedder(items, vectors)
    with report.timed("items"):
        _write(connection, items, report)
    fill(connection, found, embedder, report, hnsw=hnsw or HnswConfig(), max_refused_share=0.0)
    switch_to(connection, generation, embedder, 0.0)
    return report


def _write(connection: Connection, items: Sequence[Item], report: IndexReport) -> None:
    with tempfile.TemporaryDirectory(prefix="modiste-benchmark-") as folder:
        write_items(Path(folder) / ITEMS, items)
        write_catalogue(connection, ItemsFile(Path(folder) / ITEMS), report)
