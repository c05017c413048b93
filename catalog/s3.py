"""Objects in an S3 bucket, of AWS or of any server that speaks S3 (see catalog/objects.py)."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,
    ConnectTimeoutError,
    HTTPClientError,
    IncompleteReadError,
    NoCredentialsError,
    ReadTimeoutError,
    ResponseStreamingError,
)

from catalog.objects import (
    ObjectMissing,
    ObjectsError,
    ObjectsTimeoutError,
    ObjectsUnavailable,
    check_key,
)

_MISSING = {"404", "NoSuchKey", "NotFound"}
# The client itself asks again only as long as no part of the answer has come.
_BODY_ATTEMPTS = 4
_BODY_PAUSE_S = 0.2
_DENIED = {"401", "403", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch"}


@dataclass(frozen=True, kw_only=True)
class S3Config:
    """How long to wait for S3, and how often to ask again."""

    connect_timeout_s: float = 5.0
    """Seconds until an unanswered connection counts as a timeout, > 0."""
    read_timeout_s: float = 30.0
    """Seconds of silence within an answer that count as a timeout, > 0."""
    max_attempts: int = 4
    """How often one request is sent in all, with a growing pause between, >= 1."""
    max_connections: int = 16
    """Connections kept open, >= 1; as many threads may work at a time without queueing."""

    def __post_init__(self) -> None:
        """Raise ValueError for a value outside its range."""
        for name in ("connect_timeout_s", "read_timeout_s"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name}: expected > 0, got {getattr(self, name)}")
        for name in ("max_attempts", "max_connections"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name}: expected >= 1, got {getattr(self, name)}")


def connect_s3(
    bucket: str, *, prefix: str = "", create: bool = False, config: S3Config | None = None
) -> "S3Objects":
    """Objects of `bucket` with the AWS_* variables of the environment.

    Args:
        bucket: the bucket's name.
        prefix: folder within the bucket that all keys are relative to, without slashes at its ends.
        create: make the bucket if it is not there.
        config: timeouts and retries; the defaults of S3Config if None.

    Raises:
        ObjectsError: the client cannot be set up, or the bucket cannot be made.
    """
    try:
        client = boto3.session.Session().client("s3", config=_client_config(config or S3Config()))
    except (BotoCoreError, ValueError) as error:
        raise ObjectsError(f"s3://{bucket}: cannot be set up: {error}") from error
    objects = S3Objects(client, bucket, prefix=prefix)
    if create:
        objects.create()
    return objects


def _client_config(config: S3Config) -> Config:
    # Servers other than AWS rarely have a host name for each bucket, and not all of them
    # know the trailing checksums that newer clients send unasked.
    own_endpoint = "AWS_ENDPOINT_URL_S3" in os.environ or "AWS_ENDPOINT_URL" in os.environ
    return Config(
        connect_timeout=config.connect_timeout_s,
        read_timeout=config.read_timeout_s,
        retries={"mode": "standard", "total_max_attempts": config.max_attempts},
        max_pool_connections=config.max_connections,
        s3={"addressing_style": "path" if own_endpoint else "auto"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )


class S3Objects:
    """An ObjectStore over one bucket; may be used from several threads."""

    def __init__(self, client: Any, bucket: str, *, prefix: str = "") -> None:
        """Objects of `bucket` through a boto3 `client`, below `prefix`."""
        self._client = client
        self._bucket = bucket
        self._prefix = f"{prefix}/" if prefix else ""

    def create(self) -> None:
        """Make the bucket unless it is there already."""
        region = self._client.meta.region_name
        where = (
            {}
            if region in (None, "us-east-1", "aws-global")
            else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        )
        try:
            self.check()
        except ObjectMissing:
            with _translated(self._bucket, ""):
                self._client.create_bucket(Bucket=self._bucket, **where)

    def check(self) -> None:
        """Raise ObjectsError unless the bucket is there and the keys open it."""
        try:
            with _translated(self._bucket, ""):
                self._client.head_bucket(Bucket=self._bucket)
        except ObjectMissing as error:
            raise ObjectMissing(
                f"s3://{self._bucket}: no such bucket; create it, or correct the objects address"
            ) from error

    def put(self, key: str, data: bytes, content_type: str = "application/octet-stream") -> None:
        """Upload in one request: S3 shows an object only when it is whole."""
        with _translated(self._bucket, key):
            self._client.put_object(
                Bucket=self._bucket, Key=self._key(key), Body=data, ContentType=content_type
            )

    def get(self, key: str) -> bytes:
        """Download; raises ObjectMissing. An answer that is cut off is asked for again."""
        for attempt in range(_BODY_ATTEMPTS - 1):
            try:
                return self._get(key)
            except _CutOffError:
                time.sleep(_BODY_PAUSE_S * 2**attempt)
        return self._get(key)

    def _get(self, key: str) -> bytes:
        with _translated(self._bucket, key):
            answer = self._client.get_object(Bucket=self._bucket, Key=self._key(key))
            data: bytes = answer["Body"].read()
        return data

    @contextmanager
    def stream(self, key: str, *, offset: int = 0, etag: str = "") -> Iterator["Streamed"]:
        """An object's bytes from an offset on, as they come, for objects too large for memory.

        Args:
            key: the object.
            offset: bytes to leave out, less than it has.
            etag: the version that is expected; any where it is empty.

        Raises:
            ObjectMissing: there is no such object.
            ObjectsUnavailable: the server does not answer, or cuts off within the block.
            ObjectsError: the object has changed meanwhile.
        """
        wanted: dict[str, str] = {"IfMatch": etag} if etag else {}
        if offset:
            wanted["Range"] = f"bytes={offset}-"
        with _translated(self._bucket, key):
            answer = self._client.get_object(Bucket=self._bucket, Key=self._key(key), **wanted)
            try:
                size = offset + int(answer["ContentLength"])
                yield Streamed(body=answer["Body"], size=size, etag=str(answer.get("ETag", "")))
            finally:
                answer["Body"].close()

    def exists(self, key: str) -> bool:
        """Whether the bucket holds `key`."""
        try:
            with _translated(self._bucket, key):
                self._client.head_object(Bucket=self._bucket, Key=self._key(key))
        except ObjectMissing:
            return False
        return True

    def list(self, prefix: str = "") -> Iterator[str]:
        """Page through the bucket, a thousand keys a request."""
        with _translated(self._bucket, prefix):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=self._prefix + prefix
            )
            for page in pages:
                for entry in page.get("Contents", ()):
                    yield entry["Key"].removeprefix(self._prefix)

    def delete(self, key: str) -> None:
        """Remove `key`; S3 does not mind where it is not there."""
        with _translated(self._bucket, key):
            self._client.delete_object(Bucket=self._bucket, Key=self._key(key))

    def uri(self, key: str) -> str:
        """An `s3://` address."""
        return f"s3://{self._bucket}/{self._key(key)}"

    def _key(self, key: str) -> str:
        return self._prefix + check_key(key)


@dataclass(frozen=True, kw_only=True)
class Streamed:
    """An object that is being read.

    Attributes:
        body: botocore's stream.
        size: bytes of the whole object.
        etag: the version that is read.
    """

    body: Any
    size: int
    etag: str

    def chunks(self, num_bytes: int) -> Iterator[bytes]:
        """What is left of it, up to `num_bytes` at a time."""
        yield from self.body.iter_chunks(num_bytes)


class _CutOffError(ObjectsUnavailable):
    """An answer ended before its time."""


@contextmanager
def _translated(bucket: str, key: str) -> Iterator[None]:
    """Raise botocore's errors as ours."""
    place = f"s3://{bucket}/{key}"
    try:
        yield
    except ClientError as error:
        raise _refusal(error, place) from error
    except (ConnectTimeoutError, ReadTimeoutError) as error:
        raise ObjectsTimeoutError(f"{place}: no answer in time: {error}") from error
    except (IncompleteReadError, ResponseStreamingError) as error:
        raise _CutOffError(f"{place}: cut off: {error}") from error
    except (ConnectionError, HTTPClientError) as error:
        raise ObjectsUnavailable(
            f"{place}: cannot be reached: {error}; is the server running, and is "
            "AWS_ENDPOINT_URL_S3 its address?"
        ) from error
    except NoCredentialsError as error:
        raise ObjectsError(
            f"{place}: no keys; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run as an "
            "identity of the cloud that may use the bucket"
        ) from error
    except BotoCoreError as error:
        raise ObjectsError(f"{place}: {error}") from error


def _refusal(error: ClientError, place: str) -> ObjectsError:
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if code == "NoSuchBucket":
        return ObjectsError(f"{place}: no such bucket; create it, or correct the objects address")
    if code in _MISSING:
        return ObjectMissing(f"{place}: not there")
    if status == 412:
        return ObjectsError(f"{place}: has changed while it was read; start again")
    if code in _DENIED:
        return ObjectsError(
            f"{place}: refused ({code}); check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY "
            "and what they may do"
        )
    if status >= 500 or status == 429 or code == "SlowDown":
        return ObjectsUnavailable(f"{place}: server error ({code or status}); try again later")
    return ObjectsError(f"{place}: refused: {error}")
