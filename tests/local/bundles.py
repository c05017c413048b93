"""Small bundles made on the spot: an ONNX model and a TorchScript model behind an ensemble."""

import warnings
from pathlib import Path

import onnx
import torch
from onnx import TensorProto, helper

from catalog.bundle import write_manifest

WIDTH = 4
"""Values of one row of `x`."""

TOWER = """
name: "tower"
backend: "onnxruntime"
max_batch_size: 64
input [ { name: "x" data_type: TYPE_FP32 dims: [ -1 ] } ]
output [ { name: "hidden" data_type: TYPE_FP32 dims: [ -1 ] } ]
dynamic_batching { max_queue_delay_microseconds: 2000 }
instance_group [ { kind: KIND_CPU count: 1 } ]
"""

HEAD = """
name: "head"
backend: "pytorch"
max_batch_size: 64
input [ { name: "hidden" data_type: TYPE_FP32 dims: [ -1 ] } ]
output [ { name: "embedding" data_type: TYPE_FP32 dims: [ -1 ] } ]
dynamic_batching { }
instance_group [ { kind: KIND_CPU count: 1 } ]
"""

ENSEMBLE = """
name: "both"
platform: "ensemble"
max_batch_size: 64
input [ { name: "x" data_type: TYPE_FP32 dims: [ -1 ] } ]
output [ { name: "embedding" data_type: TYPE_FP32 dims: [ -1 ] } ]
ensemble_scheduling { step [
  { model_name: "tower" model_version: -1
    input_map { key: "x" value: "x" } output_map { key: "hidden" value: "hidden" } },
  { model_name: "head" model_version: -1
    input_map { key: "hidden" value: "hidden" }
    output_map { key: "embedding" value: "embedding" } }
] }
"""


class Unit(torch.nn.Module):
    """Scales each row to unit length."""

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """`hidden` [B, WIDTH], each row divided by its length."""
        return torch.nn.functional.normalize(hidden, dim=1)


def write_tower(path: Path) -> None:
    """An ONNX model that doubles x [B, WIDTH] and knows no other width."""
    batch = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", WIDTH])
    hidden = helper.make_tensor_value_info("hidden", TensorProto.FLOAT, ["batch", WIDTH])
    graph = helper.make_graph(
        [helper.make_node("Add", ["x", "x"], ["hidden"])], "tower", [batch], [hidden]
    )
    opset = [helper.make_opsetid("", 17)]
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=9), path)


def write_head(path: Path) -> None:
    """A TorchScript model that scales hidden [B, WIDTH] to unit length."""
    with warnings.catch_warnings():
        # Of torch.jit.script, whose TorchScript is just what is wanted here.
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.jit.script(Unit()).save(str(path))  # type: ignore[no-untyped-call]


def write_bundle(folder: Path, generation: str = "g0001") -> Path:
    """A sealed bundle of tower (ONNX), head (TorchScript) and the ensemble `both`."""
    for name, config in (("tower", TOWER), ("head", HEAD), ("both", ENSEMBLE)):
        (folder / name / "1").mkdir(parents=True)
        (folder / name / "config.pbtxt").write_text(config)
    write_tower(folder / "tower" / "1" / "model.onnx")
    write_head(folder / "head" / "1" / "model.pt")
    (folder / "both" / "1" / "generation.json").write_text("{}")
    facts = {"model": "both", "generation": generation, "fingerprint": "f", "dimension": WIDTH}
    write_manifest(folder, facts)
    return folder
