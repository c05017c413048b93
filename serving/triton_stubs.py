"""The messages of Triton's protocol, in generated classes of whoever's the process has.

tritonclient and kserve each register the protocol's package `inference` with protobuf, which takes
a name once in a pool of descriptors. tritonclient's are therefore put into a pool of their own, so
that one process can hold both; who serves by kserve asks by kserve's classes and needs no other.
Both are of the same messages, so that nothing else differs.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from google.protobuf import descriptor_pool

from serving.triton_rows import MODEL, OUTPUTS


@dataclass(frozen=True, kw_only=True)
class Stubs:
    """Classes that a compiler of protobuf wrote; they have no types."""

    request: Any
    """`ModelInferRequest`."""
    service: Any
    """`GRPCInferenceServiceStub`, made with a channel."""


def tritonclient_stubs() -> Stubs:
    """Those of tritonclient; the first import of it in a process should be this one."""
    with _own_pool():
        from tritonclient.grpc import service_pb2, service_pb2_grpc

    return Stubs(
        request=service_pb2.ModelInferRequest,
        service=service_pb2_grpc.GRPCInferenceServiceStub,
    )


@contextmanager
def _own_pool() -> Iterator[None]:
    """What is generated registers with the default pool when it is imported; here with another."""
    default, own = descriptor_pool.Default, descriptor_pool.DescriptorPool()
    descriptor_pool.Default = lambda: own
    try:
        yield
    finally:
        descriptor_pool.Default = default


def infer_request(stubs: Stubs, texts: Sequence[bytes], request_id: str) -> Any:
    """The request for the rows of these texts; a text goes as its length and its bytes."""
    request = stubs.request(model_name=MODEL, id=request_id)
    request.inputs.add(name="item", datatype="BYTES", shape=[len(texts), 1])
    for name in OUTPUTS:
        request.outputs.add(name=name)
    packed = b"".join(len(text).to_bytes(4, "little") + text for text in texts)
    request.raw_input_contents.append(packed)
    return request
