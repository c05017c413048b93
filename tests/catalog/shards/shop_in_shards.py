"""A catalogue with every kind of fault, and the folder that its shards become."""

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from catalog.shards.__main__ import main

ROOT = Path(__file__).parents[3]
NUM_ROWS = 640
COLOURS = ("Red", "red", "Blue", "Navy Blue")


def write_shop(folder: Path, num_rows: int = NUM_ROWS) -> Path:
    """A flat table with faults of every kind, and pictures beside it."""
    (folder / "images").mkdir(parents=True)
    for name, colour in (("a", "red"), ("b", "blue")):
        Image.new("RGB", (8, 8), colour).save(folder / "images" / f"{name}.jpg")
    lines = ["id,name,colour,price,image"]
    lines += [",".join(_row(number)) for number in range(num_rows)]
    path = folder / "shop.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _row(number: int) -> tuple[str, ...]:
    """Some rows have the id of one far before them, or none, no picture, a price in words."""
    item_id = f"sku-{number}"
    if number % 25 == 24:
        item_id = f"sku-{number // 3}"
    if number % 40 == 39:
        item_id = ""
    image = f"images/{'ab'[number % 2]}.jpg" if number % 13 else "images/missing.jpg"
    price = "on request" if number % 50 == 24 else str(number)
    words = " ".join(f"word{number % k}" for k in range(2, 3 + number % 9))
    return item_id, f"셔츠 {words}", COLOURS[number % 4], price, image


def write_native(path: Path) -> Path:
    """Items of the default schema, some with values that it has not, some ids twice."""
    lines = [
        json.dumps(
            {
                "item_id": f"sku-{number % 90}",
                "clothes": {"color": ["White" if number % 17 else "Whit"], "season": ["summer"]},
                "metadata": {"price": number},
            }
        )
        for number in range(120)
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def run(*arguments: str | Path) -> int:
    """`python -m catalog.shards`, in this process; its exit code."""
    return main([str(argument) for argument in arguments])


def in_shards(
    catalogue: Path, num_shards: int, folder: Path, *options: str, mapping: Path | None = None
) -> Path:
    """Plan, ingest every shard, the last first, and join them.

    Args:
        options: given to the shards.
        mapping: given to the plan.

    Returns:
        The items folder.
    """
    plan = plan_of(catalogue, num_shards, folder, mapping)
    for number in range(num_shards, 0, -1):
        assert run(*shard_command(plan, f"{number}/{num_shards}", catalogue), *options) == 0
    assert run("join", "--plan", plan, "--out", folder / "items", *shards(folder, num_shards)) == 0
    return folder / "items"


def plan_of(catalogue: Path, num_shards: int, folder: Path, mapping: Path | None = None) -> Path:
    """The plan's file, in a folder."""
    plan = folder / "plan.json"
    command = ("plan", "--catalogue", catalogue, "--shards", str(num_shards), "--out", plan)
    known = ("--mapping", mapping) if mapping else ()
    assert run(*command, *known, "--max-reject-share", "0.5") == 0
    return plan


def shard_command(plan: Path, shard: str, catalogue: Path) -> tuple[str | Path, ...]:
    """The arguments that ingest a shard, `3/7`, into a folder beside the plan, `3`."""
    out = plan.parent / shard.partition("/")[0]
    return ("ingest", "--plan", plan, "--shard", shard, "--catalogue", catalogue, "--out", out)


def shards(folder: Path, num_shards: int) -> list[Path]:
    """The folders of all shards."""
    return [folder / str(number) for number in range(1, num_shards + 1)]


def contents(folder: Path) -> dict[str, bytes]:
    """What a folder's files hold, by name."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def killed(arguments: Sequence[str | Path], when: Path) -> int:
    """Run the command as a process and kill it once `when` is there; its exit code."""
    command = [sys.executable, "-m", "catalog.shards", *map(str, arguments)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None and not when.exists():
            time.sleep(0.01)
        process.kill()
    return process.returncode
