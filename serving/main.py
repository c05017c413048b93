"""Serve the API: `python -m serving.main`, configured by the environment (see `settings.py`).

Starts even while the database or Triton is away: `/healthz` answers, `/readyz` and the log say
what is missing, and requests are answered as soon as it is there. On SIGTERM or SIGINT it is no
longer ready, goes on answering for MODISTE_DRAIN_S, and ends once the requests under way are
answered. Exit codes: 0 stopped; 2 wrong configuration.
"""

import argparse
import asyncio
import gc
import logging
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from types import FrameType
from typing import TYPE_CHECKING

import uvicorn
from fastapi import FastAPI
from psycopg import AsyncCursor

from catalog.objects import ObjectsError, open_objects
from serving.api.app import create_app
from serving.background import IndexWatch, WatchConfig
from serving.database import PoolConfig
from serving.drain import DrainingServer
from serving.embedder import TritonEmbedder
from serving.environment import SettingsError
from serving.errors import ServiceError
from serving.logs import add_to_lines, log_to_stderr
from serving.metrics import Metrics
from serving.recall import RecallConfig
from serving.service import Service
from serving.settings import Settings, settings_from
from serving.store import PostgresStore
from serving.tls import Certificate
from serving.tracing_config import tracing_from

if TYPE_CHECKING:
    from serving.tracing import Tracing

log = logging.getLogger(__name__)


def build_app(settings: Settings, tracing: "Tracing | None" = None) -> FastAPI:
    """The application over the real parts; nothing is connected before it starts.

    Raises:
        SettingsError: an address is not one.
    """
    metrics = Metrics()
    store = PostgresStore(_pool_config(settings, tracing))
    embedder = TritonEmbedder(
        timeout_s=settings.embed_timeout_s,
        ca_file=settings.triton_ca,
        measured=metrics.triton,
        traced=tracing.triton_call if tracing else None,
    )
    try:
        objects = open_objects(settings.objects_uri)
    except ObjectsError as error:
        raise SettingsError(f"MODISTE_OBJECTS: {error}") from error

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await store.open()
        looking = asyncio.create_task(_look_around(app.state.service, store))
        try:
            yield
        finally:
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking
            await embedder.close()
            await store.close()
            if tracing is not None:
                await asyncio.to_thread(tracing.close)

    return create_app(
        settings, store, embedder, objects, metrics=metrics, tracing=tracing, lifespan=lifespan
    )


def serve(settings: Settings, tracing: "Tracing | None" = None) -> None:
    """Serve until told to stop.

    Raises:
        SettingsError: the address cannot be listened on.
    """
    app = build_app(settings, tracing)
    _spare_collections()
    certificate = Certificate(settings.certificate) if settings.certificate else None
    listener = _listen(settings)
    host, port = listener.getsockname()[:2]
    scheme = "https" if certificate else "http"
    log.info("listening", extra={"url": f"{scheme}://{_in_url(host)}:{port}/"})
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=settings.shutdown_timeout_s,
        ssl_context_factory=(lambda _, __: certificate.context) if certificate else None,
    )
    service: Service = app.state.service
    server = DrainingServer(config, drain_s=settings.drain_s, on_drain=service.readiness.drain)
    server.run(sockets=[listener])


def _spare_collections() -> None:
    """Look for garbage in cycles more rarely, and never among what is there for good.

    Python looks after every 700 objects that stay, and then at all there is, modules included: that
    took 6 % of the process's time. Requests leave hardly any cycles behind.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


async def _look_around(service: Service, store: PostgresStore) -> None:
    """What is done while nobody asks, until cancelled."""
    await _tell_readiness(service)
    settings = service.settings
    every_s = settings.recall_sample_every_s
    config = WatchConfig(
        generation_every_s=settings.generation_every_s,
        recall=RecallConfig(every_s=every_s) if every_s else None,
    )
    await IndexWatch(service.current, store, service.metrics.index, config).run()


async def _tell_readiness(service: Service) -> None:
    """Say once, at start, what is there or what is missing."""
    try:
        generation = await service.readiness.check()
    except ServiceError as error:
        log.warning("started, not ready yet: %s", error.detail)
    else:
        log.info("ready", extra={"generation": generation})


def _pool_config(settings: Settings, tracing: "Tracing | None") -> PoolConfig:
    return PoolConfig(
        cursor=tracing.cursor() if tracing else AsyncCursor,
        url=settings.database_url,
        max_connections=settings.max_pool_connections,
        connect_timeout_s=settings.connect_timeout_s,
        pool_timeout_s=settings.pool_timeout_s,
        statement_timeout_s=settings.statement_timeout_s,
    )


def _listen(settings: Settings) -> socket.socket:
    """A bound socket; uvicorn would end the process without a word about the variable."""
    address = (settings.host, settings.port)
    try:
        family = socket.getaddrinfo(*address, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server(address, family=family, backlog=2048)
    except OSError as error:
        raise SettingsError(
            f"MODISTE_HOST and MODISTE_PORT: cannot listen on {settings.host}:{settings.port}: "
            f"{error.strerror}; choose another port, or stop what uses it"
        ) from error


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _stop(number: int, frame: FrameType | None) -> None:
    """What uvicorn passes the signal on to once everything is closed."""
    raise SystemExit(0)


def main(arguments: list[str] | None = None) -> int:
    """Read the environment, serve, and give the exit code."""
    argparse.ArgumentParser(prog="python -m serving.main", description=__doc__).parse_args(
        arguments
    )
    log_to_stderr()
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    try:
        settings = settings_from(os.environ)
        tracing = tracing_from(os.environ)
        if tracing is not None:
            add_to_lines(tracing.log_filter())
        serve(settings, tracing)
    except SettingsError as error:
        print(f"error: {error}", file=sys.stderr, flush=True)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
