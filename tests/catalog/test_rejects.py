"""The reject file and its counts."""

import io
import json
from pathlib import Path

import pytest

from catalog.item import ItemError, parse_item
from catalog.readers.source import CatalogueError
from catalog.rejects import Reject, Rejects, reject_error
from catalog.schema import Schema

SCHEMA = Schema(standard={"kind": tuple(f"kind {i}" for i in range(500))}, reinforced=("text",))


def refused(record: dict[str, object]) -> Reject:
    with pytest.raises(ItemError) as caught:
        parse_item(record, SCHEMA)
    return reject_error(7, record, caught.value)


def test_a_refused_record_is_noted_with_what_is_allowed() -> None:
    reject = refused({"item_id": "a", "clothes": {"kind": "kind 7x"}})
    assert (reject.row, reject.item_id, reject.field) == (7, "a", "clothes.kind")
    assert reject.value == "'kind 7x'"
    assert reject.reason.startswith("unknown value, did you mean 'kind 7'")
    assert "(allowed: kind 0, kind 1, " in reject.reason
    assert reject.reason.endswith(" more)")
    assert len(reject.reason) < 800


@pytest.mark.parametrize(
    ("record", "kind"),
    [
        ({"item_id": "a", "clothes": {"kind": "kind 7x"}}, "clothes.kind: unknown value"),
        ({"item_id": "a", "clothes": {"kind": "?"}}, "clothes.kind: unknown value"),
        ({"item_id": "a", "clothes": {"kimd": "?"}}, "clothes.kimd: unknown field"),
        ({"clothes": {}}, "item_id: every item needs an id"),
        (
            {"item_id": "a", "reinforced_feature_value": {"text": "x" * 10_001}},
            "reinforced_feature_value.text: too many characters",
        ),
    ],
)
def test_faults_of_one_kind_are_counted_together(record: dict[str, object], kind: str) -> None:
    assert refused(record).kind == kind


def test_ids_of_any_kind_can_be_noted() -> None:
    assert refused({"item_id": 12, "clothes": {"kind": "?"}}).item_id == "12"
    assert refused({"item_id": ["x"]}).item_id == ""
    assert refused({"item_id": "x" * 10_000}).item_id.endswith("…")


def reject(row: int, reason: str) -> Reject:
    return Reject(row=row, item_id="a", field="f", value="'v'", reason=reason)


def test_rejects_are_lines_of_json() -> None:
    file = io.StringIO()
    Rejects(file).set_aside(reject(3, "wrong; 옷"))
    assert json.loads(file.getvalue()) == {
        "row": 3,
        "item_id": "a",
        "field": "f",
        "value": "'v'",
        "reason": "wrong; 옷",
    }


def test_too_large_a_share_is_refused_with_the_commonest_reasons() -> None:
    rejects = Rejects(io.StringIO())
    for row, reason in enumerate(["odd", "bad; mend it", "bad; mend it", "rare"], 2):
        rejects.set_aside(reject(row, reason))
    rejects.check_share(80, 0.05, Path("rejects.jsonl"))
    with pytest.raises(CatalogueError) as caught:
        rejects.check_share(79, 0.05, Path("rejects.jsonl"))
    assert str(caught.value) == (
        "4 of 79 rows were set aside (5.1%), more than the 5.0% allowed. Commonest reasons:\n"
        "  2 x f: bad (first in row 3: 'v'; bad; mend it)\n"
        "  1 x f: odd (first in row 2: 'v'; odd)\n"
        "  1 x f: rare (first in row 5: 'v'; rare)\n"
        "All of them are in rejects.jsonl; correct them in the catalogue, or with --schema or "
        "--mapping; or allow more with --max-reject-share"
    )


def test_a_catalogue_of_nothing_but_rejects_is_refused_at_any_share() -> None:
    rejects = Rejects(io.StringIO())
    rejects.set_aside(reject(2, "bad"))
    with pytest.raises(CatalogueError, match="1 of 1 rows were set aside"):
        rejects.check_share(1, 1.0, Path("rejects.jsonl"))


def test_what_an_item_goes_without_is_no_row_set_aside() -> None:
    rejects = Rejects(io.StringIO())
    rejects.note(reject(2, "bad"))
    assert (rejects.num_rows, rejects.faults) == (0, {"f: bad": 1})
    rejects.check_share(1, 0.0, Path("rejects.jsonl"))


def test_kinds_beyond_a_hundred_are_counted_together() -> None:
    rejects = Rejects(io.StringIO())
    for row in range(150):
        rejects.set_aside(reject(row, f"reason {row}"))
    assert len(rejects.faults) == 101
    assert rejects.faults["other faults"] == 50
