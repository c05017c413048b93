"""Triton's `item_embedding` over gRPC: JSON of items in, rows out, one channel for each endpoint.

Micro-batches of different requests are Triton's job; a batch of ours goes as it is, cut to what
the models take, and comes back in its order. What stands in the rows is the caller's to judge: the
API asks for one generation (`embedder.py`), KServe's transformer for whichever is served.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc

from serving.triton_errors import is_rejection, translated
from serving.triton_rows import Rows, joined, rows_of
from serving.triton_stubs import Stubs, infer_request, tritonclient_stubs

MAX_ROWS = 128
"""Items in one call; the models take 256, and two smaller calls are pipelined by Triton."""

MAX_CALLS = 4
"""Calls of one batch under way at once."""

NO_ITEM = b"{}"
"""JSON of an item without any field: it always has a vector."""

# A server that comes back is found within about two seconds: gRPC's own backoff grows to minutes.
# A headless Service names all its Pods, and each then gets its share.
_CHANNEL = (
    ("grpc.lb_policy_name", "round_robin"),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 500),
    ("grpc.max_reconnect_backoff_ms", 1000),
    ("grpc.keepalive_time_ms", 10_000),
    ("grpc.keepalive_timeout_ms", 5_000),
    ("grpc.max_receive_message_length", 64 * 2**20),
    ("grpc.max_send_message_length", 64 * 2**20),
)

Measured = Callable[[], AbstractContextManager[None]]
Traced = Callable[[str], AbstractContextManager[Mapping[str, str]]]

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class TritonConfig:
    """How Triton is called."""

    timeout_s: float = 5.0
    """How long one call may take, connecting and retries included, > 0."""
    max_retries: int = 0
    """How often a call is made again that did not reach a server, 0..4 (gRPC knows no more)."""
    is_tls: bool = False
    """Whether the endpoint speaks TLS."""
    root_certificates: Path | None = None
    """PEM file of who signs the endpoint's certificate; None: gRPC's own list."""

    def __post_init__(self) -> None:
        """Refuse what gRPC would refuse, or take for something else."""
        if self.timeout_s <= 0:
            raise ValueError(f"timeout_s: expected more than 0, got {self.timeout_s}")
        if not 0 <= self.max_retries <= 4:
            raise ValueError(f"max_retries: expected 0..4, got {self.max_retries}")


def _accept(rows: Rows) -> None:
    """The check of those who take any rows."""


@dataclass(frozen=True, kw_only=True)
class _Asking:
    """What all calls of one batch have in common."""

    endpoint: str
    check: Callable[[Rows], None]
    request_id: str
    under_way: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MAX_CALLS))


class TritonClient:
    """Asks `item_embedding` for rows.

    Args:
        config: patience and TLS.
        measured: gives what is entered around each call, for metrics.
        traced: the same for traces, by the endpoint; it yields gRPC metadata to send along.
        stubs: the protocol's generated classes; None: tritonclient's.
    """

    def __init__(
        self,
        config: TritonConfig,
        *,
        stubs: Stubs | None = None,
        measured: Measured = nullcontext,
        traced: Traced | None = None,
    ) -> None:
        self._config = config
        self._measured = measured
        self._traced = traced or _untraced
        self._stubs = stubs or tritonclient_stubs()
        self._channels: dict[str, grpc.aio.Channel] = {}

    async def rows(
        self,
        texts: Sequence[bytes],
        endpoint: str,
        *,
        check: Callable[[Rows], None] = _accept,
        request_id: str = "",
    ) -> Rows:
        """One row for each text, in order.

        Args:
            texts: JSON of items, at least one.
            endpoint: `host:port` of Triton's gRPC.
            check: is given the rows of each call, and raises where they will not do.
            request_id: goes along, for Triton's own log and traces.

        Raises:
            Unavailable: Triton does not answer as it should.
        """
        asking = _Asking(endpoint=endpoint, check=check, request_id=request_id)
        if len(texts) <= MAX_ROWS:
            return await self._call(texts, asking)
        chunks = [texts[at : at + MAX_ROWS] for at in range(0, len(texts), MAX_ROWS)]

        async def limited(chunk: Sequence[bytes]) -> Rows:
            async with asking.under_way:
                return await self._call(chunk, asking)

        calls = [asyncio.ensure_future(limited(chunk)) for chunk in chunks]
        try:
            return joined(await asyncio.gather(*calls))
        finally:
            # Those still under way when one has failed: nobody waits for them any more.
            for call in calls:
                call.cancel()

    async def close(self) -> None:
        """Close all channels; calls under way end with an error."""
        channels, self._channels = list(self._channels.values()), {}
        for channel in channels:
            await channel.close()

    async def _call(self, texts: Sequence[bytes], asking: _Asking) -> Rows:
        """The rows of one batch that the models take at once."""
        rows = await self._infer(texts, asking)
        if rows is not None:
            return rows
        # A request of one row fails with that row. Beside another it is a row like any other, with
        # its reason and the generation that gave it.
        pair = await self._infer([*texts, NO_ITEM], asking)
        assert pair is not None, "only a request of one row is refused for its row"
        return pair.first()

    async def _infer(self, texts: Sequence[bytes], asking: _Asking) -> Rows | None:
        """One call to Triton; None: it refuses the only item there is."""
        with self._measured(), self._traced(asking.endpoint) as carried:
            try:
                response = await self._stub(asking.endpoint).ModelInfer(
                    infer_request(self._stubs, texts, asking.request_id),
                    timeout=self._config.timeout_s,
                    metadata=(*carried.items(), *_request_id(asking)),
                )
            except grpc.aio.AioRpcError as error:
                if len(texts) == 1 and is_rejection(error):
                    return None
                raise translated(error, asking.endpoint) from error
            rows = rows_of(response, len(texts))
            asking.check(rows)
            return rows

    def _stub(self, endpoint: str) -> Any:
        """The service at an endpoint, whose channel is opened on first use, in the using loop."""
        if endpoint not in self._channels:
            log.info("opening a channel to Triton", extra={"endpoint": endpoint})
            self._channels[endpoint] = _channel(endpoint, self._config)
        return self._stubs.service(self._channels[endpoint])


def _untraced(endpoint: str) -> AbstractContextManager[Mapping[str, str]]:
    """No trace, and nothing to send along for one."""
    return nullcontext({})


def _request_id(asking: _Asking) -> tuple[tuple[str, str], ...]:
    return (("x-request-id", asking.request_id),) if asking.request_id else ()


def _channel(endpoint: str, config: TritonConfig) -> grpc.aio.Channel:
    options = [*_CHANNEL, *_retries(config.max_retries)]
    if not config.is_tls:
        return grpc.aio.insecure_channel(endpoint, options=options)
    roots = config.root_certificates and config.root_certificates.read_bytes()
    return grpc.aio.secure_channel(endpoint, grpc.ssl_channel_credentials(roots), options=options)


def _retries(max_retries: int) -> list[tuple[str, str]]:
    """Channel arguments that make a call again which did not reach a server, a little later."""
    if not max_retries:
        return []
    policy = {
        "maxAttempts": 1 + max_retries,
        "initialBackoff": "0.1s",
        "maxBackoff": "1s",
        "backoffMultiplier": 2,
        "retryableStatusCodes": ["UNAVAILABLE"],
    }
    every_method = {"name": [{}], "retryPolicy": policy}
    return [("grpc.service_config", json.dumps({"methodConfig": [every_method]}))]
