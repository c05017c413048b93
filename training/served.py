"""Tower and head as files that Triton serves: ONNX and TorchScript.

Shape legend: B items, S standard fields, M values of a field, W words, G n-grams of a word,
H hidden size, D embedding size.
"""

import logging
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import onnx
import torch
from torch import Tensor, nn

from training.models.item_tower import ItemTower
from training.models.normalization_head import NormalizationHead

OPSET = 18
"""ONNX operator set: ONNX Runtime takes it since 1.14, so every Triton image since 23.03 does."""

IR_VERSION = 8
"""Version of the ONNX file format that came with opset 18; newer ones need a newer runtime."""

# The exporter wants an upper end of each dynamic dimension; nothing depends on the number.
_MAX_DIM = 1 << 20


class ServedTower(nn.Module):
    """The tower as it is served: a row that the encoder marked as no item becomes NaN.

    The mark is a negative number in `re_ids[row, 0, 0]`, see model_repository/item_encoder. NaN
    is what nobody can mistake for a vector, and what pgvector refuses to store.
    """

    def __init__(self, tower: ItemTower) -> None:
        super().__init__()
        self.tower = tower

    def forward(self, std_ids: Tensor, re_ids: Tensor) -> Tensor:
        """Hidden vectors [B, H] of std_ids int32 [B, S, M] and re_ids int32 [B, W, 1 + G]."""
        is_item_B1 = re_ids[:, 0, :1] >= 0
        hidden_BH = self.tower(std_ids, re_ids.clamp(min=0))
        return torch.where(is_item_B1, hidden_BH, torch.full_like(hidden_BH, torch.nan))


class ServedHead(nn.Module):
    """The head, with the name of its input in the repository's terms."""

    def __init__(self, head: NormalizationHead) -> None:
        super().__init__()
        self.head = head

    def forward(self, hidden: Tensor) -> Tensor:
        """Embeddings [B, D] of hidden [B, H]."""
        embedding_BD: Tensor = self.head(hidden)
        return embedding_BD


def write_tower(tower: ItemTower, folder: Path) -> None:
    """Write `model.onnx` and `model.pt` of a tower; batch, values, words, n-grams are dynamic."""
    std_ids = torch.zeros((2, tower.config.num_std_fields, 2), dtype=torch.int32)
    re_ids = torch.ones((2, 3, 5), dtype=torch.int32)
    batch = _dim("batch")
    dims = {
        "std_ids": {0: batch, 2: _dim("values")},
        "re_ids": {0: batch, 1: _dim("words"), 2: _dim("field_and_grams")},
    }
    served = ServedTower(tower).eval()
    _write_onnx(served, {"std_ids": std_ids, "re_ids": re_ids}, "hidden", dims, folder)
    _write_torchscript(served, (std_ids, re_ids), folder)


def write_head(head: NormalizationHead, folder: Path) -> None:
    """Write `model.onnx` and `model.pt` of a head; the batch is dynamic."""
    hidden = torch.randn((2, head.config.hidden_dim))
    served = ServedHead(head).eval()
    _write_onnx(served, {"hidden": hidden}, "embedding", {"hidden": {0: _dim("batch")}}, folder)
    _write_torchscript(served, (hidden,), folder)


def _dim(name: str) -> torch.export.Dim:
    return torch.export.Dim(name, min=1, max=_MAX_DIM)


def _write_onnx(
    module: nn.Module,
    inputs: Mapping[str, Tensor],
    output: str,
    dims: dict[str, dict[int, torch.export.Dim]],
    folder: Path,
) -> None:
    """Export to folder/model.onnx: one file, the same bytes each time, no trace of where made."""
    with _quiet():
        program = torch.onnx.export(
            module,
            tuple(inputs.values()),
            dynamo=True,
            opset_version=OPSET,
            input_names=list(inputs),
            output_names=[output],
            dynamic_shapes=dims,
            verbose=False,
        )
    assert program is not None, "the dynamo exporter returns a program"
    model = program.model_proto
    _strip(model)
    _hide_sizes(model.graph)
    onnx.checker.check_model(model, full_check=True)
    (folder / "model.onnx").write_bytes(model.SerializeToString(deterministic=True))


def _strip(model: onnx.ModelProto) -> None:
    """Remove what says how and where the graph was made: paths, stack traces, tool versions."""
    model.ir_version = IR_VERSION
    model.producer_name, model.producer_version, model.doc_string = "modiste", "", ""
    del model.metadata_props[:]
    graph = model.graph
    graph.name = "main"
    for part in (
        graph,
        *graph.node,
        *graph.input,
        *graph.output,
        *graph.value_info,
        *graph.initializer,
    ):
        part.doc_string = ""
        del part.metadata_props[:]


def _hide_sizes(graph: onnx.GraphProto) -> None:
    """Declare every size of the inputs as a name.

    The configurations in `model_repository/` hold for every schema and so say -1; Triton's C++
    backend takes that for an input only where the model names no number either.
    """
    for value in graph.input:
        for place, dim in enumerate(value.type.tensor_type.shape.dim):
            if not dim.dim_param:
                dim.dim_param = f"{value.name}_{place}"


def _write_torchscript(module: nn.Module, inputs: tuple[Tensor, ...], folder: Path) -> None:
    """Trace to folder/model.pt; the modules have no branch that depends on the data."""
    with torch.no_grad(), _quiet():
        traced = torch.jit.trace(  # type: ignore[no-untyped-call]
            module, inputs, check_trace=False
        )
        torch.jit.save(torch.jit.freeze(traced), folder / "model.pt")


def load_torchscript(path: Path) -> torch.jit.ScriptModule:
    """A `model.pt` on the CPU."""
    with _quiet():
        module: torch.jit.ScriptModule = torch.jit.load(  # type: ignore[no-untyped-call]
            path, map_location="cpu"
        )
    return module


@contextmanager
def _quiet() -> Iterator[None]:
    """Leave out what torch says of itself at every export; anything else still comes through."""
    # That torchvision, which we do not use, is not installed.
    logging.getLogger("torch.onnx._internal.exporter._registration").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        # TorchScript is deprecated in torch, but it is what Triton's `pytorch` backend takes.
        warnings.filterwarnings("ignore", "`torch.jit", DeprecationWarning)
        # The batch of both inputs is one dimension under one name, which is what is wanted.
        warnings.filterwarnings("ignore", "# The axis name: batch", UserWarning)
        # torch.export uses a name that its own pytree module has deprecated.
        warnings.filterwarnings("ignore", r"`isinstance\(treespec, LeafSpec", FutureWarning)
        yield
