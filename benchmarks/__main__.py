"""Run every benchmark: `python -m benchmarks`, or only those named.

Each runs in a process of its own, one after the other, and prints its line. A target that is
missed is a result like any other; exit status 1 says that a benchmark could not run, 2 that there
is none of a name.
"""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

BENCHMARKS = (
    "train_step",
    "bulk_embed",
    "recommend_http",
    "hnsw_recall",
    "refresh_index",
    "instructions",
    "photos",
    "validate_encode",
)

_ROOT = Path(__file__).parent.parent


def run(name: str) -> bool:
    """Run one benchmark; whether it came to its end."""
    print(f"{name} ...", file=sys.stderr, flush=True)
    done = subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], cwd=_ROOT, check=False)
    if done.returncode != 0:
        print(f"{name}: ended with {done.returncode}; see above", file=sys.stderr, flush=True)
    return done.returncode == 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run them and give the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    names = parser.parse_args(arguments).names or BENCHMARKS
    unknown = sorted(set(names) - set(BENCHMARKS))
    if unknown:
        print(f"no benchmark {', '.join(unknown)}: {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    failed = [name for name in names if not run(name)]
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
