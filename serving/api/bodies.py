"""Reads JSON bodies: bounded in bytes and in time, and refused by name."""

import asyncio
from collections.abc import AsyncIterator, Iterable

import orjson
from fastapi import Request

from serving.errors import MalformedBody, SlowBody, TooLarge, UnsupportedBody

JSON_TYPES = ("application/json",)
LINE_TYPES = ("application/x-ndjson", "application/jsonl", "application/json-lines")

MAX_DEPTH = 32
"""Levels of lists and objects; an item has a dozen, and Python's own recursion ends at hundreds."""

_NESTED = (list, dict)


def content_type(request: Request) -> str:
    """The media type of the body, in lower case, without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def check_body_type(request: Request, allowed: tuple[str, ...]) -> None:
    """Return if the body is of one of these media types and not compressed.

    Raises:
        UnsupportedBody: it is not; names the header.
    """
    encoding = request.headers.get("content-encoding", "identity")
    if encoding.lower() != "identity":
        raise UnsupportedBody(
            f"content-encoding: expected identity, got {encoding[:100]!r}; send it uncompressed",
            field="content-encoding",
            got=encoding,
            allowed=["identity"],
        )
    given = content_type(request)
    if given not in allowed:
        raise UnsupportedBody(
            f"content-type: expected {' or '.join(allowed)}, got {given[:100]!r}",
            field="content-type",
            got=given,
            allowed=list(allowed),
        )


async def read_body(request: Request, *, max_bytes: int, timeout_s: float) -> bytes:
    """The body of a JSON request.

    Raises:
        UnsupportedBody: it is announced as something else.
        TooLarge: it is longer than `max_bytes`.
        SlowBody: it stopped coming for `timeout_s`.
    """
    check_body_type(request, JSON_TYPES)
    check_announced_length(request, max_bytes)
    received = bytearray()
    async for chunk in chunks(request, timeout_s):
        received += chunk
        if len(received) > max_bytes:
            raise too_large("body", len(received), max_bytes)
    return bytes(received)


def check_announced_length(request: Request, max_bytes: int) -> None:
    """Refuse a body by its `Content-Length`, before any of it is read.

    Raises:
        TooLarge: the length announced is above `max_bytes`.
    """
    announced = request.headers.get("content-length", "0")
    if announced.isascii() and announced.isdigit() and int(announced) > max_bytes:
        raise too_large("body", int(announced), max_bytes)


async def chunks(request: Request, timeout_s: float) -> AsyncIterator[bytes]:
    """The body as it comes in.

    Raises:
        SlowBody: nothing came for `timeout_s`.
    """
    stream = aiter(request.stream())
    while True:
        try:
            async with asyncio.timeout(timeout_s):
                chunk = await anext(stream, None)
        except TimeoutError as error:
            raise SlowBody(
                f"body: expected more of it within {timeout_s:g} s, got nothing; send it again",
                field="body",
            ) from error
        if chunk is None:
            return
        yield chunk


def parse_json(raw: bytes, field: str = "body") -> object:
    """Decode JSON; NaN, infinities and lone surrogates are none. `field` is where it stood.

    Raises:
        MalformedBody: it is not JSON in UTF-8, says where; or it is nested beyond `MAX_DEPTH`.
    """
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise MalformedBody(
            f"{field}: expected JSON, got something else: {error}",
            field=field,
            got=raw[:80].decode(errors="replace"),
        ) from error
    # As deep as it has brackets at most, and counting them is cheap.
    if raw.count(b"[") + raw.count(b"{") > MAX_DEPTH and _is_deep(value):
        raise MalformedBody(
            f"{field}: expected at most {MAX_DEPTH} levels of lists and objects, got more",
            field=field,
            allowed=MAX_DEPTH,
        )
    return value


def _is_deep(value: object) -> bool:
    """Whether there are more than `MAX_DEPTH` levels; does not itself go deep."""
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [inner for outer in level for inner in _within(outer) if inner.__class__ in _NESTED]
        if not level:
            return False
    return True


def _within(value: object) -> Iterable[object]:
    """The values of a list or an object; none of anything else."""
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def too_large(field: str, got: int, max_bytes: int) -> TooLarge:
    """The error of something that has more bytes than are read."""
    return TooLarge(
        f"{field}: expected at most {max_bytes:,} bytes, got {got:,} or more; send less at once",
        field=field,
        got=got,
        allowed=max_bytes,
    )
