"""The table of values in the chart's README, from the comments of `values.yaml`.

    python -m k8s.chart_values

writes it between the README's two markers; a test fails where it is not up to date. A comment that
begins with `# -- ` describes the value below it, and with that everything inside the value.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from k8s.renderings import CHART
from k8s.tools import ROOT

VALUES = ROOT / CHART / "values.yaml"
README = ROOT / CHART / "README.md"
BEGIN, END = "<!-- values: python -m k8s.chart_values -->", "<!-- end of the values -->"

_KEY = re.compile(r"^( *)([A-Za-z][\w-]*):")
_COMMENT = re.compile(r"^ *# ?(.*)$")


@dataclass(frozen=True, kw_only=True)
class Value:
    """A value of the chart that a comment describes."""

    path: str
    """As `--set` takes it: `retrieval.replicas`."""
    default: Any
    description: str


def described(text: str) -> list[Value]:
    """The values of a `values.yaml` that have a comment of their own, in their order."""
    document = yaml.safe_load(text)
    parents: list[tuple[int, str]] = []
    comment: list[str] = []
    found = []
    for line in text.splitlines():
        if match := _COMMENT.match(line):
            comment.append(match[1])
        elif match := _KEY.match(line):
            parents = [one for one in parents if one[0] < len(match[1])]
            parents.append((len(match[1]), match[2]))
            keys = [key for _, key in parents]
            if comment and comment[0].startswith("-- "):
                words = " ".join(comment).removeprefix("-- ")
                found.append(
                    Value(path=".".join(keys), default=_at(document, keys), description=words)
                )
            comment = []
        else:
            comment = []
    return found


def leaves(document: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """The paths of all values that hold no other ones."""
    for name, value in document.items():
        if isinstance(value, Mapping) and value:
            yield from leaves(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def table(values: list[Value]) -> str:
    """The values as a table in Markdown."""
    rows = [
        f"| `{value.path}` | `{json.dumps(value.default, ensure_ascii=False)}` "
        f"| {value.description} |"
        for value in values
    ]
    return "\n".join(["| value | default | |", "| --- | --- | --- |", *rows]) + "\n"


def with_table(readme: str, values: str) -> str:
    """The README with the table of this `values.yaml` between its markers.

    Raises:
        ValueError: a marker is missing.
    """
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{README.name}: expected the markers {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{table(described(values))}\n{END}{after}"


def _at(document: Any, keys: list[str]) -> Any:
    for key in keys:
        document = document[key]
    return document


def main() -> int:
    """The command line."""
    readme, values = (path.read_text(encoding="utf-8") for path in (README, VALUES))
    README.write_text(with_table(readme, values), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
