"""`k8s/` and the chart hold the same objects, and the comparison fails where one is changed."""

import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from k8s.drift import differences, main, twins
from k8s.renderings import CHART, Chart, Kustomization
from k8s.tools import ROOT

TWINS = {one.name: (one, chart) for one, chart in twins()}


@cache
def chart_text(name: str) -> str:
    """The chart's rendering that is to be the same as this one of `k8s/`."""
    return TWINS[name][1].render(ROOT)


def first_of_each_kind() -> Iterator[tuple[str, str, Path]]:
    """Kind, rendering and file (within the checkout) of an object of every kind there is."""
    seen = set()
    for folder, name in [
        *((path.parent, "k8s") for path in sorted((ROOT / "k8s/base").rglob("kustomization.yaml"))),
        *((path, f"k8s-{path.name}") for path in sorted((ROOT / "k8s/components").iterdir())),
    ]:
        resources = yaml.safe_load((folder / "kustomization.yaml").read_text()).get("resources", [])
        for path in (folder / resource for resource in resources):
            kind = yaml.safe_load(path.read_text())["kind"] if path.is_file() else None
            if kind and kind not in seen:
                seen.add(kind)
                yield kind, name, path.relative_to(ROOT)


KINDS = {kind: (name, path) for kind, name, path in first_of_each_kind()}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the manifests and the chart, to be changed."""
    for folder in ("k8s", "helm"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def change(path: Path, *, key: str = "annotations") -> None:
    """Change the object of a file: something in its metadata."""
    document: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    document["metadata"].setdefault(key, {})["changed"] = "yes"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")


@pytest.mark.parametrize("name", TWINS)
def test_k8s_and_the_chart_hold_the_same_objects(name: str) -> None:
    assert differences(TWINS[name][0].render(ROOT), chart_text(name)) == []


def test_there_are_objects_of_all_kinds_to_change() -> None:
    assert len(KINDS) >= 25
    assert {"Deployment", "InferenceService", "ScaledObject", "Cluster", "HTTPRoute"} <= set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_object_of_any_kind_is_found(kind: str, root: Path) -> None:
    name, path = KINDS[kind]
    change(root / path)

    found = differences(TWINS[name][0].render(root), chart_text(name))

    assert len(found) == 1
    assert found[0].startswith(f"{kind}/")
    assert "'changed': 'yes'" in found[0] or "annotations.changed: k8s/ has 'yes'" in found[0]


def test_an_object_that_k8s_lost_is_found(root: Path) -> None:
    kustomization = root / "k8s/base/retrieval/kustomization.yaml"
    text = kustomization.read_text(encoding="utf-8")
    kustomization.write_text(text.replace("  - networkpolicy.yaml\n", ""), encoding="utf-8")

    found = differences(Kustomization(name="k8s").render(root), chart_text("k8s"))

    assert found == ["NetworkPolicy/retrieval: only the chart has it"]


def test_an_object_that_k8s_gained_is_found(root: Path) -> None:
    kustomization = root / "k8s/base/config/kustomization.yaml"
    added = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "more"}}
    (kustomization.parent / "more.yaml").write_text(yaml.safe_dump(added), encoding="utf-8")
    text = kustomization.read_text(encoding="utf-8")
    kustomization.write_text(f"{text}  - more.yaml\n", encoding="utf-8")

    found = differences(Kustomization(name="k8s").render(root), chart_text("k8s"))

    assert found == ["ConfigMap/more: only k8s/ has it"]


@pytest.mark.parametrize(
    ("template", "old", "new", "line"),
    [
        (
            "retrieval/deployment.yaml",
            "periodSeconds: 3\n",
            "periodSeconds: 4\n",
            "readinessProbe.periodSeconds: k8s/ has 3, the chart has 4",
        ),
        (
            "pipelines/role.yaml",
            "verbs: [create, get, delete]",
            "verbs: ['*']",
            "Role/modiste-pipelines: rules[0].verbs",
        ),
        (
            "encoder/networkpolicy-predictor.yaml",
            "(list 8080 9000)",
            "(list 8080)",
            "NetworkPolicy/predictor: spec.ingress[0].ports",
        ),
    ],
    ids=["a probe", "a role", "a policy"],
)
def test_a_changed_template_is_found(
    template: str, old: str, new: str, line: str, root: Path
) -> None:
    path = root / CHART / "templates" / template
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")

    found = differences(Kustomization(name="k8s").render(ROOT), TWINS["k8s"][1].render(root))

    assert len(found) == 1
    assert line in found[0]


def test_a_changed_default_is_found(root: Path) -> None:
    chart = Chart(name="helm", settings=("namespace.create=true", "retrieval.rateLimit.burst=6"))

    found = differences(Kustomization(name="k8s").render(root), chart.render(root))

    assert len(found) == 1
    assert found[0].startswith("Deployment/retrieval: spec.template.spec.containers[0].env[")
    assert found[0].endswith(".value: k8s/ has '200', the chart has '6'")


def test_the_command_names_the_forms_that_differ_and_what_to_do(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in ("overlays", "components"):
        shutil.rmtree(root / "k8s" / folder)
    change(root / "k8s/base/retrieval/service.yaml", key="labels")
    monkeypatch.setattr("k8s.renderings.COMBINATIONS", ())

    assert main(root) == 1
    assert capsys.readouterr().err.splitlines() == [
        "error: k8s/ and the chart differ; change both",
        "k8s and helm: Service/retrieval: metadata.labels.changed: "
        "k8s/ has 'yes', the chart has nothing",
        "`make golden` copies the dashboard and the alerts to the chart",
    ]


def test_a_form_of_k8s_without_values_of_the_chart_is_refused(root: Path) -> None:
    (root / CHART / "ci" / "gpu-values.yaml").unlink()

    with pytest.raises(ValueError, match="k8s-gpu: expected a file of values for helm-gpu"):
        twins(root)
