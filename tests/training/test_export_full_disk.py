"""No disk left for a bundle: one line that says so, nothing by halves; a second run goes well."""

from pathlib import Path

from catalog.bundle import verify_bundle
from tests.catalog.command_line import run
from tests.catalog.small_disk import small_disk
from tests.training.small_run import small_items, write_items_dir, write_run


def test_a_bundle_is_whole_or_absent(tmp_path: Path) -> None:
    items = write_items_dir(tmp_path / "items", small_items())
    model = write_run(tmp_path / "run")
    command = ("training.export", "--model", model, "--items", items, "--generation", "g0001")
    with small_disk("tmpfs", tmp_path / "disk", 100) as disk:
        arguments = (*command, "--out", disk.folder / "bundle")
        refused = run(*arguments, max_file_bytes=disk.max_file_bytes, max_bytes=None)
        assert refused.code == 2, refused.error
        assert refused.error.startswith("export: ")
        assert refused.error.endswith("; make room or choose another place, then run it again\n")
        assert refused.error.count("\n") == 1
        assert disk.names() == set()
        disk.enlarge()
        done = run(*arguments, max_bytes=None)
        assert done.code == 0, done.error
        assert verify_bundle(disk.folder / "bundle")["generation"] == "g0001"
