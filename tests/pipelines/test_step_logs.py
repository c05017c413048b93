"""What is made of the output of KFP's local runner."""

import io
from pathlib import Path

from pipelines.step_logs import StepLogs, last_reason

OUTPUT = """\
10:00:00.000 - INFO - Running pipeline: \x1b[95m'train-and-deploy'\x1b[0m
10:00:00.000 - INFO - Executing task \x1b[96m'ingest'\x1b[0m
10:00:00.000 - INFO - Streamed logs:

    [KFP Executor 2026-01-01 10:00:00,000 INFO]: Got executor_input:
    {
        "inputs": {}
    }
    60 items kept
      indented

10:00:01.000 - INFO - Task \x1b[96m'ingest'\x1b[0m finished with status \x1b[92mSUCCESS\x1b[0m
10:00:01.000 - INFO - Executing task \x1b[96m'train-item-tower'\x1b[0m
    Traceback (most recent call last):
      File "x.py", line 1, in f
    components.command.StepFailedError: training.train ended with 2: train: epochs is
    above 0

10:00:02.000 - ERROR - Task \x1b[96m'train-item-tower'\x1b[0m finished with status FAILURE
"""


def taken(folder: Path, size: int) -> tuple[StepLogs, str]:
    """The output, written in pieces of a size; returns what was on the screen as well."""
    screen = io.StringIO()
    logs = StepLogs(folder, screen)
    for start in range(0, len(OUTPUT), size):
        logs.write(OUTPUT[start : start + size])
    logs.close()
    return logs, screen.getvalue()


def test_the_screen_shows_what_the_steps_say_and_no_more(tmp_path: Path) -> None:
    logs, screen = taken(tmp_path, size=7)
    lines = screen.splitlines()
    assert lines[:3] == ["ingest:", "  60 items kept", "    indented"]
    assert lines[3].startswith("  done, ")
    assert lines[4] == "train-item-tower:"
    assert lines[5].startswith("  failed, ")
    assert len(lines) == 6
    assert list(logs.seconds) == ["ingest", "train-item-tower"]


def test_each_step_has_its_own_log_without_colours(tmp_path: Path) -> None:
    taken(tmp_path, size=1000)
    ingest = (tmp_path / "ingest.log").read_text()
    assert "60 items kept" in ingest
    assert "Traceback" not in ingest
    assert "Traceback" in (tmp_path / "train-item-tower.log").read_text()
    assert "\x1b" not in ingest


def test_a_failure_names_the_step_its_reason_and_its_log(tmp_path: Path) -> None:
    logs, _ = taken(tmp_path, size=100)
    assert logs.failure() == (
        "the step train-item-tower failed: training.train ended with 2: train: epochs is above 0\n"
        f"its log is {tmp_path / 'train-item-tower.log'}"
    )


def test_a_log_without_an_exception_gives_no_reason() -> None:
    assert last_reason("Killed\n") == "its log gives no reason"
