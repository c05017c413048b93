"""TCP ports on loopback: which are free, and what answers on the others."""

import http.client
import socket

HOST = "127.0.0.1"
"""The only address that anything of the laptop's stack listens on."""


def is_free(port: int) -> bool:
    """Whether nobody listens on a port of loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def free_ports(count: int) -> list[int]:
    """Different ports that nobody listens on, as the kernel hands them out."""
    probes = []
    try:
        for _ in range(count):
            probe = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            probes.append(probe)
            probe.bind((HOST, 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def next_free(first: int, tries: int = 100) -> int:
    """The first free port from `first` on.

    Raises:
        OSError: none of `tries` ports is free.
    """
    for port in range(first, min(first + tries, 65536)):
        if is_free(port):
            return port
    raise OSError(f"ports {first} to {first + tries - 1} of {HOST} are all taken")


def accepts(port: int, timeout_s: float = 0.5) -> bool:
    """Whether somebody answers on a port of loopback."""
    try:
        with socket.create_connection((HOST, port), timeout=timeout_s):
            return True
    except OSError:
        return False


def http_status(port: int, path: str, timeout_s: float = 2.0) -> int:
    """Status code of a GET on a port of loopback, past any proxy that the environment names.

    Raises:
        OSError: nobody answers, or what answers does not speak HTTP.
    """
    connection = http.client.HTTPConnection(HOST, port, timeout=timeout_s)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except http.client.HTTPException as error:
        raise OSError(f"no HTTP on port {port}: {error!r}") from error
    finally:
        connection.close()
