"""A cluster in memory for every test that asks for one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from components.cluster import Cluster, ClusterConfig
from tests.components.fake_cluster import NAMESPACE, FakeCluster, fake_cluster
from tests.components.passing_clock import passing_clock


@pytest.fixture
def fake() -> Iterator[FakeCluster]:
    """An empty cluster that answers over HTTP."""
    with fake_cluster() as cluster:
        yield cluster


@pytest.fixture
def cluster(fake: FakeCluster, tmp_path: Path) -> Iterator[Cluster]:
    """The components' own clients of it; their pauses take no time."""
    config = ClusterConfig(
        namespace=NAMESPACE,
        kubeconfig=str(fake.kubeconfig(tmp_path / "kubeconfig")),
        attempts=4,
        clock=passing_clock(),
    )
    with Cluster(config) as cluster:
        yield cluster
