"""What the pipeline is started with."""

from pathlib import Path

import pytest

from local.pipeline import PIPELINE_VARIABLE, environment_for
from local.stack import StackConfig


def test_the_way_to_other_stores_is_left_out_and_the_rest_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION", "PGSSLMODE", "OMP_NUM_THREADS"):
        monkeypatch.setenv(name, "theirs")
    stack = StackConfig(folder=tmp_path, catalogue=tmp_path / "shop.csv", port=8080)
    found = environment_for(stack, {"AWS_REGION": "ours"})
    assert found["AWS_REGION"] == "ours"
    assert found["OMP_NUM_THREADS"] == "theirs"
    assert found[PIPELINE_VARIABLE] == str(tmp_path)
    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN", "PGSSLMODE"} & set(found)
