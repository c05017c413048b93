"""What must hold of every answer, looked at by the client that asked."""

from collections.abc import Collection, Sequence
from typing import Any

from benchmarks.load.calls import Check, Reply

STALE_CURSOR = "urn:modiste:problem:invalid-cursor"


def ok(reply: Reply) -> list[str]:
    """A 200 that names its generation."""
    if reply.status != 200:
        return [_unexpected(reply)]
    if not isinstance(reply.generation, str) or not reply.generation:
        return ["expected the answer's generation, got none"]
    return []


def page_of(k: int, left_out: Collection[str] = ()) -> Check:
    """A page of exactly k items, best first, none twice, none of those left out."""

    def check(reply: Reply) -> list[str]:
        return ok(reply) or page_faults(reply.document["items"], k, left_out)

    return check


def page_faults(items: Sequence[Any], k: int, left_out: Collection[str]) -> list[str]:
    """What is wrong with a page's items.

    Args:
        items: as answered, each with `item_id` and `score`.
        k: how many were asked for; at least as many match.
        left_out: ids that must not be there.
    """
    ids, scores = [item["item_id"] for item in items], [item["score"] for item in items]
    found = []
    if len(items) != k:
        found.append(f"expected exactly {k} items, got {len(items)}")
    if twice := sorted({item_id for item_id in ids if ids.count(item_id) > 1}):
        found.append(f"expected each item once, got {', '.join(twice)} again")
    if scores != sorted(scores, reverse=True):
        found.append(f"expected the best first, got the scores {scores}")
    if present := sorted(set(ids) & set(left_out)):
        found.append(f"expected none of those left out, got {', '.join(present)}")
    return found


def next_page_of(k: int, seen: Collection[str], generation: str) -> Check:
    """A further page, without what was seen; or a cursor refused since the generation changed."""

    def check(reply: Reply) -> list[str]:
        if is_stale_cursor(reply, generation):
            return []
        found = page_of(k, seen)(reply)
        if not found and reply.generation != generation:
            found.append(f"expected a page of {generation}, got one of {reply.generation}")
        return found

    return check


def is_stale_cursor(reply: Reply, generation: str) -> bool:
    """Whether a cursor was refused because another generation is in use, as the contract says."""
    document = reply.document
    return (
        reply.status == 400
        and document.get("type") == STALE_CURSOR
        and document.get("got") == generation
        and document.get("allowed") != generation
    )


def holds(item_id: str) -> Check:
    """A page that has an item."""

    def check(reply: Reply) -> list[str]:
        if found := ok(reply):
            return found
        if item_id not in [item["item_id"] for item in reply.document["items"]]:
            return [f"expected {item_id}, whose write was acknowledged, got an answer without it"]
        return []

    return check


def lacks(item_id: str) -> Check:
    """A page that has not an item."""

    def check(reply: Reply) -> list[str]:
        if found := ok(reply):
            return found
        if item_id in [item["item_id"] for item in reply.document["items"]]:
            return [f"expected nothing of {item_id}, which was deleted, got it"]
        return []

    return check


def is_item(record: dict[str, Any]) -> Check:
    """The item as it was written."""

    def check(reply: Reply) -> list[str]:
        if found := ok(reply):
            return found
        got = reply.document["item"]
        return [] if got == record else [f"expected {record}, got {got}"]

    return check


def accepted(reply: Reply) -> list[str]:
    """One item taken, none refused."""
    if found := ok(reply):
        return found
    counts = (reply.document["accepted"], reply.document["refused"])
    return [] if counts == (1, 0) else [f"expected 1 item accepted, 0 refused, got {counts}"]


def gone(reply: Reply) -> list[str]:
    """A 404: there is no such item any more."""
    return [] if reply.status == 404 else [f"expected 404, got {reply.status}"]


def ok_or_gone(reply: Reply) -> list[str]:
    """Deleted, by this request or by one that was cut off."""
    return [] if reply.status == 404 else ok(reply)


def _unexpected(reply: Reply) -> str:
    document = reply.document if isinstance(reply.document, dict) else {}
    kind = document.get("type", "no problem document")
    return f"expected 200, got {reply.status} ({kind}): {document.get('detail', '')!s:.300}"
