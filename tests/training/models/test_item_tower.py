"""The tower: what it ignores, what it does not, and that its two entrances agree."""

import pytest
import torch
from torch import Tensor

from training.models.item_tower import ItemTower, ItemTowerConfig

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


def test_words_shared_in_a_table_give_the_same() -> None:
    std_ids, re_ids = batch()
    grams, rows = torch.unique(re_ids[..., 1:].flatten(0, 1), dim=0, return_inverse=True)
    model = tower()
    shared = model.forward_shared(std_ids, re_ids[..., 0], rows.view(2, 3), grams)
    torch.testing.assert_close(shared, model(std_ids, re_ids))


def test_training_leaves_padding_out_and_gives_the_same() -> None:
    std_ids, re_ids = batch()
    model = tower()
    expected = model(std_ids, re_ids)
    model.train()
    torch.testing.assert_close(model(std_ids, re_ids), expected)


def test_gradients_are_the_same_with_and_without_padding() -> None:
    std_ids, re_ids = batch()
    gradients = []
    for is_training in (True, False):
        model = tower().train(is_training)
        model(std_ids, re_ids).square().sum().backward()
        gradients.append([weight.grad for weight in model.parameters()])
    for packed, padded in zip(*gradients, strict=True):
        torch.testing.assert_close(packed, padded)


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
    std_ids, re_ids = batch()
    model = tower()
    layer = model.layers[0]
    std, std_mask = model.values(std_ids)
    words, word_mask = model.words(re_ids[..., 0], model.words.embed(re_ids[..., 1:]))
    before = layer(std, std_mask, words, word_mask)
    changed_words = layer(std, std_mask, words + 1 * torch.randn_like(words), word_mask)
    changed_std = layer(std + 1 * torch.randn_like(std), std_mask, words, word_mask)
    assert (changed_words[0] - before[0]).abs().max() > 1e-3
    assert (changed_std[1] - before[1]).abs().max() > 1e-3


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
