"""A finished pair, as it is written, and how alike pairs are told."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from training.instructions.draft import Draft

Pair = dict[str, Any]
"""A row: pair_id, kind, language, category, season, messages, images, item_ids, facts, rules."""

UNSTATED = "not stated"
"""Category or season of an item that has none."""
_NOT_WORDS = re.compile(r"[\W_]+")


def make_pair(draft: Draft, kind: str, *, photo: str | None, cell: tuple[str, str]) -> Pair:
    """The row of a conversation.

    Args:
        draft: the conversation.
        kind: what kind of pair it is.
        photo: key of the photo that the first turn shows; None for a pair of text alone.
        cell: category and season that its first item counts as.
    """
    item_ids = [item.item_id for item in draft.items]
    pair: Pair = {
        "pair_id": "",
        "kind": kind,
        "language": draft.voice.language,
        "category": cell[0],
        "season": cell[1],
        "messages": _messages(draft.turns, has_photo=photo is not None),
        "images": [photo] if photo is not None else [],
        "item_ids": item_ids,
        "facts": [dict(zip(("item_id", "field", "value"), f, strict=True)) for f in draft.facts],
        "rules": list(draft.rules),
    }
    exact = json.dumps([pair["messages"], pair["images"]], ensure_ascii=False)
    pair["pair_id"] = hashlib.blake2b(exact.encode(), digest_size=12).hexdigest()
    return pair


def _messages(turns: Sequence[str], *, has_photo: bool) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = []
    for number, text in enumerate(turns):
        role = "assistant" if number % 2 else "user"
        if not has_photo:
            messages.append({"role": role, "content": text})
            continue
        parts: list[dict[str, str]] = [] if number else [{"type": "image"}]
        messages.append({"role": role, "content": [*parts, {"type": "text", "text": text}]})
    return messages


def text_of(message: Mapping[str, Any]) -> str:
    """The text of a message of either form."""
    content = message["content"]
    if isinstance(content, str):
        return content
    return "\n".join(part["text"] for part in content if part["type"] == "text")


def likeness(pair: Pair) -> int:
    """64 bits that pairs share whose words are the same but for case, punctuation and item ids.

    Two pairs that are not alike share them once in 2^64, which then costs one of the two.
    """
    text = "\n".join(f"{m['role']} {text_of(m)}" for m in pair["messages"])
    for item_id in sorted(pair["item_ids"], key=len, reverse=True):
        text = text.replace(f"[{item_id}]", " ")
    words = _NOT_WORDS.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()
    seen = "\n".join([words, *pair["images"]])
    return int.from_bytes(hashlib.blake2b(seen.encode(), digest_size=8).digest())
