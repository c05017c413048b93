"""JSON that is broken or meant to break: only the record that is costs its row."""

import json

import pytest

from tests.catalog.hostile import DEEP, FLAT, NATIVE, Hostile


@pytest.mark.parametrize(
    ("line", "item_id", "field", "value", "reason"),
    [
        (
            f'{{"id": "d", "name": {DEEP}, "color": "Black"}}',
            *("", "row", '\'{"id": "d", "name": [[[['),
            "nested more than 64 levels deep (under 'name'); write texts, or lists of texts",
        ),
        (
            '{"id": "d", "name": "a", "color": ' + '{"a":' * 500 + "1" + "}" * 500 + "}",
            *("", "row", '\'{"id": "d", '),
            "nested more than 64 levels deep (under 'color'); write texts, or lists of texts",
        ),
        (
            '{"id": "d", "name": ' + "[" * 100_000,
            *("", "row", '\'{"id": "d", '),
            "nested more than 64 levels deep; write texts, or lists of texts",
        ),
        (
            r'{"id": "d", "name": "\ud800", "color": "Black"}',
            *("", "row", '\'{"id": "d", '),
            r"half a character (\ud800 to \udfff); correct it",
        ),
        (
            '{"id": "d", "id": "e", "name": "a"}',
            *("", "row", '\'{"id": "d", "id": "e"'),
            "the key 'id' stands twice in one object; keep one of them",
        ),
        (
            '{"id": "d", "name": "a", "price": 1e999}',
            *("d", "metadata.price", "inf", "a number must be finite"),
        ),
        (
            '{"id": "d", "name": "a", "price": -Infinity}',
            *("d", "metadata.price", "-inf", "a number must be finite"),
        ),
        (
            '{"id": "d", "name": "a", "price": ' + "9" * 5000 + "}",
            *("", "row", '\'{"id": "d", '),
            "a number of too many digits (5,000, at most 400); write it as text",
        ),
        ('{"id": true, "name": "a"}', "True", "item_id", "True", "a text is expected"),
        ('{"id": ["a", "b"], "name": "a"}', "", "item_id", "['a', 'b']", "a text is expected"),
    ],
)
def test_what_json_allows_and_no_item_can_hold_costs_its_row(
    hostile: Hostile, line: str, item_id: str, field: str, value: str, reason: str
) -> None:
    aside, _ = hostile.kept(hostile.write("a.jsonl", f"{FLAT}{line}\n"), 40)
    (one,) = aside
    assert (one["row"], one["item_id"], one["field"], one["reason"]) == (41, item_id, field, reason)
    assert one["value"].startswith(value)


def test_a_number_that_is_none_says_nothing_in_a_table(hostile: Hostile) -> None:
    path = hostile.write("a.jsonl", f'{FLAT}{{"id": "d", "name": "a", "price": NaN}}\n')
    aside, items = hostile.kept(path, 41)
    assert (aside, dict(items["d"].metadata)) == ([], {})


@pytest.mark.parametrize(
    ("record", "field", "reason"),
    [
        (f'{{"item_id": "d", "metadata": {{"x": {DEEP}}}}}', "row", "nested more than 64 levels"),
        ('{"item_id": "d", "metadata": {"x": %s}}' % ("[" * 10 + "]" * 10), "metadata.x", "nested"),
        (json.dumps({"item_id": "d", "metadata": "[" * 90_000}), "metadata", "an object of names"),
        ('{"item_id": "d", "metadata": {"a": 1, "a": 2}}', "row", "the key 'a' stands twice"),
        ('{"item_id": "d", "metadata": {"price": NaN}}', "metadata.price", "a number must be fini"),
        ('{"item_id": false}', "item_id", "a text is expected"),
        ('{"item_id": 1.5}', "item_id", "a text is expected"),
    ],
)
def test_items_that_cannot_be_are_set_aside(
    hostile: Hostile, record: str, field: str, reason: str
) -> None:
    (one,) = hostile.kept(hostile.write("a.jsonl", f"{NATIVE}{record}\n"), 40)[0]
    assert (one["row"], one["field"]) == (41, field)
    assert one["reason"].startswith(reason)


def test_a_deep_record_in_an_array_costs_that_record(hostile: Hostile) -> None:
    records = [*FLAT.splitlines(), f'{{"id": "d", "name": {DEEP}}}']
    (one,) = hostile.kept(hostile.write("a.json", f"[{','.join(records)}]"), 40)[0]
    assert (one["row"], one["value"]) == (41, "'record 41'")
    assert one["reason"].startswith("nested more than 64 levels deep (under 'name')")
