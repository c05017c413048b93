"""The arguments that every command takes, and the catalogue that they name."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from catalog.mapping import ColumnMapping
from catalog.plan import Plan, make_plan
from catalog.readers.detect import find_catalogue, open_source
from catalog.readers.source import Source
from catalog.reading import given_by
from catalog.remote import local_catalogue
from catalog.schema import Schema


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A catalogue and what the command line says of it.

    Attributes:
        path: its file, or the folder of its documents.
        source: its rows.
        schema: the fields that were given, if any.
        mapping: what was given of its columns, if anything.
        max_reject_share: share of rows that may break with the default schema.
    """

    path: Path
    source: Source
    schema: Schema | None
    mapping: ColumnMapping | None
    max_reject_share: float = 0.05

    def plan(self) -> Plan:
        """How it is to be read; see `catalog.plan.make_plan`."""
        return make_plan(
            self.source,
            schema=self.schema,
            mapping=self.mapping,
            max_reject_share=self.max_reject_share,
        )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The catalogue, its schema and its mapping."""
    add = parser.add_argument
    add("catalogue", help="file, folder that holds one, s3:// or http(s):// address")
    add("--schema", type=Path, help="schema file (JSON); found in the catalogue if absent")
    add("--mapping", type=Path, help="which column is what (JSON); found if absent")


@contextmanager
def opened(options: argparse.Namespace) -> Iterator[Opened]:
    """The catalogue that the arguments name.

    Raises:
        CatalogueError: it is not there, or cannot be read.
        SchemaError: the schema file is none.
    """
    given = given_by(options)
    mapping: ColumnMapping | None = given["mapping"]
    with local_catalogue(options.catalogue) as catalogue:
        path = find_catalogue(catalogue)
        source = open_source(path, mapping.options if mapping else None)
        yield Opened(path=path, source=source, **given)


def add_reject_share(parser: argparse.ArgumentParser) -> None:
    """How much may be set aside."""
    parser.add_argument(
        "--max-reject-share", type=_share, default=0.05, help="rows that may be set aside [0.05]"
    )


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"expected a share from 0 to 1, got {text}")
    return share
