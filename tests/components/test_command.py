"""How a component runs a command and tells why it failed."""

import sys
from pathlib import Path

import pytest

from components.command import StepFailedError, output_of, run, run_json


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty module that `python -m said` runs; to be written by the test."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path / "said.py"


def test_what_a_command_prints_is_returned_and_shown(
    module: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    module.write_text("import sys; print(sys.argv[1:]); print('on the way', file=sys.stderr)")
    assert run("said", "--number", 3) == "['--number', '3']\n"
    shown = capsys.readouterr()
    assert shown.out == "['--number', '3']\n"
    assert shown.err == "on the way\n"


def test_only_the_last_line_need_be_json(module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    module.write_text("print('a warning'); print('{\"state\": \"staged\"}')")
    assert run_json("said") == {"state": "staged"}
    assert capsys.readouterr().out == ""


def test_a_failure_repeats_the_end_of_what_the_command_said(module: Path) -> None:
    module.write_text(
        "import sys\nfor n in range(40): print('line', n, file=sys.stderr)\n"
        "sys.exit('error: row 7 is broken')"
    )
    with pytest.raises(StepFailedError, match=r"^said ended with 1: line 29\n") as caught:
        output_of("said")
    assert caught.value.returncode == 1
    assert caught.value.tail.endswith("line 39\nerror: row 7 is broken")


def test_a_failure_without_a_word_is_told_as_such(module: Path) -> None:
    module.write_text("import sys; sys.exit(3)")
    with pytest.raises(StepFailedError, match=r"^said ended with 3: it gave no reason$"):
        run("said")


def test_a_killed_command_is_told_by_its_signal(module: Path) -> None:
    module.write_text("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    with pytest.raises(StepFailedError, match=r"^said ended with -9: "):
        run("said")


@pytest.mark.parametrize(
    ("printed", "reason"),
    [
        ("no JSON", "expected a line of JSON, got 'no JSON'"),
        ("[1]", r"expected a JSON object, got '\[1\]'"),
    ],
)
def test_an_answer_that_is_no_json_object_is_a_failure(
    module: Path, printed: str, reason: str
) -> None:
    module.write_text(f"print({printed!r})")
    with pytest.raises(StepFailedError, match=reason):
        run_json("said")


def test_commands_run_with_this_very_python(module: Path) -> None:
    module.write_text("import sys; print(sys.executable)")
    assert output_of("said").strip() == sys.executable
