"""What is written loads with `datasets` as it is, photos included."""

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import datasets
import pytest
from PIL import Image

from catalog.objects import FolderObjects, open_objects
from tests.training.instructions.conftest import Shop
from tests.training.instructions.small_shop import generate, lines, rows, sample, write_folder
from training.instructions.__main__ import main
from training.instructions.config import GenerateConfig
from training.instructions.documents import InstructionsError
from training.instructions.folder import FEATURES
from training.instructions.generate import Generation

NUM_ITEMS = 24


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`datasets` asks nobody, and keeps its cache among the test's files."""
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")


@pytest.fixture(scope="module")
def items(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Items with photos in a folder of objects beside them; the last one's photo is lost."""
    folder = tmp_path_factory.mktemp("photos")
    objects = FolderObjects(folder / "objects", create=True)
    catalogue = []
    for number, item in enumerate(sample(NUM_ITEMS)):
        key = f"images/photo {number}.png"
        if number < NUM_ITEMS - 1:
            objects.put(key, picture(number))
        catalogue.append(replace(item, image=key))
    return write_folder(folder / "items", catalogue)


def picture(number: int) -> bytes:
    """A small PNG whose colour tells its number."""
    file = io.BytesIO()
    Image.new("RGB", (8, 6), (number, 0, 0)).save(file, "PNG")
    return file.getvalue()


def make(items: Path, out: Path, images: str, **settings: Any) -> dict[str, Any]:
    """Pairs on photos of the objects beside the items."""
    objects = open_objects((items.parent / "objects").as_uri())
    settings = {"pairs": 120, **settings}
    config = GenerateConfig(items=items, out=out, images=images, **settings)
    return Generation(config, objects).run()


@pytest.mark.parametrize("kind", ["parquet", "json"])
def test_pairs_of_text_load_as_messages_of_plain_text(shop: Shop, kind: str) -> None:
    suffix = {"parquet": "parquet", "json": "jsonl"}[kind]
    files = {"train": str(shop.pairs / f"text/train.{suffix}")}
    loaded = datasets.load_dataset(kind, data_files=files, split="train")
    row = loaded[0]
    assert [message["role"] for message in row["messages"][:2]] == ["user", "assistant"]
    assert all(isinstance(message["content"], str) for message in row["messages"])
    assert set(row) == set(FEATURES["text"])
    assert set(row["facts"][0]) == {"item_id", "field", "value"}


def test_the_data_card_tells_datasets_where_each_split_is(shop: Shop) -> None:
    loaded = datasets.load_dataset(str(shop.pairs), name="text")
    assert {split: len(rows) for split, rows in loaded.items()} == {
        split: len((shop.pairs / f"text/{split}.jsonl").read_text().splitlines())
        for split in ("train", "validation", "test")
    }


@pytest.mark.parametrize("images", ["path", "embed"])
def test_photos_are_decoded_in_the_columns_that_vision_trainers_take(
    items: Path, tmp_path: Path, images: str
) -> None:
    make(items, tmp_path / "out", images)
    files = [str(path) for path in sorted((tmp_path / "out/photos").glob("*.parquet"))]
    loaded = datasets.load_dataset("parquet", data_files=files, split="train")
    assert len(loaded) > 20
    numbers = {item.item_id: number for number, item in enumerate(sample(NUM_ITEMS))}
    for row in loaded:
        (photo,) = row["images"]
        assert photo.size == (8, 6)
        assert photo.getpixel((0, 0))[0] == numbers[row["item_ids"][0]]
        first, answer = row["messages"][:2]
        assert [part["type"] for part in first["content"]] == ["image", "text"]
        assert [part["type"] for part in answer["content"]] == ["text"]
        placeholders = [p for m in row["messages"] for p in m["content"] if p["type"] == "image"]
        assert len(placeholders) == len(row["images"])


def test_photos_of_json_lines_are_paths_that_a_cast_opens(items: Path, tmp_path: Path) -> None:
    make(items, tmp_path / "out", "path")
    pair = next(pair for pair in rows(tmp_path / "out") if "images" in pair)
    assert Path(pair["images"][0]).is_file()
    loaded = datasets.load_dataset(
        "json", data_files=str(tmp_path / "out/photos/train.jsonl"), split="train"
    )
    assert Path(loaded[0]["images"][0]).is_file()
    photos = loaded.cast_column("images", datasets.List(datasets.Image()))
    assert photos[0]["images"][0].size == (8, 6)
    assert [part["type"] for part in photos[0]["messages"][0]["content"]] == ["image", "text"]


def test_photos_embedded_stay_with_their_pairs_when_the_catalogue_grows(
    items: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    make(items, out, "embed", check=False)
    before = lines(out)
    bytes_before = {p.name: p.read_bytes() for p in (out / "photos").glob("*.parquet")}
    assert make(items, out, "embed", check=False)["new"] == 0
    assert lines(out) == before
    assert {p.name: p.read_bytes() for p in (out / "photos").glob("*.parquet")} == bytes_before


def test_answers_on_photos_speak_of_what_is_seen_alone(items: Path, tmp_path: Path) -> None:
    make(items, tmp_path / "out", "path", check=False)
    pairs = [pair for pair in rows(tmp_path / "out") if "images" in pair]
    fields = {fact["field"] for pair in pairs for fact in pair["facts"]}
    assert {"clothes.color", "clothes.category"} <= fields
    assert not fields & {"clothes.fiber_composition", "clothes.season", "metadata.price"}


def test_a_photo_that_is_lost_is_counted_and_no_pair_shows_it(items: Path, tmp_path: Path) -> None:
    # So many that every kind is tried on every item.
    every = {"pairs": 30 * NUM_ITEMS, "max_per_item": 30}
    summary = make(items, tmp_path / "out", "embed", check=False, **every)
    assert summary["photos_missing"] == 1
    assert all("photo 23" not in line for line in lines(tmp_path / "out"))


def test_photos_that_are_asked_for_and_not_there_are_an_error(
    items: Path, tmp_path: Path, shop: Shop
) -> None:
    with pytest.raises(InstructionsError, match="give its --objects"):
        generate(items, tmp_path / "out", images="path")
    bare = write_folder(tmp_path / "bare", [replace(item, image=None) for item in sample(5)])
    objects = open_objects(tmp_path.as_uri())
    with pytest.raises(InstructionsError, match="has no item with a photo"):
        Generation(GenerateConfig(items=bare, out=tmp_path / "out", images="embed"), objects).run()


def test_the_command_makes_and_checks_and_says_how_fast(
    items: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    objects = (items.parent / "objects").as_uri()
    made = ["--items", str(items), "--out", str(tmp_path / "out"), "--pairs", "30"]
    assert main([*made, "--images", "path", "--objects", objects]) == 0
    counted = json.loads(capsys.readouterr().out)
    assert (counted["items"], counted["pairs"]) == (NUM_ITEMS, 30)
    assert counted["new_pairs_per_s"] > 0
    assert counted["peak_mib"] > 0
    checked = ["check", "--pairs", str(tmp_path / "out"), "--items", str(items)]
    assert main(checked) == 0
    assert json.loads(capsys.readouterr().out) == {
        "pairs": 30,
        "findings": 0,
        "terms_not_looked_up": [],
    }


def test_the_command_finds_false_claims_and_names_bad_input(
    items: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    generate(items, tmp_path / "out", pairs=30, check=False)
    others = write_folder(
        tmp_path / "others",
        [replace(i, clothes={"category": i.clothes["category"]}) for i in sample(NUM_ITEMS)],
    )
    assert main(["check", "--pairs", str(tmp_path / "out"), "--items", str(others)]) == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["findings"] > 30
    assert "not held by" in said.err
    assert main(["check", "--pairs", str(tmp_path / "no"), "--items", str(items)]) == 2
    assert "expected text/*.parquet or photos/*.parquet" in capsys.readouterr().err
    odd = ["--items", str(items), "--out", str(tmp_path / "x"), "--shares", "train"]
    assert main(odd) == 2
    assert "shares: expected name=share" in capsys.readouterr().err
