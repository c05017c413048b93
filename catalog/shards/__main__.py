"""A catalogue ingested in shards: `python -m catalog.shards COMMAND --help`.

    plan    decide once how a catalogue is read, and divide its rows
            --catalogue PATH --shards N --out PLAN [--schema, --mapping, --max-reject-share]
    ingest  the items of one shard; side by side, in any order, again where one failed
            --plan PLAN --shard I/N --catalogue PATH --out FOLDER [--objects]
    join    one items folder of all shards, as `python -m catalog.ingest` writes it
            --plan PLAN --out ITEMS FOLDER...

Exit codes: 0; 2 for input that cannot be used.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from catalog.commands.opened import add_reject_share
from catalog.disk import disk_fault
from catalog.ingest import quieten_pictures
from catalog.objects import ObjectsError, open_objects
from catalog.out_folder import check_apart
from catalog.readers.source import CatalogueError
from catalog.reading import given_by
from catalog.remote import local_catalogue
from catalog.schema import SchemaError
from catalog.shards.divide import MAX_SHARDS, PlanConfig, plan_shards
from catalog.shards.ingest import ingest_shard
from catalog.shards.join import JoinConfig, join_shards
from catalog.shards.plan import ShardPlan


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command, print what it did as a line of JSON; returns its exit code."""
    options = _parser().parse_args(arguments)
    quieten_pictures()
    try:
        done = options.run(options)
    except (CatalogueError, SchemaError, ObjectsError) as error:
        print(f"catalog.shards {options.command}: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        told = disk_fault(error, options.out)
        print(f"catalog.shards {options.command}: cannot write {told}", file=sys.stderr)
        return 2
    print(json.dumps(done, ensure_ascii=False))
    return 0


def _plan(options: argparse.Namespace) -> dict[str, object]:
    with local_catalogue(options.catalogue) as catalogue:
        check_apart(options.out, catalogue)
        plan = plan_shards(
            PlanConfig(
                catalogue=catalogue,
                num_shards=options.shards,
                **given_by(options),
                max_reject_share=options.max_reject_share,
            )
        )
    plan.save(options.out)
    return {"plan": str(options.out), "rows": plan.num_rows, "shards": plan.num_shards}


def _ingest(options: argparse.Namespace) -> dict[str, object]:
    number, of = options.shard
    plan = ShardPlan.load(options.plan)
    if of != plan.num_shards:
        raise CatalogueError(
            f"--shard: expected one of {plan.num_shards}, as {options.plan} says, got one of {of}"
        )
    uri = options.objects or os.environ.get("MODISTE_OBJECTS")
    objects = open_objects(uri, create=True) if uri else None
    with local_catalogue(options.catalogue) as catalogue:
        return ingest_shard(plan, number, catalogue, options.out, objects).to_json()


def _join(options: argparse.Namespace) -> dict[str, object]:
    config = JoinConfig(plan=ShardPlan.load(options.plan), shards=options.folders, out=options.out)
    return join_shards(config)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m catalog.shards",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    plan = commands.add_parser("plan", help="decide how a catalogue is read, and divide it")
    plan.add_argument("--shards", type=_num_shards, required=True, help=f"1..{MAX_SHARDS}")
    plan.add_argument("--schema", type=Path, help="schema file (JSON); found if absent")
    plan.add_argument("--mapping", type=Path, help="which column is what (JSON); found if absent")
    add_reject_share(plan)
    plan.add_argument("--out", type=Path, required=True, help="the plan's file to write")
    ingest = commands.add_parser("ingest", help="the items of one shard")
    ingest.add_argument("--plan", type=Path, required=True)
    ingest.add_argument("--shard", type=_shard, required=True, metavar="I/N")
    ingest.add_argument("--objects", help="s3://bucket or file:///folder [MODISTE_OBJECTS]")
    ingest.add_argument("--out", type=Path, required=True, help="the shard's folder to write")
    for command in (plan, ingest):
        command.add_argument("--catalogue", required=True, help="as for catalog.ingest")
    join = commands.add_parser("join", help="one items folder of all shards")
    join.add_argument("--plan", type=Path, required=True)
    join.add_argument("--out", type=Path, required=True, help="items folder to write")
    join.add_argument("folders", type=Path, nargs="+", help="the folder of every shard")
    for command, run in ((plan, _plan), (ingest, _ingest), (join, _join)):
        command.set_defaults(run=run)
    return parser


def _num_shards(text: str) -> int:
    number = int(text)
    if not 1 <= number <= MAX_SHARDS:
        raise argparse.ArgumentTypeError(f"expected 1..{MAX_SHARDS}, got {text}")
    return number


def _shard(text: str) -> tuple[int, int]:
    number, slash, of = text.partition("/")
    if not (slash and number.isdecimal() and of.isdecimal()):
        raise argparse.ArgumentTypeError(f"expected a shard such as 3/7, got {text!r}")
    return int(number), int(of)


if __name__ == "__main__":
    sys.exit(main())
