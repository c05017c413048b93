"""`python -m catalog split`: training, validation and test items, nothing of one in another."""

import argparse
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from catalog.disk import json_text, whole_files
from catalog.out_folder import check_apart
from catalog.readers.source import CatalogueError
from catalog.splits.sides import SplitConfig, leaks, split
from catalog.splits.ties import Ties, find_ties
from catalog.table import ITEMS

_SIDES = ("train", "validation", "test")


def add(parser: argparse.ArgumentParser) -> None:
    """Arguments of this command."""
    add = parser.add_argument
    add("items", type=Path, help="items folder that ingest wrote")
    add("--out", type=Path, required=True, help="file to write, *.json or *.parquet")
    for name, share in zip(_SIDES, (0.8, 0.1, 0.1), strict=True):
        add(f"--{name}", type=float, default=share, help=f"share of the items [{share}]")
    add("--seed", type=int, default=0, help="another seed, another split [0]")
    add("--max-sharing", type=int, default=100, help="items of one photo before it ties none [100]")


def run(options: argparse.Namespace) -> int:
    """Write the sides, whole or not at all, and say how large they are."""
    out: Path = options.out
    if out.suffix not in (".json", ".parquet"):
        raise CatalogueError(f"--out {out}: expected a name that ends in .json or .parquet")
    try:
        config = SplitConfig(shares={s: getattr(options, s) for s in _SIDES}, seed=options.seed)
    except ValueError as error:
        raise CatalogueError(f"--train, --validation, --test: {error}") from error
    if out.exists() and (options.items / ITEMS).exists():
        check_apart(out, *options.items.iterdir())
    ties = find_ties(options.items / ITEMS, max_sharing=options.max_sharing)
    found = split(ties, config)
    sides = [_SIDES[number] for number in found.side_N.tolist()]
    leaking = leaks(found.side_N, ties.by)
    assert not any(leaking.values()), f"tied items on two sides: {leaking}"
    summary = {
        "items": len(sides),
        "counts": {name: sides.count(name) for name in _SIDES},
        "shares": dict(config.shares),
        "seed": config.seed,
        "tied_together": {"parts": found.num_parts, "largest": found.largest_part},
        "leaks": leaking,
        "placeholders": dict(ties.placeholders),
    }
    _write(out, ties, sides, summary)
    print(_told(summary, out))
    return 0


def _write(out: Path, ties: Ties, sides: list[str], summary: dict[str, Any]) -> None:
    with whole_files(out) as [partial]:
        if out.suffix == ".json":
            ids: dict[str, list[str]] = {name: [] for name in _SIDES}
            for item_id, side in zip(ties.item_ids, sides, strict=True):
                ids[side].append(item_id)
            partial.write_text(json_text(summary | {"item_ids": ids}), encoding="utf-8")
        else:
            table = pa.table({"item_id": ties.item_ids, "split": sides})
            told = json.dumps(summary, ensure_ascii=False)
            pq.write_table(table.replace_schema_metadata({"modiste.split": told}), partial)


def _told(summary: dict[str, Any], out: Path) -> str:
    counts, tied = summary["counts"], summary["tied_together"]
    shares = ", ".join(
        f"{name} {n} ({n / max(1, summary['items']):.1%})" for name, n in counts.items()
    )
    lines = [
        f"{summary['items']} items -> {out}: {shares}",
        f"{tied['parts']} parts of items that are tied, the largest of {tied['largest']}; "
        "none on two sides",
    ]
    lines += [
        f"{photo}: {count} items have this photo; taken for none and not tied by it"
        for photo, count in summary["placeholders"].items()
    ]
    return "\n".join(lines)
