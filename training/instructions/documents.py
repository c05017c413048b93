"""The three JSON files that instruction data is made from, read with errors that name the place."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "ko")
HERE = Path(__file__).parent
RULES, TERMS, PHRASES = HERE / "styling_rules.json", HERE / "terms.json", HERE / "phrases.json"


class InstructionsError(ValueError):
    """Instruction data that cannot be made or checked; the message names field and remedy."""


def load(path: Path) -> dict[str, Any]:
    """Read one file.

    Raises:
        InstructionsError: it is absent, or no JSON object.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InstructionsError(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise InstructionsError(f"{path}: expected JSON in UTF-8, got {error}") from error
    if not isinstance(document, dict):
        raise InstructionsError(f"{path}: expected a JSON object, got {type(document).__name__}")
    return document


def digest(documents: Iterable[object]) -> str:
    """SHA-256 of decoded documents, whatever their layout was."""
    text = json.dumps(list(documents), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def only(where: str, given: Mapping[str, object], allowed: Iterable[str]) -> None:
    """Raise InstructionsError for a key that is not allowed."""
    known = tuple(allowed)
    for key in given:
        if key not in known:
            raise InstructionsError(f"{where}: unknown key {key!r}; allowed are {', '.join(known)}")


def mapping(where: str, value: object) -> Mapping[str, Any]:
    """The value, or InstructionsError where it is no object."""
    if not isinstance(value, dict):
        raise InstructionsError(f"{where}: expected an object, got {value!r:.60}")
    return value


def texts(where: str, value: object) -> tuple[str, ...]:
    """A list of texts, or InstructionsError."""
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise InstructionsError(f"{where}: expected a list of texts, got {value!r:.60}")
    return tuple(value)


def in_languages(where: str, value: object) -> dict[str, str]:
    """A text in every language, or InstructionsError."""
    given = mapping(where, value)
    only(where, given, LANGUAGES)
    for language in LANGUAGES:
        if not isinstance(given.get(language), str) or not given[language].strip():
            raise InstructionsError(f"{where}.{language}: expected a text; write one")
    return dict(given)
