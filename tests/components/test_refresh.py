"""The components `snapshot` and `refresh`: a new catalogue into the store of the one in use."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from kfp import dsl

from catalog.item import Item
from catalog.table import load_items_dir
from components.command import StepFailedError
from components.refresh import refresh
from components.snapshot import snapshot
from serving import generations, vector_tables
from tests.components.artifacts import artifact
from tests.serving.stock import connected, publish, put_in_use, stock
from tests.serving.triton_double import TritonDouble, serving

DIMENSION = 4
ITEMS = stock(40)


@pytest.fixture
def database(postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The environment of a step, and g0001 in use with an empty table."""
    monkeypatch.setenv("MODISTE_DATABASE_URL", postgres_url)
    monkeypatch.setenv("MODISTE_OBJECTS", f"file://{tmp_path}/objects")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    with connected(postgres_url) as connection:
        publish(connection, DIMENSION)
        vector_tables.create(connection, "g0001", DIMENSION)
        generations.mark(connection, "g0001", "indexed")
        put_in_use(connection, "g0001")
    return postgres_url


def write(path: Path, items: list[Item]) -> Path:
    lines = [json.dumps(item.to_json(), ensure_ascii=False) for item in items]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def take(catalogue: Path, folder: Path) -> Any:
    """Run `snapshot`; the items artifact."""
    items = artifact(folder / f"{catalogue.stem}-items", dsl.Dataset)
    summary = artifact(folder / "summary", dsl.Metrics)
    snapshot.python_func(
        catalogue=str(catalogue), mapping="", max_reject_share=0.05, items=items, summary=summary
    )
    return items


async def brought_in(database: str, items: Any, folder: Path) -> dict[str, Any]:
    """Run `refresh` against a Triton that answers; its metrics."""
    refreshed = artifact(folder / "refreshed", dsl.Metrics)
    async with serving(TritonDouble(dimension=DIMENSION)) as endpoint:
        with connected(database) as connection:
            generations.set_endpoint(connection, "g0001", endpoint)
        name = await asyncio.to_thread(
            refresh.python_func, max_gone_share=0.2, items=items, refreshed=refreshed
        )
    assert name == "g0001"
    metrics: dict[str, Any] = refreshed.metadata
    return {key: value for key, value in metrics.items() if not key.endswith("_s")}


async def test_each_snapshot_is_brought_in_at_its_difference(database: str, tmp_path: Path) -> None:
    first = await asyncio.to_thread(take, write(tmp_path / "first.jsonl", ITEMS), tmp_path)
    assert await brought_in(database, first, tmp_path) == {
        **{"items": 40, "changed": 40, "gone": 0, "embedded": 40, "refused": 0},
    }
    changed = Item(item_id="sku-00003", clothes={"color": ("Red",)})
    new = Item(item_id="new", clothes={"color": ("Black",)})
    catalogue = write(tmp_path / "second.jsonl", [*ITEMS[:3], changed, *ITEMS[4:39], new])
    second = await asyncio.to_thread(take, catalogue, tmp_path)
    assert await brought_in(database, second, tmp_path) == {
        **{"items": 40, "changed": 2, "gone": 1, "embedded": 2, "refused": 0},
    }
    with connected(database) as connection:
        rows = connection.execute("SELECT item_id FROM items JOIN vectors_g0001 USING (item_id)")
        assert {row[0] for row in rows} == {item.item_id for item in ITEMS[:39]} | {"new"}


def test_a_value_that_the_generation_has_not_learned_sets_its_row_aside(
    database: str, tmp_path: Path
) -> None:
    odd = Item(item_id="odd", clothes={"color": ("Chartreuse",)})
    items = take(write(tmp_path / "shop.jsonl", [*ITEMS, odd]), tmp_path)
    assert len(load_items_dir(Path(items.path)).items) == 40
    (reject,) = (Path(items.path) / "rejects.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(reject)["field"] == "clothes.color"


def test_without_a_generation_in_use_there_is_nothing_to_refresh(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODISTE_DATABASE_URL", postgres_url)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    with connected(postgres_url) as connection:
        publish(connection)
    with pytest.raises(StepFailedError, match="none is in use; run the pipeline train_and_deploy"):
        take(write(tmp_path / "shop.jsonl", ITEMS), tmp_path)
