"""The README and `docs/` say nothing that is not there: files, targets, commands, options, JSON."""

import functools
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from catalog.item import parse_item
from catalog.schema import Schema, default_schema
from serving.api.check import check
from serving.api.schemas import ANY_ITEM, RECOMMEND, SEARCH
from serving.filters import parse_filters
from training.config import TrainConfig

ROOT = Path(__file__).parent.parent
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    ROOT / "docker/README.md",
    ROOT / "helm/modiste/README.md",
]
TEXTS = {page.relative_to(ROOT).as_posix(): page.read_text(encoding="utf-8") for page in PAGES}
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
BODIES = {"search": SEARCH, "recommend": RECOMMEND, "items": ANY_ITEM}

_MAKE = re.compile(r"(?:^|`|\s)make ([a-z]+(?:-[a-z]+)*)((?: +[A-Z_]+=)*)", re.MULTILINE)
_MODULE = re.compile(r"(?:python -m|torchrun [^\n]*-m) ((?:[a-z_]+\.)+[a-z_]+)([^\n`|]*)")
_VARIABLE = re.compile(r"MODISTE_[A-Z_]+")
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?!https?://)([^)#\s]*)(?:#([\w-]+))?\)")
_CURL = re.compile(r"/v1/(\w+) -H 'content-type: application/json'[\s\\]*-d\s*'([^']*)'")


def blocks(language: str) -> list[tuple[str, str]]:
    """Page and content of every fenced block of a language."""
    return [
        (name, content)
        for name, text in TEXTS.items()
        for found, content in _BLOCK.findall(text)
        if found == language
    ]


def named_commands() -> dict[str, set[str]]:
    """Modules that are run by `python -m` or torchrun, with the options they are given."""
    found: dict[str, set[str]] = {}
    for text in TEXTS.values():
        for module, rest in _MODULE.findall(text):
            found.setdefault(module, set()).update(re.findall(r"(?<=\s)--[a-z-]+", rest))
    return found


@pytest.mark.parametrize("name", TEXTS)
def test_every_file_that_is_linked_exists(name: str) -> None:
    folder = (ROOT / name).parent
    links = _LINK.findall(TEXTS[name])
    missing = [target for target, _ in links if target and not (folder / target).exists()]
    assert missing == [], f"{name} links to files that are not there"


@pytest.mark.parametrize("name", TEXTS)
def test_every_heading_that_is_linked_exists(name: str) -> None:
    for target, heading in _LINK.findall(TEXTS[name]):
        if heading:
            page = ((ROOT / name).parent / target if target else ROOT / name).read_text("utf-8")
            titles = re.findall(r"^#+ (.*)$", page, re.MULTILINE)
            anchors = [re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles]
            assert heading in anchors, f"{name} links to {target}#{heading}"


def test_every_make_target_and_variable_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):.*##", MAKEFILE, re.MULTILINE))
    variables = set(re.findall(r"^([A-Z_]+) \?=", MAKEFILE, re.MULTILINE))
    found = [match for text in TEXTS.values() for match in _MAKE.findall(text)]
    assert {target for target, _ in found} - targets == set()
    used = {name for _, given in found for name in re.findall(r"[A-Z_]+", given)}
    assert used - variables == set()


@functools.cache
def help_of(module: str) -> str:
    """What a command says of itself, those of its own commands included."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", module, "--help"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, f"python -m {module} --help: {done.stderr}"
    return done.stdout


@pytest.mark.parametrize("module", sorted(named_commands()))
def test_every_command_that_is_named_answers_help_and_knows_its_options(module: str) -> None:
    said = help_of(module)
    assert "usage:" in said
    unknown = {option for option in named_commands()[module] if f"{option}" not in said}
    assert unknown == set(), f"python -m {module} has no such option"


def test_every_variable_that_is_named_is_read_somewhere() -> None:
    rooms = ("benchmarks", "catalog", "components", "local", "pipelines", "serving", "training")
    code = "".join(
        path.read_text(encoding="utf-8") for room in rooms for path in (ROOT / room).rglob("*.py")
    )
    named = {name for text in TEXTS.values() for name in _VARIABLE.findall(text)}
    assert {name for name in named if f'"{name}"' not in code} == set()


@pytest.mark.parametrize(("name", "content"), blocks("json"))
def test_json_is_json_and_fits_what_it_shows(name: str, content: str) -> None:
    document = json.loads(content)
    if "query" in document:
        check(document, SEARCH)
    elif "item_id" in document and "clothes" in document:
        document.pop("score", None)
        parse_item(document, default_schema())
    elif "reinforced" in document and "item_id" not in document:
        Schema.from_json(document)
    elif any(field.startswith("clothes.") for field in document):
        parse_filters(document, default_schema())


def test_the_bodies_of_curl_commands_are_what_the_api_takes() -> None:
    found = [(*match, name) for name, text in TEXTS.items() for match in _CURL.findall(text)]
    assert len(found) >= 5
    for route, body, name in found:
        document = json.loads(body)
        check(document, BODIES[route], name)
        parse_filters(document.get("filters"), default_schema())
        if route == "items":
            parse_item(document, default_schema())


def test_the_defaults_of_training_are_those_of_the_code() -> None:
    config = {
        f"{name}.{inner}" if isinstance(value, dict) else name: given
        for name, value in TrainConfig().to_json().items()
        for inner, given in (value.items() if isinstance(value, dict) else [("", value)])
    }
    section = TEXTS["docs/training.md"].partition("## Settings")[2].partition("\n## ")[0]
    shown: dict[str, str] = {}
    for names, values in re.findall(r"^\| (`.*?) \| (.*?) \|", section, re.MULTILINE):
        found = re.findall(r"`([\w.]+)`", names)
        view = found[0].partition(".")[0]
        full = [f"{view}{name}" if name.startswith(".") else name for name in found]
        shown |= dict(zip(full, values.split(", "), strict=True))
    assert shown == {name: str(given).lower().removesuffix(".0") for name, given in config.items()}


@pytest.mark.parametrize("name", TEXTS)
def test_no_page_names_a_path_of_one_machine(name: str) -> None:
    assert re.findall(r"(?<![\w.])/(?:home|root|work|opt)/\S*", TEXTS[name]) == []
