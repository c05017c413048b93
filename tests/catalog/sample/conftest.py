"""One whole catalogue, made once."""

import pytest

from catalog.sample.products import SampleItem, sample_items


@pytest.fixture(scope="session")
def catalogue() -> list[SampleItem]:
    """The 2,000 items of seed 0."""
    return list(sample_items(2000, seed=0))
