"""Write a made-up catalogue: `python -m catalog.sample --out DIR [--items 2000] [--seed 0]`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from catalog.sample.write import write_catalogue


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the catalogue and say where; 0 on success, 2 with a message on bad input."""
    parser = argparse.ArgumentParser(prog="catalog.sample", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder to write, made if missing")
    parser.add_argument("--items", type=int, default=2000, help="how many items, 1 or more")
    parser.add_argument("--seed", type=int, default=0, help="one seed gives one catalogue")
    parser.add_argument("--processes", type=int, help="how many draw; all cores unless told")
    given = parser.parse_args(arguments)
    try:
        table = write_catalogue(given.out, given.items, given.seed, processes=given.processes)
    except (ValueError, OSError) as error:
        print(f"catalog.sample: {error}", file=sys.stderr)
        return 2
    print(f"{given.items} items, their pictures under images/: {table}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
