"""Compares `k8s/` and the chart object by object: `python -m k8s.drift` names every difference.

What differs by nature is taken away first: labels by which Helm marks its own, annotations by
which it handles them, pods of `helm test`, and the order of lists whose entries have names.
"""

import dataclasses
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from k8s.renderings import Chart, Kustomization, RenderError, charts, kustomizations
from k8s.tools import ROOT, ToolError

Object = dict[str, Any]
Key = tuple[str, str, str]
"""API group and version, kind, name."""

TWIN_SETTINGS = ("namespace.create=true",)
"""What `helm install --create-namespace` does, and `kubectl apply -k` does by an object."""

_HELMS_OWN = {
    "labels": {"helm.sh/chart", "app.kubernetes.io/managed-by", "app.kubernetes.io/instance"},
    "annotations": {
        *("helm.sh/hook", "helm.sh/hook-weight", "helm.sh/hook-delete-policy"),
        # What outlives a release; kubectl deletes what it is told to.
        "helm.sh/resource-policy",
        # Starts Pods anew when their configuration has changed, which kubectl leaves to a person.
        "checksum/config",
    },
}
# Their order means nothing; that of `initContainers` and of a gateway's rules does.
_UNORDERED = {"containers": "name", "env": "name", "volumes": "name", "ports": "name",
              "volumeMounts": "mountPath"}  # fmt: skip
_MAX_SHOWN = 200
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def objects(text: str) -> dict[Key, Object]:
    """The objects of YAML documents, without what differs by nature.

    Raises:
        ValueError: one object is there twice.
    """
    found: dict[Key, Object] = {}
    for document in yaml.load_all(text, _LOADER):
        if not document or _is_test(document):
            continue
        key = (document["apiVersion"], document["kind"], document["metadata"]["name"])
        if key in found:
            raise ValueError(f"{_name(key)}: expected once, got twice")
        found[key] = _normal(document)
    return found


def differences(manifests: str, chart: str) -> list[str]:
    """One line for each difference between two renderings; none where they hold the same.

    Args:
        manifests: what kustomize gave.
        chart: what Helm gave.
    """
    ours, charts_own = objects(manifests), objects(chart)
    return [
        *(f"{_name(key)}: only k8s/ has it" for key in sorted(set(ours) - set(charts_own))),
        *(f"{_name(key)}: only the chart has it" for key in sorted(set(charts_own) - set(ours))),
        *(
            f"{_name(key)}: {line}"
            for key in sorted(set(ours) & set(charts_own))
            for line in _compare(ours[key], charts_own[key], "")
        ),
    ]


def twins(root: Path = ROOT) -> list[tuple[Kustomization, Chart]]:
    """What is to be the same: each kustomization and the chart with the values that belong to it.

    Raises:
        ValueError: a kustomization has no values in `helm/modiste/ci/`.
    """
    by_name = {chart.name: chart for chart in charts(root)}
    pairs = []
    for one in kustomizations(root):
        name = one.name.replace("k8s", "helm", 1)
        if name not in by_name:
            raise ValueError(f"{one.name}: expected a file of values for {name}, got none")
        pairs.append((one, dataclasses.replace(by_name[name], settings=TWIN_SETTINGS)))
    return pairs


def drift(root: Path = ROOT) -> list[str]:
    """Every difference between all twins, each with their names.

    Raises:
        RenderError: kubectl or helm refused to render.
    """
    return [
        f"{one.name} and {chart.name}: {line}"
        for one, chart in twins(root)
        for line in differences(one.render(root), chart.render(root))
    ]


def _is_test(document: Object) -> bool:
    return (document["metadata"].get("annotations") or {}).get("helm.sh/hook") == "test"


def _name(key: Key) -> str:
    return f"{key[1]}/{key[2]}"


def _normal(value: Any, field: str = "") -> Any:
    """A value without Helm's own marks, at any depth: a Deployment's pods have metadata too."""
    if isinstance(value, dict):
        dropped: set[str] = _HELMS_OWN.get(field, set())
        kept = {name: _normal(inner, name) for name, inner in value.items() if name not in dropped}
        return {name: inner for name, inner in kept.items() if inner or name not in _HELMS_OWN}
    if isinstance(value, list):
        entries = [_normal(inner) for inner in value]
        key = _UNORDERED.get(field)
        if key and all(isinstance(entry, dict) and key in entry for entry in entries):
            return sorted(entries, key=lambda entry: str(entry[key]))
        return entries
    return value


def _compare(ours: Any, theirs: Any, path: str) -> Iterator[str]:
    """Lines with the paths at which two values differ."""
    if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
        for name in sorted({*ours, *theirs}):
            inner = f"{path}.{name}" if path else str(name)
            yield from _compare(ours.get(name, ...), theirs.get(name, ...), inner)
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for position, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from _compare(one, other, f"{path}[{position}]")
    elif _is_text(ours) and _is_text(theirs):
        yield from _compare(ours.split("\n"), theirs.split("\n"), path)
    elif type(ours) is not type(theirs) or ours != theirs:
        yield f"{path}: k8s/ has {_shown(ours)}, the chart has {_shown(theirs)}"


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and "\n" in value


def _shown(value: Any) -> str:
    text = "nothing" if value is ... else repr(value)
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}..."


def main(root: Path = ROOT) -> int:
    """The command line."""
    try:
        lines = drift(root)
    except (ToolError, RenderError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if lines:
        print("error: k8s/ and the chart differ; change both", *lines, sep="\n", file=sys.stderr)
        print("`make golden` copies the dashboard and the alerts to the chart", file=sys.stderr)
        return 1
    print(f"k8s/ and the chart hold the same objects, in {len(twins())} forms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
