"""Triton backend `pytorch` for the laptop: TorchScript on the torch package behind Triton.

NVIDIA's image has a C++ backend of this name, which the same `config.pbtxt` selects there. As
there, an input's name is that of an argument of `forward` or ends in `__<index>`, and the outputs
are the results of `forward` in the order of config.pbtxt, or by the index after `__`.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
import triton_python_backend_utils as pb_utils

from local.backends.batching import Array, Batcher, model_path, names_of, parameters_of


class TritonPythonModel:
    """One instance of one model."""

    def initialize(self, args: Mapping[str, str]) -> None:
        """Load `model.pt` and find which argument of `forward` each input is."""
        config = json.loads(args["model_config"])
        path = model_path(args, config, "model.pt")
        self._device = device_of(args)
        set_threads(parameters_of(config))
        self._module = torch.jit.load(  # type: ignore[no-untyped-call]
            str(path), map_location=self._device
        ).eval()
        arguments = [entry.name for entry in self._module.forward.schema.arguments[1:]]
        inputs = order_inputs(path, names_of(config, "input"), arguments)
        self._places = place_outputs(names_of(config, "output"))
        self._batcher = Batcher(config, inputs, self._run)

    def execute(self, requests: list[Any]) -> list[Any]:
        """Answer every request of one call, in order."""
        return self._batcher.answer(requests)

    def _run(self, batch: list[Array]) -> dict[str, Array]:
        with torch.inference_mode():
            # A copy: what Triton hands out may be read-only, which torch warns about.
            answer = self._module(*(torch.tensor(column, device=self._device) for column in batch))
        results = [answer] if isinstance(answer, torch.Tensor) else list(answer)
        return {name: results[place].cpu().numpy() for name, place in self._places.items()}


def device_of(args: Mapping[str, str]) -> torch.device:
    """The instance's GPU where torch can use it, else the CPU."""
    if args["model_instance_kind"] == "GPU" and torch.cuda.is_available():
        return torch.device("cuda", int(args["model_instance_device_id"]))
    return torch.device("cpu")


def set_threads(parameters: Mapping[str, str]) -> None:
    """Threads from the parameters of config.pbtxt that the C++ backend knows too."""
    if "INTRA_OP_THREAD_COUNT" in parameters:
        torch.set_num_threads(int(parameters["INTRA_OP_THREAD_COUNT"]))
    if "INTER_OP_THREAD_COUNT" in parameters:
        torch.set_num_interop_threads(int(parameters["INTER_OP_THREAD_COUNT"]))


def index_of(name: str) -> int | None:
    """The index that a name such as `INPUT__0` ends in."""
    stem, _, digits = name.rpartition("__")
    return int(digits) if stem and digits.isdigit() else None


def order_inputs(path: Path, names: list[str], arguments: list[str]) -> list[str]:
    """Names of config.pbtxt in the order of forward's arguments."""
    if set(names) == set(arguments):
        return arguments
    places = {index_of(name): name for name in names}
    if set(places) == set(range(len(arguments))):
        return [places[place] for place in range(len(arguments))]
    raise pb_utils.TritonModelException(
        f"{path}: expected the inputs {sorted(names)} of config.pbtxt, got the arguments "
        f"{arguments} of forward; correct the config or export the model again"
    )


def place_outputs(names: Sequence[str]) -> dict[str, int]:
    """Which of forward's results each output of config.pbtxt is."""
    places = {name: index_of(name) for name in names}
    return {
        name: order if place is None else place
        for order, (name, place) in enumerate(places.items())
    }
