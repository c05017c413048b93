"""What an answer says of an item."""

import pytest

from catalog.item import Item
from serving.api.answers import hit_document
from serving.protocols import Hit


@pytest.mark.parametrize(
    ("score", "told"), [(1.000165, 1.0), (0.1234567, 0.123457), (-1.0002, -1.0), (0.0, 0.0)]
)
def test_a_score_is_a_cosine_whatever_half_precision_made_of_it(score: float, told: float) -> None:
    document = hit_document(Hit(item=Item(item_id="a"), score=score))
    assert document == {"item_id": "a", "score": told}
