"""Short training runs in processes of their own, and what they left behind."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import torch

ROOT = Path(__file__).parents[2]
SETTINGS = [
    *("--preset", "smoke", "--set", "batch_size=8", "--set", "min_steps=10", "--set", "epochs=1"),
    *("--set", "checkpoint_every=3"),
]
REFERENCE = Path(__file__).with_name("ten_losses.json")


def command(items: Path, out: Path) -> list[str]:
    return ["--items", str(items), "--out", str(out)]


def losses(out: Path) -> list[float]:
    return [json.loads(line)["loss"] for line in (out / "metrics.jsonl").read_text().splitlines()]


def start(
    items: Path, out: Path, *more: str, launcher: tuple[str, ...] = ()
) -> subprocess.Popen[str]:
    program = [sys.executable, *(launcher or ("-m",)), "training.train"]
    return subprocess.Popen(
        [*program, *command(items, out), *SETTINGS, *more],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(items: Path, out: Path, *more: str, launcher: tuple[str, ...] = ()) -> Path:
    """Run to the end in a process of its own: equal bits need equal numbers of threads."""
    run = start(items, out, *more, launcher=launcher)
    _, errors = run.communicate(timeout=200)
    assert run.returncode == 0, errors
    return out


def same_weights(one: Path, other: Path) -> bool:
    for name in ("item_tower.pth", "normalization_head.pth"):
        a, b = (torch.load(run / name, weights_only=True)["state_dict"] for run in (one, other))
        if not all(torch.equal(a[key], b[key]) for key in a):
            return False
    return True


def wait_for(path: Path, running: subprocess.Popen[str], timeout_s: float = 60) -> None:
    until = time.monotonic() + timeout_s
    while not path.exists():
        assert running.poll() is None, running.communicate()
        assert time.monotonic() < until, f"{path} did not come"
        time.sleep(0.005)


def kill_after_a_checkpoint(items: Path, out: Path) -> None:
    """Start a run and kill it midway."""
    run = start(items, out)
    wait_for(out / "checkpoint.pt", run)
    run.send_signal(signal.SIGKILL)
    run.communicate()
    assert not (out / "train.json").exists()
