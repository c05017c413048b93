"""Triton's rows as KServe's two protocols answer them.

V1: `{"predictions": [...]}`, each `{"embedding": [...], "generation": "g0001"}` or, for an item
that is none, `{"error": "..."}`.

V2: the tensors `embedding`, `error` and `generation`, as Triton's own model has them. A row with an
error has NaN for its embedding, which the JSON form of V2 writes as `null`.
"""

import numpy as np
from kserve import InferOutput, InferRequest, InferResponse
from kserve.protocol.infer_type import RequestedOutput
from numpy.typing import NDArray

from serving.triton_rows import OUTPUTS, Rows


def v1_answer(rows: Rows) -> dict[str, list[dict[str, object]]]:
    """One prediction for each item, in order.

    The numbers are the float32 values of Triton, exactly: each is written with as many digits as
    its float64 equal needs.
    """
    vectors = rows.embedding_ND.tolist()
    return {
        "predictions": [
            {"error": reason} if reason else {"embedding": vector, "generation": generation}
            for vector, reason, generation in zip(
                vectors, rows.errors, rows.generations, strict=True
            )
        ]
    }


def v2_answer(rows: Rows, request: InferRequest, request_id: str) -> InferResponse:
    """The tensors that were asked for, or all, in binary where that was asked for."""
    tensors = {
        "embedding": ("FP32", rows.embedding_ND),
        "error": ("BYTES", _column(rows.errors)),
        "generation": ("BYTES", _column(rows.generations)),
    }
    requested = _requested(request)
    names = [output.name for output in requested] if requested else list(OUTPUTS)
    outputs = [
        InferOutput(name=name, datatype=kind, shape=list(values.shape), data=values)
        for name in dict.fromkeys(names)
        for kind, values in [tensors[name]]
    ]
    return InferResponse(
        response_id=request.id or request_id,
        model_name=request.model_name,
        infer_outputs=outputs,
        from_grpc=request.from_grpc,
        # Over gRPC arrays go in binary anyway; asked for, kserve 0.21 takes an array for a list.
        use_binary_outputs=request.use_binary_outputs and not request.from_grpc,
        requested_outputs=requested,
    )


def _requested(request: InferRequest) -> list[RequestedOutput] | None:
    """The outputs by name; the request's `binary_data_output` holds for those that say nothing."""
    if not request.request_outputs:
        return None
    is_binary = request.use_binary_outputs
    return [
        RequestedOutput(
            output.name,
            {"binary_data": is_binary if output.binary_data is None else output.binary_data},
        )
        for output in request.request_outputs
    ]


def _column(texts: tuple[str, ...]) -> NDArray[np.object_]:
    return np.array([text.encode() for text in texts], dtype=np.object_).reshape(-1, 1)
