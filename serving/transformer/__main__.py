"""Serve KServe's protocols in front of Triton: `python -m serving.transformer`.

Starts while the predictor is away; `/v2/health/ready` answers 503 until it gives vectors. At
SIGTERM or SIGINT it is no longer ready, goes on answering for MODISTE_DRAIN_S (5), and ends once
what is under way is answered; a second signal leaves the wait out.

Exit codes: 0 stopped; 1 a port cannot be listened on; 2 wrong options.
"""

import logging
import os
import sys

from kserve import model_server
from prometheus_client import GC_COLLECTOR, PLATFORM_COLLECTOR, PROCESS_COLLECTOR, REGISTRY

from serving.environment import SettingsError
from serving.logs import log_to_stderr
from serving.metrics import Metrics
from serving.transformer.arguments import TransformerConfig, config_from
from serving.transformer.edge import guard
from serving.transformer.model import ItemEmbedding
from serving.transformer.server import TransformerServer
from serving.transformer.stubs import KSERVE_STUBS
from serving.triton_client import TritonClient

log = logging.getLogger(__name__)


def serve(config: TransformerConfig) -> None:
    """Serve until told to stop."""
    metrics = Metrics()
    _publish(metrics)
    client = TritonClient(config.triton, measured=metrics.triton, stubs=KSERVE_STUBS)
    model = ItemEmbedding(config.model_name, client, config.endpoint)
    guard(
        model_server.app,
        metrics,
        max_body_bytes=config.max_body_bytes,
        read_timeout_s=config.read_timeout_s,
    )
    server = TransformerServer(model, metrics, drain_s=config.drain_s, grace_s=config.grace_s)
    log.info("serving", extra={"model_name": config.model_name, "predictor": config.endpoint})
    server.start([model])


def _publish(metrics: Metrics) -> None:
    """Add our metrics to KServe's, which its `/metrics` writes out; both have those of Python."""
    for collector in (PROCESS_COLLECTOR, PLATFORM_COLLECTOR, GC_COLLECTOR):
        REGISTRY.unregister(collector)
    REGISTRY.register(metrics.registry)


def _quieten() -> None:
    """Leave out the lines that KServe and uvicorn have for each request; ours say more."""
    logging.captureWarnings(True)
    for name in ("kserve", "kserve.trace", "uvicorn.access"):
        logging.getLogger(name).setLevel(logging.WARNING)


def main() -> int:
    """Read the options, serve, and give the exit code."""
    log_to_stderr()
    _quieten()
    try:
        config = config_from(sys.argv[1:], os.environ)
    except SettingsError as error:
        print(f"error: {error}", file=sys.stderr, flush=True)
        return 2
    serve(config)
    return 0


if __name__ == "__main__":
    sys.exit(main())
