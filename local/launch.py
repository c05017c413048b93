"""Become another program that dies with its parent, as another user where that is asked for.

Run as a script by `local/processes.py`, with nothing but the standard library on the path:

    python -I -S local/launch.py --parent PID --death-signal 9 [--uid U --gid G --reach PATH] -- ...

PostgreSQL refuses to run as root, so it is started as an account without rights. Such an account
often cannot reach a checkout below root's home. Opening that home to everybody would be worse, so
the program alone is then given the right to pass through folders (an ambient capability).
"""

import argparse
import ctypes
import os
import signal
import struct
import sys

_PR_SET_PDEATHSIG = 1
_PR_SET_KEEPCAPS = 8
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CAP_DAC_OVERRIDE = 1
_CAPABILITY_VERSION_3 = 0x20080522


def call(function: str, *arguments: object) -> None:
    """Call a function of libc; raises OSError where it returns an error."""
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, function)(*arguments) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{function}: {os.strerror(code)}")


def die_with(parent: int, death_signal: int) -> None:
    """Ask the kernel for `death_signal` once the parent is gone; leave if it is gone already."""
    call("prctl", _PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("launch: the process that started this one is gone")


def drop_to(uid: int, gid: int, reach: list[str]) -> None:
    """Become `uid`, which keeps the right to pass through folders only if it needs it.

    Args:
        uid: the account to become.
        gid: its group.
        reach: paths that the account must be able to read.
    """
    call("prctl", _PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    if not all(os.access(path, os.R_OK | os.X_OK) for path in reach):
        keep_capability(_CAP_DAC_OVERRIDE)
        call("prctl", _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE, 0, 0)


def keep_capability(capability: int) -> None:
    """Hold one capability, of those below 32, in every set, and no other."""
    header = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0)
    bits = 1 << capability
    call("capset", header, struct.pack("=6I", bits, bits, bits, 0, 0, 0))


def parse(arguments: list[str]) -> argparse.Namespace:
    """The command line, with the program to become in `command`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("--death-signal", type=int, required=True)
    parser.add_argument("--uid", type=int)
    parser.add_argument("--gid", type=int)
    parser.add_argument("--reach", action="append", default=[])
    parser.add_argument("command", nargs="+")
    return parser.parse_args(arguments)


def main() -> None:
    """Drop rights, bind to the parent's life, and become the program."""
    options = parse(sys.argv[1:])
    # Python ignores SIGPIPE, and an ignored signal stays ignored in what is executed.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        if options.uid is not None:
            drop_to(options.uid, options.gid, options.reach)
        # After the change of user, which clears it.
        die_with(options.parent, options.death_signal)
        os.execvp(options.command[0], options.command)
    except OSError as error:
        sys.exit(f"launch: cannot run {options.command[0]}: {error}")


if __name__ == "__main__":
    main()
