"""Words of whole columns of text: the text is cut at once, each different piece looked at once.

A text is cut at every ASCII character that is no letter or digit. No word of `split_words` goes
across one, and normalising the pieces is normalising the whole: nothing that is no letter or digit
becomes part of one by standing before a combining mark (`=`, `<` and `>` become other signs).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from catalog.columns.text_bytes import bytes_of, of_bytes, offsets_of
from catalog.encoder import split_words

_SEPARATORS = bytes(byte for byte in range(128) if not chr(byte).isalnum())
_FOLDED = bytes(ord(chr(byte).lower()) if byte < 128 else byte for byte in range(256))
_IS_INSIDE = bytes(byte not in _SEPARATORS for byte in range(256))


@dataclass(frozen=True, kw_only=True)
class RowWords:
    """The words of one field of some rows, each once a row, in the order of the text.

    Attributes:
        rows: int64 [T], row of each word, ascending.
        words: int64 [T], number of each word in its vocabulary.
        places: int64 [T], which of its row's words it is, from 0.
        counts: int64 [R], words of each row.
    """

    rows: NDArray[np.int64]
    words: NDArray[np.int64]
    places: NDArray[np.int64]
    counts: NDArray[np.int64]


class Vocabulary:
    """Words and the pieces of text that they come from; each is looked at once.

    Attributes:
        words: the different words, in the order of their numbers.
    """

    def __init__(self) -> None:
        """Nothing is known yet."""
        self.words: list[str] = []
        self._number: dict[str, int] = {}
        self._pieces = pa.array([], pa.string())
        self._flat = self._starts = self._sizes = np.zeros(0, np.int64)

    def split(self, texts: pa.StringArray, rows: NDArray[np.int64], num_rows: int) -> RowWords:
        """The words of texts, several of which may belong to one row.

        Args:
            texts: clean texts, without nulls.
            rows: int64, row of each text, ascending.
            num_rows: how many rows there are.
        """
        pieces, of_text = cut(texts)
        piece_rows = rows[of_text]
        codes = self._codes(pieces)
        sizes = self._sizes[codes]
        if bool((sizes == 1).all()):
            return _each_once(piece_rows, self._flat[self._starts[codes]], num_rows)
        within = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        words = self._flat[np.repeat(self._starts[codes], sizes) + within]
        return _each_once(np.repeat(piece_rows, sizes), words, num_rows)

    def _codes(self, pieces: pa.StringArray) -> NDArray[np.int64]:
        """Numbers of the pieces; takes new ones up."""
        codes = _index_in(pieces, self._pieces)
        unknown = np.flatnonzero(codes < 0)
        if len(unknown):
            new = pieces.take(pa.array(unknown)).dictionary_encode()
            codes[unknown] = new.indices.to_numpy() + len(self._pieces)
            self._take_up(new.dictionary)
        return codes

    def _take_up(self, pieces: pa.StringArray) -> None:
        numbers = [list(map(self._take_word, _words_of(piece))) for piece in pieces.to_pylist()]
        sizes = np.fromiter(map(len, numbers), np.int64, len(numbers))
        flat = np.fromiter((n for some in numbers for n in some), np.int64, int(sizes.sum()))
        starts = np.cumsum(sizes) - sizes + len(self._flat)
        self._pieces = pa.concat_arrays([self._pieces, pieces])
        self._starts = np.concatenate([self._starts, starts])
        self._sizes = np.concatenate([self._sizes, sizes])
        self._flat = np.concatenate([self._flat, flat])

    def _take_word(self, word: str) -> int:
        number = self._number.setdefault(word, len(self.words))
        if number == len(self.words):
            self.words.append(word)
        return number


def _words_of(piece: str) -> Sequence[str]:
    return (piece,) if piece.isascii() else split_words((piece,))


def cut(texts: pa.StringArray) -> tuple[pa.StringArray, NDArray[np.int64]]:
    """Texts at every ASCII character that is no letter or digit, and the text of each piece.

    ASCII letters of the pieces are small ones.
    """
    offsets = offsets_of(texts).astype(np.int64)
    offsets = offsets - offsets[0]
    data = bytes_of(texts).tobytes()
    inside = np.frombuffer(data.translate(_IS_INSIDE), np.bool_)
    begins, ends = inside.copy(), inside.copy()
    begins[1:] &= ~inside[:-1]
    ends[:-1] &= ~inside[1:]
    # A text that begins with a letter begins a piece, whatever the text before it ended with.
    heads = offsets[:-1][offsets[:-1] < offsets[1:]]
    begins[heads] = inside[heads]
    tails = offsets[1:][offsets[:-1] < offsets[1:]] - 1
    ends[tails] = inside[tails]
    starts = np.flatnonzero(begins)
    piece_offsets = np.zeros(len(starts) + 1, np.int32)
    np.cumsum(np.flatnonzero(ends) + 1 - starts, out=piece_offsets[1:])
    of_text = np.repeat(np.arange(len(texts)), np.diff(np.searchsorted(starts, offsets)))
    return of_bytes(piece_offsets, data.translate(_FOLDED, _SEPARATORS)), of_text


def _index_in(texts: pa.StringArray, known: pa.StringArray) -> NDArray[np.int64]:
    """Place of each text among the known ones, -1 where it is none of them."""
    found = pc.index_in(texts, value_set=known).fill_null(-1)
    places: NDArray[np.int64] = found.to_numpy().astype(np.int64)
    return places


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
