"""The parts of the page: axes, curves, pictures, examples, the map."""

import base64
import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from catalog.item import Item
from catalog.objects import FolderObjects
from tests.training.evaluated import SCHEMA, catalogue, evaluated, hashed
from training.report.embedding_map import NUM_COLOURS, colouring_field, embedding_map
from training.report.examples import ExampleMaker, telling_fields, title_of
from training.report.pictures import THUMBNAIL_PX, Pictures
from training.report.run_record import curves, flat_config, read_run
from training.report.scale import Scale, covering, round_step, tick_label


def jpeg(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(out, "JPEG")
    return out.getvalue()


def test_a_scale_maps_its_ends_and_ticks_at_round_numbers() -> None:
    scale = Scale(low=0, high=1, start=100, end=300)
    assert (scale.at(0), scale.at(0.25), scale.at(1)) == (100, 150, 300)
    assert scale.ticks(5) == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1.0])


@pytest.mark.parametrize(("step", "rounded"), [(0.3, 0.5), (0.2, 0.2), (7, 10), (1100, 2000)])
def test_steps_are_rounded_up_to_1_2_or_5(step: float, rounded: float) -> None:
    assert round_step(step) == pytest.approx(rounded)


@pytest.mark.parametrize("values", [[3.0, 3.0], [0.0], [-2.0, 5.3], [1e-5, 3e-5]])
def test_a_covering_axis_holds_every_value(values: list[float]) -> None:
    axis = covering(values, start=0, end=100)
    slack = (axis.high - axis.low) * 1e-9
    assert axis.low - slack <= min(values) <= max(values) <= axis.high + slack
    assert axis.low < axis.high


@pytest.mark.parametrize(
    ("value", "label"), [(0, "0"), (1500, "1,500"), (0.30000000000000004, "0.3"), (2e-5, "2e-5")]
)
def test_ticks_are_labelled_shortly(value: float, label: str) -> None:
    assert tick_label(value) == label


def test_a_curve_starts_and_ends_where_the_log_does_however_long_it_is() -> None:
    log = [{"step": step, "loss": 1000 - step} for step in range(1000)]
    (curve,) = curves(log)
    points = curve.points.split()
    assert (curve.title, curve.first, curve.last) == ("Loss", "1,000", "1")
    assert len(points) <= 402
    assert points[0].startswith("52.0,")
    assert points[-1].startswith("286.0,")


def test_what_a_log_does_not_have_is_not_drawn() -> None:
    log = [{"step": 1, "lr": 0.1, "loss": 2.0}, {"step": 2, "lr": 0.2}]
    assert [curve.title for curve in curves(log)] == ["Learning rate"]


def test_nested_settings_are_listed_by_their_path() -> None:
    config = {"tower": {"hidden_dim": 128}, "seed": 0, "name": "default", "ks": [1, 10]}
    assert list(flat_config(config)) == [
        ("tower.hidden_dim", "128"),
        ("seed", "0"),
        ("name", "default"),
        ("ks", "[1, 10]"),
    ]


def test_a_folder_without_a_training_is_refused_by_file(tmp_path: Path) -> None:
    with pytest.raises(
        ValueError, match=r"train.json cannot be read \(No such file or directory\)"
    ):
        read_run(tmp_path)


def test_a_damaged_log_is_refused_by_file(tmp_path: Path) -> None:
    (tmp_path / "train.json").write_text("{}")
    (tmp_path / "metrics.jsonl").write_text('{"step": 1}\n{"ste')
    with pytest.raises(ValueError, match=r"metrics.jsonl: expected JSON, one object a line, got"):
        read_run(tmp_path)


def test_a_log_is_read_line_by_line(tmp_path: Path) -> None:
    (tmp_path / "train.json").write_text(json.dumps({"seed": 3}))
    (tmp_path / "metrics.jsonl").write_text('{"step": 1}\n\n{"step": 2}\n')
    run = read_run(tmp_path)
    assert (run.config, run.log) == ({"seed": 3}, [{"step": 1}, {"step": 2}])


def test_a_picture_becomes_a_small_jpeg_inside_the_page(tmp_path: Path) -> None:
    store = FolderObjects(tmp_path, create=True)
    store.put("images/a.jpg", jpeg(800, 400))
    uri = Pictures(store).data_uri("images/a.jpg")
    assert uri is not None
    assert uri.startswith("data:image/jpeg;base64,")
    with Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2]))) as small:
        assert small.size == (THUMBNAIL_PX, THUMBNAIL_PX // 2)


def test_missing_and_broken_pictures_are_counted_and_shown_as_none(tmp_path: Path) -> None:
    store = FolderObjects(tmp_path, create=True)
    store.put("images/broken.jpg", b"no picture")
    store.put("images/cut.jpg", jpeg(800, 400)[:900])
    pictures = Pictures(store)
    keys = ("images/gone.jpg", "images/gone.jpg", "images/broken.jpg", "images/cut.jpg", None)
    assert [pictures.data_uri(key) for key in keys] == [None] * 5
    assert (pictures.num_missing, pictures.num_broken) == (1, 2)


def test_without_a_store_there_are_no_pictures() -> None:
    pictures = Pictures(None)
    assert pictures.data_uri("images/a.jpg") is None
    assert not pictures.has_store


def test_neighbours_are_the_nearest_other_items_in_order() -> None:
    evaluation = evaluated()
    for example in ExampleMaker(evaluation, Pictures(None)).neighbours():
        ids = [item.item_id for item in evaluation.items]
        own = ids.index(example.item.item_id)
        similarity = evaluation.gallery_vectors @ evaluation.gallery_vectors[own]
        similarity[own] = -1
        shown = [card.similarity for card in example.near]
        assert example.item.item_id not in [card.item_id for card in example.near]
        assert shown == pytest.approx(sorted(similarity.tolist(), reverse=True)[:6])


def test_failures_are_the_questions_beyond_the_first_ten_and_worse_ones_come_later() -> None:
    evaluation = evaluated(embed=lambda some: hashed(catalogue())[: len(some)])
    failures = ExampleMaker(evaluation, Pictures(None)).failures()
    shown = [failure.rank for failure in failures]
    assert shown == sorted(shown)
    assert shown[0] >= 11
    assert shown[-1] == evaluation.ranks.max()
    assert len(failures[0].found) == 3


def test_a_card_marks_what_the_asked_item_has_not() -> None:
    maker = ExampleMaker(evaluated(), Pictures(None))
    asked = Item(clothes={"color": ("Black",), "season": ("summer",)})
    card = maker.card(Item(clothes={"color": ("Black", "White"), "season": ("winter",)}), asked)
    assert sorted(card.facts) == [("Black", True), ("White", False), ("winter", False)]


def test_telling_fields_do_not_say_the_same_twice() -> None:
    items = [
        Item(
            item_id=item.item_id,
            clothes={"color": item.clothes["color"], "again": item.clothes["color"]}
            | ({"season": item.clothes["season"]} if "season" in item.clothes else {}),
        )
        for item in catalogue()
    ]
    schema_fields = {**SCHEMA.standard, "again": SCHEMA.standard["color"]}
    schema = type(SCHEMA)(standard=schema_fields, reinforced=("name",))
    assert set(telling_fields(evaluated(items, schema=schema))) == {"color", "season"}


@pytest.mark.parametrize(
    ("item", "title"),
    [
        (Item(item_id="a", reinforced={"name": ("셔츠",)}), "셔츠"),
        (Item(item_id="a"), "a"),
        (Item(item_id="a", reinforced={"name": ("x" * 80,)}), "x" * 69 + "…"),
    ],
)
def test_an_item_is_titled_by_its_first_text_or_its_id(item: Item, title: str) -> None:
    assert title_of(item) == title


def test_the_map_is_coloured_by_the_field_that_neighbours_share() -> None:
    evaluation = evaluated()
    assert colouring_field(evaluation) == "color"
    drawn = embedding_map(evaluation)
    assert (drawn.field, drawn.method) == ("color", "PCA")
    assert len(drawn.points) == 40
    assert sum(count for _, count in drawn.legend) + drawn.num_other == 40
    assert {value for value, _ in drawn.legend} == {"Black", "White", "Blue"}


def test_without_a_field_of_few_values_the_map_has_one_colour() -> None:
    items = [Item(item_id=item.item_id, reinforced=item.reinforced) for item in catalogue()]
    drawn = embedding_map(evaluated(items))
    assert (drawn.field, drawn.legend) == (None, [])
    assert {point.colour for point in drawn.points} == {NUM_COLOURS}


def test_many_items_are_laid_out_by_tsne_the_same_way_each_time() -> None:
    evaluation = evaluated(catalogue(100))
    first, again = embedding_map(evaluation), embedding_map(evaluation)
    assert first.method == "t-SNE"
    assert first.points == again.points
    assert all(0 <= point.x <= 720 and 0 <= point.y <= 720 for point in first.points)


def test_equal_embeddings_share_one_place() -> None:
    same = np.zeros((100, 8), np.float32)
    same[:, 0] = 1
    drawn = embedding_map(
        evaluated(catalogue(30), embed=lambda some: same[: len(some)], held_out=["i0"])
    )
    assert len({(point.x, point.y) for point in drawn.points}) == 1
