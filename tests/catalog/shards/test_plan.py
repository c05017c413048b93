"""A plan is the same when it is read back, and holds for one version of a catalogue."""

from pathlib import Path

import pytest

from catalog.mapping import ColumnMapping
from catalog.readers.source import CatalogueError
from catalog.shards.divide import PlanConfig, plan_shards
from catalog.shards.plan import ShardPlan
from tests.catalog.shards.shop_in_shards import (
    plan_of,
    run,
    shard_command,
    write_native,
    write_shop,
)


def test_a_plan_is_read_back_as_it_was(tmp_path: Path) -> None:
    mapping = ColumnMapping.from_json({"item_id": "id", "delimiter": ",", "encoding": "utf-8"})
    config = PlanConfig(catalogue=write_shop(tmp_path / "shop"), num_shards=3, mapping=mapping)
    plan = plan_shards(config)
    plan.save(tmp_path / "plan.json")
    assert ShardPlan.load(tmp_path / "plan.json") == plan
    assert (plan.num_rows, plan.catalogue) == (640, "shop.csv")


def test_shards_divide_all_rows_among_them(tmp_path: Path) -> None:
    path = write_shop(tmp_path / "shop")
    plan = plan_shards(PlanConfig(catalogue=path, num_shards=7))
    parts = [[row.number for row in plan.opened(path, n).source.rows()] for n in range(1, 8)]
    assert [number for part in parts for number in part] == list(range(2, 642))
    assert {len(part) for part in parts} == {91, 92}


def test_a_catalogue_that_changed_since_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    catalogue = write_native(tmp_path / "shop.jsonl")
    plan = plan_of(catalogue, 2, tmp_path)
    catalogue.write_text(catalogue.read_text().replace("summer", "winter"))
    assert run(*shard_command(plan, "1/2", catalogue)) == 2
    assert "expected the catalogue that was planned" in capsys.readouterr().err
    assert not (tmp_path / "1").exists()


@pytest.mark.parametrize(
    ("shard", "said"),
    [
        ("3/2", "shard: expected 1..2 of shop.jsonl, got 3"),
        ("0/2", "shard: expected 1..2 of shop.jsonl, got 0"),
        ("1/3", "--shard: expected one of 2, as"),
    ],
)
def test_a_shard_that_is_none_is_refused(
    shard: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    catalogue = write_native(tmp_path / "shop.jsonl")
    assert run(*shard_command(plan_of(catalogue, 2, tmp_path), shard, catalogue)) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [("--shards", "0"), ("--shards", "1001")])
def test_a_number_of_shards_out_of_bounds_is_refused(
    arguments: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run("plan", "--catalogue", "shop.csv", "--out", tmp_path / "plan.json", *arguments)
    assert "expected 1..1000" in capsys.readouterr().err
    with pytest.raises(ValueError, match=r"shards: expected 1..1000, got 0"):
        PlanConfig(catalogue=tmp_path, num_shards=0)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 2}'])
def test_a_file_that_is_no_plan_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(text)
    said = r"plan .*\.json: expected a file that python -m catalog.shards plan wrote"
    with pytest.raises(CatalogueError, match=said):
        ShardPlan.load(path)
    with pytest.raises(CatalogueError, match=said):
        ShardPlan.load(tmp_path / "none.json")
