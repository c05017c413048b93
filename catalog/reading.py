"""Which catalogue is read, and what was given of it: for ingest, whole or in shards."""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.mapping import ColumnMapping
from catalog.plan import Plan, make_plan
from catalog.readers.detect import find_catalogue, open_source
from catalog.schema import Schema


@dataclass(frozen=True, kw_only=True)
class ReadConfig:
    """What to read, and how far it may be wrong."""

    catalogue: Path
    """The catalogue's file, or a folder that holds one; pictures are looked for beside it."""
    schema: Schema | None = None
    """The fields; found in the catalogue if None."""
    mapping: ColumnMapping | None = None
    """Which column is what; found in the catalogue as far as it does not say."""
    max_reject_share: float = 0.05
    """The share of all rows that may be set aside, 0 to 1."""

    def __post_init__(self) -> None:
        """Raise ValueError for a share that is none."""
        if not 0 <= self.max_reject_share <= 1:
            raise ValueError(
                f"max_reject_share: expected a share from 0 to 1, got {self.max_reject_share}"
            )

    def find(self) -> Path:
        """The file to read, or the folder of its documents.

        Raises:
            CatalogueError: there is none, or more than one.
        """
        return find_catalogue(self.catalogue)

    def plan(self, path: Path) -> Plan:
        """How what `find` found is to be read.

        Raises:
            CatalogueError: it cannot be.
        """
        return make_plan(
            open_source(path, self.mapping.options if self.mapping else None),
            schema=self.schema,
            mapping=self.mapping,
            max_reject_share=self.max_reject_share,
        )


def given_by(options: argparse.Namespace) -> dict[str, Any]:
    """Schema and mapping of the command line, as arguments of a configuration.

    Raises:
        CatalogueError, SchemaError: a file is none.
    """
    return {
        "schema": Schema.load(options.schema) if options.schema else None,
        "mapping": ColumnMapping.load(options.mapping) if options.mapping else None,
    }
