"""Make and check API keys.

    python -m serving.keys new --id shop-web --role read
    python -m serving.keys new --id shop-web --role read --into keys.json
    python -m serving.keys check keys.json

`new` prints a key, this once, and the entry that lets it in; `--into` puts the entry into a file,
which is made if it is not there. `check` says which keys a file holds. Exit codes: 0 done; 2 the
input is wrong.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from serving.access.keys import KeysFileError, entry_of, new_key, parse_keys
from serving.access.roles import WORDS, Role


def new(key_id: str, role: Role, into: Path | None) -> dict[str, object]:
    """A new key with its entry; the entry is added to a file if there is one.

    Raises:
        KeysFileError: the id is none, or the file is none of keys.
        OSError: the file cannot be read or written.
    """
    key = new_key()
    entry = entry_of(key_id, key, role)
    if into is not None:
        _add(entry, into)
    return {"key": key, "entry": entry}


def check(path: Path) -> dict[str, object]:
    """The ids and roles of a file's keys.

    Raises:
        KeysFileError: the file is none of keys.
        OSError: the file cannot be read.
    """
    return {"keys": [{"id": key.id, "role": key.role.word} for key in parse_keys(_raw(path))]}


def _raw(path: Path) -> bytes:
    return path.read_bytes()


def _add(entry: dict[str, object], path: Path) -> None:
    """Add an entry, in one step: a service that reads the file meanwhile finds all of it."""
    entries = [entry]
    if path.exists():
        raw = _raw(path)
        parse_keys(raw)
        entries = [*json.loads(raw)["keys"], entry]
    written = json.dumps({"keys": entries}, indent=1) + "\n"
    parse_keys(written.encode())
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as file:
        file.write(written)
    os.replace(file.name, path)


def main(arguments: list[str] | None = None) -> int:
    """Run a command, print its outcome as JSON, and give the exit code."""
    asked = _parser().parse_args(arguments)
    try:
        if asked.command == "new":
            found = new(asked.id, Role[asked.role.upper()], asked.into)
        else:
            found = check(asked.file)
    except (KeysFileError, OSError) as error:
        print(f"error: {error}", file=sys.stderr, flush=True)
        return 2
    print(json.dumps(found, indent=1), flush=True)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m serving.keys",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("new", help="make a key")
    making.add_argument("--id", required=True, help="names the caller, in logs and metrics")
    making.add_argument("--role", required=True, choices=WORDS)
    making.add_argument("--into", type=Path, metavar="FILE", help="file to put the entry into")
    checking = commands.add_parser("check", help="say which keys a file holds")
    checking.add_argument("file", type=Path)
    return parser


if __name__ == "__main__":
    sys.exit(main())
