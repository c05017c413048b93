"""Rows and cells that were refused, by reason, with examples."""

from collections import Counter
from dataclasses import asdict

from catalog.rejects import Reject

_MAX_KINDS = 100
_EXAMPLES = 3


class Refused:
    """Counts of reasons, and the first few rejects of each."""

    def __init__(self) -> None:
        self._rows: Counter[str] = Counter()
        self._cells: Counter[str] = Counter()
        self._examples: dict[str, list[Reject]] = {}

    def add(self, reject: Reject) -> None:
        """A row that makes no item."""
        self._note(self._rows, reject)

    def add_cell(self, reject: Reject) -> None:
        """A cell that its item goes without."""
        self._note(self._cells, reject)

    def to_json(self) -> list[dict[str, object]]:
        """Reasons, commonest first, of whole rows before those of cells."""
        return [
            {
                "reason": kind,
                "count": count,
                "whole_row": counts is self._rows,
                "examples": [asdict(reject) for reject in self._examples[kind]],
            }
            for counts in (self._rows, self._cells)
            for kind, count in counts.most_common()
        ]

    def _note(self, counts: Counter[str], reject: Reject) -> None:
        kind = reject.kind if len(self._examples) < _MAX_KINDS else "other faults"
        counts[kind] += 1
        examples = self._examples.setdefault(kind, [])
        if len(examples) < _EXAMPLES:
            examples.append(reject)
