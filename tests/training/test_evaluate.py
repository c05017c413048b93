"""`python -m training.evaluate` on real small files."""

import json
from pathlib import Path

import pytest

from catalog.ingest import main as ingest
from catalog.item import Item
from catalog.schema import Schema
from tests.training.evaluated import HELD_OUT, SCHEMA, catalogue
from tests.training.trained import write_training
from training.evaluate import main


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    """A folder with `items` and `model`."""
    write_items(tmp_path, catalogue(), SCHEMA)
    write_training(tmp_path / "model")
    return tmp_path


def write_items(folder: Path, items: list[Item], schema: Schema) -> None:
    lines = [json.dumps(item.to_json(), ensure_ascii=False) + "\n" for item in items]
    (folder / "items.jsonl").write_text("".join(lines), encoding="utf-8")
    (folder / "given.json").write_text(json.dumps(schema.to_json()), encoding="utf-8")
    paths = {"catalogue": "items.jsonl", "out": "items", "schema": "given.json"}
    given = [word for name, path in paths.items() for word in (f"--{name}", str(folder / path))]
    assert ingest(given) == 0


def run(folder: Path, *more: str, environ: dict[str, str] | None = None) -> int:
    given = [f"--{name}={folder / name}" for name in ("items", "model", "out")]
    return main([*given, *more], environ or {})


def test_it_writes_the_numbers_and_the_page(
    folders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run(folders, "--generation=g0003") == 0
    document = json.loads((folders / "out" / "metrics.json").read_text())
    page = (folders / "out" / "index.html").read_text()
    assert document["generation"] == "g0003"
    assert document["model"]["recall@1"]["n"] == len(HELD_OUT)
    assert "Generation g0003" in page
    assert "f00d" in page
    assert sorted(path.name for path in (folders / "out").iterdir()) == [
        "index.html",
        "metrics.json",
    ]
    assert capsys.readouterr().out.startswith("recall@1 ")


def test_it_gives_the_same_bytes_again_and_finds_no_change_against_itself(folders: Path) -> None:
    assert run(folders) == 0
    first = (folders / "out" / "metrics.json").read_bytes()
    assert run(folders) == 0
    assert (folders / "out" / "metrics.json").read_bytes() == first
    assert run(folders, f"--previous={folders / 'out' / 'metrics.json'}") == 0
    document = json.loads((folders / "out" / "metrics.json").read_text())
    assert (document["worse"], document["better"]) == ([], [])
    assert "The two were not asked the same" not in (folders / "out" / "index.html").read_text()


def test_pictures_come_from_the_store_that_the_environment_names(folders: Path) -> None:
    (folders / "objects").mkdir()
    assert run(folders, environ={"MODISTE_OBJECTS": f"file://{folders / 'objects'}"}) == 0
    assert "Pictures were not asked for" not in (folders / "out" / "index.html").read_text()


def test_a_store_that_is_not_there_is_named_before_anything_is_measured(
    folders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folders, f"--objects=file://{folders / 'nowhere'}") == 2
    assert "object store: expected a folder" in capsys.readouterr().err
    assert not (folders / "out").exists()


def test_items_of_another_schema_than_the_models_are_refused(
    folders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_training(folders / "model", schema=Schema(standard={}, reinforced=("name",)))
    assert run(folders) == 2
    assert "evaluate on the items that the model was trained from" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("model/holdout.json", None, "holdout.json cannot be read"),
        ("model/holdout.json", "{}", "holdout.json: expected a JSON list of item ids, got {}"),
        (
            "model/holdout.json",
            "[",
            "holdout.json: expected a JSON list of item ids, got Expecting",
        ),
        (
            "model/holdout.json",
            '["i0", "i999"]',
            "1 held-out items are not in the catalogue, such as 'i999'",
        ),
        ("model/holdout.json", "[]", "no query: expected held-out items with features, got 0"),
        ("model/encoder.json", '{"num_towers": 1}', "encoder.json: expected the encoder's sizes"),
        ("model/train.json", None, "train.json cannot be read"),
        ("model/schema.json", "{", "schema.json is not JSON"),
        ("items/items.parquet", "no parquet", "items.parquet"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_named(
    folders: Path, capsys: pytest.CaptureFixture[str], file: str, content: str | None, message: str
) -> None:
    if content is None:
        (folders / file).unlink()
    else:
        (folders / file).write_text(content)
    assert run(folders) == 2
    assert message in capsys.readouterr().err


def test_a_single_item_is_too_few_to_evaluate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_items(tmp_path, catalogue(1), SCHEMA)
    write_training(tmp_path / "model")
    assert run(tmp_path) == 2
    assert "expected more than 10 items" in capsys.readouterr().err


def test_no_questions_cannot_be_asked_for(
    folders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        run(folders, "--max-queries=0")
    assert "max_queries is positive, got 0" in capsys.readouterr().err
