"""Which column of a flat table is what: given by a file, found by inference, or both."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from catalog.alias_table import AliasTable
from catalog.consolidate.rules import NAMES as RULE_NAMES
from catalog.consolidate.rules import Rules
from catalog.item import hint, shorten
from catalog.readers.source import CatalogueError, ReadOptions

_PARTS = ("item_id", "image", "variant_group")
_FIELDS = ("standard", "reinforced", "metadata")
_KEYS = (
    *(*_PARTS, *_FIELDS, "separators", "digits", "aliases", *RULE_NAMES),
    *("ignored", "encoding", "delimiter"),
)

MAX_DIGITS = 64
"""Digits of the longest number that zeros are put in front of."""
HOLDS_NOTHING = "holds nothing"
"""Why a column with no cell in use is ignored."""


@dataclass(frozen=True, kw_only=True)
class ColumnMapping:
    """Columns by the part of the item that they fill.

    Attributes:
        item_id: column of the id; None where it is to be found.
        image: column of the picture's path.
        variant_group: column that variants of one product share.
        standard: for each standard field the columns whose values it takes.
        reinforced: for each reinforced field the columns whose text it takes.
        metadata: for each name the columns that it takes.
        separators: for each column whose cells hold several values, what stands between them.
        digits: for the id's and the group's column how many digits a number there has; zeros
            that a shorter one lost in front are put back.
        aliases: for standard fields other spellings, and the value that each stands for.
        rules: which items are one.
        ignored: columns that are left out, with the reason.
        options: how the file is to be read.
        is_partial: whether `standard`, `reinforced` and `metadata` are still to be found.
    """

    item_id: str | None = None
    image: str | None = None
    variant_group: str | None = None
    standard: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reinforced: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    metadata: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    separators: Mapping[str, str] = field(default_factory=dict)
    digits: Mapping[str, int] = field(default_factory=dict)
    aliases: AliasTable = field(default_factory=dict)
    rules: Rules = field(default_factory=Rules)
    ignored: Mapping[str, str] = field(default_factory=dict)
    options: ReadOptions = field(default_factory=ReadOptions)
    is_partial: bool = True

    @property
    def names_columns(self) -> bool:
        """Whether it says anything of columns at all."""
        return not self.is_partial or any(getattr(self, part) for part in _PARTS)

    def to_json(self) -> dict[str, object]:
        """The mapping as a file holds it; `from_json` reads it back."""
        document: dict[str, object] = {part: getattr(self, part) for part in _PARTS}
        for group in _FIELDS:
            document[group] = {name: list(cols) for name, cols in getattr(self, group).items()}
        document["separators"] = dict(self.separators)
        document["digits"] = dict(self.digits)
        document["aliases"] = {name: dict(table) for name, table in self.aliases.items()}
        document |= self.rules.to_json()
        document["ignored"] = dict(self.ignored)
        document["encoding"] = self.options.encoding
        document["delimiter"] = self.options.delimiter
        always = () if self.is_partial else _FIELDS
        return {key: value for key, value in document.items() if value or key in always}

    @classmethod
    def from_json(cls, document: object) -> "ColumnMapping":
        """Read a mapping from decoded JSON.

        A field may be given as `{"colour": "baseColour"}`, as `{"text": ["name", "details"]}`,
        and a group as a list of columns, `["gender", "season"]`, which keep their names.

        Raises:
            CatalogueError: the document has another shape; names the place.
        """
        if not isinstance(document, dict):
            raise CatalogueError(f"expected a JSON object with {_KEYS}, got {shorten(document)}")
        if unknown := sorted(map(str, set(document) - set(_KEYS))):
            raise CatalogueError(f"unknown key {unknown[0]!r}; expected one of {', '.join(_KEYS)}")
        options = ReadOptions(encoding=_text("encoding", document), delimiter=_delimiter(document))
        groups = {group: _group(group, document.get(group, {})) for group in _FIELDS}
        return cls(
            item_id=_text("item_id", document),
            image=_text("image", document),
            variant_group=_text("variant_group", document),
            standard=groups["standard"],
            reinforced=groups["reinforced"],
            metadata=groups["metadata"],
            separators=_texts("separators", document),
            digits=_digits(document),
            aliases=_aliases(document),
            rules=Rules.from_json(document),
            ignored=_texts("ignored", document),
            options=options,
            is_partial=not any(group in document for group in _FIELDS),
        )

    @classmethod
    def load(cls, path: Path) -> "ColumnMapping":
        """Read a mapping file.

        Raises:
            CatalogueError: the file is absent, not UTF-8 JSON, or no mapping; names the file.
        """
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise CatalogueError(
                f"mapping file {path} cannot be read: {error.strerror}; check the path"
            ) from error
        except ValueError as error:
            raise CatalogueError(f"mapping file {path} is not JSON in UTF-8: {error}") from error
        try:
            return cls.from_json(document)
        except CatalogueError as error:
            raise CatalogueError(f"mapping file {path}: {error}") from error

    def check_columns(self, columns: Iterable[str]) -> None:
        """Raise CatalogueError if it names a column that the table does not have."""
        known = list(columns)
        for place, column in self._named():
            if column not in known:
                raise CatalogueError(
                    f"mapping: {place} names the column {column!r}, which the table does not "
                    f"have{hint(column, known)}; it has {', '.join(known[:50])}"
                )

    def without_empty(self, standard: Collection[str]) -> "ColumnMapping":
        """Only these standard fields; the columns of the others hold nothing and are ignored.

        What is said of the spellings of a field goes with it.
        """
        kept = {name: columns for name, columns in self.standard.items() if name in standard}
        used = {column for columns in kept.values() for column in columns}
        empty = [c for columns in self.standard.values() for c in columns if c not in used]
        ignored = {**dict.fromkeys(empty, HOLDS_NOTHING), **self.ignored}
        gone = self.standard.keys() - kept.keys()
        aliases = {name: table for name, table in self.aliases.items() if name not in gone}
        return replace(self, standard=kept, aliases=aliases, ignored=ignored)

    def with_more_aliases(self, more: AliasTable) -> "ColumnMapping":
        """The same columns, with aliases beside those that there are."""
        aliases = {
            name: {**self.aliases.get(name, {}), **more.get(name, {})}
            for name in dict.fromkeys((*self.aliases, *more))
        }
        return replace(self, aliases=aliases)

    def with_options(self, options: ReadOptions) -> "ColumnMapping":
        """The same columns, read in another way."""
        return replace(self, options=options)

    def _named(self) -> Iterable[tuple[str, str]]:
        for part in _PARTS:
            if column := getattr(self, part):
                yield part, column
        for group in _FIELDS:
            for name, columns in getattr(self, group).items():
                yield from ((f"{group}.{name}", column) for column in columns)
        yield from (("separators", column) for column in self.separators)
        yield from (("digits", column) for column in self.digits)


def _text(key: str, document: Mapping[str, object]) -> str | None:
    value = document.get(key)
    if value is not None and (not isinstance(value, str) or not value):
        raise CatalogueError(f"{key} is a text, got {shorten(value)}")
    return value


def _delimiter(document: Mapping[str, object]) -> str | None:
    value = _text("delimiter", document)
    if value is not None and (len(value) != 1 or value in '"\r\n'):
        raise CatalogueError(f"delimiter is one character other than a quote, got {value!r}")
    return value


def _texts(key: str, document: Mapping[str, object]) -> dict[str, str]:
    return _text_by_text(key, document.get(key, {}), "an object of texts by column")


def _digits(document: Mapping[str, object]) -> dict[str, int]:
    value = document.get("digits", {})
    if not isinstance(value, dict):
        raise CatalogueError(f"digits is an object of numbers by column, got {shorten(value)}")
    for column, number in value.items():
        is_whole = isinstance(number, int) and not isinstance(number, bool)
        if not is_whole or not 1 <= number <= MAX_DIGITS:
            raise CatalogueError(
                f"digits.{column} is a whole number from 1 to {MAX_DIGITS}, got {shorten(number)}"
            )
    return value


def _aliases(document: Mapping[str, object]) -> dict[str, dict[str, str]]:
    tables = document.get("aliases", {})
    if not isinstance(tables, dict):
        raise CatalogueError(
            f"aliases is an object of spellings and values by field, got {shorten(tables)}"
        )
    return {
        name: _text_by_text(f"aliases.{name}", table, "an object of values by spelling")
        for name, table in tables.items()
    }


def _text_by_text(where: str, value: object, expected: str) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(v, str) and v for v in value.values()):
        raise CatalogueError(f"{where} is {expected}, got {shorten(value)}")
    return value


def _group(key: str, value: object) -> dict[str, tuple[str, ...]]:
    entries = {name: name for name in _strings(key, value)} if isinstance(value, list) else value
    if not isinstance(entries, dict):
        raise CatalogueError(
            f"{key} is an object of columns by field, or a list of columns, got {shorten(value)}"
        )
    return {name: _strings(f"{key}.{name}", columns) for name, columns in entries.items()}


def _strings(key: str, value: object) -> tuple[str, ...]:
    columns = value if isinstance(value, list) else [value]
    if not columns or not all(isinstance(column, str) and column for column in columns):
        raise CatalogueError(f"{key} names a column or a list of columns, got {shorten(value)}")
    return tuple(columns)
