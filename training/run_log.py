"""What a run tells of itself: a progress bar, `metrics.jsonl` and TensorBoard."""

import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from torch.utils.tensorboard import SummaryWriter
from tqdm import tqdm

METRICS = "metrics.jsonl"
LINES = 10
"""How often a run tells of its progress where there is no terminal for a bar."""


class RunLog:
    """Opened once a run, by the first process; goes on after `first_step` steps of an earlier one.

    Lines that an interrupted run wrote after its last checkpoint are taken out, since their
    steps are taken again.
    """

    def __init__(self, folder: Path, *, first_step: int, num_steps: int, batch_size: int) -> None:
        _cut(folder / METRICS, first_step)
        self._file = (folder / METRICS).open("a", encoding="utf-8")
        self._board = SummaryWriter(folder / "tensorboard", purge_step=first_step + 1)
        # No bar in a log file: `disable=None` shows it on a terminal only, and lines tell instead.
        self._bar = tqdm(total=num_steps, initial=first_step, unit="step", disable=None)
        self._batch_size, self._num_steps = batch_size, num_steps
        self._since, self._step = time.perf_counter(), first_step

    def __enter__(self) -> "RunLog":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._bar.close()
        self._board.close()
        self._file.close()

    def write(self, step: int, values: Mapping[str, float]) -> None:
        """Record the values of a step, and the items per second since the last record."""
        now = time.perf_counter()
        rate = (step - self._step) * self._batch_size / max(now - self._since, 1e-9)
        self._bar.update(step - self._step)
        self._bar.set_postfix(loss=f"{values['loss']:.3f}")
        if self._bar.disable and self._tenth(step) > self._tenth(self._step):
            told = (
                f"step {step} of {self._num_steps}, loss {values['loss']:.3f}, {rate:.0f} items/s"
            )
            print(told, file=sys.stderr, flush=True)
        self._since, self._step = now, step
        record = {"step": step, **values, "items_per_s": round(rate, 1)}
        self._file.write(json.dumps(record) + "\n")
        self._file.flush()
        for name, value in record.items():
            self._board.add_scalar(name, value, step)

    def _tenth(self, step: int) -> int:
        return step * LINES // self._num_steps


class SilentLog:
    """The log of the other processes."""

    def __enter__(self) -> "SilentLog":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing was opened."""

    def write(self, step: int, values: Mapping[str, float]) -> None:
        """Say nothing."""


def _cut(path: Path, last_step: int) -> None:
    if not path.exists():
        return
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line.endswith("}") and json.loads(line)["step"] <= last_step]
    path.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")
