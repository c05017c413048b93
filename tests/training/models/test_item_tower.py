"""The tower: what it ignores, what it does not, and that its two entrances agree."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from training.models.item_tower import ItemTower, ItemTowerConfig
from training.models.tokens import PaddedTokens, Places, places_of

SIZES = ItemTowerConfig(
    num_std_ids=9, num_std_fields=3, num_re_fields=4, num_buckets=20, hidden_dim=16, num_heads=2
)


def tower(config: ItemTowerConfig = SIZES) -> ItemTower:
    """Random weights everywhere: some start at zero and would hide what they multiply."""
    torch.manual_seed(0)
    model = ItemTower(config).eval()
    with torch.no_grad():
        for weight in model.parameters():
            weight.normal_(std=0.3)
        for table in (part for part in model.modules() if isinstance(part, torch.nn.Embedding)):
            table.weight[0].zero_()
    return model


def batch() -> tuple[Tensor, Tensor]:
    std_ids = torch.tensor([[[1, 2], [0, 0], [7, 0]], [[0, 0]] * 3], dtype=torch.int32)
    words = [[[2, 3, 4], [3, 5, 0], [0, 0, 0]], [[0, 0, 0]] * 3]
    return std_ids, torch.tensor(words, dtype=torch.int32)


def test_padding_of_values_words_and_n_grams_changes_nothing() -> None:
    std_ids, re_ids = batch()
    wider_std = torch.nn.functional.pad(std_ids, (0, 3))
    wider_re = torch.nn.functional.pad(re_ids, (0, 2, 0, 4))
    model = tower()
    torch.testing.assert_close(model(wider_std, wider_re), model(std_ids, re_ids))


def shared(std_ids: Tensor, re_ids: Tensor) -> tuple[Places, Tensor, Places, Tensor, Tensor]:
    """The same batch as arguments of `forward_shared`, row 0 of each table being rubbish."""
    fields = torch.arange(std_ids.shape[1]).expand(std_ids.shape[:2])
    sets = torch.cat((fields.unsqueeze(-1), std_ids), -1) * (std_ids > 0).any(2, keepdim=True)
    values, value_rows = _table(sets)
    grams, gram_rows = _table(re_ids[..., 1:])
    pairs = torch.stack((re_ids[..., 0], gram_rows), -1)
    tagged, word_rows = _table(pairs)
    value_places, word_places = (
        places_of(value_rows.numpy(), len(values)),
        places_of(word_rows.numpy(), len(tagged)),
    )
    return value_places, values, word_places, tagged, grams


def _table(ids: Tensor) -> tuple[Tensor, Tensor]:
    """Distinct rows of the last dimension, and which each is; rows of zeros have number 0."""
    with_zero = torch.cat((torch.zeros_like(ids.flatten(0, 1)[:1]), ids.flatten(0, 1)))
    distinct, rows = torch.unique(with_zero, dim=0, return_inverse=True)
    distinct[0] = 1
    return distinct, rows[1:].view(ids.shape[:2])


@pytest.mark.parametrize("num_layers", [1, 2])
def test_distinct_tokens_held_once_give_the_same(num_layers: int) -> None:
    model = tower(replace(SIZES, num_layers=num_layers))
    torch.testing.assert_close(model.forward_shared(*shared(*batch())), model(*batch()))


@pytest.mark.parametrize("num_layers", [1, 2])
def test_gradients_are_the_same_with_and_without_padding(num_layers: int) -> None:
    gradients = []
    for is_shared in (True, False):
        model = tower(replace(SIZES, num_layers=num_layers))
        out = model.forward_shared(*shared(*batch())) if is_shared else model(*batch())
        out.square().sum().backward()
        gradients.append([weight.grad for weight in model.parameters()])
    for packed, padded in zip(*gradients, strict=True):
        assert (packed - padded).norm() <= 1e-5 * (1 + padded.norm())


def test_attention_with_and_without_gradient_is_the_same() -> None:
    with torch.no_grad():
        fused = tower()(*batch())
    torch.testing.assert_close(tower()(*batch()), fused)


def test_an_empty_item_has_a_finite_vector() -> None:
    assert tower()(*batch())[1].isfinite().all()


def test_order_of_words_does_not_matter_but_their_field_does() -> None:
    std_ids, re_ids = batch()
    swapped = re_ids[:, [1, 0, 2]]
    other_field = re_ids.clone()
    other_field[0, 0, 0] = 1
    model = tower()
    torch.testing.assert_close(model(std_ids, swapped), model(std_ids, re_ids))
    assert (model(std_ids, other_field) - model(std_ids, re_ids))[0].abs().max() > 1e-3


def test_each_side_sees_the_other() -> None:
    exchange = tower().layers[0]
    std = PaddedTokens(torch.randn(2, 3, 16), torch.ones(2, 3, dtype=torch.bool))
    words = PaddedTokens(torch.randn(2, 5, 16), torch.ones(2, 5, dtype=torch.bool))
    before = exchange(std, words)
    changed_words = exchange(std, words.replaced(torch.randn(2, 5, 16)))
    changed_std = exchange(std.replaced(torch.randn(2, 3, 16)), words)
    assert (changed_words[0].each() - before[0].each()).abs().max() > 1e-3
    assert (changed_std[1].each() - before[1].each()).abs().max() > 1e-3


def test_one_item_does_not_depend_on_its_neighbours() -> None:
    std_ids, re_ids = batch()
    model = tower()
    torch.testing.assert_close(model(std_ids, re_ids)[:1], model(std_ids[:1], re_ids[:1]))


def test_a_schema_without_standard_fields_works() -> None:
    model = tower(
        ItemTowerConfig(
            num_std_ids=1,
            num_std_fields=0,
            num_re_fields=4,
            num_buckets=20,
            hidden_dim=16,
            num_heads=2,
        )
    )
    assert model(torch.zeros((2, 0, 8), dtype=torch.int32), batch()[1]).shape == (2, 16)


def test_at_first_an_item_is_the_weighted_sum_of_its_features() -> None:
    torch.manual_seed(0)
    model = ItemTower(SIZES).eval()
    value, word = model.values.table.weight[7], model.words.table.weight[3]
    std_ids = torch.tensor([[[0], [0], [7]]])
    hidden = model(std_ids, torch.tensor([[[2, 3]]]))
    torch.testing.assert_close(
        hidden[0], torch.nn.functional.softplus(torch.zeros(())) * (value + word / 2)
    )


def test_sizes_that_do_not_fit_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match="hidden_dim 30 is no multiple of num_heads 4"):
        ItemTowerConfig(
            num_std_ids=1, num_std_fields=1, num_re_fields=1, num_buckets=1, hidden_dim=30
        )
    with pytest.raises(ValueError, match="item tower num_buckets is positive, got 0"):
        ItemTowerConfig(num_std_ids=1, num_std_fields=1, num_re_fields=1, num_buckets=0)
