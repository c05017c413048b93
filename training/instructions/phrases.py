"""The sentences of `phrases.json`, and how something is put into them.

`{v}` is replaced by what v stands for; `{v|은/는}` also takes the Korean particle that fits the
sound before it: the first after a final consonant, the second after none, and `은(는)` where the
spelling does not tell.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from training.instructions.documents import LANGUAGES, PHRASES, InstructionsError, load, only

Phrases = Mapping[str, Any]
"""The sentences of one language."""

_SLOT = re.compile(r"\{(\w+)(?:\|([^}/]+)/([^}]+))?\}")
_FIRST, _LAST = ord("가"), ord("힣")
_RIEUL = 8
"""Number of the final consonant ㄹ, after which 으로 is 로."""
_CONSONANT_DIGITS = {"0": 21, "1": 8, "3": 16, "6": 1, "7": 8, "8": 8}
"""Final consonants of the digits' Korean names; the other digits end in a vowel."""


def load_phrases(path: Path = PHRASES) -> dict[str, Phrases]:
    """Read the sentences of every language.

    Raises:
        InstructionsError: a language is missing, or has other kinds of sentences than another.
    """
    document = load(path)
    only(str(path), document, LANGUAGES)
    for language in LANGUAGES:
        missing = sorted(set(document[LANGUAGES[0]]) ^ set(document.get(language, {})))
        if missing:
            raise InstructionsError(f"{path}: {language}.{missing[0]}: not in every language")
    return document


def fill(sentence: str, slots: Mapping[str, str]) -> str:
    """Put texts into a sentence's slots, with the particles that fit them."""

    def replaced(slot: re.Match[str]) -> str:
        name, first, second = slot.groups()
        text = slots[name]
        return text + (particle(text, first, second) if first else "")

    return _SLOT.sub(replaced, sentence)


def frame(sentence: str) -> str:
    """The sentence's own words: slots are spaces, all forms of particles stay."""
    return _SLOT.sub(lambda slot: f" {slot[2] or ''} {slot[3] or ''} ", sentence)


def particle(text: str, after_consonant: str, after_vowel: str) -> str:
    """The form of a Korean particle that follows a text."""
    heard = [char for char in text if char.isalnum()]
    if after_consonant == after_vowel:
        return after_vowel
    last = heard[-1] if heard else ""
    if _FIRST <= ord(last or " ") <= _LAST:
        final = (ord(last) - _FIRST) % 28
    elif last.isdecimal():
        final = _CONSONANT_DIGITS.get(last, 0)
    else:
        return f"{after_consonant}({after_vowel})"
    if after_consonant.startswith("으") and final == _RIEUL:
        final = 0
    return after_consonant if final else after_vowel
