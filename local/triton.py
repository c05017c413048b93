"""Triton from the wheel nvidia-pytriton: the real `tritonserver`, on one bundle, on loopback.

The wheel has Triton's `python` backend alone. `local/backends/` adds `onnxruntime` and `pytorch`
as Python-based backends, so that a bundle made for NVIDIA's image is served here unchanged.
"""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from catalog.bundle import move_into_place, sha256_of, verify_bundle
from local.part import NotReady, WrongInput
from local.ports import HOST, http_status
from local.processes import Command

PORTS = ("http", "grpc", "metrics")
"""The ports of one server."""

_BACKENDS = Path(__file__).with_name("backends")
_NO_CACHE = shutil.ignore_patterns("__pycache__")
_STUB = "triton_python_backend_stub"
_SHARED_MEMORY = Path("/dev/shm")


@dataclass(frozen=True, kw_only=True)
class TritonConfig:
    """One Triton server."""

    name: str
    """The part it is, such as `triton-g0001`."""
    stack: Path
    """Data folder of the stack."""
    bundle: Path
    """The model repository: a bundle's folder."""
    ports: Mapping[str, int]
    """TCP port on loopback of each of PORTS."""
    is_sealed: bool = True
    """The bundle has a manifest, and is refused unless every file is as that says."""

    def __post_init__(self) -> None:
        """Refuse a set of ports that is not exactly PORTS."""
        if set(self.ports) != set(PORTS):
            raise ValueError(f"ports: expected {sorted(PORTS)}, got {sorted(self.ports)}")


class Triton:
    """The part that serves one generation."""

    def __init__(self, config: TritonConfig) -> None:
        """A server as `config` says; nothing is started."""
        self._config = config
        self._backends: Path | None = None

    @property
    def name(self) -> str:
        """Its name in messages, logs and states."""
        return self._config.name

    def prepare(self) -> None:
        """Check the bundle, lay it out for Triton and put the backends together.

        Raises:
            BundleError: the bundle is not what its manifest says.
        """
        require_platform()
        if self._config.is_sealed:
            verify_bundle(self._config.bundle)
        self._backends = build_backends(self._config.stack / "backends")
        link_tree(self._config.bundle, self._repository)
        self.clean()

    def command(self) -> Command:
        """The server, once prepared; its Python stubs are in its group."""
        return Command(
            name=self.name,
            argv=(str(_wheel() / "tritonserver" / "bin" / "tritonserver"), *self._flags()),
            env=_environment(),
            cwd=self._config.stack,
            log=self._config.stack / "logs" / f"{self.name}.log",
            stack=self._config.stack,
        )

    def check(self) -> None:
        """Raise NotReady unless the server and all models of the bundle are ready."""
        try:
            status = http_status(self._config.ports["http"], "/v2/health/ready")
        except OSError as error:
            raise NotReady(f"no answer on port {self._config.ports['http']}: {error}") from error
        if status != 200:
            raise NotReady(f"/v2/health/ready answers {status}")

    def finish(self) -> None:
        """Nothing more: a ready server has loaded its models."""

    def clean(self) -> None:
        """Remove the shared memory that a killed server leaves behind."""
        remove_shared_memory(self._config.ports)

    @property
    def endpoint(self) -> str:
        """`host:port` of gRPC."""
        return f"{HOST}:{self._config.ports['grpc']}"

    @property
    def _repository(self) -> Path:
        return self._config.stack / "serving" / self.name

    def _flags(self) -> list[str]:
        ports, stack = self._config.ports, self._config.stack
        assert self._backends is not None, "prepared before"
        flags = {
            # Relative to the server's own folder: Triton starts its stubs by an unquoted line for
            # bash, and a stack may lie in a path with a space.
            "model-repository": self._repository.relative_to(stack),
            "backend-directory": self._backends.relative_to(stack),
            "backend-config": f"python,shm-region-prefix-name={region_of(ports)}",
            "http-address": HOST,
            "http-port": ports["http"],
            "grpc-address": HOST,
            "grpc-port": ports["grpc"],
            "metrics-address": HOST,
            "metrics-port": ports["metrics"],
            "allow-gpu-metrics": "false",
            "exit-timeout-secs": 5,
        }
        # A bundle's configs are whole: letting Triton complete them starts every stub twice.
        words = [f"--{name}={value}" for name, value in flags.items()]
        return ["--disable-auto-complete-config", *words]


def region_of(ports: Mapping[str, int]) -> str:
    """How the names of a server's regions of shared memory begin."""
    return f"modiste-triton-{ports['grpc']}-"


def remove_shared_memory(ports: Mapping[str, int]) -> None:
    """Remove the shared memory that the server on `ports` left behind when it was killed."""
    for region in _SHARED_MEMORY.glob(f"{region_of(ports)}*"):
        region.unlink(missing_ok=True)


def require_machine(system: str, machine: str) -> None:
    """Raise WrongInput unless the wheel has a build for a system such as Linux on x86_64."""
    if (system, machine) != ("Linux", "x86_64"):
        raise WrongInput(
            f"Triton: expected Linux on x86_64, got {system} on {machine}; the wheel "
            "nvidia-pytriton has no other build: use such a machine, or a container of that kind"
        )


def require_platform() -> None:
    """Raise WrongInput unless this machine can run the wheel, and the wheel is there."""
    require_machine(platform.system(), platform.machine())
    if not (_wheel() / "tritonserver" / "bin" / "tritonserver").exists():
        raise WrongInput(
            f"Triton: expected the server in {_wheel()}, got none; "
            "install nvidia-pytriton, which the extra `laptop` names"
        )
    if not _stub().exists():
        raise WrongInput(
            f"Triton: expected a Python that the wheel has a stub for, got {_python_version()}; "
            "use Python 3.11, 3.12 or 3.13"
        )
    # Without arguments the stub ends at once; 127 is the loader's word for a missing library.
    stub = subprocess.run([_stub()], env=_environment(), capture_output=True, check=False)
    if stub.returncode == 127:
        raise WrongInput(
            f"Triton: {stub.stderr.decode().strip()}; install the shared library of Python "
            f"{_python_version()} (Debian: libpython{_python_version()}), or use a Python that "
            "brings it, such as uv's"
        )


def link_tree(source: Path, target: Path) -> None:
    """Make `target` a folder with the same files as `source`, linked where the disk allows that.

    Triton's stubs write compiled Python beside the models, and a bundle must stay what it was.
    """
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, copy_function=_link, ignore=_NO_CACHE)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def build_backends(root: Path) -> Path:
    """The folder that Triton looks for backends in, put together under `root` unless it is there.

    Its name is a digest of what is in it, so that a running server's folder is never changed.
    """
    sources = {path: _target_of(path) for path in _sources()}
    digest = hashlib.sha256()
    for path, target in sources.items():
        digest.update(f"{target} {sha256_of(path)}\n".encode())
    folder = root / digest.hexdigest()[:16]
    if not folder.exists():
        partial = root / f".{folder.name}-{os.getpid()}"
        for path, target in sources.items():
            # Copies: Triton refuses a backend whose library lies elsewhere, as that of a link does.
            (partial / target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, partial / target)
        (partial / "python" / _STUB).chmod(0o755)
        move_into_place(partial, folder)
    return folder


def _sources() -> list[Path]:
    wheel = _wheel() / "tritonserver" / "backends" / "python"
    ours = [path for path in sorted(_BACKENDS.rglob("*.py")) if path.parent.name != "__pycache__"]
    return [*ours, wheel / "libtriton_python.so", wheel / "triton_python_backend_utils.py", _stub()]


def _target_of(source: Path) -> Path:
    """Where a file belongs in the folder of backends."""
    if not source.is_relative_to(_BACKENDS):
        return Path("python") / source.name
    if source.name == "model.py":
        return source.relative_to(_BACKENDS)
    # The stubs have the folder `python` on their path. The checkout must not be: a bundle carries
    # its own `catalog`, which would be hidden by ours.
    return Path("python", "local", "backends", source.name)


def _environment() -> dict[str, str]:
    """Where Triton finds its libraries, and its stubs Python and this Python's packages.

    The stubs embed Python without regard to PYTHONPATH. They take the first `python3` of PATH for
    their own and, where that belongs to a virtual environment, its packages.
    """
    libraries = [str(Path(sysconfig.get_path("purelib")) / "nvidia_pytriton.libs")]
    # A Python that is not the system's has its shared library beside it, if it has one.
    for folder in (Path(sysconfig.get_config_var("LIBDIR") or ""), Path(sys.base_prefix) / "lib"):
        if (folder / f"libpython{_python_version()}.so.1.0").exists():
            libraries.append(str(folder))
    scripts = str(Path(sys.executable).parent)
    return {
        "LD_LIBRARY_PATH": ":".join(libraries),
        "PATH": f"{scripts}:{os.environ.get('PATH', os.defpath)}",
    }


def _wheel() -> Path:
    return Path(sysconfig.get_path("purelib")) / "pytriton"


def _python_version() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def _stub() -> Path:
    stubs = _wheel() / "tritonserver" / "python_backend_stubs"
    return stubs / _python_version() / _STUB
