"""Where what outlives a step is kept."""

import tempfile
from pathlib import Path

from components.work import work_folder


def test_the_environment_names_the_work_folder(tmp_path: Path) -> None:
    folder = work_folder("train", "abc", environ={"MODISTE_WORK": str(tmp_path / "volume")})
    assert folder == tmp_path / "volume" / "train" / "abc"
    assert folder.is_dir()


def test_without_it_the_folder_is_a_temporary_one() -> None:
    folder = work_folder("test", environ={})
    assert folder == Path(tempfile.gettempdir()) / "modiste-work" / "test"
    folder.rmdir()
