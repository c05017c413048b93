"""The opaque text that a list goes on from.

A cursor is base64url JSON: a digest of the query it belongs to, the store's state, and a checksum
over both. The checksum finds damage, the digest finds a cursor of another query; neither is a
secret, for a cursor gives no right that its holder lacks.
"""

import base64
import binascii
import hashlib
import math
from typing import Any, NoReturn

import numpy as np
import orjson

from serving.errors import InvalidCursor
from serving.protocols import CursorState

MAX_CURSOR_CHARS = 200_000
_CHECKSUM_BYTES = 8


def query_digest(route: str, query: object) -> str:
    """A digest of what a list answers: its route and its query, without page size and cursor."""
    canonical = orjson.dumps([route, query], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(canonical).hexdigest()[:16]


def write_cursor(digest: str, state: CursorState) -> str:
    """The cursor that stands for `state` in the list with this `query_digest`."""
    return _sealed(
        {
            "q": digest,
            "g": state.generation,
            "v": base64.b64encode(state.vector.astype("<f2").tobytes()).decode(),
            "s": state.seen,
            "a": state.after,
        }
    )


def read_cursor(cursor: str, digest: str) -> CursorState:
    """The state behind a cursor.

    Raises:
        InvalidCursor: it was not given out by `write_cursor`, or for another query.
    """
    record = _opened(cursor)
    if record.get("q") != digest:
        _refuse(cursor, "it belongs to another query")
    try:
        return _state(record)
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise _refusal(cursor, "it cannot be read") from error


def write_position(route: str, generation: str, item_id: str) -> str:
    """The cursor of a plain listing: the last id given."""
    return _sealed({"q": route, "g": generation, "a": item_id})


def read_position(cursor: str, route: str) -> str:
    """The last id given, from a cursor of `write_position`; it outlives a generation.

    Raises:
        InvalidCursor: it was not given out by `write_position` for this route.
    """
    record = _opened(cursor)
    if record.get("q") != route or not isinstance(record.get("a"), str):
        _refuse(cursor, "it belongs to another list")
    try:
        return _item_id(record["a"])
    except ValueError as error:
        raise _refusal(cursor, "it cannot be read") from error


def _state(record: dict[str, Any]) -> CursorState:
    vector = np.frombuffer(base64.b64decode(record["v"], validate=True), dtype="<f2")
    after = record["a"]
    if not np.isfinite(vector).all() or vector.size == 0:
        raise ValueError("the vector is empty or not finite")
    if after is not None:
        score, item_id = after
        after = (float(score), _item_id(item_id))
        if not math.isfinite(after[0]):
            raise ValueError("the score is not finite")
    return CursorState(
        generation=str(record["g"]),
        vector=vector.astype(np.float32),
        seen=tuple(map(_item_id, record["s"])),
        after=after,
    )


def _item_id(value: object) -> str:
    """An id as items have them; a forged one could hold what PostgreSQL does not take."""
    if not isinstance(value, str) or not value.isprintable():
        raise ValueError(f"expected an item's id, got {value!r:.100}")
    return value


def _sealed(record: dict[str, object]) -> str:
    payload = orjson.dumps(record)
    return base64.urlsafe_b64encode(_checksum(payload) + payload).rstrip(b"=").decode()


def _opened(cursor: str) -> dict[str, Any]:
    if len(cursor) > MAX_CURSOR_CHARS or not cursor.isascii():
        _refuse(cursor, "it is no cursor")
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise _refusal(cursor, "it is no cursor") from error
    checksum, payload = raw[:_CHECKSUM_BYTES], raw[_CHECKSUM_BYTES:]
    if checksum != _checksum(payload):
        _refuse(cursor, "it is damaged")
    try:
        record = orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        raise _refusal(cursor, "it is no cursor") from error
    if not isinstance(record, dict):
        _refuse(cursor, "it is no cursor")
    return record


def _checksum(payload: bytes) -> bytes:
    return hashlib.sha256(payload).digest()[:_CHECKSUM_BYTES]


def _refusal(cursor: str, reason: str) -> InvalidCursor:
    return InvalidCursor(
        f"cursor: {reason}; leave it out to start from the first page",
        field="cursor",
        got=cursor,
        allowed="the cursor of the page before, with the same query",
    )


def _refuse(cursor: str, reason: str) -> NoReturn:
    raise _refusal(cursor, reason)
