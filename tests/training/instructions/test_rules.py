"""The table of styling rules: what it may hold, and how faults are named."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog.item import Item
from catalog.schema import default_schema
from tests.training.instructions.small_shop import KAGGLE, generate, rows, sample, write_folder
from training.instructions.documents import RULES, InstructionsError
from training.instructions.roles import find_roles, usable_rules
from training.instructions.rules import load_rules

Table = dict[str, Any]


def edited(folder: Path, edit: Callable[[Table], object]) -> Path:
    """A copy of the project's table with a change."""
    table = json.loads(RULES.read_text(encoding="utf-8"))
    edit(table)
    path = folder / "rules.json"
    path.write_text(json.dumps(table), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda t: t.update(extra=1), "unknown key 'extra'; allowed are roles, groups, outfit"),
        (
            lambda t: t["rules"][0].update(colour="x"),
            r"rules\[0\] \(season-summer-fibres\): unknown",
        ),
        (
            lambda t: t["rules"][0].update(kind="mood"),
            r"\.kind: expected season, occasion, pairing",
        ),
        (lambda t: t["rules"][0]["fits"].update(mood=["x"]), r"\.fits: unknown key 'mood'"),
        (lambda t: t["rules"][0]["fits"].update(material=["@x"]), "unknown group '@x'"),
        (lambda t: t["rules"][0]["fits"].update(material="Wool"), "expected a list of texts"),
        (lambda t: t["rules"][0]["say"].pop("ko"), r"\.say\.ko: expected a text"),
        (lambda t: t["rules"][0].update(fits={}), r"\.fits: expected a role and values"),
        (lambda t: t["rules"].append(t["rules"][0]), "'season-summer-fibres' is there twice"),
        (lambda t: t.update(rules={}), "rules: expected a list of rules"),
    ],
)
def test_a_fault_in_the_table_is_named_with_its_place(
    tmp_path: Path, edit: Callable[[Table], object], message: str
) -> None:
    with pytest.raises(InstructionsError, match=message):
        load_rules(edited(tmp_path, edit))


def test_a_table_that_is_no_json_or_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "rules.json").write_text("{", encoding="utf-8")
    with pytest.raises(InstructionsError, match=r"rules\.json: expected JSON in UTF-8"):
        load_rules(tmp_path / "rules.json")
    with pytest.raises(InstructionsError, match=r"gone\.json: cannot be read"):
        load_rules(tmp_path / "gone.json")


def test_rules_whose_roles_or_values_the_schema_has_not_are_left_out() -> None:
    table = load_rules()
    for schema, usable, unusable in (
        (default_schema(), "season-winter-fibres", "occasion-workout"),
        (KAGGLE, "pair-clothes-easy-shoes", "season-winter-fibres"),
    ):
        roles = find_roles(schema, table)
        names = {rule.rule_id for rule in usable_rules(table, roles, schema)}
        assert usable in names
        assert unusable not in names


def test_a_field_that_plays_no_role_is_a_role_of_its_own() -> None:
    roles = find_roles(KAGGLE, load_rules(), silent=["NA"])
    assert roles.path("colour") == "clothes.baseColour"
    assert "fiber_composition" not in roles.standard.values()
    item = Item(item_id="1", clothes={"usage": ("NA",)})
    assert roles.values(item, "occasion") == ()
    assert not roles.is_empty(item, "occasion")
    assert roles.is_empty(item, "colour")


def test_a_rule_of_ones_own_is_said_word_for_word(tmp_path: Path) -> None:
    say = {"en": "Pockets carry what hands cannot.", "ko": "주머니는 손을 비워 줍니다."}
    rule = {"id": "own", "kind": "occasion", "name": {"en": "a hike", "ko": "등산"}}
    rule |= {"fits": {"category": ["04bottom_01pants"]}, "say": say}
    path = edited(tmp_path, lambda table: table.update(rules=[rule]))
    items = write_folder(tmp_path / "items", sample(60))
    generate(items, tmp_path / "out", rules=path, pairs=300)
    chosen = [pair for pair in rows(tmp_path / "out") if pair["rules"]]
    assert chosen
    for pair in chosen:
        assert pair["rules"] == ["own"]
        assert say[pair["language"]] in pair["messages"][-1]["content"]
