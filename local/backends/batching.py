"""One call of a Triton backend as one batch: what the backends beside this file share.

Runs inside Triton's Python stub, on numpy and what Triton offers there. A call carries all the
requests that Triton's dynamic batcher put together. They are concatenated, run once, and the
result is split again. Requests whose shapes differ beyond the batch dimension are run in groups.
Where a group fails, its requests are run one by one, so that a bad one fails alone.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import triton_python_backend_utils as pb_utils
from numpy.typing import NDArray

Array = NDArray[Any]
Run = Callable[[list[Array]], Mapping[str, Array]]


class Batcher:
    """Answers the requests of one model through a function that runs one batch of it."""

    def __init__(self, config: Mapping[str, Any], inputs: Sequence[str], run: Run) -> None:
        """Batches for `run`.

        Args:
            config: the model's config.pbtxt as Triton hands it out.
            inputs: names of the inputs, in the order in which `run` takes them.
            run: from one array for each input to the outputs by name.
        """
        self._inputs = inputs
        self._run = run
        self._is_batched = config.get("max_batch_size", 0) > 0
        self._types = {
            entry["name"]: pb_utils.triton_string_to_numpy(entry["data_type"])
            for entry in config["output"]
        }

    def answer(self, requests: Sequence[Any]) -> list[Any]:
        """A response for every request, in order."""
        responses: list[Any] = [None] * len(requests)
        for rows in self._group(requests):
            answers = self._try([requests[row] for row in rows])
            for row, response in zip(rows, answers, strict=True):
                responses[row] = response
        return responses

    def _try(self, requests: list[Any]) -> list[Any]:
        try:
            return self._run_batch(requests)
        # The boundary to Triton: whatever goes wrong becomes the answer to that request.
        except Exception as error:  # noqa: BLE001
            if len(requests) > 1:
                return [self._try([request])[0] for request in requests]
            failure = pb_utils.TritonError(f"{type(error).__name__}: {error}")
            return [pb_utils.InferenceResponse(output_tensors=[], error=failure)]

    def _run_batch(self, requests: list[Any]) -> list[Any]:
        parts = [
            [_tensor(request, name).as_numpy() for name in self._inputs] for request in requests
        ]
        columns = list(zip(*parts, strict=True))
        results = self._run([np.concatenate(c) if len(c) > 1 else c[0] for c in columns])
        if not self._is_batched:
            return [self._respond(requests[0], results)]
        responses, start = [], 0
        for request, part in zip(requests, parts, strict=True):
            end = start + part[0].shape[0]
            rows = {name: result[start:end] for name, result in results.items()}
            responses.append(self._respond(request, rows))
            start = end
        return responses

    def _respond(self, request: Any, results: Mapping[str, Array]) -> Any:
        tensors = [
            pb_utils.Tensor(name, np.ascontiguousarray(results[name], dtype=self._types[name]))
            for name in request.requested_output_names()
        ]
        return pb_utils.InferenceResponse(output_tensors=tensors)

    def _group(self, requests: Sequence[Any]) -> list[list[int]]:
        """Positions of the requests that can be one batch."""
        if not self._is_batched:
            return [[row] for row in range(len(requests))]
        groups: dict[tuple[tuple[int, ...] | None, ...], list[int]] = {}
        for row, request in enumerate(requests):
            shapes = tuple(_shape(request, name) for name in self._inputs)
            groups.setdefault(shapes, []).append(row)
        return list(groups.values())


def model_path(args: Mapping[str, str], config: Mapping[str, Any], default_name: str) -> Path:
    """The model's file in its version's folder."""
    name = config.get("default_model_filename") or default_name
    path = Path(args["model_repository"]) / args["model_version"] / name
    if not path.is_file():
        raise pb_utils.TritonModelException(
            f"{path}: expected the model, got no such file; export the bundle again"
        )
    return path


def names_of(config: Mapping[str, Any], kind: str) -> list[str]:
    """Names of the tensors of config.pbtxt; `kind` is `input` or `output`."""
    return [entry["name"] for entry in config[kind]]


def parameters_of(config: Mapping[str, Any]) -> dict[str, str]:
    """The parameters of config.pbtxt."""
    return {key: entry["string_value"] for key, entry in config.get("parameters", {}).items()}


def _tensor(request: Any, name: str) -> Any:
    tensor = pb_utils.get_input_tensor_by_name(request, name)
    if tensor is None:
        raise ValueError(f"input {name!r}: expected a tensor, got none; send it")
    return tensor


def _shape(request: Any, name: str) -> tuple[int, ...] | None:
    tensor = pb_utils.get_input_tensor_by_name(request, name)
    return None if tensor is None else tuple(tensor.shape()[1:])
