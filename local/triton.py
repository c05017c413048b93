"""Triton from the wheel nvidia-pytriton: the real `tritonserver`, on one bundle, on loopback.

The wheel has Triton's `python` backend alone. `local/backends/` adds `onnxruntime` and `pytorch`
as Python-based backends, so that a bundle made for NVIDIA's image is served here unchanged.
"""

import os
import platform
import shutil
import signal
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from catalog.bundle import verify_bundle
from local.part import LocalError, NotReady
from local.ports import HOST, http_status
from local.processes import Command

PORTS = ("http", "grpc", "metrics")
"""The ports of one server."""

_BACKENDS = Path(__file__).with_name("backends")
_NO_CACHE = shutil.ignore_patterns("__pycache__")
_PACKAGES = "packages"
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
        self._backends = config.stack / "backends"

    @property
    def name(self) -> str:
        """Its name in messages, logs and states."""
        return self._config.name

    def prepare(self) -> None:
        """Check the bundle and put the backends together.

        Raises:
            BundleError: the bundle is not what its manifest says.
        """
        require_platform()
        if self._config.is_sealed:
            verify_bundle(self._config.bundle)
        build_backends(self._backends)
        self.clean()

    def command(self) -> Command:
        """The server; its Python stubs are in its group."""
        return Command(
            name=self.name,
            argv=(str(_wheel() / "tritonserver" / "bin" / "tritonserver"), *self._flags()),
            env=_environment(self._backends / _PACKAGES),
            cwd=self._config.stack,
            log=self._config.stack / "logs" / f"{self.name}.log",
            stack=self._config.stack,
            stop_signal=signal.SIGTERM,
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
        for region in _SHARED_MEMORY.glob(f"{self._region}*"):
            region.unlink(missing_ok=True)

    @property
    def endpoint(self) -> str:
        """`host:port` of gRPC."""
        return f"{HOST}:{self._config.ports['grpc']}"

    @property
    def _region(self) -> str:
        return f"modiste-triton-{self._config.ports['grpc']}-"

    def _flags(self) -> list[str]:
        ports = self._config.ports
        flags = {
            "model-repository": self._config.bundle,
            "backend-directory": self._backends,
            "backend-config": f"python,shm-region-prefix-name={self._region}",
            "http-address": HOST,
            "http-port": ports["http"],
            "grpc-address": HOST,
            "grpc-port": ports["grpc"],
            "metrics-address": HOST,
            "metrics-port": ports["metrics"],
            "allow-gpu-metrics": "false",
            "exit-timeout-secs": 5,
        }
        return [f"--{name}={value}" for name, value in flags.items()]


def require_platform() -> None:
    """Raise LocalError unless this machine can run the wheel."""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise LocalError(
            f"Triton: expected Linux on x86-64, got {platform.system()} on {platform.machine()}; "
            "the wheel nvidia-pytriton has no other build: use such a machine or a container of it"
        )
    if not (_wheel() / "tritonserver" / "bin" / "tritonserver").exists():
        raise LocalError(
            f"Triton: expected the server in {_wheel()}, got none; "
            "install nvidia-pytriton, which the extra `laptop` names"
        )
    if not _stub().exists():
        raise LocalError(
            f"Triton: expected a Python that the wheel has a stub for, got {_python_version()}; "
            "use Python 3.11, 3.12 or 3.13"
        )


def build_backends(target: Path) -> None:
    """Put together the folder that Triton looks for backends in; replaces an older one."""
    partial = target.with_name(f".{target.name}-{os.getpid()}")
    shutil.rmtree(partial, ignore_errors=True)
    for name in ("onnxruntime", "pytorch"):
        shutil.copytree(_BACKENDS / name, partial / name, ignore=_NO_CACHE)
    # Under its full name, and without the checkout on the path: a bundle carries its own `catalog`.
    shared = partial / _PACKAGES / "local" / "backends"
    shared.mkdir(parents=True)
    shutil.copy(_BACKENDS / "batching.py", shared)
    wheel = _wheel() / "tritonserver" / "backends" / "python"
    (partial / "python").mkdir()
    for name in ("libtriton_python.so", "triton_python_backend_utils.py"):
        (partial / "python" / name).symlink_to(wheel / name)
    stub = partial / "python" / "triton_python_backend_stub"
    shutil.copyfile(_stub(), stub)
    stub.chmod(0o755)
    shutil.rmtree(target, ignore_errors=True)
    partial.rename(target)


def _environment(shared: Path) -> dict[str, str]:
    """Where Triton and its stubs find their libraries and Python's packages."""
    packages = sysconfig.get_path("purelib")
    libraries = [str(Path(packages) / "nvidia_pytriton.libs")]
    python_library = Path(sysconfig.get_config_var("LIBDIR") or "") / _python_library()
    environment = {"PYTHONPATH": f"{shared}:{packages}", "PYTHONDONTWRITEBYTECODE": "1"}
    if python_library.exists():
        # This very Python is a shared library: the stubs shall not run another one.
        libraries.append(str(python_library.parent))
        environment["PYTHONHOME"] = sys.base_prefix
    environment["LD_LIBRARY_PATH"] = ":".join(libraries)
    return environment


def _wheel() -> Path:
    return Path(sysconfig.get_path("purelib")) / "pytriton"


def _python_version() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def _python_library() -> str:
    return f"libpython{_python_version()}.so.1.0"


def _stub() -> Path:
    stubs = _wheel() / "tritonserver" / "python_backend_stubs"
    return stubs / _python_version() / "triton_python_backend_stub"
