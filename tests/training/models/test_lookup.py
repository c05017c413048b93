"""Look-ups with a gradient of their own give what plain indexing gives, both ways."""

import pytest
import torch
from torch import Tensor

from training.models.lookup import Occurrences, occurrences_of, pick_heads, repeat, repeat_heads

ROWS_BT = torch.tensor([[0, 3, 3, 1], [0, 1, 0, 0], [0, 3, 0, 0]])
MASK_BT = torch.tensor([[1, 1, 1, 1], [1, 1, 0, 0], [1, 0, 0, 0]], dtype=torch.bool)
PLACES_P = MASK_BT.flatten().nonzero().squeeze(1)
NUM_ROWS = 5  # row 2 and 4 occur nowhere, row 3 of the last item stands at a place that is masked


def _table() -> Tensor:
    random = torch.Generator().manual_seed(0)
    return torch.randn(NUM_ROWS, 6, generator=random, dtype=torch.float64, requires_grad=True)


def _occurrences() -> Occurrences:
    return occurrences_of(ROWS_BT.flatten()[PLACES_P].numpy(), NUM_ROWS)


def test_the_sum_of_a_rows_places_is_zero_where_it_occurs_nowhere() -> None:
    sums_UK = _occurrences().sums(torch.arange(7.0).unsqueeze(1))
    assert sums_UK.squeeze(1).tolist() == [0 + 4 + 6, 3 + 5, 0, 1 + 2, 0]


def test_repeated_rows_and_their_gradient_are_those_of_plain_indexing() -> None:
    row_P, weight_PK = ROWS_BT.flatten()[PLACES_P], torch.rand(7, 6, dtype=torch.float64)
    ours, plain = _table(), _table()
    found = repeat(ours, row_P, _occurrences())
    (found * weight_PK).sum().backward()  # type: ignore[no-untyped-call]
    (plain[row_P] * weight_PK).sum().backward()  # type: ignore[no-untyped-call]
    assert torch.equal(found, plain[row_P])
    torch.testing.assert_close(ours.grad, plain.grad)


def test_heads_of_repeated_rows_get_no_gradient_from_padding() -> None:
    weight_BNTD = torch.rand(3, 2, 4, 3, dtype=torch.float64)
    ours, plain = _table(), _table()
    found = repeat_heads(ours, ROWS_BT, _occurrences().at(PLACES_P), 2)
    expected = plain[ROWS_BT].view(3, 4, 2, 3).transpose(1, 2)
    (found * weight_BNTD).sum().backward()  # type: ignore[no-untyped-call]
    (expected * weight_BNTD * MASK_BT[:, None, :, None]).sum().backward()  # type: ignore[no-untyped-call]
    assert torch.equal(found, expected)
    torch.testing.assert_close(ours.grad, plain.grad)


def test_picked_heads_are_joined_and_give_their_gradient_back() -> None:
    random = torch.Generator().manual_seed(1)
    value = torch.randn(3, 2, 4, 3, generator=random, dtype=torch.float64, requires_grad=True)
    number_BT = (MASK_BT.flatten().cumsum(0).view_as(MASK_BT) - 1).where(MASK_BT, len(PLACES_P))
    found = pick_heads(value, PLACES_P, number_BT)
    assert torch.equal(found, value.transpose(1, 2).flatten(2).flatten(0, 1)[PLACES_P])
    assert torch.autograd.gradcheck(lambda v: pick_heads(v, PLACES_P, number_BT), (value,))


def test_a_gradient_of_a_gradient_is_refused() -> None:
    table = _table()
    found = repeat(table, ROWS_BT.flatten()[PLACES_P], _occurrences())
    (grad,) = torch.autograd.grad((found**2).sum(), table, create_graph=True)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        grad.sum().backward()  # type: ignore[no-untyped-call]
