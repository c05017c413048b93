"""Training on a GPU: the losses of the CPU, the same weights after a kill, compiled or not."""

import json
from pathlib import Path

import pytest
import torch

from tests.training.small_run import small_items, write_items_dir
from tests.training.training_process import (
    REFERENCE,
    finish,
    kill_after_a_checkpoint,
    losses,
    same_weights,
)
from training.models.lookup import occurrences_of, pick_heads, repeat_heads

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
FLOAT32 = ("--set", "precision=float32")


@pytest.fixture(scope="module")
def items(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_items_dir(tmp_path_factory.mktemp("gpu") / "items", small_items(90))


@pytest.fixture(scope="module")
def whole(items: Path) -> Path:
    return finish(items, items.parent / "whole")


def test_a_run_says_that_it_was_on_the_gpu(whole: Path) -> None:
    assert json.loads((whole / "train.json").read_text())["device"] == "cuda"


def test_ten_losses_in_float32_are_those_of_the_cpu(items: Path, tmp_path: Path) -> None:
    out = finish(items, tmp_path / "float32", *FLOAT32)
    assert losses(out) == pytest.approx(json.loads(REFERENCE.read_text()), rel=1e-4)


def test_bfloat16_is_what_a_gpu_trains_in_and_is_near(whole: Path) -> None:
    reference = json.loads(REFERENCE.read_text())
    assert losses(whole)[:3] == pytest.approx(reference[:3], rel=0.05)
    assert losses(whole) != pytest.approx(reference, rel=1e-4)


def test_a_compiled_model_sees_the_same_losses(items: Path, tmp_path: Path) -> None:
    out = finish(items, tmp_path / "compiled", *FLOAT32, "--set", "compile=true")
    assert losses(out) == pytest.approx(json.loads(REFERENCE.read_text()), rel=1e-4)


def test_a_killed_run_ends_with_the_weights_of_an_uninterrupted_one(
    items: Path, whole: Path, tmp_path: Path
) -> None:
    out = tmp_path / "killed"
    kill_after_a_checkpoint(items, out)
    finish(items, out)
    assert losses(out) == losses(whole)
    assert same_weights(out, whole)


def test_look_ups_give_the_gradients_of_the_cpu() -> None:
    random = torch.Generator().manual_seed(0)
    table_UK = torch.randn(300, 32, generator=random)
    row_BT = torch.randint(0, 300, (64, 21), generator=random)
    mask_BT = torch.rand(64, 21, generator=random) < 0.4
    weight_PK = torch.randn(int(mask_BT.sum()), 32, generator=random)
    cpu, gpu = (_gradient(table_UK, row_BT, mask_BT, weight_PK, on) for on in ("cpu", "cuda"))
    torch.testing.assert_close(gpu, cpu)


def _gradient(
    table_UK: torch.Tensor,
    row_BT: torch.Tensor,
    mask_BT: torch.Tensor,
    weight_PK: torch.Tensor,
    device: str,
) -> torch.Tensor:
    """The gradient of a table, through heads and back, on the CPU in the end."""
    table = table_UK.to(device).requires_grad_()
    rows, mask, weight = row_BT.to(device), mask_BT.to(device), weight_PK.to(device)
    place_P = mask.flatten().nonzero().squeeze(1)
    number_BT = (mask.flatten().cumsum(0).view_as(mask) - 1).where(mask, len(place_P))
    row_P = rows.flatten()[place_P].cpu().numpy()
    occurrences = occurrences_of(row_P, len(table)).to(table.device).at(place_P)
    found_PK = pick_heads(repeat_heads(table, rows, occurrences, 4), place_P, number_BT)
    (gradient,) = torch.autograd.grad((found_PK * weight).sum(), table)
    return gradient.cpu()
