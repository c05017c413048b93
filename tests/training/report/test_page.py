"""The page on tiny data: its numbers are there, whatever a catalogue says is text."""

import re
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest

from catalog.item import Item
from catalog.schema import Schema
from tests.training.evaluated import catalogue, evaluated, hashed, source
from training.evaluation import Evaluation
from training.report.page import number, percent, points, render

HOSTILE = "<script>alert(1)</script>\"'><img src=//x.example/y onerror=z> & 한글"


class Page(HTMLParser):
    """Collects the tags and the addresses of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.handlers: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]


def hostile_evaluation() -> Evaluation:
    schema = Schema(standard={HOSTILE: (HOSTILE, "b", "c")}, reinforced=(HOSTILE + "2",))
    items = [
        Item(
            item_id=f"{number}{HOSTILE}",
            clothes={HOSTILE: (schema.standard[HOSTILE][number % 3],)},
            reinforced={HOSTILE + "2": (f"{number} {HOSTILE}",)},
        )
        for number in range(40)
    ]
    ids = [item.item_id for item in items[::3]]
    random = np.random.RandomState(0)
    lost = hashed([Item(reinforced={"x": (str(one),)}) for one in random.randint(0, 9999, 40)])
    return evaluated(items, schema=schema, held_out=ids, embed=lambda some: lost[: len(some)])


def test_the_page_holds_the_numbers_of_model_and_baselines() -> None:
    evaluation = evaluated()
    html = render(evaluation, source(generation="g0007"))
    for system in (evaluation.model, *evaluation.baselines.values()):
        assert percent(system["recall@1"].value) in html
        assert percent(system["agreement@10"]["color"].value) in html
        assert f"{100 * system['recall@10'].ci95[0]:.1f}–" in html
    assert f"{evaluation.model['mrr'].value:.3f}" in html
    assert f"{evaluation.model['alignment'].value:.3f}" in html
    assert "Generation g0007" in html
    assert "No previous generation was given" in html


def test_whatever_a_catalogue_says_is_text() -> None:
    evaluation = hostile_evaluation()
    faults = {HOSTILE: 3}
    html = render(evaluation, source(summary={"data_digest": HOSTILE, "faults": faults}))
    page = Page(html)
    assert not page.tags & {"script", "img", "iframe", "object", "link"}
    assert page.handlers == []
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "한글" in html
    assert "What was not found" in html


def test_the_page_needs_nothing_from_elsewhere() -> None:
    html = render(evaluated(), source())
    assert Page(html).addresses == []
    assert re.findall(r"https?://|url\(|@import", html) == []
    assert "default-src 'none'" in html


def test_the_same_evaluation_gives_the_same_page() -> None:
    assert render(evaluated(), source()) == render(evaluated(), source())


def test_a_previous_generation_is_shown_with_what_is_noise() -> None:
    evaluation = evaluated()
    previous = {"generation": "g0006", "protocol": {}, "model": evaluation.model}
    html = render(evaluation, source(previous=previous))
    assert "g0006" in html
    assert "0 worse" in html
    assert "0 better" in html
    assert "The two were not asked the same questions" in html


def test_a_previous_generation_of_another_schema_has_nothing_in_common() -> None:
    html = render(evaluated(), source(previous={"generation": None, "protocol": {}, "model": {}}))
    assert "The two have no measurement in common" in html


def test_questions_that_all_succeed_are_said_to() -> None:
    items = [
        Item(
            item_id=f"i{number}",
            clothes={"color": ("Black",)},
            reinforced={"name": (f"w{number}",)},
        )
        for number in range(40)
    ]
    assert "Every question brought back its item" in render(
        evaluated(
            items, embed=lambda some: np.eye(64, dtype=np.float32)[: len(some)], held_out=["i0"]
        ),
        source(),
    )


def test_a_schema_without_standard_fields_has_a_page_too() -> None:
    items = [Item(item_id=item.item_id, reinforced=item.reinforced) for item in catalogue()]
    html = render(evaluated(items, schema=Schema(standard={}, reinforced=("name",))), source())
    assert "there is nothing to agree on" in html
    assert "Coloured by" not in html


def test_a_run_of_one_logged_step_has_no_curve_and_says_so() -> None:
    from training.report.run_record import RunRecord

    html = render(evaluated(), source(run=RunRecord(config={}, log=[{"step": 1, "loss": 2.0}])))
    assert "there is no curve to draw" in html


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (percent(0.54449), "54.4\u00a0%"),
        (points(-0.0312), "−3.1"),
        (points(0.004), "+0.4"),
        (number(8418), "8,418"),
        (number(71.5), "71.5"),
    ],
)
def test_numbers_are_shown_as_people_write_them(shown: str, expected: str) -> None:
    assert shown == expected


def test_every_argument_of_the_source_has_a_place(tmp_path: Any) -> None:
    html = render(
        evaluated(),
        source(
            summary={
                "data_digest": "abc",
                "rows": 43,
                "rejected": 3,
                "faults": {"unknown value": 3},
            }
        ),
    )
    for text in ("43", "unknown value", "abc", "train.lr", "0.001", "f00"):
        assert text in html
