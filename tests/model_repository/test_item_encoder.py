"""The encoder's Triton model: what it needs, and how it refuses a bundle that was changed."""

import ast
import shutil
import sys
from pathlib import Path

import pytest

from catalog.encoder import ENCODER_SOURCES
from local.part import LocalError, running
from local.ports import free_ports
from local.triton import PORTS, Triton, TritonConfig
from tests.conftest import SmallModel

# What NVIDIA's image has besides the standard library, and what the model brings along itself.
THERE = {"numpy", "triton_python_backend_utils", "catalog"}


def imported(path: Path) -> set[str]:
    """Top-level packages that a file imports anywhere."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize("name", ["model.py", *(f"catalog/{name}" for name in ENCODER_SOURCES)])
def test_the_model_imports_only_what_nvidias_image_has(small_model: SmallModel, name: str) -> None:
    packages = imported(small_model.bundle / "item_encoder/1" / name)
    assert packages - set(sys.stdlib_module_names) <= THERE


def test_triton_loads_no_model_of_a_bundle_with_a_flipped_byte(
    small_model: SmallModel, tmp_path: Path
) -> None:
    bundle = tmp_path / "bundle"
    shutil.copytree(small_model.bundle, bundle)
    path = bundle / "normalization_head/1/model.onnx"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    config = TritonConfig(
        name="triton-flipped",
        stack=tmp_path,
        bundle=bundle,
        ports=dict(zip(PORTS, free_ports(len(PORTS)), strict=True)),
        # The laptop's own check is left out: this is what happens on a cluster.
        is_sealed=False,
    )
    with pytest.raises(LocalError, match="triton-flipped ended with"), running(Triton(config)):
        pytest.fail("a changed bundle is served")
    log = (tmp_path / "logs/triton-flipped.log").read_text()
    assert "normalization_head/1/model.onnx: expected sha256" in log
    assert "publish the generation again, or fetch it again" in log
