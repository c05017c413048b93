"""`make render` writes every rendering, and ends with the reason where one is refused."""

from pathlib import Path

import pytest

from k8s.render import main, render_all
from k8s.renderings import Chart, Kustomization, RenderError, renderings


def test_each_rendering_has_a_file_and_files_of_former_ones_go(tmp_path: Path) -> None:
    (tmp_path / "k8s-former.yaml").write_text("", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("", encoding="utf-8")

    paths = render_all(tmp_path)

    names = {f"{one.name}.yaml" for one in renderings()}
    assert {path.name for path in paths} == names
    assert {path.name for path in tmp_path.iterdir()} == {*names, "notes.txt"}
    assert all("kind: Deployment" in path.read_text(encoding="utf-8") for path in paths)


def test_a_tool_that_is_too_old_ends_it_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    old = tmp_path / "helm"
    old.write_text("#!/bin/sh\necho v3.9.4\n", encoding="utf-8")
    old.chmod(0o755)
    monkeypatch.setenv("HELM", str(old))

    assert main(["--out", str(tmp_path / "out")]) == 1

    assert "error: helm: expected 4.0 or later from HELM=" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_what_kustomize_refuses_is_said_with_its_command(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=r"kubectl kustomize .*k8s: error: "):
        Kustomization(name="k8s").render(tmp_path)


def test_what_helm_refuses_is_said_with_its_command(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=r"helm lint --strict .*helm/modiste: Error: "):
        Chart(name="helm").lint(tmp_path)
