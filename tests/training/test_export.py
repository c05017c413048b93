"""Export: the exported models, the bundle around them, and what is refused."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch

from catalog.bundle import MANIFEST, BundleError, verify_bundle
from catalog.encoder import ENCODER_SOURCES
from catalog.schema import Schema
from tests.conftest import SmallModel
from tests.training.small_run import (
    SCHEMA,
    run_export,
    small_items,
    write_items_dir,
    write_run,
)
from training.bundle import MODEL_REPOSITORY, ExportError
from training.export import ExportConfig, export, main

CHECKOUT = MODEL_REPOSITORY.parent


def config_of(model: SmallModel, out: Path, **changes: Any) -> ExportConfig:
    """The export of a small model to `out`."""
    known = ExportConfig(model=model.run, items=model.items, generation="g0001", out=out)
    return replace(known, **changes)


def arguments(model: SmallModel, out: Path) -> list[str]:
    """The same as a command line, without its generation."""
    return ["--model", str(model.run), "--items", str(model.items), "--out", str(out)]


def test_the_bundle_has_every_file_that_triton_and_we_need(small_model: SmallModel) -> None:
    manifest = verify_bundle(small_model.bundle)
    weights = {"item_tower": "item_tower.pth", "normalization_head": "normalization_head.pth"}
    expected = {f"{name}/1/{file}" for name in weights for file in ("model.onnx", "model.pt")}
    expected |= {f"{name}/1/{file}" for name, file in weights.items()}
    expected |= {f"{name}/config.pbtxt" for name in (*weights, "item_encoder", "item_embedding")}
    expected |= {f"item_encoder/1/catalog/{name}" for name in ENCODER_SOURCES}
    names = ("model.py", "schema.json", "encoder.json", "generation.json")
    expected |= {f"item_encoder/1/{name}" for name in names}
    assert set(manifest["files"]) == expected | {"item_embedding/1/generation.json"}


def test_the_manifest_says_what_the_generation_is_made_of(small_model: SmallModel) -> None:
    manifest = verify_bundle(small_model.bundle)
    assert manifest["model"] == "item_embedding"
    assert manifest["generation"] == "g0001"
    assert manifest["dimension"] == 16
    assert manifest["fingerprint"] == "f" * 64
    assert manifest["data_digest"] == "d" * 64
    assert manifest["schema_digest"] == SCHEMA.digest()
    assert manifest["versions"]["torch"] == torch.__version__
    assert set(manifest["versions"]) == {
        "python", "torch", "onnx", "onnxruntime", "numpy", "opset"
    }  # fmt: skip


def test_onnx_and_torchscript_equal_pytorch(small_model: SmallModel) -> None:
    found = verify_bundle(small_model.bundle)["parity"]["implementations"]
    assert set(found) == {"onnxruntime", "torchscript"}
    for values in found.values():
        assert values["largest_difference"] <= 1e-4
        assert values["neighbours"] == 1


@pytest.mark.parametrize("model", ["item_tower", "normalization_head"])
def test_the_onnx_file_is_checked_dynamic_and_old_enough_for_triton(
    small_model: SmallModel, model: str
) -> None:
    path = small_model.bundle / model / "1" / "model.onnx"
    proto = onnx.load(path)
    onnx.checker.check_model(proto, full_check=True)
    assert [(opset.domain, opset.version) for opset in proto.opset_import] == [("", 18)]
    assert proto.ir_version == 8
    shapes = {
        value.name: [dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim]
        for value in (*proto.graph.input, *proto.graph.output)
    }
    assert (
        shapes
        == {
            "item_tower": {
                "std_ids": ["batch", "std_ids_1", "values"],
                "re_ids": ["batch", "words", "field_and_grams"],
                "hidden": ["batch", 32],
            },
            "normalization_head": {"hidden": ["batch", "hidden_1"], "embedding": ["batch", 16]},
        }[model]
    )


def test_no_file_of_the_bundle_tells_where_it_was_made(small_model: SmallModel) -> None:
    for path in small_model.bundle.rglob("*.*"):
        assert str(CHECKOUT).encode() not in path.read_bytes(), path
        assert str(small_model.bundle.parent).encode() not in path.read_bytes(), path


def test_two_exports_of_a_run_have_the_same_bytes(small_model: SmallModel, tmp_path: Path) -> None:
    again = tmp_path / "bundle"
    printed = run_export(items=small_model.items, run=small_model.run, bundle=again)
    assert printed["kept"] is False
    assert (again / MANIFEST).read_bytes() == (small_model.bundle / MANIFEST).read_bytes()


def test_a_second_export_keeps_the_bundle(small_model: SmallModel) -> None:
    before = (small_model.bundle / MANIFEST).stat().st_mtime_ns
    result = export(config_of(small_model, small_model.bundle))
    assert result["kept"] is True
    assert (small_model.bundle / MANIFEST).stat().st_mtime_ns == before


def test_a_bundle_of_another_run_or_generation_is_not_replaced(
    small_model: SmallModel, tmp_path: Path
) -> None:
    with pytest.raises(ExportError, match="holds generation g0001, which is another than g0002"):
        export(config_of(small_model, small_model.bundle, generation="g0002"))
    other = write_run(tmp_path / "run", fingerprint="e" * 64)
    with pytest.raises(ExportError, match="a bundle never changes, so choose another folder"):
        export(replace(config_of(small_model, small_model.bundle), model=other))


def test_a_damaged_bundle_is_not_kept(small_model: SmallModel, tmp_path: Path) -> None:
    shutil.copytree(small_model.bundle, tmp_path / "bundle")
    with (tmp_path / "bundle/item_tower/1/model.onnx").open("ab") as file:
        file.write(b"x")
    with pytest.raises(BundleError, match=r"item_tower/1/model\.onnx: expected sha256"):
        export(config_of(small_model, tmp_path / "bundle"))


def test_a_folder_with_other_files_is_left_alone(small_model: SmallModel, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ExportError, match="expected a bundle or an empty place, got other files"):
        export(config_of(small_model, tmp_path))
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_models_that_disagree_leave_no_bundle(
    small_model: SmallModel, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    shutil.copytree(small_model.run, run)
    saved = torch.load(run / "normalization_head.pth", weights_only=True)
    saved["state_dict"]["project.bias"][0] = np.nan
    torch.save(saved, run / "normalization_head.pth")
    out = tmp_path / "out" / "bundle"
    broken = SmallModel(items=small_model.items, run=run, bundle=out)
    assert main([*arguments(broken, out), "--generation", "g0001"]) == 1
    assert list(out.parent.iterdir()) == []
    assert capsys.readouterr().err.startswith("export: onnxruntime: expected values within 0.0001")


def test_items_of_another_schema_are_refused(small_model: SmallModel, tmp_path: Path) -> None:
    items = write_items_dir(
        tmp_path / "items", small_items(3), Schema(standard={}, reinforced=("t",))
    )
    with pytest.raises(ExportError, match=r"expected items of the schema that .* was trained on"):
        export(config_of(small_model, tmp_path / "bundle", items=items))


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("train.json", None, r"train\.json: expected a JSON file, got .*No such file"),
        ("train.json", "{}", r"expected the texts \['fingerprint', 'data_digest', 'schema_digest"),
        ("schema.json", "[]", "a schema is a JSON object"),
        ("schema.json", '{"reinforced": ["t"]}', "they are of two runs; train again"),
        ("encoder.json", '{"size": 1}', "unexpected keyword argument 'size'; train again"),
        ("item_tower.pth", None, r"item_tower\.pth: expected a file, got none; train to the end"),
        ("item_tower.pth", "no zip", r"item_tower\.pth: "),
    ],
)
def test_a_run_with_a_bad_file_is_refused_by_name(
    small_model: SmallModel, tmp_path: Path, name: str, content: str | None, reason: str
) -> None:
    shutil.copytree(small_model.run, tmp_path / "run")
    if content is None:
        (tmp_path / "run" / name).unlink()
    else:
        (tmp_path / "run" / name).write_text(content)
    with pytest.raises(ValueError, match=reason):
        export(replace(config_of(small_model, tmp_path / "bundle"), model=tmp_path / "run"))
    assert not (tmp_path / "bundle").exists()


def test_a_generation_that_is_none_is_refused(
    small_model: SmallModel, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments(small_model, tmp_path / "b"), "--generation", "../g1"]) == 2
    expected = "export: generation: expected an id such as g0001, got '../g1'\n"
    assert capsys.readouterr().err == expected
