"""Items to embeddings with no server: the encoder and ONNX Runtime in this very process.

The reference of `benchmarks.bulk_embed`, as fast as we know to make it: padding that no item of a
batch needs is left out, as `item_encoder` does it. ONNX Runtime takes all cores by itself, with
threads that spin while they wait; on a machine that has other things to do one thread is faster.

Shape legend: B items, D embedding size.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from catalog.encoder import ItemEncoder
from catalog.item import Item

BATCH_SIZE = 64
"""Items embedded at a time, where ONNX Runtime is fastest."""


class DirectEmbedder:
    """Tower and head of a bundle on ONNX Runtime's own terms."""

    def __init__(self, bundle: Path, encoder: ItemEncoder, *, threads: int = 0) -> None:
        """Load both models of the bundle.

        Args:
            bundle: its folder.
            encoder: that the bundle was made with.
            threads: that ONNX Runtime computes on; 0 for one a core.
        """
        self._encoder = encoder
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._tower, self._head = (
            onnxruntime.InferenceSession(
                bundle / model / "1" / "model.onnx", options, providers=["CPUExecutionProvider"]
            )
            for model in ("item_tower", "normalization_head")
        )

    def embed(self, items: Sequence[Item]) -> NDArray[np.float32]:
        """Embeddings of the items, float32 [B, D]."""
        starts = range(0, len(items), BATCH_SIZE)
        return np.concatenate([self._embed(items[at : at + BATCH_SIZE]) for at in starts])

    def _embed(self, items: Sequence[Item]) -> NDArray[np.float32]:
        encoded = self._encoder.encode(items)
        inputs = {"std_ids": _cut(encoded.std_ids, 2), "re_ids": _cut(encoded.re_ids, 1)}
        [hidden] = self._tower.run(["hidden"], inputs)
        [embedding] = self._head.run(["embedding"], {"hidden": hidden})
        result: NDArray[np.float32] = embedding
        return result


def _cut(ids: NDArray[np.int32], axis: int) -> NDArray[np.int32]:
    """Leave out the end of an axis that is padding in every row."""
    others = tuple(place for place in range(ids.ndim) if place != axis)
    used = np.flatnonzero(ids.any(axis=others))
    kept = used[-1] + 1 if used.size else 1
    return np.ascontiguousarray(ids.take(range(kept), axis))
