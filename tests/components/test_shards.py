"""The components `plan_shards`, `ingest_shard`, `join_shards` and `report_catalogue`."""

import json
from pathlib import Path
from typing import Any

import pytest
from kfp import dsl

from catalog import ingest
from components.command import StepFailedError
from components.ingest_shard import ingest_shard
from components.join_shards import join_shards
from components.plan_shards import plan_shards
from components.report_catalogue import report_catalogue
from tests.catalog.shards.shop_in_shards import contents, write_shop
from tests.components.artifacts import artifact


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shop, an object store in a folder, and our root on the path, as the image has it."""
    monkeypatch.setenv("MODISTE_OBJECTS", f"file://{tmp_path}/objects")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    return write_shop(tmp_path / "shop")


def planned(catalogue: Path, folder: Path, shards: int = 3) -> tuple[Any, list[int]]:
    """Run `plan_shards`; the plan and the shards' numbers."""
    plan = artifact(folder / "plan")
    numbers = plan_shards.python_func(
        catalogue=str(catalogue),
        shards=shards,
        schema="",
        mapping="",
        max_reject_share=0.5,
        plan=plan,
    )
    return plan, numbers


def ingested(catalogue: Path, folder: Path, plan: Any, number: int) -> Any:
    """Run `ingest_shard`; the shard's folder."""
    rows = artifact(folder / f"shard-{number}", dsl.Dataset)
    ingest_shard.python_func(catalogue=str(catalogue), shard=number, plan=plan, rows=rows)
    return rows


def test_shards_become_what_ingest_writes_of_the_whole(catalogue: Path, tmp_path: Path) -> None:
    plan, numbers = planned(catalogue, tmp_path)
    assert numbers == [1, 2, 3]
    shards = [ingested(catalogue, tmp_path, plan, number) for number in numbers]
    items, summary = (
        artifact(tmp_path / "items", dsl.Dataset),
        artifact(tmp_path / "s", dsl.Metrics),
    )
    join_shards.python_func(plan=plan, shards=shards, items=items, summary=summary)
    assert summary.metadata == {"rows": 640, "kept": 609, "rejected": 31, "images": 562}
    arguments = ["--catalogue", str(catalogue), "--out", str(tmp_path / "whole")]
    assert ingest.main([*arguments, "--max-reject-share", "0.5"]) == 0
    whole = contents(tmp_path / "whole")
    assert contents(Path(items.path)) == whole
    assert items.metadata == {"data_digest": json.loads(whole["summary.json"])["data_digest"]}


def test_a_missing_shard_fails_the_step_and_is_named(catalogue: Path, tmp_path: Path) -> None:
    plan, _ = planned(catalogue, tmp_path, shards=2)
    shards = [ingested(catalogue, tmp_path, plan, 2)]
    items, summary = artifact(tmp_path / "items"), artifact(tmp_path / "s", dsl.Metrics)
    with pytest.raises(StepFailedError, match="expected all 2, got none of number 1"):
        join_shards.python_func(plan=plan, shards=shards, items=items, summary=summary)
    assert not (tmp_path / "items").exists()


def test_a_catalogue_that_changed_fails_its_shard(catalogue: Path, tmp_path: Path) -> None:
    plan, _ = planned(catalogue, tmp_path, shards=2)
    catalogue.write_text(catalogue.read_text() + "late,name,Red,1,\n")
    with pytest.raises(StepFailedError, match="expected the catalogue that was planned"):
        ingested(catalogue, tmp_path, plan, 1)


def test_the_report_is_a_page_and_its_counts(catalogue: Path, tmp_path: Path) -> None:
    report, counts = artifact(tmp_path / "report", dsl.HTML), artifact(tmp_path / "counts")
    report_catalogue.python_func(
        catalogue=str(catalogue),
        schema="",
        mapping="",
        max_pictures=5,
        report=report,
        counts=counts,
    )
    assert Path(report.path).read_text(encoding="utf-8").startswith("<!doctype html>")
    assert json.loads(Path(counts.path).read_text(encoding="utf-8"))["rows"] == 640
