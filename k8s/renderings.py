"""What is rendered: the one list that `make render`, the tests and the comparison go by.

- `k8s`: what `kubectl apply -k k8s/` takes;
- `k8s-<overlay>`: each folder of `k8s/overlays/`;
- `k8s-<component>`: each folder of `k8s/components/`, alone on the base;
- `k8s-<component>-and-<component>`: the combinations that `k8s/README.md` names;
- `helm`: the chart with its defaults; `helm-<feature>`: with the file
  `helm/modiste/ci/<feature>-values.yaml`, and the combinations with the files of each.

A rendering of the chart and the one of `k8s/` whose name ends alike hold the same objects.
"""

import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import yaml

from k8s.tools import ROOT, find

COMBINATIONS: tuple[tuple[str, ...], ...] = (
    ("cloudnative-pg", "monitoring"),
    ("monitoring", "autoscaling"),
    ("gpu", "monitoring", "autoscaling"),
    ("cloudnative-pg", "monitoring", "autoscaling", "gateway"),
)
"""Components that are meant to be used together; `k8s/README.md` says what for."""
NAMESPACE = "modiste"
RELEASE = "modiste"
CHART = Path("helm/modiste")

_TIMEOUT_S = 120


class RenderError(RuntimeError):
    """kubectl or helm refused what it was to render."""


class Rendering(Protocol):
    """Something that gives manifests."""

    @property
    def name(self) -> str:
        """Of the file, without `.yaml`."""

    def render(self, root: Path) -> str:
        """The manifests as YAML documents.

        Args:
            root: the checkout, or a copy of its `k8s/` and `helm/`.

        Raises:
            RenderError: the tool refused.
        """


@dataclass(frozen=True, kw_only=True)
class Kustomization:
    """A folder, and components on it."""

    name: str
    folder: str = "k8s"
    components: tuple[str, ...] = ()

    def render(self, root: Path) -> str:
        """See `Rendering`."""
        if not self.components:
            return _run("kubectl", "kustomize", str(root / self.folder))
        with tempfile.TemporaryDirectory() as folder:
            # kustomize takes folders outside its own by relative paths only.
            relative = Path(os.path.relpath(root.resolve(), Path(folder).resolve()))
            names = [str(relative / "k8s" / "components" / name) for name in self.components]
            content = {"resources": [str(relative / self.folder)], "components": names}
            Path(folder, "kustomization.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
            return _run("kubectl", "kustomize", folder)


@dataclass(frozen=True, kw_only=True)
class Chart:
    """The chart with files of values, and single values that come last."""

    name: str
    values: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    namespace: str = NAMESPACE

    def render(self, root: Path) -> str:
        """See `Rendering`."""
        where = ["--namespace", self.namespace]
        return _run("helm", "template", RELEASE, str(root / CHART), *where, *self._options(root))

    def lint(self, root: Path) -> str:
        """What `helm lint --strict` says.

        Raises:
            RenderError: it found something.
        """
        return _run("helm", "lint", "--strict", str(root / CHART), *self._options(root))

    def _options(self, root: Path) -> list[str]:
        files = [str(root / CHART / "ci" / f"{name}-values.yaml") for name in self.values]
        return [
            *(option for file in files for option in ("--values", file)),
            *(option for setting in self.settings for option in ("--set", setting)),
        ]


def kustomizations(root: Path = ROOT) -> list[Kustomization]:
    """`k8s/` in all its forms."""
    overlays, components = (_folders(root / "k8s" / kind) for kind in ("overlays", "components"))
    return [
        Kustomization(name="k8s"),
        *(Kustomization(name=f"k8s-{one}", folder=f"k8s/overlays/{one}") for one in overlays),
        *(
            Kustomization(name=f"k8s-{'-and-'.join(names)}", components=tuple(names))
            for names in [*([one] for one in components), *COMBINATIONS]
        ),
    ]


def charts(root: Path = ROOT) -> list[Chart]:
    """The chart in all its forms."""
    files = sorted((root / CHART / "ci").glob("*-values.yaml"))
    features = [file.name.removesuffix("-values.yaml") for file in files]
    return [
        Chart(name="helm"),
        *(
            Chart(name=f"helm-{'-and-'.join(names)}", values=tuple(names))
            for names in [*([one] for one in features), *COMBINATIONS]
        ),
    ]


def renderings(root: Path = ROOT) -> list[Rendering]:
    """All of them."""
    return [*kustomizations(root), *charts(root)]


def _folders(parent: Path) -> list[str]:
    return sorted(path.parent.name for path in parent.glob("*/kustomization.yaml"))


def _run(tool: str, *arguments: str) -> str:
    command: Sequence[str] = [str(find(tool)), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S)
    if done.returncode or done.stderr.strip():
        said = done.stderr.strip() + (f"\n{done.stdout.strip()}" if done.returncode else "")
        raise RenderError(f"{tool} {' '.join(arguments)}: {said}")
    return done.stdout
