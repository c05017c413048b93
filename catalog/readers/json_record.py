"""Decodes a record, and says what JSON allows and no record can hold.

A key that stands twice, of which Python keeps the last; half a character; a number of thousands
of digits; nesting without end.
"""

import json
import re
from collections import Counter
from typing import Any

from catalog.nesting import DEEP, MAX_LEVELS, deep_fault

MAX_DIGITS = 400
"""Digits of a whole number, at most; no longer one is a finite float."""

_HALF = re.compile("[\ud800-\udfff]")
# Also where it is escaped; most records need no look at their values then.
_PERHAPS_HALF = re.compile(r"\\u[dD][89a-fA-F]|" + _HALF.pattern)
_HALF_FAULT = r"half a character (\ud800 to \udfff); correct it"
_DEEP_FAULT = f"{DEEP}; write texts, or lists of texts"


class NestingError(ValueError):
    """JSON that is nested too deep to be decoded."""


class RecordDecoder:
    """A JSON decoder that keeps what was wrong with the record that it decoded last."""

    def __init__(self) -> None:
        self._decoder = json.JSONDecoder(object_pairs_hook=self._object, parse_int=self._whole)
        self._fault = ""

    def decode(self, text: str) -> Any:
        """The value that `text` is.

        Raises:
            ValueError: it is none; NestingError where it is nested without end.
        """
        self._fault = ""
        try:
            return self._decoder.decode(text)
        except RecursionError as error:
            raise NestingError(_DEEP_FAULT) from error

    def decode_at(self, text: str, start: int) -> tuple[Any, int]:
        """The value that begins at `start`, and where it ends; raises as `decode` does."""
        self._fault = ""
        try:
            return self._decoder.raw_decode(text, start)
        except RecursionError as error:
            raise NestingError(_DEEP_FAULT) from error

    def fault(self, record: dict[str, object], text: str) -> str:
        """Why the record that was just decoded from `text` is none; empty if it is one."""
        if self._fault:
            return self._fault
        # As many brackets as levels, at least: counting them is quick.
        if text.count("[") + text.count("{") > MAX_LEVELS and (fault := deep_fault(record)):
            return fault
        is_half = _PERHAPS_HALF.search(text) and _HALF.search(
            json.dumps(record, ensure_ascii=False)
        )
        return _HALF_FAULT if is_half else ""

    def _object(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            ((twice, _),) = Counter(name for name, _ in pairs).most_common(1)
            self._fault = f"the key {twice[:100]!r} stands twice in one object; keep one of them"
        return found

    def _whole(self, digits: str) -> int:
        if len(digits) > MAX_DIGITS:
            self._fault = (
                f"a number of too many digits ({len(digits):,}, at most {MAX_DIGITS}); "
                "write it as text"
            )
            return 0
        return int(digits)
