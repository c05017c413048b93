"""An overlay as somebody who installs modiste would write it."""

import os
from pathlib import Path

import yaml

from k8s.renderings import Kustomization
from k8s.tools import ROOT
from tests.k8s.objects import Manifests


def rendered_with(folder: Path, **fields: object) -> Manifests:
    """What `k8s/` becomes with more fields of a kustomization on it."""
    # kustomize takes folders outside its own by relative paths only.
    base = os.path.relpath((ROOT / "k8s").resolve(), folder.resolve())
    text = yaml.safe_dump({"resources": [base]} | fields)
    (folder / "kustomization.yaml").write_text(text, encoding="utf-8")
    rendering = Kustomization(name="mine", folder=str(folder)).render(ROOT)
    return Manifests("mine", [one for one in yaml.safe_load_all(rendering) if one])
