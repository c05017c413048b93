"""The embedder over Triton: gRPC, one channel for each generation's endpoint.

Micro-batches of different requests are Triton's job; a batch of ours goes as it is, cut to what
the models take. Every answer is checked to be of the generation that was asked for: a Triton that
serves another one is an error, never a vector.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext

import numpy as np
import orjson
from tritonclient.grpc import InferInput, InferRequestedOutput, InferResult
from tritonclient.grpc.aio import InferenceServerClient
from tritonclient.utils import InferenceServerException

from catalog.item import Item
from serving.errors import NotReady, ServerFailed
from serving.protocols import EmbeddingFailure, GenerationInUse, Vector
from serving.triton_errors import PART, is_rejection, translated

MODEL = "item_embedding"

MAX_ROWS = 128
"""Items in one call; the models take 256, and two smaller calls are pipelined by Triton."""

MAX_CALLS = 4
"""Calls of one batch under way at once."""

_OUTPUTS = ("embedding", "error", "generation")

# A server that comes back is found within about two seconds: gRPC's own backoff grows to minutes.
_CHANNEL = (
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 500),
    ("grpc.max_reconnect_backoff_ms", 1000),
    ("grpc.keepalive_time_ms", 10_000),
    ("grpc.keepalive_timeout_ms", 5_000),
    ("grpc.max_receive_message_length", 64 * 2**20),
    ("grpc.max_send_message_length", 64 * 2**20),
)

log = logging.getLogger(__name__)


class TritonEmbedder:
    """Embeds items by `item_embedding` on a generation's Triton.

    Args:
        timeout_s: how long one call may take, connecting included, > 0.
        measured: gives what is entered around each call, for metrics.
    """

    def __init__(
        self,
        *,
        timeout_s: float = 5.0,
        measured: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        if timeout_s <= 0:
            raise ValueError(f"timeout_s: expected more than 0, got {timeout_s}")
        self._timeout_s = timeout_s
        self._measured = measured
        self._clients: dict[str, InferenceServerClient] = {}

    async def embed(
        self, items: Sequence[Item], generation: GenerationInUse
    ) -> list[Vector | EmbeddingFailure]:
        """One vector (float32 [D], unit length) or one failure for each item, in order.

        Raises:
            Unavailable: the generation's Triton does not answer, or is of another generation.
        """
        texts = [orjson.dumps(item.to_json()) for item in items]
        chunks = [texts[at : at + MAX_ROWS] for at in range(0, len(texts), MAX_ROWS)]
        under_way = asyncio.Semaphore(MAX_CALLS)

        async def limited(chunk: list[bytes]) -> list[Vector | EmbeddingFailure]:
            async with under_way:
                return await self._call(chunk, generation)

        if len(chunks) == 1:
            return await self._call(chunks[0], generation)
        answers = await asyncio.gather(*map(limited, chunks))
        return [vector for answer in answers for vector in answer]

    async def check(self, generation: GenerationInUse) -> None:
        """Return if the generation's Triton answers an item with a vector of that generation.

        Raises:
            Unavailable: it does not; says what is missing and what to do.
        """
        probe = Item(item_id="readiness")
        [answer] = await self.embed([probe], generation)
        if isinstance(answer, EmbeddingFailure):
            raise ServerFailed(PART, f"{MODEL} refused an empty item: {answer.reason}")

    async def close(self) -> None:
        """Close all channels; calls under way end with an error."""
        clients, self._clients = list(self._clients.values()), {}
        for client in clients:
            await client.close()

    async def _call(
        self, texts: list[bytes], generation: GenerationInUse
    ) -> list[Vector | EmbeddingFailure]:
        endpoint = _endpoint(generation)
        tensor = InferInput("item", [len(texts), 1], "BYTES")
        tensor.set_data_from_numpy(np.array(texts, dtype=np.object_).reshape(-1, 1))
        with self._measured():
            try:
                result = await self._client(endpoint).infer(
                    MODEL,
                    [tensor],
                    outputs=[InferRequestedOutput(name) for name in _OUTPUTS],
                    client_timeout=self._timeout_s,
                )
            except InferenceServerException as error:
                if len(texts) == 1 and is_rejection(error):
                    return [EmbeddingFailure(reason=error.message() or "refused by the encoder")]
                raise translated(error, endpoint) from error
            return _rows(result, len(texts), generation)

    def _client(self, endpoint: str) -> InferenceServerClient:
        """The channel to an endpoint, opened on first use in the loop that uses it."""
        if endpoint not in self._clients:
            log.info("opening a channel to Triton", extra={"endpoint": endpoint})
            client = InferenceServerClient(endpoint, channel_args=list(_CHANNEL))
            self._clients[endpoint] = client
        return self._clients[endpoint]


def _endpoint(generation: GenerationInUse) -> str:
    if generation.endpoint is None:
        raise NotReady(
            PART,
            f"expected an endpoint of generation {generation.generation}, got none; wait until "
            "its Triton is deployed, or look at what deploys it",
        )
    return generation.endpoint


def _rows(
    result: InferResult, num_rows: int, generation: GenerationInUse
) -> list[Vector | EmbeddingFailure]:
    """The answer's rows, once they are what was asked for.

    Raises:
        NotReady: it is of another generation.
        ServerFailed: it has another shape, or a vector that is no number.
    """
    embedding_ND, error_N1, generation_N1 = (result.as_numpy(name) for name in _OUTPUTS)
    others = {name.decode() for name in generation_N1.ravel()} - {generation.generation}
    if others:
        raise NotReady(
            PART,
            f"expected generation {generation.generation} at {generation.endpoint}, got "
            f"{sorted(others)[0]}; start the Triton of the generation in use there",
        )
    if embedding_ND.shape != (num_rows, generation.dimension):
        raise ServerFailed(
            PART,
            f"expected {MODEL} to answer {num_rows} x {generation.dimension} values, got "
            f"{embedding_ND.shape}; publish the generation again",
        )
    reasons = [reason.decode() for reason in error_N1.ravel()]
    return [
        EmbeddingFailure(reason=reason) if reason else _vector(row)
        for row, reason in zip(embedding_ND, reasons, strict=True)
    ]


def _vector(row_D: Vector) -> Vector:
    if not np.isfinite(row_D).all():
        raise ServerFailed(PART, f"{MODEL} answered a vector that is no number; publish it again")
    return np.array(row_D, dtype=np.float32)
