"""The training step: `python -m benchmarks.train_step`.

Ours (`training.loop`, default configuration) and the one of `benchmarks.per_item_training`, on
the sample catalogue at batch 256, in turns in one process: items per second of each. With
`--device cuda` both compute on a GPU, in the precision of the default configuration. The two
NT-Xent losses are compared on one batch of embeddings as well. Since our step has an overlap loss
that the reference has not, it is measured without that too.
"""

import argparse
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import torch
from pytorch_metric_learning.losses import NTXentLoss

from benchmarks.outcome import Outcome
from benchmarks.per_item_training import PerItemTraining
from benchmarks.sample import sample_catalogue
from benchmarks.timing import in_turns, median_ratio
from catalog.encoder import ItemEncoder
from catalog.table import ItemsDir
from training.config import TrainConfig, default
from training.data import EncodedCatalogue, encode_catalogue
from training.distributed import World
from training.loop import batch_views, take_step
from training.losses.nt_xent import nt_xent
from training.optimizer import build_optimizer, learning_rate
from training.train import build_model, build_objective

TARGET = 20.0
MAX_LOSS_DIFFERENCE = 1e-5


@dataclass(frozen=True, kw_only=True)
class TrainStepConfig:
    """How much is measured."""

    num_items: int = 2000
    """Items of the sample catalogue."""
    batch_size: int = 256
    """Items of a step."""
    rounds: int = 9
    """How often each side takes its turn."""
    steps: int = 4
    """Steps of ours in one turn; the reference takes one."""
    threads: int = 2
    """Cores that torch computes on."""
    device: str = "cpu"
    """Where both sides compute: cpu or cuda."""


class OurTraining:
    """Steps of `training.loop` over and over the same items."""

    def __init__(
        self,
        items: EncodedCatalogue,
        encoder: ItemEncoder,
        config: TrainConfig,
        device: torch.device,
    ) -> None:
        self._items, self._config = items, config
        self._world = World(rank=0, size=1, device=device)
        self._model = build_model(encoder, config).to(device)
        if config.compile:
            self._model.compile(dynamic=True)
        self._objective = build_objective(items, config, self._world)
        self._optimizer = build_optimizer(self._model, config)
        self._num_steps = 0

    def step(self) -> float:
        """Train on the next batch; its loss."""
        self._num_steps += 1
        seeds = [self._config.seed, 0, self._num_steps]
        order = np.random.default_rng(seeds).permutation(len(self._items))
        views = batch_views(self._items, order[: self._config.batch_size], seeds, self._config)
        rate = learning_rate(self._num_steps, 1000, self._config)
        loss = take_step(self._model, self._optimizer, self._objective, views, rate, self._world)
        return float(loss.total.detach())


def measure(config: TrainStepConfig) -> Outcome:
    """Measure all sides in turns."""
    torch.set_num_threads(config.threads)
    catalogue = sample_catalogue(config.num_items)
    seconds = _measure_steps(catalogue, config)
    speed = {name: config.batch_size / statistics.median(s) for name, s in seconds.items()}
    ratio = median_ratio(seconds["reference"], seconds["ours"])
    difference = loss_difference(config.batch_size)
    return Outcome(
        benchmark="train_step",
        ratio=ratio,
        target=TARGET,
        met=ratio >= TARGET and difference <= MAX_LOSS_DIFFERENCE,
        figures={
            "items_per_s": speed["ours"],
            "items_per_s_nt_xent_alone": speed["nt_xent_alone"],
            "reference_items_per_s": speed["reference"],
            "ratio_nt_xent_alone": median_ratio(seconds["reference"], seconds["nt_xent_alone"]),
            "loss_difference": difference,
            "max_loss_difference": MAX_LOSS_DIFFERENCE,
            "batch_size": config.batch_size,
            "threads": config.threads,
            "device": device_name(config.device),
        },
    )


def loss_difference(batch_size: int, dimension: int = 128, temperature: float = 0.05) -> float:
    """How far the two NT-Xent losses are apart on one batch of embeddings of noisy pairs."""
    random = torch.Generator().manual_seed(0)
    first, noise = torch.randn(2, batch_size, dimension, generator=random)
    views = [torch.nn.functional.normalize(x, dim=1) for x in (first, first + 3 * noise)]
    ours = nt_xent(views[0], views[1], temperature=temperature)
    labels = torch.arange(batch_size).repeat(2)
    theirs = NTXentLoss(temperature=temperature)(torch.cat(views), labels)
    return abs(float(ours) - float(theirs))


def _measure_steps(catalogue: ItemsDir, config: TrainStepConfig) -> dict[str, list[float]]:
    """Seconds of one step of each side, by round."""
    encoder = ItemEncoder(catalogue.schema, catalogue.encoder_config)
    encoded = encode_catalogue(catalogue.items, encoder)
    run, device = replace(default(), batch_size=config.batch_size), torch.device(config.device)
    ours = OurTraining(encoded, encoder, run, device)
    alone = OurTraining(encoded, encoder, replace(run, overlap_weight=0.0), device)
    sides: dict[str, tuple[OurTraining | PerItemTraining, int]] = {
        "ours": (ours, config.steps),
        "reference": (_reference(catalogue, encoder, run, device), 1),
        "nt_xent_alone": (alone, config.steps),
    }
    turns = {name: partial(_take_steps, side, steps) for name, (side, steps) in sides.items()}
    seconds = in_turns(turns, rounds=config.rounds, label="train_step")
    return {name: [spent / sides[name][1] for spent in all_of] for name, all_of in seconds.items()}


def _take_steps(training: OurTraining | PerItemTraining, num_steps: int) -> None:
    for _ in range(num_steps):
        training.step()


def device_name(device: str) -> str:
    """What computes there: the GPU's model name, or `cpu`."""
    return torch.cuda.get_device_name() if device == "cuda" else device


def _reference(
    catalogue: ItemsDir, encoder: ItemEncoder, run: TrainConfig, device: torch.device
) -> PerItemTraining:
    model = build_model(encoder, run).to(device)
    return PerItemTraining(catalogue.items, encoder, model, build_optimizer(model, run), run)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print the line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.train_step", description=__doc__)
    parser.add_argument("--rounds", type=int, default=TrainStepConfig.rounds)
    parser.add_argument("--batch-size", type=int, default=TrainStepConfig.batch_size)
    parser.add_argument("--items", type=int, default=TrainStepConfig.num_items)
    parser.add_argument("--steps", type=int, default=TrainStepConfig.steps)
    parser.add_argument("--device", choices=("cpu", "cuda"), default=TrainStepConfig.device)
    options = parser.parse_args(arguments)
    config = TrainStepConfig(
        num_items=options.items,
        batch_size=options.batch_size,
        rounds=options.rounds,
        steps=options.steps,
        device=options.device,
    )
    print(measure(config).line())
    return 0


if __name__ == "__main__":
    sys.exit(main())
