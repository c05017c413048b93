"""One shop and its pairs, made once for all tests that only read them."""

from pathlib import Path
from typing import NamedTuple

import pytest

from tests.training.instructions.small_shop import generate, sample, write_folder


class Shop(NamedTuple):
    """Folders of items and of the pairs made from them."""

    items: Path
    pairs: Path


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """The sample's first items and three pairs for each of them."""
    folder = tmp_path_factory.mktemp("instructions")
    items = write_folder(folder / "items", sample())
    generate(items, folder / "pairs", pairs=600, check=False)
    return Shop(items=items, pairs=folder / "pairs")
