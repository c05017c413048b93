"""Which catalogue a stack is for: its name on disk, the digest of its content, the sample."""

import hashlib
import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from local.part import LocalError, WrongInput
from local.stack import ROOT, python_module

SAMPLE_COMMAND = python_module("catalog.sample")
CHECK_COMMAND = (*python_module("catalog"), "validate")

MIN_ITEMS = 11
"""Items of the smallest catalogue that can be evaluated; what is trained must be evaluated."""

_TOLD_CHARS = 2_000


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """What a person asked to have recommendations for."""

    path: Path
    """The table; absolute."""
    schema: Path | None
    """A schema of its own, or None for the one that ingest finds."""
    mapping: Path | None
    """Which column is which field, or None for what ingest infers."""
    slug: str
    """Name of its folder below the data folder."""

    def digest(self) -> str:
        """SHA-256, in hex, of the table, the schema and the mapping."""
        digest = hashlib.sha256()
        for path in (self.path, self.schema, self.mapping):
            for file in _files(path):
                digest.update(f"{file.name}\0".encode())
                with file.open("rb") as content:
                    digest.update(hashlib.file_digest(content, "sha256").digest())
            digest.update(b"\n")
        return digest.hexdigest()


def find_catalogue(path: Path, schema: Path | None, mapping: Path | None) -> Catalogue:
    """The catalogue at a path that somebody typed.

    Raises:
        WrongInput: one of the files is not there.
    """
    for name, given in (("CATALOG", path), ("SCHEMA", schema), ("MAPPING", mapping)):
        if given is not None and not given.exists():
            raise WrongInput(f"{name}: expected a file, got {given}, which is not there")
    table = path.resolve()
    place = hashlib.sha256(str(table).encode()).hexdigest()[:6]
    stem = re.sub(r"[^a-z0-9]+", "-", table.stem.lower()).strip("-") or "catalogue"
    return Catalogue(
        path=table,
        schema=schema and schema.resolve(),
        mapping=mapping and mapping.resolve(),
        slug=f"{stem[:40]}-{place}",
    )


def check_catalogue(catalogue: Catalogue, command: tuple[str, ...] = CHECK_COMMAND) -> None:
    """Return if enough items can be made of a catalogue; pictures are not looked at.

    Args:
        catalogue: what was typed.
        command: checks the catalogue that follows it. Says on its output what is wrong, or as
            JSON how many items are `kept`.

    Raises:
        WrongInput: it cannot be used; says why, as the command does.
    """
    typed = [*command, str(catalogue.path), "--json"]
    for option, path in (("--schema", catalogue.schema), ("--mapping", catalogue.mapping)):
        typed += [option, str(path)] if path else []
    done = subprocess.run(typed, cwd=ROOT, check=False, capture_output=True, text=True)
    told = _what_is_wrong(catalogue, done)
    if told:
        raise WrongInput(
            f"CATALOG: {catalogue.path} cannot be used, nothing was started or stopped:\n{told}"
        )


def _what_is_wrong(catalogue: Catalogue, done: "subprocess.CompletedProcess[str]") -> str:
    """Why the check did not pass, or nothing."""
    try:
        found = json.loads(done.stdout)
        rows, kept, rejected = found["rows"], found["kept"], found["rejected"]
    except (ValueError, KeyError):
        return (done.stderr or done.stdout).strip()[-_TOLD_CHARS:] or f"exit code {done.returncode}"
    if done.returncode != 0:
        faults = "; ".join(f"{count} x {kind}" for kind, count in found["faults"].items())
        return (
            f"of {rows} rows {kept} make items and {rejected} are set aside, too many: {faults}; "
            f"`python -m catalog validate {catalogue.path} --rejects FILE` writes each of them"
        )
    if kept < MIN_ITEMS:
        return f"expected at least {MIN_ITEMS} items, as ten neighbours are looked for, got {kept}"
    return ""


def sample_catalogue(data: Path, command: tuple[str, ...] = SAMPLE_COMMAND) -> Catalogue:
    """The sample catalogue, made below `data` the first time.

    Args:
        data: folder of all stacks.
        command: makes the sample in the folder that follows `--out`.

    Raises:
        LocalError: it could not be made.
    """
    folder = data / "sample" / "catalogue"
    if not folder.exists():
        partial = folder.with_name(".catalogue.partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.parent.mkdir(parents=True, exist_ok=True)
        done = subprocess.run([*command, "--out", str(partial)], cwd=ROOT, check=False)
        if done.returncode != 0:
            raise LocalError(f"the sample catalogue: {command[-1]} ended with {done.returncode}")
        partial.rename(folder)
    path = folder / "items.jsonl"
    return Catalogue(path=path.resolve(), schema=None, mapping=None, slug="sample")


def _files(path: Path | None) -> list[Path]:
    if path is None:
        return []
    return sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
