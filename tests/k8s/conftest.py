"""Every rendering of the cluster's manifests, made once a session."""

from functools import cache

import pytest
import yaml

from k8s.renderings import CHART, Rendering, kustomizations, renderings
from k8s.tools import ROOT
from tests.k8s.objects import Manifests

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def all_renderings() -> dict[str, Rendering]:
    """What `make render` writes, by name; the chart's once there is a chart."""
    found = renderings(ROOT) if (ROOT / CHART / "Chart.yaml").exists() else kustomizations(ROOT)
    return {one.name: one for one in found}


@cache
def manifests_of(name: str) -> Manifests:
    """The objects of one rendering."""
    text = all_renderings()[name].render(ROOT)
    return Manifests(name, [one for one in yaml.load_all(text, _LOADER) if one])


@pytest.fixture(params=sorted(all_renderings()))
def rendered(request: pytest.FixtureRequest) -> Manifests:
    """Each rendering in turn."""
    return manifests_of(request.param)


@pytest.fixture
def base() -> Manifests:
    """What `kubectl apply -k k8s/` takes."""
    return manifests_of("k8s")
