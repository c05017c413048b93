"""One stack: the services of one catalogue, with all they keep in one folder.

.modiste/<slug>/
    stack.json          what this stack is (StackConfig)
    credentials.json    generated passwords and keys, readable by their owner alone
    ports.json          the port of each part, chosen once
    state.json          what the supervisor last saw of each part
    supervisor.lock     held as long as the supervisor lives
    done.json           the catalogue content that the pipeline last went through with
    catalogue/          the sample catalogue, where none was given
    postgres/ objects/ bundles/ runs/    data
    backends/ serving/  what Triton loads, made again at need
    logs/<part>.log
"""

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
"""The checkout."""

BUCKET = "modiste"


def python_module(module: str) -> tuple[str, ...]:
    """The command that runs a module with this very Python."""
    return (sys.executable, "-m", module)


@dataclass(frozen=True, kw_only=True)
class StackConfig:
    """What a stack is; written to stack.json for its supervisor."""

    folder: Path
    """All that the stack keeps; absolute."""
    catalogue: Path
    """The catalogue it was started for; absolute."""
    port: int
    """TCP port of the API on loopback, 1..65535."""
    migrate_command: tuple[str, ...] = python_module("serving.migrate")
    """Brings the database to the schema of the code; ends with 0."""
    api_command: tuple[str, ...] = python_module("serving.main")
    """The API; told its host and port by MODISTE_HOST and MODISTE_PORT."""

    def __post_init__(self) -> None:
        """Refuse relative paths and ports that are none."""
        for name in ("folder", "catalogue"):
            if not getattr(self, name).is_absolute():
                raise ValueError(f"{name}: expected an absolute path, got {getattr(self, name)}")
        if not 1 <= self.port <= 65535:
            raise ValueError(f"port: expected 1..65535, got {self.port}")

    @property
    def logs(self) -> Path:
        """Folder of the logs."""
        return self.folder / "logs"

    @property
    def url(self) -> str:
        """Address of the API and its page."""
        return f"http://127.0.0.1:{self.port}"

    def save(self) -> None:
        """Write stack.json."""
        values = asdict(self)
        values |= {"folder": str(self.folder), "catalogue": str(self.catalogue)}
        write_json(self.folder / "stack.json", values)


def load_stack(folder: Path) -> StackConfig:
    """The stack of a folder.

    Raises:
        OSError: there is no stack.json.
    """
    values = json.loads((folder / "stack.json").read_text(encoding="utf-8"))
    return StackConfig(
        folder=folder,
        catalogue=Path(values["catalogue"]),
        port=values["port"],
        migrate_command=tuple(values["migrate_command"]),
        api_command=tuple(values["api_command"]),
    )


def write_json(path: Path, values: Any, mode: int = 0o644) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    partial.unlink(missing_ok=True)
    partial.touch(mode=mode)
    partial.write_text(json.dumps(values, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    partial.replace(path)


def read_json(path: Path) -> dict[str, Any]:
    """A file that `write_json` wrote, or an empty one where there is none."""
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return values
