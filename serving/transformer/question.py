"""What a request asks, whichever of KServe's protocols it came in: the JSON of items.

V1 is `{"instances": [item, ...]}`. V2 is one tensor `item` of type BYTES, shape [N] or [N, 1], each
element the JSON text of an item, as Triton's own model takes it. Whether a text is an item is for
the encoder to say; only what makes the whole request unanswerable is refused here.
"""

import struct
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson
from kserve import InferInput, InferRequest
from kserve.errors import InferenceError

from serving.errors import InvalidRequest, MalformedBody, TooLarge, abridged
from serving.triton_rows import OUTPUTS

MAX_ITEMS = 2_048
"""Items in one request: eight of the models' largest batches."""

INPUT = "item"


@dataclass(frozen=True, kw_only=True)
class Question:
    """One request."""

    texts: Sequence[bytes]
    """JSON of its items, 1 to MAX_ITEMS."""
    request_id: str
    """The caller's, or a new one."""
    v2: InferRequest | None
    """What the answer has to fit; None: it came in V1."""


def question_of(payload: object, headers: Mapping[str, str] | None) -> Question:
    """The question of a decoded request.

    Args:
        payload: V2: an InferRequest. V1: decoded JSON, or bytes where the content type was none
            that KServe decodes ("application/json; charset=utf-8" is one of those).
        headers: of HTTP, or the metadata of gRPC, names in lower case.

    Raises:
        InvalidRequest: there are no items in it, or too many; names the field.
    """
    v2 = payload if isinstance(payload, InferRequest) else None
    texts = _v1_texts(payload) if v2 is None else _v2_texts(v2)
    given = (headers or {}).get("x-request-id") or (v2 and v2.id)
    return Question(texts=texts, request_id=given or uuid.uuid4().hex, v2=v2)


def _v1_texts(payload: object) -> list[bytes]:
    body = _decoded(payload) if isinstance(payload, bytes) else payload
    if not isinstance(body, Mapping) or "instances" not in body:
        raise _invalid("body", 'an object {"instances": [item, ...]}', body)
    instances = body["instances"]
    if not isinstance(instances, list):
        raise _invalid("instances", "a list of items", instances)
    _check_count("instances", len(instances))
    return [_text(f"instances[{number}]", item) for number, item in enumerate(instances)]


def _decoded(body: bytes) -> object:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        got = body[:80].decode(errors="replace")
        detail = f"body: expected JSON, got something else: {error}"
        raise MalformedBody(detail, field="body", got=got) from error


def _text(field: str, item: object) -> bytes:
    try:
        return orjson.dumps(item)
    except orjson.JSONEncodeError as error:
        raise _invalid(field, f"an item that can be written as JSON ({error})", item) from error


def _v2_texts(request: InferRequest) -> list[bytes]:
    names = [tensor.name for tensor in request.inputs]
    if names != [INPUT]:
        raise _invalid("inputs", f"one tensor named {INPUT!r}", names)
    [tensor] = request.inputs
    if tensor.datatype != "BYTES":
        raise _invalid(f"inputs.{INPUT}.datatype", "BYTES", tensor.datatype)
    _check_shape(list(tensor.shape))
    _check_outputs(request)
    return [_element(number, element) for number, element in enumerate(_elements(tensor))]


def _check_shape(shape: list[int]) -> None:
    field = f"inputs.{INPUT}.shape"
    if len(shape) not in (1, 2) or shape[0] < 0 or shape[1:] not in ([], [1]):
        raise _invalid(field, "[N] or [N, 1], N items", shape)
    _check_count(field, shape[0])


def _check_outputs(request: InferRequest) -> None:
    for output in request.request_outputs or ():
        if output.name not in OUTPUTS:
            raise _invalid("outputs", f"names among {', '.join(OUTPUTS)}", output.name)


def _elements(tensor: InferInput) -> list[object]:
    try:
        elements: list[object] = tensor.as_numpy().ravel().tolist()
    except (ValueError, struct.error, InferenceError) as error:
        raise InvalidRequest(
            f"inputs.{INPUT}: expected as many texts as its shape {list(tensor.shape)} says, got "
            f"other data ({error})",
            field=f"inputs.{INPUT}",
        ) from error
    return elements


def _element(number: int, element: object) -> bytes:
    if isinstance(element, bytes):
        return element
    if isinstance(element, str):
        return element.encode()
    raise _invalid(f"inputs.{INPUT}.data[{number}]", "an item's JSON as a text", element)


def _check_count(field: str, num_items: int) -> None:
    if num_items < 1:
        raise _invalid(field, f"1 to {MAX_ITEMS:,} items", "none")
    if num_items > MAX_ITEMS:
        raise TooLarge(
            f"{field}: expected at most {MAX_ITEMS:,} items, got {num_items:,}; "
            "send them in several requests",
            field=field,
            got=num_items,
            allowed=MAX_ITEMS,
        )


def _invalid(field: str, expected: str, got: object) -> InvalidRequest:
    shown = abridged(got if isinstance(got, str) else repr(got))
    return InvalidRequest(f"{field}: expected {expected}, got {shown}", field=field, got=got)
