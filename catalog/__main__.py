"""What can be done with a catalogue: `python -m catalog COMMAND --help`.

    inspect   how it is read, and what its columns hold
    infer     its schema and its mapping, as files to correct
    validate  which rows make no item, and why
    convert   any catalogue as native items, in JSON Lines or Parquet
    report    fill, values, duplicates, pictures and faults, as a page and as JSON
    crawl     a shop's pages as a catalogue, in JSON Lines
    split     training, validation and test items, variants on one side
    drift     what moved since the last snapshot, as a page and as JSON
    interactions  who bought what and when, checked against the items

`python -m catalog.ingest` writes the items folder that training reads. Exit codes: 0; 1 where a
catalogue is not valid or drifted too far; 2 for input that cannot be used.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence

from catalog.commands import (
    convert,
    crawl,
    drift,
    infer,
    inspect,
    interactions,
    report,
    split,
    validate,
)
from catalog.disk import disk_fault
from catalog.readers.source import CatalogueError
from catalog.schema import SchemaError

_COMMANDS = {
    "inspect": inspect,
    "infer": infer,
    "validate": validate,
    "convert": convert,
    "report": report,
    "crawl": crawl,
    "split": split,
    "drift": drift,
    "interactions": interactions,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m catalog",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in _COMMANDS.items():
        summary = str(command.__doc__).partition(": ")[2].splitlines()[0]
        command.add(commands.add_parser(name, help=summary, description=summary))
    options = parser.parse_args(arguments)
    try:
        code: int = _COMMANDS[options.command].run(options)
    except (CatalogueError, SchemaError) as error:
        print(f"catalog {options.command}: {error}", file=sys.stderr)
    except OSError as error:
        written = (getattr(options, name, None) for name in ("out", "rejects"))
        place = next(filter(None, written), tempfile.gettempdir())
        print(f"catalog {options.command}: {disk_fault(error, place)}", file=sys.stderr)
    else:
        return code
    return 2


if __name__ == "__main__":
    sys.exit(main())
