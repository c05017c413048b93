"""Words that answers may have besides what is looked up: those of the frames in phrases.json."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from training.instructions.check.scan import Scanner, Sort
from training.instructions.check.vocabulary import lowered
from training.instructions.phrases import Phrases, frame

_OF_USERS = ("ask", "more", "narrow", "price")
"""Parts of a kind that stand in questions; `clause.price` is not one of them."""


def answer_frames(phrases: Mapping[str, Phrases]) -> list[str]:
    """Every frame that an answer is made of, in all languages, without what is put into it."""
    return [frame(sentence) for own in phrases.values() for sentence in _sentences(own)]


def frame_words(frames: Iterable[str], scanner: Scanner) -> frozenset[str]:
    """Words of the frames that are no terms."""
    return frozenset(word for text in frames for word in scanner.scan(text).words)


def terms_in_frames(frames: Iterable[str], scanner: Scanner) -> frozenset[str]:
    """Terms that frames use as plain words: a value named `cut` where a frame says `The cut is`."""
    return frozenset(
        lowered(piece.text)
        for text in frames
        for piece in scanner.scan(text).pieces
        if piece.sort is Sort.TERM
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
