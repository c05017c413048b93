"""The component `ingest` on real small files."""

import json
from pathlib import Path

import pytest
from kfp import dsl

from catalog.table import load_items_dir
from components.command import StepFailedError
from components.ingest import ingest
from tests.components.artifacts import artifact

GOOD = {"item_id": "sku-1", "clothes": {"color": ["White"], "season": ["summer"]}}


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An object store in a folder, and our root on the path, as the image has it."""
    monkeypatch.setenv("MODISTE_OBJECTS", f"file://{tmp_path}/objects")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))


def take_in(folder: Path, catalogue: Path, *, share: float = 0.05) -> tuple[Path, dsl.Metrics]:
    """Run the component; returns the items folder and the metrics."""
    items = artifact(folder / "items", dsl.Dataset)
    summary = artifact(folder / "summary", dsl.Metrics)
    ingest.python_func(
        catalogue=str(catalogue),
        schema="",
        mapping="",
        max_reject_share=share,
        items=items,
        summary=summary,
    )
    return Path(items.path), summary


@pytest.mark.usefixtures("environment")
def test_a_catalogue_becomes_an_items_folder_and_its_counts_metrics(tmp_path: Path) -> None:
    catalogue = tmp_path / "shop.jsonl"
    bad = {"item_id": "sku-2", "clothes": {"color": ["Whit"]}}
    catalogue.write_text(f"{json.dumps(GOOD)}\n{json.dumps(bad)}\n")
    items, summary = take_in(tmp_path, catalogue, share=0.5)
    assert [item.item_id for item in load_items_dir(items).items] == ["sku-1"]
    assert summary.metadata == {"rows": 2, "kept": 1, "rejected": 1, "images": 0}


@pytest.mark.usefixtures("environment")
def test_an_empty_catalogue_fails_the_step_and_is_named(tmp_path: Path) -> None:
    catalogue = tmp_path / "shop.jsonl"
    catalogue.write_text("")
    with pytest.raises(
        StepFailedError, match=r"catalog\.ingest ended with 2: .*shop\.jsonl"
    ) as bad:
        take_in(tmp_path, catalogue)
    assert "empty" in bad.value.tail
    assert not (tmp_path / "items").exists()


@pytest.mark.usefixtures("environment")
def test_too_many_bad_rows_fail_the_step(tmp_path: Path) -> None:
    catalogue = tmp_path / "shop.jsonl"
    bad = {"item_id": "sku-2", "clothes": {"color": ["Whit"]}}
    catalogue.write_text(f"{json.dumps(GOOD)}\n{json.dumps(bad)}\n")
    with pytest.raises(StepFailedError, match="1 of 2 rows") as caught:
        take_in(tmp_path, catalogue)
    assert caught.value.returncode == 2
