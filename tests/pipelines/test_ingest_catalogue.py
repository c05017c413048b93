"""The pipeline `ingest_catalogue`: on KFP's local runner, and as it is compiled."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from catalog import ingest
from catalog.table import load_items_dir
from pipelines.compile import main as compile_pipelines
from pipelines.run_local import ROOT
from tests.catalog.crawler.loopback_shop import Answer, LoopbackShop
from tests.catalog.shards.shop_in_shards import contents, write_shop

GOLDEN = Path(__file__).parent / "golden" / "ingest_catalogue.yaml"
PRODUCT = '{"@type": "Product", "sku": "%s", "name": "%s shirt", "color": "White"}'


def run_here(folder: Path, **parameters: object) -> "subprocess.CompletedProcess[str]":
    """Run the pipeline with objects and work in folders."""
    environment = {
        "MODISTE_OBJECTS": (folder / "objects").as_uri(),
        "MODISTE_WORK": str(folder / "work"),
        "PYTHONPATH": str(ROOT),
    }
    arguments = [str(folder / "run"), json.dumps(parameters)]
    return subprocess.run(
        [sys.executable, "-m", "tests.pipelines.ingest_here", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def made(folder: Path, step: str, name: str) -> Path:
    """What a step of the only run wrote."""
    (path,) = (folder / "run" / "pipeline").glob(f"*/{step}*/{name}")
    return path


def test_shards_side_by_side_give_the_items_folder_of_the_whole(tmp_path: Path) -> None:
    catalogue = write_shop(tmp_path / "shop")
    done = run_here(tmp_path, catalogue=str(catalogue), shards=3, max_reject_share=0.5)
    assert done.returncode == 0, done.stdout + done.stderr
    whole = ["--catalogue", str(catalogue), "--objects", (tmp_path / "objects").as_uri()]
    whole += ["--max-reject-share", "0.5", "--out", str(tmp_path / "whole")]
    assert ingest.main(whole) == 0
    items = made(tmp_path, "join-shards", "items")
    assert contents(items) == contents(tmp_path / "whole")
    assert len(list((tmp_path / "run").rglob("shard.json"))) == 3
    assert "<!doctype html>" in made(tmp_path, "report-catalogue", "report").read_text()


def test_what_it_makes_is_a_catalogue_to_the_other_pipelines(tmp_path: Path) -> None:
    catalogue = write_shop(tmp_path / "shop")
    done = run_here(tmp_path, catalogue=str(catalogue), shards=2, max_reject_share=0.5)
    assert done.returncode == 0, done.stdout + done.stderr
    items = made(tmp_path, "join-shards", "items")
    again = ["--catalogue", str(items / "items.parquet"), "--schema", str(items / "schema.json")]
    again += ["--objects", (tmp_path / "objects").as_uri(), "--max-reject-share", "0"]
    assert ingest.main([*again, "--out", str(tmp_path / "again")]) == 0
    assert load_items_dir(tmp_path / "again").items == load_items_dir(items).items


def test_a_catalogue_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    done = run_here(tmp_path, catalogue=str(tmp_path / "none.csv"))
    assert done.returncode != 0
    assert "none.csv: no such file; give the path of a catalogue" in done.stdout + done.stderr


@pytest.fixture
def shop() -> Iterator[LoopbackShop]:
    """A shop of three products."""
    with LoopbackShop().running() as shop:
        for path, sku in (("/", "one"), ("/two", "two"), ("/three", "three")):
            script = f'<script type="application/ld+json">{PRODUCT % (sku, sku)}</script>'
            links = '<a href="/two">two</a><a href="/three">three</a>'
            shop.answers[path] = Answer(body=f"{script}{links}".encode())
        yield shop


def test_a_shop_that_is_crawled_becomes_an_items_folder(shop: LoopbackShop, tmp_path: Path) -> None:
    done = run_here(
        tmp_path,
        shards=2,
        contact="me@modiste.example",
        crawl_from=[f"{shop.url}/"],
        private_hosts=["127.0.0.1"],
        delay_s=0.01,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = load_items_dir(made(tmp_path, "join-shards", "items")).items
    assert [item.item_id for item in found] == ["one", "three", "two"]


def tasks(document: Any) -> Iterator[tuple[str, Any]]:
    """Every task of a compiled pipeline, by name."""
    for component in (document["root"], *document["components"].values()):
        yield from component.get("dag", {}).get("tasks", {}).items()


def test_shards_are_a_loop_with_a_bound_whose_folders_are_collected() -> None:
    pipeline, _ = yaml.safe_load_all(GOLDEN.read_text())
    loops = [task for _, task in tasks(pipeline) if "parameterIterator" in task]
    assert [loop["iteratorPolicy"] for loop in loops] == [{"parallelismLimit": 16}] * len(loops)
    joins = [task for name, task in tasks(pipeline) if name.startswith("join-shards")]
    for loop, join in zip(loops, joins, strict=True):
        shards = join["inputs"]["artifacts"]["shards"]["taskOutputArtifact"]
        assert shards["producerTask"].startswith("for-loop")
        assert loop["taskInfo"]["name"] == "shards"
    names = {task["taskInfo"]["name"] for _, task in tasks(pipeline)}
    assert {
        *("1. Crawl the shop", "2. Plan the shards", "3. Ingest a shard", "4. Join the shards"),
        "5. Report",
    } <= names


def test_another_bound_is_compiled_in(tmp_path: Path) -> None:
    assert compile_pipelines(["--out", str(tmp_path), "--parallel-shards", "3"]) == 0
    golden, on_cluster = yaml.safe_load_all(GOLDEN.read_text())
    for _, task in tasks(golden):
        if "iteratorPolicy" in task:
            task["iteratorPolicy"]["parallelismLimit"] = 3
    compiled = (tmp_path / "ingest_catalogue.yaml").read_text()
    assert list(yaml.safe_load_all(compiled)) == [golden, on_cluster]


def test_no_shard_at_once_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        compile_pipelines(["--out", str(tmp_path), "--parallel-shards", "0"])
    assert "expected at least 1, got 0" in capsys.readouterr().err
