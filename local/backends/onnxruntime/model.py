"""Triton backend `onnxruntime` for the laptop: ONNX Runtime's Python package behind Triton.

NVIDIA's image has a C++ backend of this name, which the same `config.pbtxt` selects there.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import onnxruntime
import triton_python_backend_utils as pb_utils

from local.backends.batching import Array, Batcher, model_path, names_of, parameters_of


class TritonPythonModel:
    """One instance of one model."""

    def initialize(self, args: Mapping[str, str]) -> None:
        """Load `model.onnx` and check that its tensors are those of config.pbtxt."""
        config = json.loads(args["model_config"])
        path = model_path(args, config, "model.onnx")
        self._session = onnxruntime.InferenceSession(
            str(path), session_options(parameters_of(config)), providers=providers(args)
        )
        self._inputs = [tensor.name for tensor in self._session.get_inputs()]
        self._outputs = names_of(config, "output")
        require(path, "inputs", names_of(config, "input"), self._inputs, is_whole=True)
        known = [tensor.name for tensor in self._session.get_outputs()]
        require(path, "outputs", self._outputs, known, is_whole=False)
        self._batcher = Batcher(config, self._inputs, self._run)

    def execute(self, requests: list[Any]) -> list[Any]:
        """Answer every request of one call, in order."""
        return self._batcher.answer(requests)

    def _run(self, batch: list[Array]) -> dict[str, Array]:
        feed = dict(zip(self._inputs, batch, strict=True))
        return dict(zip(self._outputs, self._session.run(self._outputs, feed), strict=True))


def session_options(parameters: Mapping[str, str]) -> Any:
    """Session options from the parameters of config.pbtxt that the C++ backend knows too."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(parameters.get("intra_op_thread_count", "0"))
    options.inter_op_num_threads = int(parameters.get("inter_op_thread_count", "0"))
    # Threads that spin while they wait would take the cores from the other models' processes.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options


def providers(args: Mapping[str, str]) -> list[Any]:
    """Execution providers: the instance's GPU where onnxruntime can use it, and the CPU."""
    chosen: list[Any] = ["CPUExecutionProvider"]
    on_gpu = args["model_instance_kind"] == "GPU"
    if on_gpu and "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        device = {"device_id": args["model_instance_device_id"]}
        chosen.insert(0, ("CUDAExecutionProvider", device))
    return chosen


def require(path: Path, kind: str, named: list[str], known: list[str], *, is_whole: bool) -> None:
    """Raise unless config.pbtxt names tensors that the model has; all of them if `is_whole`."""
    if not set(named) <= set(known) or (is_whole and set(named) != set(known)):
        raise pb_utils.TritonModelException(
            f"{path}: expected the {kind} {sorted(named)} of config.pbtxt, got {sorted(known)}; "
            "correct the config or export the model again"
        )
