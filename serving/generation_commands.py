"""`python -m serving.generations ...`: the life of generations from the command line.

allocate --fingerprint HEX                      {"generation", "state"}
stage --generation ID --bundle DIR --bundle-uri URI    {"generation", "state"}
wait --generation ID [--timeout-s 120]          {"generation", "endpoint"}
connect --generation ID --endpoint HOST:PORT [--timeout-s 120]    {"generation", "endpoint"}
disconnect --generation ID                      {"generation", "endpoint"}
mark --generation ID --state STATE [--reason TEXT]     {"generation", "state"}
schema [--generation ID] --out FILE             {"generation", "schema"}
show [--generation ID]                          one, or all, the one in use, the one before
"""

import argparse
import json
import os
from pathlib import Path

from psycopg import Connection

from catalog.schema import Schema, SchemaError
from serving import generations
from serving.command_line import connect, database_url_from, run
from serving.endpoint import forget_endpoint, record_endpoint
from serving.errors import Conflict, InvalidRequest
from serving.migrate import check_migrated


def main(arguments: list[str] | None = None) -> int:
    """Run one command; exit codes as in `serving.command_line`."""
    options = _parser().parse_args(arguments)

    def command() -> object:
        with connect(database_url_from(os.environ)) as connection:
            check_migrated(connection)
            return _COMMANDS[options.command](connection, options)

    return run(command)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m serving.generations",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    allocate = commands.add_parser("allocate", help="the generation of a fingerprint, maybe new")
    allocate.add_argument("--fingerprint", required=True)
    stage = commands.add_parser("stage", help="record the bundle that was uploaded")
    stage.add_argument("--generation", required=True)
    stage.add_argument("--bundle", type=Path, required=True, help="the bundle's local folder")
    stage.add_argument("--bundle-uri", required=True, help="where it was uploaded to")
    wait = commands.add_parser("wait", help="wait until its Triton runs")
    wait.add_argument("--generation", required=True)
    wait.add_argument("--timeout-s", type=float, default=120.0)
    connect = commands.add_parser("connect", help="record its Triton's address once it answers")
    connect.add_argument("--generation", required=True)
    connect.add_argument("--endpoint", required=True, help="host:port of its gRPC")
    connect.add_argument("--timeout-s", type=float, default=120.0)
    disconnect = commands.add_parser("disconnect", help="forget the address of its Triton")
    disconnect.add_argument("--generation", required=True)
    mark = commands.add_parser("mark", help="go on to a state")
    mark.add_argument("--generation", required=True)
    mark.add_argument("--state", required=True)
    mark.add_argument("--reason")
    schema = commands.add_parser("schema", help="write the schema that one was trained on")
    schema.add_argument("--generation", help="the one in use if absent")
    schema.add_argument("--out", type=Path, required=True, help="file to write")
    show = commands.add_parser("show", help="what there is")
    show.add_argument("--generation")
    return parser


def _allocate(connection: Connection, options: argparse.Namespace) -> object:
    generation = generations.allocate(connection, options.fingerprint)
    state = generations.read(connection, generation).state
    return {"generation": generation, "state": state}


def _stage(connection: Connection, options: argparse.Namespace) -> object:
    manifest = _json_file(options.bundle / "manifest.json")
    try:
        schema = Schema.load(options.bundle / "item_encoder" / "1" / "schema.json")
    except SchemaError as error:
        raise InvalidRequest(str(error), field="bundle") from error
    state = generations.stage(connection, options.generation, options.bundle_uri, manifest, schema)
    return {"generation": options.generation, "state": state}


def _wait(connection: Connection, options: argparse.Namespace) -> object:
    endpoint = generations.wait_for_endpoint(connection, options.generation, options.timeout_s)
    return {"generation": options.generation, "endpoint": endpoint}


def _connect(connection: Connection, options: argparse.Namespace) -> object:
    record_endpoint(connection, options.generation, options.endpoint, timeout_s=options.timeout_s)
    return {"generation": options.generation, "endpoint": options.endpoint}


def _disconnect(connection: Connection, options: argparse.Namespace) -> object:
    forget_endpoint(connection, options.generation)
    return {"generation": options.generation, "endpoint": None}


def _mark(connection: Connection, options: argparse.Namespace) -> object:
    state = generations.mark(connection, options.generation, options.state, options.reason)
    return {"generation": options.generation, "state": state}


def _schema(connection: Connection, options: argparse.Namespace) -> object:
    generation = options.generation or generations.require_in_use(connection)
    found = generations.read(connection, generation)
    if found.schema is None:
        raise Conflict(
            f"{generation} is {found.state}: expected a staged generation; only then its schema "
            "is known"
        )
    text = json.dumps(found.schema.to_json(), ensure_ascii=False, indent=2)
    options.out.write_text(text + "\n", encoding="utf-8")
    return {"generation": generation, "schema": str(options.out)}


def _show(connection: Connection, options: argparse.Namespace) -> object:
    if options.generation:
        return _described(connection, options.generation)
    rows = connection.execute(b"SELECT generation FROM generations" + generations.NEWEST_FIRST)
    return {
        "in_use": generations.in_use(connection),
        "previous": generations.previous(connection),
        "generations": [_described(connection, row[0]) for row in rows.fetchall()],
    }


def _described(connection: Connection, generation: str) -> dict[str, object]:
    found = generations.read(connection, generation)
    return {
        "generation": found.generation,
        "state": found.state,
        "dimension": found.dimension,
        "bundle_uri": found.bundle_uri,
        "endpoint": found.endpoint,
        "reason": found.reason,
        "metrics": found.metrics,
        "manifest": found.manifest,
    }


def _json_file(path: Path) -> dict[str, object]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidRequest(
            f"{path}: expected JSON in UTF-8, got {error}", field="bundle"
        ) from error
    if not isinstance(document, dict):
        raise InvalidRequest(f"{path}: expected an object, got {document!r:.80}", field="bundle")
    return document


_COMMANDS = {
    "allocate": _allocate,
    "stage": _stage,
    "wait": _wait,
    "connect": _connect,
    "disconnect": _disconnect,
    "mark": _mark,
    "schema": _schema,
    "show": _show,
}
