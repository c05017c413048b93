"""What goes out: JSON by orjson, items in the contract's shape, and what a write did."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

import orjson
from fastapi import Request, Response

from catalog.item import Item
from serving.errors import InvalidRequest, ItemsRefused
from serving.intake import Fault
from serving.protocols import Hit
from serving.requests import Answer
from serving.service import Service

MAX_REPORTED = 1_000
"""Faults that one answer lists; the others are counted."""


def service(request: Request) -> Service:
    """The application's parts."""
    found = request.app.state.service
    if not isinstance(found, Service):
        raise TypeError(f"app.state.service: expected a Service, got {type(found).__name__}")
    return found


def json_response(document: dict[str, object]) -> Response:
    """A 200 with a document that names its generation."""
    return Response(_encoded(document), media_type="application/json")


def _encoded(document: dict[str, object]) -> bytes:
    try:
        return orjson.dumps(document, option=orjson.OPT_SERIALIZE_NUMPY)
    except TypeError:
        # Metadata of a catalogue may hold integers beyond 64 bits, which orjson does not write.
        return json.dumps(document, ensure_ascii=False, allow_nan=False).encode()


def hit_document(hit: Hit) -> dict[str, object]:
    """An item of an answer, with its score: a cosine, -1 to 1."""
    # Of vectors in half precision, which are a little longer or shorter than 1.
    return {**item_document(hit.item), "score": round(min(max(hit.score, -1.0), 1.0), 6)}


def item_document(item: Item) -> dict[str, object]:
    """An item in the contract's shape."""
    return item.to_json()


def answer_document(answer: Answer) -> dict[str, object]:
    """A page of a search or a recommendation."""
    return {
        "generation": answer.generation,
        "items": [hit_document(hit) for hit in answer.hits],
        "cursor": answer.cursor,
    }


def fault_document(fault: Fault, place: dict[str, object]) -> dict[str, object]:
    """Why one item was not taken; `place` is its index or its line."""
    found: dict[str, object] = {
        **place,
        "item_id": fault.item_id,
        "field": fault.field,
        "reason": fault.reason,
        "got": fault.got,
        "allowed": list(fault.allowed) or None,
    }
    return {key: value for key, value in found.items() if value is not None}


def index_faults(faults: Iterable[Fault]) -> list[dict[str, object]]:
    """The faults of a JSON batch."""
    return [fault_document(fault, {"index": fault.index}) for fault in faults]


@dataclass
class Report:
    """What became of the items of one request, piece by piece."""

    generation: str = ""
    num_accepted: int = 0
    num_changed: int = 0
    num_refused: int = 0
    errors: list[dict[str, object]] = field(default_factory=list)

    def refuse(self, faults: Iterable[dict[str, object]]) -> None:
        """Count items that were not taken, and list them while there is room."""
        for fault in faults:
            self.num_refused += 1
            if len(self.errors) < MAX_REPORTED:
                self.errors.append(fault)

    def document(self) -> dict[str, object]:
        """The answer's members."""
        return {
            "generation": self.generation,
            "accepted": self.num_accepted,
            "changed": self.num_changed,
            "refused": self.num_refused,
            "errors": self.errors,
        }

    def check(self) -> None:
        """Return if any item was taken.

        Raises:
            ItemsRefused: none was; with its field if there was but one.
            InvalidRequest: there was none.
        """
        if self.num_accepted:
            return
        if not self.num_refused:
            raise InvalidRequest("body: expected at least one item, got none", field="body")
        raise self._refusal()

    def _refusal(self) -> ItemsRefused:
        first = self.errors[0]
        if self.num_refused == 1:
            detail = f"{first['field']}: {first['reason']}"
            field_name = str(first["field"])
            error = ItemsRefused(
                detail, field=field_name, got=first.get("got"), allowed=first.get("allowed")
            )
        else:
            detail = f"none of {self.num_refused} items was taken; see errors for each"
            error = ItemsRefused(detail, field="items")
        error.progress = {"errors": self.errors, "refused": self.num_refused}
        if self.generation:
            error.progress["generation"] = self.generation
        return error
