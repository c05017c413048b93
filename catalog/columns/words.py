"""Words of whole columns of text: the text is cut at once, each different piece looked at once.

A text is cut at every ASCII character that is no letter or digit. No word of `split_words` goes
across one, and normalising the pieces is normalising the whole: nothing that is no letter or digit
becomes part of one by standing before a combining mark (`=`, `<` and `>` become other signs).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from catalog.columns.text_bytes import bytes_of, of_bytes, offsets_of
from catalog.encoder import split_words

_CACHED_PIECES = 1 << 18


def _folded() -> NDArray[np.uint8]:
    """ASCII letters and digits in small letters, other ASCII as 0, all else as it is."""
    table = np.arange(256, dtype=np.uint8)
    for byte in range(128):
        char = chr(byte)
        table[byte] = ord(char.lower()) if char.isalnum() else 0
    return table


_FOLDED = _folded()


@dataclass(frozen=True, kw_only=True)
class RowWords:
    """The words of one field of some rows, each once a row, in the order of the text.

    Attributes:
        rows: int64 [T], row of each word, ascending.
        words: int64 [T], number of each word in `vocabulary`.
        places: int64 [T], which of its row's words it is, from 0.
        counts: int64 [R], words of each row.
    """

    rows: NDArray[np.int64]
    words: NDArray[np.int64]
    places: NDArray[np.int64]
    counts: NDArray[np.int64]


class Vocabulary:
    """Numbers the different words of a batch from 0."""

    def __init__(self) -> None:
        self._number: dict[str, int] = {}

    @property
    def words(self) -> list[str]:
        """The words in the order of their numbers."""
        return list(self._number)

    def number(self, word: str) -> int:
        """A word's number."""
        return self._number.setdefault(word, len(self._number))


class WordSplitter:
    """Cuts columns of text into words; remembers what pieces that are not ASCII consist of."""

    def __init__(self) -> None:
        self._known: dict[str, list[str]] = {}

    def split(
        self, texts: pa.StringArray, rows: NDArray[np.int64], num_rows: int, vocabulary: Vocabulary
    ) -> RowWords:
        """The words of texts, several of which may belong to one row.

        Args:
            texts: clean texts, without nulls.
            rows: int64, row of each text, ascending.
            num_rows: how many rows there are.
            vocabulary: takes the words up.
        """
        pieces, of_text = cut(texts)
        encoded = pieces.dictionary_encode()
        codes = encoded.indices.to_numpy().astype(np.int64)
        numbers = [
            list(map(vocabulary.number, self._words(piece)))
            for piece in encoded.dictionary.to_pylist()
        ]
        words, repeats = _spread(numbers, codes)
        piece_rows = rows[of_text]
        if repeats is not None:
            piece_rows = np.repeat(piece_rows, repeats)
        return _each_once(piece_rows, words, num_rows)

    def _words(self, piece: str) -> Sequence[str]:
        if piece.isascii():
            return (piece,)
        words = self._known.get(piece)
        if words is None:
            if len(self._known) >= _CACHED_PIECES:
                self._known.clear()
            words = self._known[piece] = split_words((piece,))
        return words


def cut(texts: pa.StringArray) -> tuple[pa.StringArray, NDArray[np.int64]]:
    """Texts at every ASCII character that is no letter or digit, and the text of each piece.

    ASCII letters of the pieces are small ones.
    """
    offsets = offsets_of(texts).astype(np.int64)
    offsets = offsets - offsets[0]
    folded = _FOLDED[bytes_of(texts)]
    inside = folded != 0
    begins = inside.copy()
    begins[1:] &= ~inside[:-1]
    # A text that begins with a letter begins a piece, whatever the text before it ended with.
    heads = offsets[:-1][offsets[:-1] < offsets[1:]]
    begins[heads] = inside[heads]
    kept = folded[inside]
    starts = np.flatnonzero(begins)
    of_text = np.searchsorted(offsets, starts, side="right") - 1
    piece_begins = np.flatnonzero(begins[inside])
    piece_offsets = np.append(piece_begins, len(kept)).astype(np.int32)
    return of_bytes(piece_offsets, kept), of_text.astype(np.int64)


def _spread(
    numbers: list[list[int]], codes: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64] | None]:
    """Words of each piece in turn; how many each has, None where all have one."""
    sizes = np.fromiter(map(len, numbers), np.int64, len(numbers))
    flat = np.fromiter((n for some in numbers for n in some), np.int64, int(sizes.sum()))
    if bool((sizes == 1).all()):
        return flat[codes], None
    starts = np.cumsum(sizes) - sizes
    repeats = sizes[codes]
    ends = np.cumsum(repeats)
    within = np.arange(int(repeats.sum())) - np.repeat(ends - repeats, repeats)
    return flat[np.repeat(starts[codes], repeats) + within], repeats


def _each_once(rows: NDArray[np.int64], words: NDArray[np.int64], num_rows: int) -> RowWords:
    """Leave out a word that its row has had before."""
    first = ~_is_repeated(rows, words)
    rows, words = rows[first], words[first]
    counts = np.bincount(rows, minlength=num_rows)
    places = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    return RowWords(rows=rows, words=words, places=places, counts=counts)


def _is_repeated(rows: NDArray[np.int64], words: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether the same word stands earlier in the same row."""
    repeated = np.zeros(len(words), np.bool_)
    if len(words) < 2:
        return repeated
    # Row, word and place as one number: sorting those is many times faster than sorting by three.
    place_bits, word_bits = len(words).bit_length(), int(words.max()).bit_length()
    keys = (rows << (word_bits + place_bits)) | (words << place_bits) | np.arange(len(words))
    keys.sort()
    same = (keys[1:] >> place_bits) == (keys[:-1] >> place_bits)
    repeated[keys[1:][same] & ((1 << place_bits) - 1)] = True
    return repeated
