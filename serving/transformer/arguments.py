"""The command line as KServe writes it: what its controller puts there is taken as it is.

KServe adds `--model_name`, `--predictor_host`, `--http_port` and `--workers` to a transformer's
container where the InferenceService does not give them. All options of KServe's own servers are
known; those that cannot hold here are refused by name.
"""

import argparse
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kserve import model_server

from serving.environment import SettingsError, whole_number
from serving.triton_client import TritonConfig
from serving.triton_rows import MODEL

PREDICTOR_PORT = 9000
"""gRPC's port of the ServingRuntime `modiste-triton`, for a predictor that is named without one."""

_OPTIONS = {
    "timeout_s": "--predictor_request_timeout_seconds",
    "max_retries": "--predictor_request_retries",
}
"""Where the fields of `TritonConfig` come from."""

_HOST = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[^\s:/\[\]]+)(?P<port>:[0-9]{1,5})?")


@dataclass(frozen=True, kw_only=True)
class TransformerConfig:
    """What the transformer needs to know."""

    model_name: str
    """What clients call the model."""
    endpoint: str
    """`host:port` of the predictor's gRPC."""
    triton: TritonConfig
    """How it is called."""
    max_body_bytes: int = 8 * 2**20
    """Longest body that is read over HTTP; gRPC has `--grpc_max_receive_message_length`."""
    read_timeout_s: float = 30.0
    """How long a body may stop coming before the request is given up."""
    drain_s: int = 5
    """How long requests are taken after SIGTERM, while readiness is refused."""
    grace_s: int = 10
    """How long requests under way may then take to end, over HTTP and then over gRPC."""


def config_from(arguments: Sequence[str], environ: Mapping[str, str]) -> TransformerConfig:
    """The configuration of a command line; an option that nobody knows ends the process with 2.

    Raises:
        SettingsError: an option is missing or cannot hold; names it.
    """
    given = _parser().parse_args(arguments)
    _check_protocol(given.predictor_protocol)
    _check_workers(given.workers)
    bundle = environ.get("REQUESTS_CA_BUNDLE") or environ.get("CURL_CA_BUNDLE")
    try:
        triton = TritonConfig(
            timeout_s=given.predictor_request_timeout_seconds,
            max_retries=given.predictor_request_retries,
            is_tls=given.predictor_use_ssl,
            root_certificates=Path(bundle) if bundle and given.predictor_use_ssl else None,
        )
    except ValueError as error:
        field, _, fault = str(error).partition(":")
        raise SettingsError(f"{_OPTIONS[field]}:{fault}") from error
    return TransformerConfig(
        model_name=given.model_name,
        endpoint=_endpoint(given.predictor_host),
        triton=triton,
        drain_s=whole_number(environ, "MODISTE_DRAIN_S", TransformerConfig.drain_s),
    )


def _parser() -> argparse.ArgumentParser:
    """KServe's options, with the defaults of this transformer."""
    parser = argparse.ArgumentParser(
        prog="python -m serving.transformer",
        description="Take items in KServe's protocols and answer with Triton's vectors.",
        parents=[model_server.parser],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.set_defaults(
        model_name=MODEL, predictor_protocol="grpc-v2", predictor_request_timeout_seconds=10
    )
    return parser


def _check_protocol(protocol: str) -> None:
    if protocol != "grpc-v2":
        raise SettingsError(
            f"--predictor_protocol: expected grpc-v2, got {protocol}; leave it out, and give "
            "--predictor_host the port of the predictor's gRPC"
        )


def _check_workers(num_workers: int) -> None:
    if num_workers != 1:
        raise SettingsError(
            f"--workers: expected 1, got {num_workers}; leave containerConcurrency out of the "
            "InferenceService's transformer, and give it more replicas instead"
        )


def _endpoint(host: str | None) -> str:
    found = _HOST.fullmatch(host or "")
    if found is None:
        raise SettingsError(
            f"--predictor_host: expected host or host:port of the predictor's gRPC, got "
            f"{host or 'nothing'!r}; KServe gives it, by hand it is such as 127.0.0.1:8001"
        )
    return found[0] if found["port"] else f"{found[0]}:{PREDICTOR_PORT}"
