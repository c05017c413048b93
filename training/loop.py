"""The training loop: from an encoded catalogue to trained weights, resumable at every step.

Order and views are drawn from the seed, the epoch and the step alone, and all processes draw
the same, so a run that was interrupted, or that has another number of processes, sees the same
batches.
"""

import math
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import numpy as np
from numpy.typing import NDArray
from torch import nn
from torch.optim import Optimizer

from training.checkpoint import Checkpoint, random_states, restore_random_states
from training.config import TrainConfig
from training.data import EncodedCatalogue
from training.distributed import World
from training.objective import Objective, StepLoss
from training.optimizer import build_optimizer, learning_rate
from training.run_log import RunLog, SilentLog
from training.views import ViewBatch, cut_views, draw_mask

CHECKPOINT = "checkpoint.pt"


class Interrupted(Exception):  # noqa: N818 - a request to stop, not a fault
    """The run was asked to stop; its checkpoint is written."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How a run walks through its items."""

    num_items: int
    """Items trained on."""
    batch_size: int
    """Items of a step over all processes."""
    num_steps: int
    """Steps of the whole run."""

    @property
    def steps_per_epoch(self) -> int:
        """Steps before the items are shuffled again; the last few items wait for their turn."""
        return self.num_items // self.batch_size


def make_plan(num_items: int, config: TrainConfig, world: World) -> Plan:
    """Size of the batch and number of steps for a catalogue.

    Raises:
        ValueError: the batch cannot be split evenly, or there are too few items for it.
    """
    if config.batch_size % world.size:
        raise ValueError(
            f"batch_size {config.batch_size} is no multiple of the {world.size} processes"
        )
    batch_size = min(config.batch_size, num_items - num_items % world.size)
    if batch_size < 2 * world.size:
        raise ValueError(f"{num_items} items are too few to train on with {world.size} processes")
    num_steps = max(config.min_steps, config.epochs * (num_items // batch_size))
    return Plan(num_items=num_items, batch_size=batch_size, num_steps=num_steps)


def train(
    model: nn.Module,
    items: EncodedCatalogue,
    objective: Objective,
    config: TrainConfig,
    world: World,
    *,
    out: Path,
    fingerprint: str,
) -> int:
    """Train in place, from the last checkpoint in `out` if there is one.

    Returns:
        The number of steps of the whole run.

    Raises:
        CheckpointError: the checkpoint in `out` is of another run.
        FloatingPointError: the loss is no longer finite.
        Interrupted: SIGTERM came; what was done is in the checkpoint.
    """
    plan = make_plan(len(items), config, world)
    model.to(world.device)
    optimizer = build_optimizer(model, config)
    saved = world.from_first(lambda: Checkpoint.load(out / CHECKPOINT, fingerprint=fingerprint))
    first_step = _resume(saved, model, optimizer)
    order = saved.order if saved else np.zeros(0, np.int64)
    step_model = _prepared(model, config, world)
    with _open_log(out, first_step, plan, world) as log, _stop_requested() as stop:
        for step in range(first_step, plan.num_steps):
            epoch, place = divmod(step, plan.steps_per_epoch)
            if place == 0:
                order = np.random.default_rng([config.seed, epoch]).permutation(len(items))
            rows = order[place * plan.batch_size :][: plan.batch_size]
            views = batch_views(items, rows, [config.seed, epoch, place], config)
            rate = learning_rate(step, plan.num_steps, config)
            loss = take_step(step_model, optimizer, objective, views, rate, world)
            done, last = step + 1, step + 1 == plan.num_steps
            if last or done % config.log_every == 0:
                log.write(done, _record(loss, world, epoch, rate))
            stopping = world.any(bool(stop)) and not last
            if last or stopping or done % config.checkpoint_every == 0:
                state = _checkpoint(fingerprint, done, order, model, optimizer)
                _save(state, out / CHECKPOINT, world)
            if stopping:
                raise Interrupted(f"stopped after step {done} of {plan.num_steps}")
    return plan.num_steps


def _resume(saved: Checkpoint | None, model: nn.Module, optimizer: Optimizer) -> int:
    if saved is None:
        return 0
    model.load_state_dict(saved.model)
    optimizer.load_state_dict(saved.optimizer)
    restore_random_states(saved.random)
    return saved.step


def _open_log(out: Path, first_step: int, plan: Plan, world: World) -> RunLog | SilentLog:
    if not world.is_first:
        return SilentLog()
    return RunLog(out, first_step=first_step, num_steps=plan.num_steps, batch_size=plan.batch_size)


def _save(state: Checkpoint, path: Path, world: World) -> None:
    if world.is_first:
        state.save(path)


def _prepared(model: nn.Module, config: TrainConfig, world: World) -> nn.Module:
    """The model as steps run it; weights stay those of `model` itself."""
    wrapped = world.wrap(model)
    # Batches differ in their numbers of words, hence the dynamic shapes.
    if config.compile:
        wrapped.compile(dynamic=True)
    return wrapped


def batch_views(
    items: EncodedCatalogue, rows: NDArray[np.int64], seeds: list[int], config: TrainConfig
) -> ViewBatch:
    """The views of a batch's items, drawn from the seeds."""
    batch = items.take(rows)
    rng = np.random.default_rng(seeds)
    sizes = (len(rows), batch.value_rows.shape[1], batch.field_ids.shape[1])
    views = (config.first_view, config.second_view)
    return cut_views(batch, [draw_mask(rng, view, *sizes) for view in views])


def take_step(
    model: nn.Module,
    optimizer: Optimizer,
    objective: Objective,
    views: ViewBatch,
    rate: float,
    world: World,
) -> StepLoss:
    """Update the weights once, at this learning rate; the loss is that before."""
    for group in optimizer.param_groups:
        group["lr"] = rate
    loss = objective(model, views, world)
    optimizer.zero_grad(set_to_none=True)
    loss.total.backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    return loss


def _record(loss: StepLoss, world: World, epoch: int, rate: float) -> dict[str, float]:
    """Means over all processes; every process takes part.

    Raises:
        FloatingPointError: the loss is no longer finite.
    """
    means = {name: world.mean(value) for name, value in loss._asdict().items()}
    if not math.isfinite(means["total"]):
        raise FloatingPointError(
            f"the loss is {means['total']}: lower learning_rate or raise warmup_steps"
        )
    total = means.pop("total")
    return {"epoch": epoch, "loss": total, **means, "lr": rate}


def _checkpoint(
    fingerprint: str, step: int, order: NDArray[np.int64], model: nn.Module, optimizer: Optimizer
) -> Checkpoint:
    return Checkpoint(
        fingerprint=fingerprint,
        step=step,
        order=order,
        model=model.state_dict(),
        optimizer=optimizer.state_dict(),
        random=random_states(),
    )


@contextmanager
def _stop_requested() -> Iterator[list[int]]:
    """A list that is empty until SIGTERM comes, which then no longer ends the process."""
    signals: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        signals.append(number)

    before = signal.signal(signal.SIGTERM, note)
    try:
        yield signals
    finally:
        signal.signal(signal.SIGTERM, before)
