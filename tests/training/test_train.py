"""Training runs: the same weights whatever happens on the way, and faults by name."""

import json
import signal
from pathlib import Path

import numpy as np
import pytest

from catalog.item import Item
from catalog.schema import Schema
from tests.training.small_run import SCHEMA, small_items, write_items_dir
from tests.training.training_process import (
    REFERENCE,
    SETTINGS,
    command,
    finish,
    kill_after_a_checkpoint,
    losses,
    same_weights,
    start,
    wait_for,
)
from training.embedder import ItemEmbedder
from training.train import main


@pytest.fixture(scope="module")
def items(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_items_dir(tmp_path_factory.mktemp("train") / "items", small_items(90))


@pytest.fixture(scope="module")
def whole(items: Path) -> Path:
    """A run that nothing interrupted."""
    return finish(items, items.parent / "whole")


def test_a_run_leaves_what_its_readers_need(whole: Path) -> None:
    facts = json.loads((whole / "train.json").read_text())
    assert facts["items"] == 90
    assert facts["train_items"] == 72
    assert len(json.loads((whole / "holdout.json").read_text())) == 18
    assert len(losses(whole)) == facts["steps"] == 10
    assert (whole / "tensorboard").is_dir()
    embedding = ItemEmbedder.load(whole)([Item(reinforced={"*": ("셔츠",)})])
    assert embedding.shape == (1, 16)


def test_ten_losses_are_those_of_the_reference(whole: Path) -> None:
    assert losses(whole) == pytest.approx(json.loads(REFERENCE.read_text()), rel=1e-4)


def test_two_processes_see_the_losses_of_one(items: Path, whole: Path, tmp_path: Path) -> None:
    launcher = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2", "-m")
    out = finish(items, tmp_path / "two", launcher=launcher)
    assert losses(out) == pytest.approx(losses(whole), abs=1e-5)


def test_a_killed_run_ends_with_the_weights_of_an_uninterrupted_one(
    items: Path, whole: Path, tmp_path: Path
) -> None:
    out = tmp_path / "killed"
    kill_after_a_checkpoint(items, out)
    with (out / "metrics.jsonl").open("a") as file:
        file.write('{"step": 9, "lo')
    finish(items, out)
    assert same_weights(out, whole)
    assert losses(out) == losses(whole)


def test_sigterm_saves_exits_and_the_run_goes_on(items: Path, whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "stopped"
    run = start(items, out)
    wait_for(out / "checkpoint.pt", run)
    run.send_signal(signal.SIGTERM)
    _, errors = run.communicate(timeout=60)
    # The last steps may have been done by the time the signal came.
    assert run.returncode == 143 or (out / "train.json").exists()
    assert run.returncode == 0 or "run again to go on" in errors
    finish(items, out)
    assert same_weights(out, whole)


def test_a_complete_run_is_left_as_it_is(
    items: Path, whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (whole / "train.json").stat().st_mtime_ns
    assert main([*command(items, whole), *SETTINGS]) == 0
    assert (whole / "train.json").stat().st_mtime_ns == before
    assert json.loads(capsys.readouterr().out)["steps"] == 10


def test_a_folder_of_another_run_is_refused(
    items: Path, whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command(items, whole), *SETTINGS, "--set", "seed=1"]) == 2
    assert "holds a run of other data, settings or code" in capsys.readouterr().err
    (tmp_path / "checkpoint.pt").write_bytes((whole / "checkpoint.pt").read_bytes())
    assert main([*command(items, tmp_path), *SETTINGS, "--set", "seed=1"]) == 2
    assert "is of a run with other data, settings or code" in capsys.readouterr().err


def test_a_damaged_checkpoint_is_named(
    items: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "checkpoint.pt").write_bytes(b"PK\x03\x04 half of it")
    assert main([*command(items, tmp_path), *SETTINGS]) == 2
    assert "checkpoint.pt is no checkpoint" in capsys.readouterr().err


def test_too_few_items_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    items = write_items_dir(tmp_path / "items", small_items(1))
    assert main([*command(items, tmp_path / "out"), *SETTINGS]) == 2
    assert "training needs at least 2 items, got 1 of 1" in capsys.readouterr().err


@pytest.mark.parametrize("kept", ["clothes", "reinforced"])
def test_items_of_values_alone_or_of_texts_alone_can_be_trained_on(
    tmp_path: Path, kept: str
) -> None:
    whole = small_items(90)
    items = [Item(item_id=item.item_id, **{kept: getattr(item, kept)}) for item in whole]
    schema = Schema(
        standard=SCHEMA.standard if kept == "clothes" else {},
        reinforced=SCHEMA.reinforced if kept == "reinforced" else (),
    )
    folder = write_items_dir(tmp_path / "items", items, schema)
    out = finish(folder, tmp_path / "out")
    vectors = ItemEmbedder.load(out)(items)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert len(np.unique(vectors.round(3), axis=0)) > 10


def test_bfloat16_trains_to_about_the_same_losses(items: Path, whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "bfloat16"
    assert main([*command(items, out), *SETTINGS, "--set", "precision=bfloat16"]) == 0
    assert losses(out)[:3] == pytest.approx(losses(whole)[:3], rel=0.05)
    assert losses(out) != losses(whole)


def test_a_loss_that_explodes_ends_the_run(
    items: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    explode = ["--set", "learning_rate=1e30", "--set", "warmup_steps=0"]
    assert main([*command(items, tmp_path / "out"), *SETTINGS, *explode]) == 1
    assert "lower learning_rate" in capsys.readouterr().err
    assert not (tmp_path / "out" / "train.json").exists()
