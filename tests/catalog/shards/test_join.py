"""However a catalogue is divided, the folder of its shards is that of the whole, byte for byte."""

import json
import shutil
from pathlib import Path

import pytest

from catalog import ingest
from tests.catalog.shards.shop_in_shards import (
    contents,
    in_shards,
    killed,
    plan_of,
    run,
    shard_command,
    shards,
    write_native,
    write_shop,
)


def whole(catalogue: Path, folder: Path, *options: str) -> Path:
    """The items folder of an ingest without shards."""
    arguments = ["--catalogue", str(catalogue), "--out", str(folder / "whole")]
    assert ingest.main([*arguments, "--max-reject-share", "0.5", *options]) == 0
    return folder / "whole"


@pytest.mark.parametrize("num_shards", [1, 3, 7])
@pytest.mark.parametrize("has_objects", [True, False])
def test_a_flat_table_in_shards_gives_the_same_folder(
    num_shards: int, has_objects: bool, tmp_path: Path
) -> None:
    catalogue = write_shop(tmp_path / "shop")
    options = ("--objects", (tmp_path / "objects").as_uri()) if has_objects else ()
    expected = contents(whole(catalogue, tmp_path, *options))
    faults = json.loads(expected["summary.json"])["faults"]
    assert len(faults) == 3 + has_objects, "the shop has every kind of fault"
    assert contents(in_shards(catalogue, num_shards, tmp_path / "shards", *options)) == expected


@pytest.mark.parametrize("num_shards", [1, 3])
def test_spellings_of_a_mapping_in_shards_give_the_same_folder(
    num_shards: int, tmp_path: Path
) -> None:
    catalogue = write_shop(tmp_path / "shop")
    mapping = tmp_path / "mapping.json"
    mapping.write_text('{"aliases": {"colour": {"Navy Blue": "Blue", "Red": "Rot"}}}')
    expected = contents(whole(catalogue, tmp_path, "--mapping", str(mapping)))
    assert json.loads(expected["schema.json"])["standard"]["colour"] == ["Blue", "Rot"]
    folder = tmp_path / "shards"
    assert contents(in_shards(catalogue, num_shards, folder, mapping=mapping)) == expected


@pytest.mark.parametrize("num_shards", [1, 3])
def test_what_is_one_is_found_across_shards(num_shards: int, tmp_path: Path) -> None:
    flat, items = write_shop(tmp_path / "shop"), write_native(tmp_path / "shop.jsonl")
    mapping = tmp_path / "mapping.json"
    for catalogue, differ in ((flat, ["price"]), (items, ["price"])):
        rules = {"duplicates": {"may_differ": differ}, "variants": {"may_differ": differ}}
        mapping.write_text(json.dumps(rules))
        folder = tmp_path / catalogue.suffix
        expected = contents(whole(catalogue, folder, "--mapping", str(mapping)))
        assert json.loads(expected["summary.json"])["merged"] > 9
        found = in_shards(catalogue, num_shards, folder / "shards", mapping=mapping)
        assert contents(found) == expected


@pytest.mark.parametrize("num_shards", [1, 3, 7, 200])
def test_native_items_in_shards_give_the_same_folder(num_shards: int, tmp_path: Path) -> None:
    catalogue = write_native(tmp_path / "shop.jsonl")
    expected = contents(whole(catalogue, tmp_path))
    assert contents(in_shards(catalogue, num_shards, tmp_path / "shards")) == expected


def test_documents_in_a_folder_give_the_same_folder(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    for line in write_native(tmp_path / "shop.jsonl").read_text().splitlines():
        document = folder / json.loads(line)["item_id"] / "item.json"
        document.parent.mkdir(parents=True, exist_ok=True)
        document.write_text(line)
    expected = contents(whole(folder, tmp_path))
    assert contents(in_shards(folder, 3, tmp_path / "shards")) == expected


def test_an_id_of_an_earlier_shard_is_set_aside_in_the_words_of_the_whole(tmp_path: Path) -> None:
    items = in_shards(write_shop(tmp_path / "shop"), 7, tmp_path / "shards")
    lines = map(json.loads, (items / "rejects.jsonl").read_text(encoding="utf-8").splitlines())
    twice = {line["row"]: line["reason"] for line in lines if "second" in line["reason"]}
    # Row 625 has the id of number 208, which is in row 210 under the header.
    assert twice[626] == ("second item with this id; the first is in row 210: give each its own")
    assert list(twice) == sorted(twice)


def test_a_shard_that_was_killed_ends_the_same_when_run_again(tmp_path: Path) -> None:
    catalogue = write_shop(tmp_path / "shop", 12_000)
    expected = contents(whole(catalogue, tmp_path))
    folder = tmp_path / "shards"
    plan = plan_of(catalogue, 2, folder)
    assert run(*shard_command(plan, "1/2", catalogue)) == 0
    second = shard_command(plan, "2/2", catalogue)
    assert killed(second, folder / ".2.partial" / "items.parquet") == -9
    assert not (folder / "2").exists()
    join: list[str | Path] = ["join", "--plan", plan, "--out", folder / "items"]
    join += shards(folder, 2)
    assert run(*join) == 2
    assert run(*second) == 0
    assert run(*join) == 0
    assert contents(folder / "items") == expected
    assert run(*join) == 0, "joined again it replaces what it wrote"
    assert contents(folder / "items") == expected


def test_a_missing_shard_is_refused_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    in_shards(write_native(tmp_path / "shop.jsonl"), 4, tmp_path)
    plan, (first, _, third, _) = tmp_path / "plan.json", shards(tmp_path, 4)
    capsys.readouterr()
    assert run("join", "--plan", plan, "--out", tmp_path / "again", first, third) == 2
    assert capsys.readouterr().err == (
        "catalog.shards join: shards: expected all 4, got none of number 2, 4; run python -m "
        "catalog.shards ingest --shard 2/4\n"
    )
    assert not (tmp_path / "again").exists()


def test_a_shard_that_is_given_twice_or_of_another_plan_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    catalogue = write_native(tmp_path / "shop.jsonl")
    in_shards(catalogue, 2, tmp_path / "two")
    in_shards(catalogue, 3, tmp_path / "three")
    plan, folders = tmp_path / "two" / "plan.json", shards(tmp_path / "two", 2)
    out = tmp_path / "items"
    shutil.copytree(folders[0], tmp_path / "copy")
    assert run("join", "--plan", plan, "--out", out, *folders, tmp_path / "copy") == 2
    assert "copy: shard 1/2 is there already, in" in capsys.readouterr().err
    assert run("join", "--plan", plan, "--out", out, tmp_path / "three" / "1") == 2
    assert "expected a shard of this plan" in capsys.readouterr().err
    assert run("join", "--plan", plan, "--out", out, tmp_path) == 2
    assert "expected a folder that python -m catalog.shards ingest wrote" in (
        capsys.readouterr().err
    )


def test_too_many_bad_rows_of_the_whole_are_refused_in_the_words_of_the_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    catalogue = write_native(tmp_path / "shop.jsonl")
    out = tmp_path / "items"
    arguments = ["--catalogue", str(catalogue), "--out", str(out)]
    assert ingest.main(arguments) == 2
    said = capsys.readouterr().err.partition(": ")[2]
    aside = (tmp_path / "items.rejects.jsonl").read_bytes()
    plan = tmp_path / "plan.json"
    assert run("plan", "--catalogue", catalogue, "--shards", "3", "--out", plan) == 0
    for number in (1, 2, 3):
        assert run(*shard_command(plan, f"{number}/3", catalogue)) == 0
    assert run("join", "--plan", plan, "--out", out, *shards(tmp_path, 3)) == 2
    assert capsys.readouterr().err.partition(": ")[2] == said
    assert "34 of 120 rows were set aside" in said
    assert (tmp_path / "items.rejects.jsonl").read_bytes() == aside
    assert not out.exists()


def test_a_folder_of_something_else_is_not_replaced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    in_shards(write_native(tmp_path / "shop.jsonl"), 1, tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes").touch()
    plan, shard = tmp_path / "plan.json", tmp_path / "1"
    assert run("join", "--plan", plan, "--out", tmp_path / "mine", shard) == 2
    assert "is there already and is no items folder" in capsys.readouterr().err
    command = shard_command(plan, "1/1", tmp_path / "shop.jsonl")
    assert run(*command[:-1], tmp_path / "mine") == 2
    assert "is there already and is no shard's folder" in capsys.readouterr().err
    assert (tmp_path / "mine" / "notes").exists()
