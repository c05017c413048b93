"""How the API is configured: one frozen record, read from the environment by one function.

Nothing here is read at import. Whoever starts a process calls `settings_from`, so a wrong
variable is named before anything else happens.
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from serving.access.config import REMEDY, AccessConfig, access_from
from serving.environment import SettingsError, flag, required, whole_number
from serving.tls import CertificateFiles, certificate_files_from, triton_ca_from

INSECURE_FLAG = "MODISTE_ALLOW_INSECURE"

_TIMES = (
    "connect_timeout_s",
    "pool_timeout_s",
    "statement_timeout_s",
    "embed_timeout_s",
    "picture_timeout_s",
    "read_timeout_s",
    "readiness_timeout_s",
    "turn_timeout_s",
    "generation_every_s",
    "shutdown_timeout_s",
)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the API needs to know; times in seconds, sizes in bytes."""

    database_url: str
    """libpq connection string or `postgresql://` URI; never printed, it may hold a password."""

    objects_uri: str
    """Where pictures lie: `s3://bucket` or `file:///folder`."""

    host: str = "127.0.0.1"
    """Address to listen on. Beyond loopback only where `access` asks who calls, or with
    `allow_insecure`."""

    port: int = 8080
    """TCP port to listen on, 0..65535; 0 takes a free one."""

    allow_insecure: bool = False
    """Listen beyond loopback although anybody who can connect may write and delete."""

    access: AccessConfig = field(default_factory=AccessConfig)
    """Who may ask for what, and how often; everybody for everything unless configured."""

    certificate: CertificateFiles | None = None
    """What the listener shows; None: HTTP without TLS."""

    triton_ca: Path | None = None
    """Who signs Triton's certificates, PEM; None: Triton is asked without TLS."""

    max_pool_connections: int = 16
    """Connections to PostgreSQL at most, >= 1."""

    connect_timeout_s: float = 2.0
    """How long one attempt to reach PostgreSQL or Triton may take, > 0."""

    pool_timeout_s: float = 3.0
    """How long a request waits for a free connection, > 0."""

    statement_timeout_s: float = 5.0
    """How long one SQL statement may run, > 0."""

    embed_timeout_s: float = 5.0
    """How long one call to Triton may take, > 0."""

    picture_timeout_s: float = 5.0
    """How long a picture may take to come from the object store, > 0."""

    max_body_bytes: int = 8 * 2**20
    """Longest JSON body that is read, and longest batch of a stream held in memory."""

    max_item_bytes: int = 2**20
    """Longest single item, as a body or as a line of a stream."""

    read_timeout_s: float = 30.0
    """How long a body may stop coming before the request is given up, > 0."""

    readiness_timeout_s: float = 2.5
    """How long whoever asks for readiness waits, > 0; shorter than a probe's own patience."""

    readiness_max_age_s: float = 1.0
    """How long a look at readiness is told again, >= 0: probes are many, looks are not."""

    drain_s: int = 0
    """How long requests are still taken, but readiness refused, when the process is asked to
    stop, >= 0; long enough for load balancers to notice."""

    max_waiting_requests: int = 1_000
    """Requests that wait for their turn at most; as many work as there are connections."""

    turn_timeout_s: float = 10.0
    """How long a request waits for its turn before it is told to come back later, > 0."""

    generation_every_s: float = 10.0
    """How often it is looked which generation is in use, > 0: a switch is noticed within this time
    even where no request comes; a request notices it at once."""

    recall_sample_every_s: int = 0
    """How often recall is sampled against exact search by one of the replicas; 0: never."""

    shutdown_timeout_s: int = 10
    """How long requests in flight may take to end when the process is asked to stop."""

    def __post_init__(self) -> None:
        """Refuse values that could only fail later, and open doors nobody asked for."""
        if not 0 <= self.port <= 65535:
            raise SettingsError(f"MODISTE_PORT: expected 0..65535, got {self.port}")
        if self.max_pool_connections < 1:
            raise SettingsError(
                "MODISTE_MAX_POOL_CONNECTIONS: expected at least 1, "
                f"got {self.max_pool_connections}"
            )
        for name in _TIMES:
            if getattr(self, name) <= 0:
                raise SettingsError(f"{name}: expected more than 0 s, got {getattr(self, name)}")
        if not (is_loopback(self.host) or self.access.asks_who or self.allow_insecure):
            raise SettingsError(
                f"MODISTE_HOST: expected a loopback address, got {self.host!r} where nothing asks "
                f"who calls; {REMEDY}, or put a log-in in front and set {INSECURE_FLAG}=1"
            )


def is_loopback(host: str) -> bool:
    """Whether only this machine can connect to `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def settings_from(environ: Mapping[str, str]) -> Settings:
    """Settings from environment variables; `docs/serving.md` lists them.

    Raises:
        SettingsError: a variable is missing or its value is not of its kind, by name.
    """
    return Settings(
        database_url=required(environ, "MODISTE_DATABASE_URL", "postgresql://user@host/modiste"),
        objects_uri=required(environ, "MODISTE_OBJECTS", "s3://modiste or file:///folder"),
        host=environ.get("MODISTE_HOST", "127.0.0.1"),
        port=whole_number(environ, "MODISTE_PORT", 8080),
        allow_insecure=flag(environ, INSECURE_FLAG),
        access=access_from(environ),
        certificate=certificate_files_from(environ),
        triton_ca=triton_ca_from(environ),
        max_pool_connections=whole_number(environ, "MODISTE_MAX_POOL_CONNECTIONS", 16),
        drain_s=whole_number(environ, "MODISTE_DRAIN_S", 0),
        recall_sample_every_s=whole_number(environ, "MODISTE_RECALL_SAMPLE_EVERY_S", 0),
    )
