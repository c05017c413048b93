"""Renderings are what a cluster takes, and are documented."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from k8s.renderings import COMBINATIONS
from k8s.tools import ROOT
from tests.k8s.conftest import all_renderings, manifests_of
from tests.k8s.objects import Manifests
from tests.k8s.overlay import rendered_with

CHECK = ROOT.parent / "shared" / "tools" / "check_manifests.py"
COMPONENTS = sorted(
    path.parent for path in (ROOT / "k8s" / "components").glob("*/kustomization.yaml")
)
LISTED = sorted((ROOT / "k8s").glob("**/kustomization.yaml"))
APPLIED_APART = {"objectstore.yaml"}
"""Its kind comes with a plugin, see the README of `cloudnative-pg`."""
OF_THE_CLUSTER = {"Namespace", "ClusterStorageContainer"}


@pytest.mark.skipif(not CHECK.exists(), reason=f"{CHECK.name} is not beside the checkout")
def test_every_object_fits_its_schema(tmp_path: Path) -> None:
    # Most objects are the same in all renderings, and reading the schemas takes longest.
    objects = {
        json.dumps(one, sort_keys=True): one
        for name in all_renderings()
        for one in manifests_of(name).objects
    }
    path = tmp_path / "all.yaml"
    path.write_text("---\n".join(json.dumps(one) + "\n" for one in objects.values()), "utf-8")

    done = subprocess.run(
        [sys.executable, str(CHECK), str(path)], capture_output=True, text=True, timeout=120
    )

    assert done.stdout.strip() == f"{len(objects)} objects, 0 faults"
    assert done.returncode == 0, done.stderr


def test_each_object_of_a_rendering_is_there_once_and_in_the_namespace() -> None:
    for name in all_renderings():
        keys = [
            (one["apiVersion"], one["kind"], one["metadata"]["name"])
            for one in manifests_of(name).objects
        ]
        assert len(keys) == len(set(keys)), name
        elsewhere = [
            one["metadata"]["name"]
            for one in manifests_of(name).objects
            if one["metadata"].get("namespace") != "modiste" and one["kind"] not in OF_THE_CLUSTER
        ]
        assert elsewhere == [] or name.startswith("helm"), name


@pytest.mark.parametrize("path", LISTED, ids=lambda path: str(path.parent.relative_to(ROOT)))
def test_a_kustomization_leaves_no_file_out(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    beside = {one.name for one in path.parent.iterdir() if one.suffix in (".yaml", ".json")}

    left_out = {name for name in beside - {path.name} if name not in text}
    left_out -= {name for name in beside if f"- {name.removesuffix('.yaml')}\n" in text}

    assert left_out <= APPLIED_APART


@pytest.mark.parametrize("folder", COMPONENTS, ids=lambda path: path.name)
def test_a_component_has_a_readme_that_says_what_it_needs(folder: Path) -> None:
    text = (folder / "README.md").read_text(encoding="utf-8")

    assert text.startswith(f"# {folder.name}\n")
    assert "\nNeeds: " in text


def test_the_combinations_that_are_tested_are_those_that_the_readme_names() -> None:
    page = (ROOT / "k8s" / "README.md").read_text(encoding="utf-8")

    for names in COMBINATIONS:
        assert "| " + ", ".join(f"`{name}`" for name in names) + " |" in page


def test_an_image_is_renamed_in_one_place(tmp_path: Path) -> None:
    """What the README tells who pulls from a registry of their own."""
    found = rendered_with(
        tmp_path,
        images=[
            {"name": "modiste/serving", "newName": "registry.example/serving", "newTag": "1.2.3"},
            {"name": "modiste/training", "newName": "registry.example/training"},
            {"name": "nvcr.io/nvidia/tritonserver", "newTag": "25.12-py3"},
        ],
    )

    text = yaml.safe_dump(found.objects)
    assert "modiste/serving:" not in text
    assert text.count("registry.example/serving:1.2.3") == 3
    assert "image: registry.example/training:0.1.0" in text
    assert "image: nvcr.io/nvidia/tritonserver:25.12-py3" in text


def test_the_overlay_that_the_readme_shows_works(tmp_path: Path) -> None:
    shown, components = snippets(ROOT / "k8s" / "README.md")

    found = rendered_as(tmp_path, shown)
    both = rendered_as(tmp_path, components)

    config = found.get("ConfigMap", "modiste-config")["data"]
    (container,) = found.get("Deployment", "retrieval")["spec"]["template"]["spec"]["containers"]
    assert config["AWS_ENDPOINT_URL_S3"] == "http://seaweedfs-s3.s3.svc:8333"
    assert container["image"] == "registry.example.com/modiste/serving:0.1.0"
    assert both.of("PrometheusRule")
    assert both.of("ScaledObject")


def test_the_gateway_is_renamed_as_its_readme_shows(tmp_path: Path) -> None:
    (patches,) = snippets(ROOT / "k8s" / "components" / "gateway" / "README.md")
    shown = {
        "resources": ["modiste/k8s"], "components": ["modiste/k8s/components/gateway"], **patches
    }  # fmt: skip

    text = yaml.safe_dump(rendered_as(tmp_path, shown).objects)

    assert "example.com" not in text
    assert text.count("shop.example.org") == 5
    assert "gatewayClassName: envoy" in text


def snippets(page: Path) -> list[dict[str, Any]]:
    """The blocks of YAML in a page that are (parts of) kustomizations."""
    blocks = re.findall(r"```yaml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    return [
        found for block in blocks if {"resources", "patches"} & set(found := yaml.safe_load(block))
    ]


def rendered_as(folder: Path, shown: dict[str, Any]) -> Manifests:
    """What a kustomization of a page gives, with this checkout for its folder `modiste`."""
    root = os.path.relpath(ROOT.resolve(), folder.resolve())
    text = re.sub(r"\bmodiste/k8s", f"{root}/k8s", yaml.safe_dump(shown))
    return rendered_with(folder, **yaml.safe_load(text))
