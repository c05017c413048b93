"""Whether and where traces are sent, by OpenTelemetry's own variables.

Apart from `tracing.py` so that the SDK is imported only where it is used.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from serving.environment import SettingsError

if TYPE_CHECKING:
    from serving.tracing import Tracing

ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")


def tracing_from(environ: Mapping[str, str]) -> "Tracing | None":
    """Tracing to the collector that the environment names, or None.

    Everything else the SDK reads itself, from the variables of this process.

    Raises:
        SettingsError: a variable asks for what is not here, by name.
    """
    name = next((name for name in ENDPOINTS if environ.get(name)), None)
    is_off = environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
    if name is None or is_off or _exporter(environ) == "none":
        return None
    if not environ[name].startswith(("http://", "https://")):
        raise SettingsError(
            f"{name}: expected http://host:4318 or https://..., got {environ[name]!r}"
        )
    _check_protocol(environ)
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    from serving.tracing import Tracing

    return Tracing(BatchSpanProcessor(OTLPSpanExporter()))


def _exporter(environ: Mapping[str, str]) -> str:
    found = environ.get("OTEL_TRACES_EXPORTER") or "otlp"
    if found not in ("otlp", "none"):
        raise SettingsError(f"OTEL_TRACES_EXPORTER: expected otlp or none, got {found!r}")
    return found


def _check_protocol(environ: Mapping[str, str]) -> None:
    for name in ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"):
        if environ.get(name) not in (None, "", "http/protobuf"):
            raise SettingsError(
                f"{name}: expected http/protobuf, got {environ[name]!r}; give the collector's "
                "HTTP port, usually 4318"
            )
