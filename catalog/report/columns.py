"""Faults of single cells: those that say nothing, and whole numbers written as floats."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from catalog.cells import MISSING, flatten, is_whole_float


@dataclass(kw_only=True)
class ColumnCells:
    """Cells of one column.

    Attributes:
        filled: cells that say something.
        missing: cells that say nothing, by what stands there; "" for empty or absent ones.
        whole_floats: cells such as `2012.0`, and an example of them.
    """

    filled: int = 0
    missing: Counter[str] = field(default_factory=Counter)
    whole_floats: int = 0
    example: str = ""

    def add(self, cell: object) -> None:
        """Count one cell."""
        text = cell.strip() if isinstance(cell, str) else cell
        if text is None or (isinstance(text, str) and text in MISSING):
            self.missing[str(text or "")] += 1
            return
        self.filled += 1
        if isinstance(text, str | float) and is_whole_float(str(text)):
            self.whole_floats += 1
            self.example = self.example or str(text)


class Columns:
    """Cells of all columns while rows pass; a column that a row lacks is an empty cell."""

    def __init__(self) -> None:
        self.num_rows = 0
        self.columns: dict[str, ColumnCells] = {}

    def add(self, values: Mapping[str, object]) -> None:
        """Count one row."""
        cells = dict(flatten(values))
        for name in self.columns.keys() - cells.keys():
            self.columns[name].missing[""] += 1
        for name, cell in cells.items():
            if name not in self.columns:
                self.columns[name] = ColumnCells()
                if self.num_rows:
                    self.columns[name].missing[""] += self.num_rows
            self.columns[name].add(cell)
        self.num_rows += 1

    def to_json(self) -> list[dict[str, object]]:
        """Columns in the table's order."""
        return [
            {
                "column": name,
                "filled": cells.filled,
                "missing": dict(cells.missing.most_common()),
                "whole_floats": cells.whole_floats,
                "whole_float_example": cells.example,
            }
            for name, cells in self.columns.items()
        ]
