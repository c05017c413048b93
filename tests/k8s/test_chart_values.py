"""The table of the chart's values is made of the comments of `values.yaml`."""

import pytest

from k8s.chart_values import BEGIN, END, Value, described, leaves, table, with_table

TEXT = """\
# About all of them.

api:
  # -- How many
  # there are.
  replicas: 2
  # Not described.
  name: api
  # -- All of it.
  resources:
    limits: {cpu: "1"}
list: []
"""


def test_a_comment_of_several_lines_describes_the_value_below_it() -> None:
    assert described(TEXT) == [
        Value(path="api.replicas", default=2, description="How many there are."),
        Value(path="api.resources", default={"limits": {"cpu": "1"}}, description="All of it."),
    ]


def test_leaves_are_values_that_hold_no_other() -> None:
    document = {"a": {"b": 1, "c": {}}, "d": [1]}

    assert list(leaves(document)) == ["a.b", "a.c", "d"]


def test_the_table_shows_defaults_as_json() -> None:
    value = Value(path="a.b", default={"x": "é"}, description="Of a.")

    assert table([value]).splitlines()[-1] == '| `a.b` | `{"x": "é"}` | Of a. |'


def test_only_what_is_between_the_markers_changes() -> None:
    once = with_table(f"before\n{BEGIN}old{END}\nafter", TEXT)

    assert once.startswith(f"before\n{BEGIN}\n\n| value ")
    assert once.endswith(f"|\n\n{END}\nafter")
    assert with_table(once, TEXT) == once


def test_a_readme_without_the_markers_is_refused() -> None:
    with pytest.raises(ValueError, match=r"README\.md: expected the markers <!-- values"):
        with_table("no marker", TEXT)
