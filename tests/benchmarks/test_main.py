"""Running all benchmarks: names and exit statuses."""

import pytest

from benchmarks.__main__ import BENCHMARKS, main


def test_an_unknown_benchmark_is_named_with_those_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["train_step", "nothing"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == f"no benchmark nothing: {', '.join(BENCHMARKS)}\n"
