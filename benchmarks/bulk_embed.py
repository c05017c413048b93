"""Bulk embedding: `python -m benchmarks.bulk_embed`.

The sample catalogue through the running Triton, as `serving.index` embeds it (gRPC, several
requests under way), and through encoder and ONNX Runtime called directly in one process, in
turns: items per second of each. The direct calls are made with a thread a core and with one
thread; the faster of the two is the reference. The models have the default sizes and random
weights.
"""

import argparse
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.direct import DirectEmbedder
from benchmarks.outcome import Outcome
from benchmarks.sample import sample_catalogue
from benchmarks.servers import own_folder, triton
from benchmarks.timing import in_turns, median_ratio
from benchmarks.untrained import GENERATION, write_untrained_bundle
from catalog.encoder import ItemEncoder
from catalog.item import Item
from catalog.table import ItemsDir
from serving.bulk_embed import TritonBulkEmbedder
from serving.catch_up import ITEMS_PER_STEP
from serving.protocols import EmbeddingFailure, GenerationInUse, Vector
from training.config import TrainConfig, default

TARGET = 0.5


@dataclass(frozen=True, kw_only=True)
class BulkEmbedConfig:
    """How much is measured."""

    num_items: int = 2000
    """Items of the sample catalogue."""
    rounds: int = 9
    """How often each side embeds all of them."""
    sizes: TrainConfig = field(default_factory=default)
    """Sizes of the models."""


def measure(config: BulkEmbedConfig) -> Outcome:
    """Measure both sides in turns."""
    catalogue = sample_catalogue(config.num_items)
    with own_folder() as folder:
        bundle = write_untrained_bundle(catalogue, folder, config.sizes)
        with triton(folder, bundle) as endpoint:
            return _measure_on(endpoint, bundle, catalogue, config)


def _measure_on(
    endpoint: str, bundle: Path, catalogue: ItemsDir, config: BulkEmbedConfig
) -> Outcome:
    generation = GenerationInUse(
        generation=GENERATION,
        schema=catalogue.schema,
        dimension=config.sizes.embedding_dim,
        endpoint=endpoint,
    )
    encoder = ItemEncoder(catalogue.schema, catalogue.encoder_config)
    direct = DirectEmbedder(bundle, encoder)
    one_thread = DirectEmbedder(bundle, encoder, threads=1)
    items = catalogue.items
    with TritonBulkEmbedder(generation) as served:
        difference = largest_difference(served, direct, items)
        sides = {
            "triton": lambda: _embed_in_steps(served, items),
            "direct": lambda: direct.embed(items),
            "direct_one_thread": lambda: one_thread.embed(items),
        }
        seconds = in_turns(sides, rounds=config.rounds, label="bulk_embed")
    faster = list(map(min, seconds["direct"], seconds["direct_one_thread"]))
    ratio = median_ratio(faster, seconds["triton"])
    return Outcome(
        benchmark="bulk_embed",
        ratio=ratio,
        target=TARGET,
        met=ratio >= TARGET,
        figures={
            "items_per_s": len(items) / statistics.median(seconds["triton"]),
            "reference_items_per_s": len(items) / statistics.median(faster),
            "direct_items_per_s": len(items) / statistics.median(seconds["direct"]),
            "direct_one_thread_items_per_s": len(items)
            / statistics.median(seconds["direct_one_thread"]),
            "items": len(items),
            "largest_difference": difference,
        },
    )


def largest_difference(
    served: TritonBulkEmbedder, direct: DirectEmbedder, items: Sequence[Item]
) -> float:
    """How far any value of the two sides' embeddings is apart: both do the same work.

    Raises:
        ValueError: Triton refuses an item.
    """
    vectors = _embed_in_steps(served, items)
    return float(np.abs(np.stack(vectors) - direct.embed(items)).max())


def _embed_in_steps(served: TritonBulkEmbedder, items: Sequence[Item]) -> list[Vector]:
    """What `serving.catch_up` does with its embedder."""
    vectors: list[Vector] = []
    for at in range(0, len(items), ITEMS_PER_STEP):
        step = items[at : at + ITEMS_PER_STEP]
        for item, answer in zip(step, served.embed(step), strict=True):
            if isinstance(answer, EmbeddingFailure):
                raise ValueError(f"{item.item_id}: expected a vector, got {answer.reason}")
            vectors.append(answer)
    return vectors


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print the line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bulk_embed", description=__doc__)
    parser.add_argument("--items", type=int, default=BulkEmbedConfig.num_items)
    parser.add_argument("--rounds", type=int, default=BulkEmbedConfig.rounds)
    options = parser.parse_args(arguments)
    print(measure(BulkEmbedConfig(num_items=options.items, rounds=options.rounds)).line())
    return 0


if __name__ == "__main__":
    sys.exit(main())
