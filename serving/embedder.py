"""The embedder over Triton: items of a generation to its vectors.

Every answer is checked to be of the generation that was asked for: a Triton that serves another one
is an error, never a vector. The calls themselves are `triton_client.py`'s.
"""

from collections.abc import Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path

import numpy as np
import orjson

from catalog.item import Item
from serving.errors import NotReady, ServerFailed
from serving.logs import REQUEST_ID
from serving.protocols import EmbeddingFailure, GenerationInUse, Vector
from serving.triton_client import Measured, Traced, TritonClient, TritonConfig
from serving.triton_errors import PART
from serving.triton_rows import MODEL, Rows


class TritonEmbedder:
    """Embeds items by `item_embedding` on a generation's Triton.

    Args:
        timeout_s: how long one call may take, connecting included, > 0.
        ca_file: who signs Triton's certificate, PEM; None: it is asked without TLS.
        measured: gives what is entered around each call, for metrics.
        traced: the same for traces; see `TritonClient`.
    """

    def __init__(
        self,
        *,
        timeout_s: float = 5.0,
        ca_file: Path | None = None,
        measured: Measured = nullcontext,
        traced: Traced | None = None,
    ) -> None:
        config = TritonConfig(
            timeout_s=timeout_s, is_tls=ca_file is not None, root_certificates=ca_file
        )
        self._client = TritonClient(config, measured=measured, traced=traced)

    async def embed(
        self, items: Sequence[Item], generation: GenerationInUse
    ) -> list[Vector | EmbeddingFailure]:
        """One vector (float32 [D], unit length) or one failure for each item, in order.

        Raises:
            Unavailable: the generation's Triton does not answer, or is of another generation.
        """
        if not items:
            return []
        texts = [orjson.dumps(item.to_json()) for item in items]
        rows = await self._client.rows(
            texts,
            _endpoint(generation),
            check=partial(_check, generation=generation),
            request_id=REQUEST_ID.get(),
        )
        return [
            EmbeddingFailure(reason=reason) if reason else np.array(vector_D)
            for vector_D, reason in zip(rows.embedding_ND, rows.errors, strict=True)
        ]

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
        await self._client.close()


def _endpoint(generation: GenerationInUse) -> str:
    if generation.endpoint is None:
        raise NotReady(
            PART,
            f"expected an endpoint of generation {generation.generation}, got none; wait until "
            "its Triton is deployed, or look at what deploys it",
        )
    return generation.endpoint


def _check(rows: Rows, generation: GenerationInUse) -> None:
    """Return if the rows are of the generation that was asked for.

    Raises:
        NotReady: they are of another generation.
        ServerFailed: their vectors have another length.
    """
    others = set(rows.generations) - {generation.generation}
    if others:
        raise NotReady(
            PART,
            f"expected generation {generation.generation} at {generation.endpoint}, got "
            f"{min(others)}; start the Triton of the generation in use there",
        )
    num_rows, dimension = rows.embedding_ND.shape
    if dimension != generation.dimension:
        raise ServerFailed(
            PART,
            f"expected {MODEL} to answer {num_rows} x {generation.dimension} values, got "
            f"{num_rows} x {dimension}; publish the generation again",
        )
