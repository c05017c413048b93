"""What a generation follows from."""

import subprocess
import sys
from pathlib import Path

from training.fingerprint import SOURCES

ROOT = Path(__file__).parents[2]
LEFT_OUT = {
    # Settings are in the fingerprint by their values.
    "training/config.py",
    "training/fingerprint.py",
    # What a run writes beside its weights.
    *("training/atomic.py", "training/checkpoint.py", "training/run_log.py"),
}


def test_every_file_of_training_that_decides_weights_is_counted() -> None:
    # A process of its own: other tests have loaded more than a training does.
    code = (
        "import sys, training.train; print(*(n for n in sys.modules if n.startswith('training.')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    modules = [name.replace(".", "/") for name in done.stdout.split()]
    loaded = {f"{name}.py" for name in modules if (ROOT / f"{name}.py").exists()}
    assert {name for name in loaded if not name.startswith(SOURCES)} == LEFT_OUT
