"""Every value is described, checked by the schema, shown in the README and used."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from k8s.chart_values import README, VALUES, described, leaves, with_table
from k8s.renderings import CHART, Chart, charts
from k8s.tools import ROOT

TEXT = VALUES.read_text(encoding="utf-8")
DOCUMENT = yaml.safe_load(TEXT)
SCHEMA = json.loads((ROOT / CHART / "values.schema.json").read_text(encoding="utf-8"))
TEMPLATES = [
    path for path in sorted((ROOT / CHART / "templates").rglob("*")) if path.suffix != ".txt"
]
_USE = re.compile(r"(?:\.Values|\$values)\.([A-Za-z][\w.]*)")
# modiste.image gets them by their names, $root.Values.images by (index . 1).
_NAMES = ("serving", "training", "triton", "postgresql", "storageInitializer")
_IMAGES = {f"images.{name}" for name in _NAMES}


def within(path: str, parent: str) -> bool:
    return path == parent or path.startswith(f"{parent}.")


def schema_paths(schema: dict[str, Any], prefix: str = "") -> Iterator[str]:
    """The paths of the values that a schema names, down to what a definition holds."""
    for name, value in schema["properties"].items():
        if "properties" in value:
            yield from schema_paths(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def test_every_value_has_a_comment() -> None:
    paths = [value.path for value in described(TEXT)]

    bare = [leaf for leaf in leaves(DOCUMENT) if not any(within(leaf, path) for path in paths)]
    assert bare == []


def test_the_readme_shows_every_value_with_its_default() -> None:
    text = README.read_text(encoding="utf-8")

    assert text == with_table(text, TEXT), "run python -m k8s.chart_values"


def test_the_schema_names_every_value_and_no_other() -> None:
    named = set(schema_paths(SCHEMA)) - {"global"}
    given = set(leaves(DOCUMENT))

    assert {leaf for leaf in given if not any(within(leaf, path) for path in named)} == set()
    assert {path for path in named if not any(within(leaf, path) for leaf in given)} == set()


def test_the_schema_refuses_what_it_does_not_name() -> None:
    def open_objects(value: Any, place: str) -> Iterator[str]:
        if isinstance(value, dict):
            if "properties" in value and value.get("additionalProperties") is not False:
                yield place
            for name, inner in value.items():
                yield from open_objects(inner, f"{place}/{name}")

    assert list(open_objects(SCHEMA, "")) == []


def test_every_value_is_used_by_a_template_and_every_use_is_a_value() -> None:
    used = _IMAGES | {
        path
        for template in TEMPLATES
        if template.is_file() and template.name != "contradictions.yaml"
        for path in _USE.findall(template.read_text(encoding="utf-8"))
        if path != "images"
    }
    given = set(leaves(DOCUMENT))
    whole = {value.path for value in described(TEXT)} | _IMAGES

    # What is asked for by the contradictions alone.
    assert {leaf for leaf in given if not any(within(leaf, path) for path in used)} == {
        "auth.allowInsecure"
    }
    assert {path for path in used if path not in given | whole} == set()


@pytest.mark.parametrize("chart", charts(), ids=lambda chart: chart.name)
def test_helm_lint_finds_nothing(chart: Chart) -> None:
    assert "1 chart(s) linted, 0 chart(s) failed" in chart.lint(ROOT)


def test_rendering_twice_gives_the_same() -> None:
    charts = [Chart(name="prod", values=("prod",)) for _ in range(2)]

    first, second = (chart.render(ROOT) for chart in charts)
    assert first == second


def test_the_chart_has_the_projects_version() -> None:
    chart = yaml.safe_load((ROOT / CHART / "Chart.yaml").read_text(encoding="utf-8"))
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")

    assert f'\nversion = "{chart["appVersion"]}"\n' in project


def test_each_template_holds_the_objects_of_one_kind_and_is_named_by_it() -> None:
    for template in TEMPLATES:
        if not template.is_file() or template.name in ("_helpers.tpl", "contradictions.yaml"):
            continue
        kinds = re.findall(r"^kind: (\w+)$", template.read_text(encoding="utf-8"), re.MULTILINE)
        assert len(kinds) == 1, template
        assert template.name.startswith(kinds[0].lower()), template
