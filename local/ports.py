"""TCP ports on loopback: which are free, which a stack has taken, and what answers on them."""

import http.client
import secrets
import socket
from collections.abc import Iterable
from pathlib import Path

from local.stack import read_json, write_json

HOST = "127.0.0.1"
"""The only address that anything of the laptop's stack listens on."""

_LOWEST = 10240
_EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")


def is_free(port: int) -> bool:
    """Whether nobody listens on a port of loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def free_ports(count: int, taken: Iterable[int] = ()) -> list[int]:
    """Different ports that nobody listens on.

    They lie below those that the kernel gives to outgoing connections, any of which could hold a
    port when its server comes back to it.

    Args:
        count: how many.
        taken: ports that will not do although they are free now.
    """
    first, last = _LOWEST, _first_ephemeral() - 1
    if last - first < 1000:
        first, last = _LOWEST, 65535
    found: list[int] = []
    while len(found) < count:
        port = first + secrets.randbelow(last - first + 1)
        if port not in found and port not in taken and is_free(port):
            found.append(port)
    return found


def _first_ephemeral() -> int:
    return int(_EPHEMERAL.read_text().split()[0]) if _EPHEMERAL.exists() else 32768


def next_free(first: int, tries: int = 100) -> int:
    """The first free port from `first` on.

    Raises:
        OSError: none of `tries` ports is free.
    """
    for port in range(first, min(first + tries, 65536)):
        if is_free(port):
            return port
    raise OSError(f"ports {first} to {first + tries - 1} of {HOST} are all taken")


class PortBook:
    """The ports of a stack, kept in a file so that each part comes back to its own."""

    def __init__(self, path: Path) -> None:
        """The ports in the file `path`, which need not be there yet."""
        self._path = path
        self._ports: dict[str, int] = read_json(path)

    def ports(self, part: str, names: Iterable[str]) -> dict[str, int]:
        """The ports of a part that is not running now, by name.

        One that somebody else has taken in the meantime is replaced for good.
        """
        keys = {name: f"{part}.{name}" for name in names}
        known = self._ports
        bad = [key for key in keys.values() if key not in known or not is_free(known[key])]
        fresh = free_ports(len(bad), taken=self._ports.values())
        self._ports.update(zip(bad, fresh, strict=True))
        if bad:
            write_json(self._path, self._ports)
        return {name: self._ports[key] for name, key in keys.items()}

    def known(self) -> dict[str, dict[str, int]]:
        """The ports of all parts, by part and name."""
        parts: dict[str, dict[str, int]] = {}
        for key, port in self._ports.items():
            part, _, name = key.partition(".")
            parts.setdefault(part, {})[name] = port
        return parts

    def forget(self, part: str) -> None:
        """Give back the ports of a part that will not come back."""
        self._ports = {k: v for k, v in self._ports.items() if not k.startswith(f"{part}.")}
        write_json(self._path, self._ports)


def http_status(port: int, path: str) -> int:
    """Status code of a GET on a port of loopback; see `http_get`."""
    return http_get(port, path)[0]


def http_get(port: int, path: str, timeout_s: float = 5.0) -> tuple[int, str]:
    """Status code and body of a GET on a port of loopback, past any proxy of the environment.

    Raises:
        OSError: nobody answers in time, or what answers does not speak HTTP.
    """
    connection = http.client.HTTPConnection(HOST, port, timeout=timeout_s)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    except http.client.HTTPException as error:
        raise OSError(f"no HTTP on port {port}: {error!r}") from error
    finally:
        connection.close()
