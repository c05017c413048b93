"""Processes that we start and are sure to end: spawning, stopping, and finding what is left.

Every process of a stack carries `MODISTE_STACK=<data folder>` in its environment, and whatever it
starts inherits that, so that nothing can be left behind unseen.
"""

import logging
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

STACK_VARIABLE = "MODISTE_STACK"
MAX_LOG_BYTES = 32 * 2**20
"""A log longer than this is put aside, once, when its part starts again."""

log = logging.getLogger(__name__)

_FAULT = re.compile(r"UNAVAILABLE|FATAL|PANIC|Traceback|\b(\w*[Ee]rror|ERROR|CRITICAL)\b")
_STARTED = "--- started "
_LAUNCH = Path(__file__).with_name("launch.py")


@dataclass(frozen=True, kw_only=True)
class Account:
    """A user without rights that a program runs as."""

    name: str
    """As in /etc/passwd."""
    uid: int
    """User id, never 0."""
    gid: int
    """Group id."""
    reach: tuple[Path, ...] = ()
    """What the account must be able to read."""


@dataclass(frozen=True, kw_only=True)
class Command:
    """One program to run."""

    name: str
    """The part it is, as in messages and in the log's name."""
    argv: tuple[str, ...]
    """Program and arguments."""
    env: Mapping[str, str] = field(default_factory=dict)
    """Its environment beside what `base_environment` passes on."""
    cwd: Path
    """Folder it runs in."""
    log: Path
    """File that its output is appended to."""
    stack: Path
    """Data folder of the stack it belongs to."""
    account: Account | None = None
    """Whom to run as; None for whoever starts it."""
    stop_signal: int = signal.SIGTERM
    """Asks the program to end in good order."""
    stop_timeout_s: float = 10.0
    """How long that may take before it is killed, > 0."""
    is_task: bool = False
    """It does its work and ends with 0, instead of running until it is stopped."""
    death_signal: int = signal.SIGKILL
    """What the kernel sends it when its starter dies."""


def base_environment() -> dict[str, str]:
    """What every part may inherit: where programs and homes are, never a secret."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "CUDA_VISIBLE_DEVICES")
    return {name: os.environ[name] for name in kept if name in os.environ}


def spawn(command: Command) -> subprocess.Popen[bytes]:
    """Start a program as leader of its own session; it dies with the calling thread.

    Raises:
        OSError: its log or folder cannot be opened.
    """
    environment = {**base_environment(), **command.env, STACK_VARIABLE: str(command.stack)}
    command.log.parent.mkdir(parents=True, exist_ok=True)
    if command.log.exists() and command.log.stat().st_size > MAX_LOG_BYTES:
        command.log.replace(command.log.with_suffix(".old.log"))
    with command.log.open("ab") as file:
        file.write(f"{_STARTED}{time.strftime('%Y-%m-%d %H:%M:%S')}\n".encode())
        file.flush()
        return subprocess.Popen(
            [*_launcher(command), "--", *command.argv],
            env=environment,
            cwd=command.cwd,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def dying_with_us(death_signal: int = signal.SIGKILL) -> list[str]:
    """Words to put before `--` and a command, so that the command dies with the calling thread."""
    words = [sys.executable, "-I", "-S", str(_LAUNCH), "--parent", str(os.getpid())]
    return [*words, "--death-signal", str(int(death_signal))]


def _launcher(command: Command) -> list[str]:
    words = dying_with_us(command.death_signal)
    if command.account is not None:
        words += ["--uid", str(command.account.uid), "--gid", str(command.account.gid)]
        for path in command.account.reach:
            words += ["--reach", str(path)]
    return words


def stop(process: subprocess.Popen[bytes], command: Command) -> None:
    """End a process: ask first, as its command says, then kill it with all of its group."""
    if process.poll() is None:
        # The leader alone: the children of PostgreSQL and Triton end as it tells them to.
        process.send_signal(command.stop_signal)
        try:
            process.wait(command.stop_timeout_s)
        except subprocess.TimeoutExpired:
            log.info("%s did not end when asked to and is killed", command.name)
    kill_group(process)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a process, if it lives, and those of its group that outlived it; reap it."""
    signal_group(process.pid, signal.SIGKILL)
    process.wait()


def signal_group(group: int, number: int) -> None:
    """Send a signal to every process of a group; nothing happens where there is none."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return


def describe_exit(status: int) -> str:
    """An exit status in words: `exit code 1`, or `signal 9 (SIGKILL)`."""
    if status >= 0:
        return f"exit code {status}"
    return f"signal {-status} ({signal.Signals(-status).name})"


def log_tail(log: Path, num_lines: int = 12) -> str:
    """The last lines since the last start that speak of a fault; the last lines where none does."""
    if not log.exists():
        return "(no log)"
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 65536))
        text = file.read().decode("utf-8", "replace").rpartition(_STARTED)[2]
    lines = [re.sub(r"\s+", " ", line)[:400] for line in text.splitlines() if line.strip()]
    faults = [line for line in lines[-200:] if _FAULT.search(line)]
    return "\n".join((faults or lines)[-num_lines:]) or "(empty log)"


def processes_of(stack: Path, *, tag: str = "") -> list[int]:
    """Ids of the living processes that belong to a stack, the caller's own excepted.

    Args:
        stack: the stack's data folder.
        tag: see `processes_tagged`; empty to look for the folder alone.
    """
    found = {*processes_with(STACK_VARIABLE, stack), *(processes_tagged(tag) if tag else ())}
    return sorted(found)


def processes_with(variable: str, stack: Path) -> list[int]:
    """Ids of the living processes whose environment says `variable=stack`, but for the caller."""
    marker = f"{variable}={stack}".encode()
    return [
        pid
        for pid in _all_processes()
        if pid != os.getpid() and marker in _read(pid, "environ").split(b"\0") and is_alive(pid)
    ]


def processes_tagged(tag: str) -> list[int]:
    """Ids of the living processes of the PostgreSQL whose cluster has the name `tag`.

    They run as another user, or overwrite their environment, so that their command line tells.
    """
    words = (f"postgres: {tag}:".encode(), f"cluster_name={tag}\0".encode())
    found = []
    for pid in _all_processes():
        cmdline = _read(pid, "cmdline")
        if (cmdline.startswith(words[0]) or words[1] in cmdline) and is_alive(pid):
            found.append(pid)
    return found


def _all_processes() -> Iterator[int]:
    return (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())


def _read(pid: int, name: str) -> bytes:
    """A file of /proc, or nothing where the process is gone or not ours to look into."""
    try:
        return Path("/proc", str(pid), name).read_bytes()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return b""


def start_time(pid: int) -> str | None:
    """When a process started, in clock ticks since boot with the boot's id; None if it is dead.

    A process id alone may by now belong to another program.
    """
    fields = _read(pid, "stat").rpartition(b")")[2].split()
    if not fields or fields[0] in (b"Z", b"X"):
        return None
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return f"{boot}:{fields[19].decode()}"


def is_alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    return start_time(pid) is not None


def kill_all(stack: Path, *, tag: str = "") -> list[int]:
    """Kill what is left of a stack and wait until it is gone; returns the ids that were killed.

    Raises:
        TimeoutError: something outlived SIGKILL.
    """
    return kill_each(lambda: processes_of(stack, tag=tag))


def kill_each(find: Callable[[], list[int]], timeout_s: float = 10.0) -> list[int]:
    """Kill whatever `find` finds until it finds nothing; returns the ids that were killed.

    Raises:
        TimeoutError: something outlived SIGKILL by `timeout_s`.
    """
    killed: set[int] = set()
    deadline = time.monotonic() + timeout_s
    while left := find():
        if time.monotonic() > deadline:
            raise TimeoutError(f"processes {left} outlived SIGKILL for {timeout_s:g} s")
        killed.update(left)
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        time.sleep(0.05)
    return sorted(killed)
