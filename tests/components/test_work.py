"""Where what outlives a step is kept."""

import tempfile
from pathlib import Path

import pytest

from components.work import work_folder, work_root


def test_the_environment_names_the_work_folder(tmp_path: Path) -> None:
    folder = work_folder("train", "abc", environ={"MODISTE_WORK": str(tmp_path / "volume")})
    assert folder == tmp_path / "volume" / "train" / "abc"
    assert folder.is_dir()


def test_on_a_cluster_it_is_the_mounted_volume() -> None:
    assert work_root({"MODISTE_PLATFORM": "kubernetes"}) == Path("/work")


def test_a_platform_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="MODISTE_PLATFORM: expected one of laptop, kubernetes"):
        work_root({"MODISTE_PLATFORM": "moon"})


def test_without_it_the_folder_is_a_temporary_one() -> None:
    folder = work_folder("test", environ={})
    assert folder == Path(tempfile.gettempdir()) / "modiste-work" / "test"
    folder.rmdir()
