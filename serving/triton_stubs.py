"""The messages of Triton's protocol, in generated classes of whoever's the process can hold.

tritonclient and kserve each register the protocol's package `inference` with protobuf, and one
process takes it only once: who serves by kserve has to ask by kserve's classes. Both are of the
same messages, so that nothing else differs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from serving.triton_rows import MODEL, OUTPUTS


@dataclass(frozen=True, kw_only=True)
class Stubs:
    """Classes that a compiler of protobuf wrote; they have no types."""

    request: Any
    """`ModelInferRequest`."""
    service: Any
    """`GRPCInferenceServiceStub`, made with a channel."""


def tritonclient_stubs() -> Stubs:
    """Those of tritonclient."""
    from tritonclient.grpc import service_pb2, service_pb2_grpc

    return Stubs(
        request=service_pb2.ModelInferRequest,
        service=service_pb2_grpc.GRPCInferenceServiceStub,
    )


def infer_request(stubs: Stubs, texts: Sequence[bytes], request_id: str) -> Any:
    """The request for the rows of these texts; a text goes as its length and its bytes."""
    request = stubs.request(model_name=MODEL, id=request_id)
    request.inputs.add(name="item", datatype="BYTES", shape=[len(texts), 1])
    for name in OUTPUTS:
        request.outputs.add(name=name)
    packed = b"".join(len(text).to_bytes(4, "little") + text for text in texts)
    request.raw_input_contents.append(packed)
    return request
