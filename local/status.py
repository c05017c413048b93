"""How the stack is: every part with its state, its last end and its log.

    python -m local.status [--data DIR] [--json]

Exit codes: 0 all parts answer; 1 one does not; 3 nothing runs.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.running import Running, running_stacks
from local.stack import ROOT


def describe(running: Running) -> str:
    """A stack in lines for a person."""
    lines = [f"{running.state.get('url', 'starting')}  {running.state.get('catalogue', '')}"]
    lines += [_line(name, report) for name, report in running.parts.items()]
    return "\n".join(lines)


def _line(name: str, report: Mapping[str, Any]) -> str:
    pid = report["pid"] or "-"
    line = f"  {name:<14} {report['state']:<9} pid {pid:<8} since {report['since']}"
    if "last_end_at" in report:
        count = f"started again {report['restarts']} times"
        line += f"  {count}; last: {report['last_end']} at {report['last_end_at']}"
    if "reason" in report and report["reason"] != report.get("last_end"):
        line += f"\n    {report['reason']}"
    if report["state"] in ("failed", "waiting") and "log" in report:
        line += f"\n    see {report['log']}"
    return line


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m local.status")
    parser.add_argument("--data", type=Path, default=ROOT / ".modiste", help="folder of all stacks")
    parser.add_argument("--json", action="store_true", help="print it as JSON")
    options = parser.parse_args(arguments)
    running = running_stacks(options.data.resolve())
    if options.json:
        print(json.dumps([dict(stack.state) for stack in running], indent=2))
    else:
        print("\n".join(map(describe, running)) or "nothing runs")
    if not running:
        return 3
    return 1 if any(stack.missing for stack in running) else 0


if __name__ == "__main__":
    sys.exit(main())
