"""The texts of a reinforced field, and the single text of an id, a picture or a group."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from catalog.cells import texts_of
from catalog.columns.item_columns import TextColumn
from catalog.columns.parts import Part
from catalog.columns.plain_text import odd_cells
from catalog.columns.row_batch import RowBatch
from catalog.item import MAX_TEXT_CHARS, MAX_TEXTS_PER_FIELD


@dataclass(frozen=True, kw_only=True)
class _Cells:
    """A column's different cells as texts: text cells as they stand, and the others."""

    codes: NDArray[np.int64]
    texts: pa.StringArray
    odd: dict[int, object]


def texts_of_field(batch: RowBatch, columns: Sequence[str]) -> tuple[TextColumn, NDArray[np.bool_]]:
    """A reinforced field's texts, and which rows have something the matter with it."""
    troubled = np.zeros(len(batch), np.bool_)
    found = [_texts_of_column(batch, name, troubled) for name in columns]
    column = found[0] if len(found) == 1 else _side_by_side(found)
    counts = np.bincount(column.rows, minlength=len(batch))
    troubled |= counts > MAX_TEXTS_PER_FIELD
    return column, troubled


def one_text(
    batch: RowBatch, part: Part[str], *, max_chars: int, is_numeric: bool
) -> tuple[pa.StringArray, NDArray[np.bool_]]:
    """The single text of a part that has one column, empty where it says nothing; and trouble.

    Args:
        batch: the rows.
        part: the id, the picture or the group.
        max_chars: longest text that it may have.
        is_numeric: whether its column holds numbers, of which `2010.0` is not the plain text.
    """
    (name,) = part.columns
    # Of letters beyond ASCII some are not printable, as an id has to be.
    but = b"." if is_numeric else b""
    cells = _cells(batch, name, max_chars=max_chars, but=but, ascii_only=True)
    told = dict(zip(cells.odd, part.told([(cell,) for cell in cells.odd.values()]), strict=True))
    wrong = np.zeros(len(cells.texts), np.bool_)
    wrong[[code for code, text in told.items() if text is None]] = True
    texts = _replaced(cells.texts, {code: text or "" for code, text in told.items()})
    return _of_codes(texts, cells.codes), wrong[cells.codes]


def with_zeros(texts: pa.StringArray, digits: int) -> pa.StringArray:
    """`catalog.cells.with_zeros` of each."""
    is_number = pc.match_substring_regex(texts, "^[0-9]+$")
    return pc.if_else(is_number, pc.utf8_lpad(texts, width=digits, padding="0"), texts)


def _texts_of_column(batch: RowBatch, name: str, troubled: NDArray[np.bool_]) -> TextColumn:
    cells = _cells(batch, name, max_chars=MAX_TEXT_CHARS)
    sizes = np.ones(len(cells.texts), np.int64)
    starts = np.arange(len(cells.texts))
    more: list[str] = []
    wrong: list[int] = []
    for code, cell in cells.odd.items():
        texts = texts_of(cell)
        if not all(map(_can_be_kept, texts)):
            wrong.append(code)
            texts = ()
        sizes[code], starts[code] = len(texts), len(cells.texts) + len(more)
        more.extend(texts)
    if wrong:
        troubled |= np.isin(cells.codes, wrong)
    all_texts = pa.concat_arrays([cells.texts, pa.array(more, pa.string())])
    repeats = sizes[cells.codes]
    rows = np.repeat(np.arange(len(batch)), repeats)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    return TextColumn(rows=rows, texts=_of_codes(all_texts, starts[cells.codes][rows] + within))


def _can_be_kept(text: str) -> bool:
    """Whether `parse_item` takes it; a lone surrogate is no UTF-8."""
    if len(text) > MAX_TEXT_CHARS or "\x00" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _side_by_side(columns: Sequence[TextColumn]) -> TextColumn:
    """The texts of several columns, those of one row in the order of the columns."""
    rows = np.concatenate([column.rows for column in columns])
    order = np.argsort(rows, kind="stable")
    texts = pa.concat_arrays([column.texts for column in columns])
    return TextColumn(rows=rows[order], texts=texts.take(pa.array(order)))


def _cells(batch: RowBatch, name: str, **plain: Any) -> _Cells:
    """The different cells of a column; `plain` is what `odd_cells` is to know."""
    distinct = batch.distinct([name])[name]
    texts = distinct.texts
    if texts is None:
        texts = pa.array([""] * len(distinct.objects), pa.string())
    odd = odd_cells(distinct, **plain)
    cells = {code: distinct.cells[code] for code in odd}
    return _Cells(codes=distinct.codes, texts=texts, odd=cells)


def _replaced(texts: pa.StringArray, others: dict[int, str]) -> pa.StringArray:
    """The texts with those at some places exchanged."""
    if not others:
        return texts
    places = np.arange(len(texts))
    places[list(others)] = len(texts) + np.arange(len(others))
    return pa.concat_arrays([texts, pa.array(others.values(), pa.string())]).take(pa.array(places))


def _of_codes(texts: pa.StringArray, codes: NDArray[np.int64]) -> pa.StringArray:
    # Where all cells differ, as names mostly do, the column need not be copied once more.
    if len(codes) == len(texts) and bool((codes == np.arange(len(codes))).all()):
        return texts
    return texts.take(pa.array(codes))
