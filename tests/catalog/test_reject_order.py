"""Rejects in the order of rows, however pictures were stored."""

from pathlib import Path

from catalog.reject_order import put_in_row_order, read_rejects
from catalog.rejects import Reject, open_rejects


def reject(row: int, field: str) -> Reject:
    return Reject(row=row, item_id="", field=field, value="셔츠", reason="wrong")


def test_lines_are_sorted_by_row_and_counted_in_that_order(tmp_path: Path) -> None:
    path = tmp_path / "rejects.jsonl"
    given = [reject(9, "a"), reject(9, "b"), reject(12, "a"), reject(3, "image"), reject(9, "c")]
    with open_rejects(path) as rejects:
        for one in given:
            rejects.note(one)
    put_in_row_order(path, rejects)
    assert [(one.row, one.field) for one in read_rejects(path)] == [
        *[(3, "image"), (9, "a"), (9, "b"), (9, "c"), (12, "a")]
    ]
    assert list(rejects.faults.items()) == [
        *[("image: wrong", 1), ("a: wrong", 2), ("b: wrong", 1), ("c: wrong", 1)]
    ]
    assert [entry.name for entry in tmp_path.iterdir()] == ["rejects.jsonl"]


def test_lines_that_are_in_order_and_no_lines_stay_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "rejects.jsonl"
    for given in ([], [reject(1, "b"), reject(1, "a"), reject(2, "a")]):
        with open_rejects(path) as rejects:
            for one in given:
                rejects.note(one)
        before = path.read_bytes()
        put_in_row_order(path, rejects)
        assert path.read_bytes() == before
        assert list(read_rejects(path)) == given
