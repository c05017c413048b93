"""The parity gate against a real Triton: the trained model, another model, and no Triton."""

import json
import shutil
from pathlib import Path

import onnx
import pytest
from onnx import numpy_helper

from catalog.bundle import write_manifest
from catalog.bundle_store import upload
from catalog.objects import FolderObjects
from tests.conftest import SmallModel, TritonFactory
from training.parity import main


def with_other_onnx(bundle: Path, folder: Path, generation: str = "g0001") -> Path:
    """A copy of a bundle, sealed anew, whose served head is a little other than the trained one."""
    shutil.copytree(bundle, folder)
    path = folder / "normalization_head/1/model.onnx"
    proto = onnx.load(path)
    weight = proto.graph.initializer[0]
    values = numpy_helper.to_array(weight).copy()
    values.flat[0] += 0.02
    weight.CopyFrom(numpy_helper.from_array(values, weight.name))
    onnx.save(proto, path)
    for model in ("item_encoder", "item_embedding"):
        (folder / model / "1/generation.json").write_text(json.dumps({"generation": generation}))
    manifest = json.loads((folder / "manifest.json").read_text()) | {"generation": generation}
    write_manifest(
        folder, {key: manifest[key] for key in manifest if key not in ("files", "digest")}
    )
    return folder


def arguments(bundle: object, model: SmallModel, endpoint: str) -> list[str]:
    """The command line."""
    return ["--bundle", str(bundle), "--items", str(model.items), "--endpoint", endpoint]


def test_a_triton_that_serves_the_bundle_agrees_with_pytorch(
    small_model: SmallModel, triton_factory: TritonFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    endpoint = triton_factory(small_model.bundle)
    assert main(arguments(small_model.bundle, small_model, endpoint)) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["generation"] == "g0001"
    assert report["items"] == 129
    assert report["faults"] == []
    assert set(report["implementations"]) == {"onnxruntime", "torchscript", "triton"}
    for found in report["implementations"].values():
        assert found["largest_difference"] <= 1e-4
        assert found["neighbours"] >= 0.99
    assert report["unit_length"] <= 1e-5


def test_a_published_bundle_is_compared_by_its_address(
    small_model: SmallModel, triton_factory: TritonFactory, tmp_path: Path
) -> None:
    endpoint = triton_factory(small_model.bundle)
    upload(
        small_model.bundle,
        FolderObjects(tmp_path, create=True),
        "models/item_embedding/g0001/",
    )
    address = f"{tmp_path.as_uri()}/models/item_embedding/g0001"
    assert main(arguments(address, small_model, endpoint)) == 0


def test_a_triton_that_serves_other_weights_is_refused(
    small_model: SmallModel,
    triton_factory: TritonFactory,
    tmp_path_factory: pytest.TempPathFactory,
    capsys: pytest.CaptureFixture[str],
) -> None:
    other = with_other_onnx(small_model.bundle, tmp_path_factory.mktemp("other") / "bundle")
    assert main(arguments(small_model.bundle, small_model, triton_factory(other))) == 1
    said = capsys.readouterr()
    assert said.err.startswith("parity: triton: expected values within 0.0001 of PyTorch's, got")
    report = json.loads(said.out)
    assert report["implementations"]["onnxruntime"]["largest_difference"] <= 1e-4
    assert report["implementations"]["triton"]["largest_difference"] > 1e-4


def test_a_bundle_whose_onnx_is_not_what_was_trained_is_refused(
    small_model: SmallModel,
    triton_factory: TritonFactory,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    other = with_other_onnx(small_model.bundle, tmp_path / "bundle")
    assert main(arguments(other, small_model, triton_factory(small_model.bundle))) == 1
    assert "parity: onnxruntime: expected values within 0.0001" in capsys.readouterr().err


def test_a_triton_of_another_generation_is_refused_by_name(
    small_model: SmallModel,
    triton_factory: TritonFactory,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    other = with_other_onnx(small_model.bundle, tmp_path / "bundle", generation="g0002")
    endpoint = triton_factory(small_model.bundle)
    assert main(arguments(other, small_model, endpoint)) == 3
    assert f"parity: {endpoint}: expected generation g0002, got g0001" in capsys.readouterr().err


def test_a_triton_that_is_not_there_is_told_apart(
    small_model: SmallModel, capsys: pytest.CaptureFixture[str]
) -> None:
    # Port 9 of loopback: nobody listens.
    nobody = arguments(small_model.bundle, small_model, "127.0.0.1:9")
    assert main([*nobody, "--timeout-s", "0.5"]) == 3
    said = capsys.readouterr().err
    assert "127.0.0.1:9: expected a Triton that serves item_embedding within 0.5 s" in said


def test_a_damaged_bundle_is_refused(
    small_model: SmallModel, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(small_model.bundle, tmp_path / "bundle")
    (tmp_path / "bundle/item_encoder/1/schema.json").write_text("{}")
    assert main(arguments(tmp_path / "bundle", small_model, "127.0.0.1:9")) == 2
    assert "item_encoder/1/schema.json: expected sha256" in capsys.readouterr().err
