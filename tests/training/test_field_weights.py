"""Fields weigh by what their values tell."""

import numpy as np
import pytest

from training.field_weights import field_weights

# Field 0 has two even values (1 bit), field 1 four (2 bits), field 2 one (none).
IDS = np.array([[[i % 2 + 1], [i % 4 + 3], [7]] for i in range(8)], np.int32)


def test_weights_follow_the_entropy() -> None:
    assert field_weights(IDS, 1.0) == pytest.approx([1.0, 2.0, 0.0])
    assert field_weights(IDS, 0.5) == pytest.approx([1.0, 2**0.5, 0.0])


def test_at_power_0_all_fields_are_equal() -> None:
    assert field_weights(IDS, 0).tolist() == [1, 1, 1]


def test_without_fields_or_without_values_there_is_nothing_to_weigh() -> None:
    assert field_weights(np.zeros((4, 0, 1), np.int32), 0.15).shape == (0,)
    assert field_weights(np.zeros((4, 2, 1), np.int32), 0.15).tolist() == [1, 1]
