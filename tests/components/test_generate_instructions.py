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


def generate(
    folder: Path, items: Path, name: str, *, catalogue: str = "shop", seed: int = 0
) -> tuple[Path, dsl.Metrics]:
    """Run the component; returns its folder and the metrics."""
    given = artifact(folder / "given", dsl.Dataset)
    given.path = str(items)
    made = artifact(folder / name, dsl.Dataset)
    counts = artifact(folder / f"{name}-counts", dsl.Metrics)
    generate_instructions.python_func(
        name=catalogue,
        rules="",
        pairs=0,
        images="none",
        seed=seed,
        items=given,
        instructions=made,
        counts=counts,
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


def test_other_settings_make_all_pairs_anew(tmp_path: Path) -> None:
    items = write_folder(tmp_path / "items", sample(10))
    generate(tmp_path, items, "first")
    _, counts = generate(tmp_path, items, "second", seed=1)
    assert (counts.metadata["kept"], counts.metadata["new"]) == (0, 20)


def test_a_name_that_is_no_word_is_refused(tmp_path: Path) -> None:
    items = write_folder(tmp_path / "items", sample(2))
    with pytest.raises(ValueError, match="name: expected letters, digits and hyphens"):
        generate(tmp_path, items, "out", catalogue="../elsewhere")


def test_an_empty_catalogue_fails_the_step_and_is_named(tmp_path: Path) -> None:
    items = write_folder(tmp_path / "items", [])
    with pytest.raises(StepFailedError, match="expected items, got none"):
        generate(tmp_path, items, "out")
    assert not (tmp_path / "out").exists()
