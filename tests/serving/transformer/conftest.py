"""A transformer in front of the real Triton, one in front of a double, and kserve's clients."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.ports import free_ports
from tests.conftest import SmallModel, TritonAddress, TritonFactory
from tests.serving.transformer.process import KServeSide, Transformer, transforming


@pytest.fixture(scope="session")
def kserve_side() -> Iterator[KServeSide]:
    """kserve's clients and classes."""
    side = KServeSide()
    yield side
    side.close()


@pytest.fixture(scope="session")
def triton(triton_factory: TritonFactory, small_model: SmallModel) -> TritonAddress:
    """A Triton that serves generation g0001."""
    return triton_factory(small_model.bundle)


@pytest.fixture(scope="session")
def transformer(
    triton: TritonAddress, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Transformer]:
    """A transformer in front of it."""
    log = tmp_path_factory.mktemp("transformer") / "log.jsonl"
    with transforming(str(triton), log) as running:
        yield running


@pytest.fixture(scope="session")
def predictor_port() -> int:
    """Where a test may put a double of Triton, for `before_a_double` to find."""
    return free_ports(1)[0]


@pytest.fixture(scope="session")
def before_a_double(
    predictor_port: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Transformer]:
    """A transformer whose predictor is there when a test says so."""
    log: Path = tmp_path_factory.mktemp("before-a-double") / "log.jsonl"
    options = ("--predictor_request_timeout_seconds", "1")
    with transforming(f"127.0.0.1:{predictor_port}", log, *options) as running:
        yield running
