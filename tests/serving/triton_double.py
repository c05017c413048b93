"""A gRPC server that speaks Triton's protocol and answers as it is told: for faults on purpose.

What Triton really answers is tested against Triton (`test_embedder_on_triton.py`).
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import grpc
import numpy as np
from tritonclient.grpc import service_pb2, service_pb2_grpc
from tritonclient.utils import deserialize_bytes_tensor, serialize_byte_tensor


@dataclass
class TritonDouble:
    """Answers `item_embedding`: each vector points along the length of its item's JSON."""

    generation: str = "g0001"
    dimension: int = 4
    abort: tuple[grpc.StatusCode, str] | None = None
    """End every call with this status."""
    is_silent: bool = False
    """Never answer."""
    is_nan: bool = False
    """Answer vectors that are no numbers."""
    length: float = 1.0
    """Of the vectors."""
    bad: bytes = b"bad"
    """An item whose JSON has this is refused as `item_encoder` refuses it."""
    batches: list[int] = field(default_factory=list)
    """Rows of each call."""
    metadata: dict[str, str] = field(default_factory=dict)
    """What came along with the last call."""

    async def answer(
        self, request: service_pb2.ModelInferRequest, context: grpc.aio.ServicerContext
    ) -> service_pb2.ModelInferResponse:
        """One call of `ModelInfer`."""
        texts = deserialize_bytes_tensor(request.raw_input_contents[0]).tolist()
        self.batches.append(len(texts))
        self.metadata = dict(context.invocation_metadata())
        if self.abort:
            await context.abort(*self.abort)
        if self.is_silent:
            await grpc_silence(context)
        errors = [b"bad: not allowed" if self.bad in text else b"" for text in texts]
        if len(texts) == 1 and errors[0]:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, errors[0].decode())
        return self._response(texts, errors)

    def _response(self, texts: list[bytes], errors: list[bytes]) -> service_pb2.ModelInferResponse:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        vectors[:, 0] = np.nan if self.is_nan else self.length
        names = [self.generation.encode()] * len(texts)
        tensors = [
            ("embedding", "FP32", self.dimension, vectors.tobytes()),
            ("error", "BYTES", 1, _bytes(errors)),
            ("generation", "BYTES", 1, _bytes(names)),
        ]
        response = service_pb2.ModelInferResponse(model_name="item_embedding")
        for name, kind, width, content in tensors:
            response.outputs.add(name=name, datatype=kind, shape=[len(texts), width])
            response.raw_output_contents.append(content)
        return response


@asynccontextmanager
async def serving(
    double: TritonDouble, port: int = 0, credentials: grpc.ServerCredentials | None = None
) -> AsyncIterator[str]:
    """Serve it, by TLS with credentials; gives its `host:port`."""

    class Servicer(service_pb2_grpc.GRPCInferenceServiceServicer):  # type: ignore[misc]
        async def ModelInfer(  # noqa: N802 (the protocol's name)
            self, request: service_pb2.ModelInferRequest, context: grpc.aio.ServicerContext
        ) -> service_pb2.ModelInferResponse:
            return await double.answer(request, context)

    server = grpc.aio.server()
    service_pb2_grpc.add_GRPCInferenceServiceServicer_to_server(Servicer(), server)
    address = f"127.0.0.1:{port}"
    bound = (
        server.add_secure_port(address, credentials)
        if credentials
        else server.add_insecure_port(address)
    )
    await server.start()
    try:
        yield f"127.0.0.1:{bound}"
    finally:
        await server.stop(grace=None)


async def grpc_silence(context: grpc.aio.ServicerContext) -> None:
    """Wait until the caller gives up."""
    import asyncio

    await asyncio.sleep(60)


def _bytes(values: list[bytes]) -> bytes:
    packed = serialize_byte_tensor(np.array(values, dtype=np.object_).reshape(-1, 1))
    return bytes(packed.item())
