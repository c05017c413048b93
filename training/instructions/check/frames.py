"""Words that answers may have besides what is looked up: those of the frames in phrases.json."""

from collections.abc import Iterator, Mapping
from typing import Any

from training.instructions.check.scan import Scanner
from training.instructions.phrases import Phrases, frame

_OF_USERS = ("ask", "more", "narrow", "price")
"""Parts of a kind that stand in questions; `clause.price` is not one of them."""


def frame_words(phrases: Mapping[str, Phrases], scanner: Scanner) -> frozenset[str]:
    """Words of every frame that an answer is made of, in all languages."""
    return frozenset(
        word
        for own in phrases.values()
        for sentence in _sentences(own)
        for word in scanner.scan(frame(sentence)).words
    )


def _sentences(own: Phrases) -> Iterator[str]:
    for kind, parts in own.items():
        if isinstance(parts, str):
            yield parts
        elif isinstance(parts, list):
            yield from parts
        else:
            yield from _of_answers(kind, parts)


def _of_answers(kind: str, parts: Mapping[str, Any]) -> Iterator[str]:
    for part, sentences in parts.items():
        if kind == "clause" or part not in _OF_USERS:
            yield from sentences
