"""Teaches schemathesis to write JSON Lines."""

import json

import schemathesis
from schemathesis import SerializationContext


@schemathesis.serializer("application/x-ndjson")
def json_lines(context: SerializationContext, value: object) -> bytes:
    """A value as a line; a list as a line for each entry."""
    lines = value if isinstance(value, list) else [value]
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)
