"""The folder of instruction data: its files, written as pairs come, and read again.

text/<split>.parquet, .jsonl     pairs of text alone; content is a text
photos/<split>.parquet, .jsonl   pairs on a photo; content is a list of parts, `images` the photo
state.parquet                    digest of each item that pairs were made from
summary.json                     settings, counts, shortfalls
README.md                        the data card

Parquet carries the features' description under `huggingface`, so that `datasets` decodes photos.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from training.instructions.documents import InstructionsError
from training.instructions.pair import Pair

TEXT, PHOTOS = "text", "photos"
STATE, SUMMARY, CARD = "state.parquet", "summary.json", "README.md"
_MAX_ROWS, _MAX_BYTES = 2_000, 32 << 20

_STRING: dict[str, Any] = {"dtype": "string", "_type": "Value"}
_COMMON: dict[str, Any] = {
    "pair_id": _STRING,
    "kind": _STRING,
    "language": _STRING,
    "category": _STRING,
    "season": _STRING,
    "item_ids": [_STRING],
    "facts": [{"item_id": _STRING, "field": _STRING, "value": _STRING}],
    "rules": [_STRING],
}
FEATURES: Mapping[str, dict[str, Any]] = {
    TEXT: {"messages": [{"role": _STRING, "content": _STRING}], **_COMMON},
    PHOTOS: {
        "messages": [{"role": _STRING, "content": [{"type": _STRING, "text": _STRING}]}],
        "images": [{"_type": "Image"}],
        **_COMMON,
    },
}
"""Columns of each set, as `datasets` describes them."""
_STATE_SCHEMA = pa.schema([("item_id", pa.string()), ("digest", pa.uint64())])


def arrow_schema(name: str) -> pa.Schema:
    """Columns of a set, with their description."""
    columns = [(column, _arrow_type(feature)) for column, feature in FEATURES[name].items()]
    described = json.dumps({"info": {"features": FEATURES[name]}})
    return pa.schema(columns).with_metadata({"huggingface": described})


def _arrow_type(feature: Any) -> pa.DataType:
    if isinstance(feature, list):
        return pa.list_(_arrow_type(feature[0]))
    if feature.get("_type") == "Image":
        return pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    if "_type" in feature:
        return pa.string()
    return pa.struct([(name, _arrow_type(inner)) for name, inner in feature.items()])


class PairFiles:
    """Writes pairs into a folder; a file for each set and split that has some."""

    def __init__(self, folder: Path) -> None:
        """Files go under `folder`, which is there."""
        self._folder = folder
        self._open: dict[tuple[str, str], _SplitFile] = {}

    def write(self, pair: Pair, split: str, photo: bytes | None = None) -> None:
        """Add a pair; `photo` is what Parquet embeds of its photo, nothing if None."""
        name = PHOTOS if pair["images"] else TEXT
        if (name, split) not in self._open:
            (self._folder / name).mkdir(exist_ok=True)
            self._open[name, split] = _SplitFile(self._folder / name / split, name)
        self._open[name, split].write(pair, photo)

    def close(self) -> None:
        """Finish all files."""
        for file in self._open.values():
            file.close()


class _SplitFile:
    """One Parquet file and the JSON Lines beside it."""

    def __init__(self, stem: Path, name: str) -> None:
        self._schema, self._has_photos = arrow_schema(name), name == PHOTOS
        self._parquet = pq.ParquetWriter(
            stem.with_suffix(".parquet"), self._schema, compression="zstd"
        )
        self._lines: IO[str] = stem.with_suffix(".jsonl").open("w", encoding="utf-8", newline="\n")
        self._rows: list[dict[str, Any]] = []
        self._bytes = 0

    def write(self, pair: Pair, photo: bytes | None) -> None:
        row = dict(pair)
        if not self._has_photos:
            del row["images"]
        self._lines.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
        if self._has_photos:
            row["images"] = [{"bytes": photo, "path": path} for path in pair["images"]]
        self._rows.append(row)
        self._bytes += len(photo or b"")
        if len(self._rows) >= _MAX_ROWS or self._bytes >= _MAX_BYTES:
            self._flush()

    def _flush(self) -> None:
        self._parquet.write_table(pa.Table.from_pylist(self._rows, schema=self._schema))
        self._rows, self._bytes = [], 0

    def close(self) -> None:
        if self._rows:
            self._flush()
        self._parquet.close()
        self._lines.close()


def splits_of(folder: Path) -> list[tuple[str, str, Path]]:
    """Set, split and Parquet file of everything that is in a folder."""
    return [
        (name, path.stem, path)
        for name in (TEXT, PHOTOS)
        for path in sorted((folder / name).glob("*.parquet"))
    ]


def read_pairs(path: Path) -> Iterator[tuple[Pair, bytes | None]]:
    """Pairs of one Parquet file, with the bytes of their photo where it holds them.

    Raises:
        InstructionsError: the file cannot be read, or has other columns.
    """
    try:
        with pq.ParquetFile(path) as file:
            missing = {"messages", "item_ids", "facts", "rules"} - set(file.schema_arrow.names)
            if missing:
                raise InstructionsError(f"{path}: no column {sorted(missing)[0]!r}")
            for batch in file.iter_batches(batch_size=512):
                for row in batch.to_pylist():
                    yield _pair(row)
    except (pa.ArrowException, OSError) as error:
        raise InstructionsError(f"{path}: cannot be read: {error}; make it anew") from error


def _pair(row: dict[str, Any]) -> tuple[Pair, bytes | None]:
    photos = row.pop("images", None) or []
    for message in row["messages"]:
        if not isinstance(message["content"], str):
            message["content"] = [
                {key: value for key, value in part.items() if value is not None}
                for part in message["content"]
            ]
    # The order of the columns is that in which a pair is made.
    names = ("pair_id", "kind", "language", "category", "season", "messages")
    pair = {name: row[name] for name in names if name in row}
    pair |= {"images": [photo["path"] for photo in photos]}
    pair |= {name: row[name] for name in ("item_ids", "facts", "rules")}
    return pair, photos[0]["bytes"] if photos else None


def write_state(path: Path, digests: Mapping[str, int]) -> None:
    """Write the digest of each item."""
    columns = [pa.array(digests.keys()), pa.array(digests.values(), pa.uint64())]
    pq.write_table(pa.table(columns, schema=_STATE_SCHEMA), path, compression="zstd")


def read_state(path: Path) -> dict[str, int]:
    """Digests by item.

    Raises:
        InstructionsError: the file cannot be read.
    """
    try:
        table = pq.read_table(path)
        ids, numbers = table["item_id"].to_pylist(), table["digest"].to_pylist()
    except (pa.ArrowException, OSError, KeyError) as error:
        raise InstructionsError(f"{path}: cannot be read: {error}; give --fresh") from error
    return dict(zip(ids, numbers, strict=True))
