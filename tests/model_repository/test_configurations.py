"""The configurations of a bundle, by the rules of the Triton that is not here: NVIDIA's image."""

from pathlib import Path

import onnxruntime
import pytest
from google.protobuf import text_format
from tritonclient.grpc import model_config_pb2

from tests.conftest import SmallModel
from training.bundle import MODEL_REPOSITORY, MODELS

ONNX_MODELS = ("item_tower", "normalization_head")


def read(folder: Path, model: str) -> model_config_pb2.ModelConfig:
    """A configuration, parsed as Triton parses it."""
    text = (folder / model / "config.pbtxt").read_text(encoding="utf-8")
    return text_format.Parse(text, model_config_pb2.ModelConfig())


def onnx_shapes(path: Path) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """Shapes of a model's inputs and outputs, -1 for a named size, as ONNX Runtime reports them."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    inputs, outputs = (
        {
            tensor.name: [size if isinstance(size, int) else -1 for size in tensor.shape]
            for tensor in of
        }
        for of in (session.get_inputs(), session.get_outputs())
    )
    return inputs, outputs


@pytest.mark.parametrize("model", ONNX_MODELS)
def test_the_cpp_backend_would_take_the_sizes(small_model: SmallModel, model: str) -> None:
    # CompareDimsSupported of Triton's onnxruntime backend: the batch is -1; for an input every
    # number of the model must be the configuration's; for an output every size must be equal.
    config = read(small_model.bundle, model)
    inputs, outputs = onnx_shapes(small_model.bundle / model / "1" / "model.onnx")
    assert {entry.name for entry in config.input} == set(inputs)
    for entry in config.input:
        pairs = zip(inputs[entry.name], [-1, *entry.dims], strict=True)
        assert all(size in (-1, configured) for size, configured in pairs), entry.name
    for entry in config.output:
        assert outputs[entry.name] == [-1, *entry.dims]


@pytest.mark.parametrize("model", MODELS)
def test_every_model_batches_dynamically_and_takes_256_rows(model: str) -> None:
    config = read(MODEL_REPOSITORY, model)
    assert config.name == model
    assert config.max_batch_size == 256
    # An ensemble leaves batching to its steps.
    assert config.HasField("dynamic_batching") == (model != "item_embedding")


@pytest.mark.parametrize("model", MODELS)
def test_a_bundle_says_its_sizes_and_git_says_none(small_model: SmallModel, model: str) -> None:
    for folder, hidden, embedding in ((MODEL_REPOSITORY, -1, -1), (small_model.bundle, 32, 16)):
        config = read(folder, model)
        sizes = {entry.name: list(entry.dims) for entry in (*config.input, *config.output)}
        assert sizes.get("hidden", [hidden]) == [hidden]
        assert sizes.get("embedding", [embedding]) == [embedding]


def test_the_ensemble_hands_each_step_what_the_one_before_gives() -> None:
    ensemble = read(MODEL_REPOSITORY, "item_embedding")
    known = {entry.name for entry in ensemble.input}
    for step in ensemble.ensemble_scheduling.step:
        config = read(MODEL_REPOSITORY, step.model_name)
        assert set(step.input_map) == {entry.name for entry in config.input}
        assert set(step.input_map.values()) <= known
        assert set(step.output_map) == {entry.name for entry in config.output}
        known |= set(step.output_map.values())
    assert {entry.name for entry in ensemble.output} <= known
