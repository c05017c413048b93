"""One model four ways: PyTorch, ONNX Runtime, TorchScript and a running Triton.

Each takes the same items and gives their embeddings, in batches of several sizes, since a dynamic
batch is what an export gets wrong first.

Shape legend: N items, D embedding size, H hidden size.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import numpy as np
import onnxruntime
import torch

from catalog.encoder import EncodedItems, ItemEncoder
from training.agreement import Embeddings
from training.models.load import load_head, load_tower
from training.served import load_torchscript

BATCH_SIZES = (1, 7, 64)
"""Sizes of the batches, one after the other and again from the start."""

_NO_ITEM = -1


@dataclass(frozen=True, kw_only=True)
class Implementation:
    """Tower and head in one form.

    Attributes:
        name: what it is called in reports.
        embed: from the encoder's tensors to embeddings, float32 [N, D].
    """

    name: str
    embed: Callable[[EncodedItems], Embeddings]


def batches(num_items: int) -> Iterator[slice]:
    """Slices that cover `num_items` items in batches of BATCH_SIZES."""
    start = 0
    for size in cycle(BATCH_SIZES):
        if start >= num_items:
            return
        yield slice(start, min(start + size, num_items))
        start += size


def embed_texts(
    implementation: Implementation, encoder: ItemEncoder, texts: Sequence[bytes]
) -> Embeddings:
    """Embeddings float32 [N, D] of items given as JSON.

    Raises:
        ItemError: a text is no item of the encoder's schema.
    """
    items = [encoder.parse(text) for text in texts]
    parts = [implementation.embed(encoder.encode(items[rows])) for rows in batches(len(items))]
    return np.concatenate(parts)


def pytorch(folder: Path) -> Implementation:
    """The two `.pth` files of a training run or of a bundle, on the CPU, in float32."""
    tower = load_tower(_find(folder, "item_tower", "item_tower.pth"))
    head = load_head(_find(folder, "normalization_head", "normalization_head.pth"))

    @torch.inference_mode()
    def embed(encoded: EncodedItems) -> Embeddings:
        hidden = tower(*map(torch.from_numpy, encoded))
        embedding: Embeddings = head(hidden).numpy()
        return embedding

    return Implementation(name="pytorch", embed=embed)


def onnx_runtime(bundle_dir: Path) -> Implementation:
    """The two `model.onnx` of a bundle, on the CPU."""
    tower = _session(bundle_dir / "item_tower" / "1" / "model.onnx")
    head = _session(bundle_dir / "normalization_head" / "1" / "model.onnx")

    def embed(encoded: EncodedItems) -> Embeddings:
        [hidden] = tower.run(["hidden"], {"std_ids": encoded.std_ids, "re_ids": encoded.re_ids})
        [embedding] = head.run(["embedding"], {"hidden": hidden})
        result: Embeddings = embedding
        return result

    return Implementation(name="onnxruntime", embed=embed)


def torchscript(bundle_dir: Path) -> Implementation:
    """The two `model.pt` of a bundle, on the CPU."""
    tower = load_torchscript(bundle_dir / "item_tower" / "1" / "model.pt")
    head = load_torchscript(bundle_dir / "normalization_head" / "1" / "model.pt")

    @torch.inference_mode()
    def embed(encoded: EncodedItems) -> Embeddings:
        embedding: Embeddings = head(tower(*map(torch.from_numpy, encoded))).numpy()
        return embedding

    return Implementation(name="torchscript", embed=embed)


def marks_no_item(implementation: Implementation, encoder: ItemEncoder) -> bool:
    """Whether a row that the encoder marked as no item becomes NaN, and its neighbours do not."""
    encoded = encoder.encode([encoder.parse("{}")] * 3)
    encoded.re_ids[1, 0, 0] = _NO_ITEM
    is_nan = np.isnan(implementation.embed(encoded))
    return bool(is_nan[1].all() and not is_nan[[0, 2]].any())


def _find(folder: Path, model: str, name: str) -> Path:
    in_bundle = folder / model / "1" / name
    return in_bundle if in_bundle.is_file() else folder / name


def _session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    # Two sessions that spin while they wait take the cores from each other.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
