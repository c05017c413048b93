"""The component `generate_instructions` on real small files."""

from pathlib import Path

import pytest
from kfp import dsl

from components.command import StepFailedError
from components.generate_instructions import generate_instructions
from tests.components.artifacts import artifact
from tests.training.instructions.small_shop import lines, sample, write_folder
from training.instructions.check.run import check_folder


@pytest.fixture(autouse=True)
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A work folder, and our root on the path, as the image has it."""
    monkeypatch.setenv("MODISTE_WORK", str(tmp_path / "work"))
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))


def generate(folder: Path, items: Path, name: str) -> tuple[Path, dsl.Metrics]:
    """Run the component; returns its folder and the metrics."""
    given = artifact(folder / "given", dsl.Dataset)
    given.path = str(items)
    made = artifact(folder / name, dsl.Dataset)
    counts = artifact(folder / f"{name}-counts", dsl.Metrics)
    generate_instructions.python_func(
        rules="", pairs=0, images="none", seed=0, items=given, instructions=made, counts=counts
    )
    return Path(made.path), counts


def test_a_grown_catalogue_adds_to_the_pairs_of_the_run_before(tmp_path: Path) -> None:
    items = write_folder(tmp_path / "items", sample(20))
    first, counts = generate(tmp_path, items, "first")
    assert counts.metadata["pairs"] == counts.metadata["new"] == 40
    write_folder(items, sample(30))
    second, counts = generate(tmp_path, items, "second")
    assert counts.metadata["kept"] == 40
    assert counts.metadata["new"] > 0
    assert set(lines(first)) < set(lines(second))
    assert check_folder(second, items).num_findings == 0


def test_an_empty_catalogue_fails_the_step_and_is_named(tmp_path: Path) -> None:
    items = write_folder(tmp_path / "items", [])
    with pytest.raises(StepFailedError, match="expected items, got none"):
        generate(tmp_path, items, "out")
    assert not (tmp_path / "out").exists()
