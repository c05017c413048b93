"""Streams are cut into lines and batches, whatever the chunks they come in."""

from collections.abc import AsyncIterator, Sequence

from hypothesis import given
from hypothesis import strategies as st

from serving.api.lines import MAX_LINES, Line, batches


async def chunked(pieces: Sequence[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def cut(
    pieces: Sequence[bytes], *, max_line_bytes: int = 100, max_batch_bytes: int = 10_000
) -> list[list[Line]]:
    found = batches(chunked(pieces), max_line_bytes=max_line_bytes, max_batch_bytes=max_batch_bytes)
    return [batch async for batch in found]


async def test_lines_are_numbered_with_the_blank_ones() -> None:
    [batch] = await cut([b"one\n\n  \r\ntwo\nthree"])
    assert [(line.number, line.raw) for line in batch] == [(1, b"one"), (4, b"two"), (5, b"three")]


@given(st.lists(st.binary(max_size=30), max_size=30))
async def test_chunks_may_be_cut_anywhere(pieces: list[bytes]) -> None:
    whole = await cut([b"".join(pieces)])
    assert await cut(pieces) == whole


async def test_a_batch_ends_at_its_number_of_lines() -> None:
    found = await cut([b"x\n" * (2 * MAX_LINES + 1)])
    assert [len(batch) for batch in found] == [MAX_LINES, MAX_LINES, 1]


async def test_a_batch_ends_at_its_number_of_bytes() -> None:
    found = await cut([b"12345\n" * 5], max_batch_bytes=10)
    assert [len(batch) for batch in found] == [2, 2, 1]


async def test_a_long_line_is_cut_and_its_neighbours_are_whole() -> None:
    [batch] = await cut([b"a\n", *[b"x" * 1000] * 50, b"\nb\n"], max_line_bytes=10)
    assert [line.is_too_long for line in batch] == [False, True, False]
    assert [line.raw for line in batch] == [b"a", b"x" * 10, b"b"]


async def test_an_empty_stream_has_no_batch() -> None:
    assert await cut([]) == []
    assert await cut([b"", b"\n\n"]) == []
