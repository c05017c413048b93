"""What all shards of a catalogue have to agree on, decided once and kept as a document."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.consolidate.rules import Rules
from catalog.disk import write_whole
from catalog.flat import FlatTable
from catalog.infer import Profiles
from catalog.mapping import ColumnMapping
from catalog.plan import Plan
from catalog.profile import ColumnProfile
from catalog.readers.detect import open_source
from catalog.readers.source import CatalogueError, ReadOptions
from catalog.schema import Schema, SchemaError
from catalog.shards.content import content_digest
from catalog.shards.row_range import RowRange

FORMAT = 2


@dataclass(frozen=True, kw_only=True)
class ShardPlan:
    """How a catalogue is read, and how it is divided.

    Attributes:
        catalogue: its name.
        content: SHA-256 of what it holds; shards of another version are refused.
        read_as: how it was read, as `summary.json` says it.
        options: what was given of its encoding and delimiter.
        num_rows: its rows, those that make no item included.
        num_shards: parts of as many rows, one after the other.
        max_reject_share: share of all rows that may be set aside.
        schema: the fields.
        rules: which of all items are one; for the join.
        mapping: which column is what; None where rows are items already.
        profiles: what the columns hold, which says how their cells are read; with `mapping`.
    """

    catalogue: str
    content: str
    read_as: Mapping[str, str]
    options: ReadOptions
    num_rows: int
    num_shards: int
    max_reject_share: float
    schema: Schema
    rules: Rules
    mapping: ColumnMapping | None
    profiles: Profiles

    def to_json(self) -> dict[str, object]:
        """The document; `from_json` reads it back."""
        return {
            "format": FORMAT,
            "catalogue": self.catalogue,
            "content": self.content,
            "read_as": dict(self.read_as),
            "encoding": self.options.encoding,
            "delimiter": self.options.delimiter,
            "rows": self.num_rows,
            "shards": self.num_shards,
            "max_reject_share": self.max_reject_share,
            "schema": self.schema.to_json(),
            "rules": self.rules.to_json(),
            "mapping": self.mapping.to_json() if self.mapping else None,
            "columns": [_column(profile) for profile in self.profiles.values()],
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "ShardPlan":
        """Read a plan that `to_json` wrote; raises KeyError, TypeError or ValueError."""
        if document["format"] != FORMAT:
            raise ValueError(f"expected format {FORMAT}, got {document['format']!r:.40}")
        columns = document["columns"]
        profiles = [ColumnProfile(**{**c, "counts": Counter(c["counts"])}) for c in columns]
        mapping = document["mapping"]
        return cls(
            catalogue=document["catalogue"],
            content=document["content"],
            read_as=document["read_as"],
            options=ReadOptions(encoding=document["encoding"], delimiter=document["delimiter"]),
            num_rows=document["rows"],
            num_shards=document["shards"],
            max_reject_share=document["max_reject_share"],
            schema=Schema.from_json(document["schema"]),
            rules=Rules.from_json(document["rules"]),
            mapping=ColumnMapping.from_json(mapping) if mapping else None,
            profiles={profile.name: profile for profile in profiles},
        )

    @classmethod
    def load(cls, path: Path) -> "ShardPlan":
        """Read a plan's file.

        Raises:
            CatalogueError: the file is absent or no plan; names the file and the remedy.
        """
        try:
            return cls.from_json(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, KeyError, TypeError, ValueError, SchemaError) as error:
            raise CatalogueError(
                f"plan {path}: expected a file that python -m catalog.shards plan wrote, got "
                f"{type(error).__name__}: {error}"
            ) from error

    def save(self, path: Path) -> None:
        """Write the plan's file, whole or not at all."""
        write_whole({path: self._text()})

    def digest(self) -> str:
        """What shards name their plan by."""
        return hashlib.sha256(self._text().encode("ascii")).hexdigest()

    def check_shard(self, shard: int) -> None:
        """Raise CatalogueError for a number of a shard that is none."""
        if not 1 <= shard <= self.num_shards:
            raise CatalogueError(
                f"shard: expected 1..{self.num_shards} of {self.catalogue}, got {shard}"
            )

    def _text(self) -> str:
        return json.dumps(self.to_json(), separators=(",", ":"))

    def opened(self, path: Path, shard: int) -> Plan:
        """How the rows of one shard become items.

        Args:
            path: the catalogue, as `find_catalogue` gives it.
            shard: its number, 1..num_shards.

        Raises:
            CatalogueError: it is not the catalogue that was planned.
        """
        found = content_digest(path)
        if found != self.content:
            raise CatalogueError(
                f"{path.name}: expected the catalogue that was planned, {self.content[:12]}, got "
                f"{found[:12]}: it changed since; plan it anew, and ingest all its shards"
            )
        bounds = [number * self.num_rows // self.num_shards for number in (shard - 1, shard)]
        source = RowRange(open_source(path, self.options), *bounds)
        flat = None
        if self.mapping is not None:
            flat = FlatTable(mapping=self.mapping, profiles=self.profiles, schema=self.schema)
        return Plan(source=source, schema=self.schema, flat=flat)


def _column(profile: ColumnProfile) -> dict[str, object]:
    return {
        "name": profile.name,
        "filled": profile.filled,
        "listed": profile.listed,
        "counts": dict(profile.counts),
        "uncounted": profile.uncounted,
    }
