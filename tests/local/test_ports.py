"""Ports: free ones, kept ones, and what answers."""

import socket
from pathlib import Path

import pytest

from local.ports import HOST, PortBook, free_ports, http_status, is_free, next_free


@pytest.fixture
def taken() -> "socket.socket":
    """A port with a server on it."""
    server = socket.socket()
    server.bind((HOST, 0))
    server.listen()
    return server


def test_free_ports_are_free_different_and_not_the_kernels_to_give_away() -> None:
    ports = free_ports(20)
    assert len(set(ports)) == 20
    assert all(is_free(port) for port in ports)
    first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    assert all(port < first for port in ports)


def test_a_taken_port_is_passed_over(taken: socket.socket) -> None:
    with taken:
        port = taken.getsockname()[1]
        assert not is_free(port)
        assert next_free(port) > port
        with pytest.raises(OSError, match=f"ports {port} to {port} of 127.0.0.1 are all taken"):
            next_free(port, tries=1)


def test_a_part_comes_back_to_its_ports(tmp_path: Path) -> None:
    first = PortBook(tmp_path / "ports.json").ports("triton", ["http", "grpc"])
    assert PortBook(tmp_path / "ports.json").ports("triton", ["http", "grpc"]) == first
    assert len({*first.values()}) == 2


def test_a_port_that_somebody_else_took_is_replaced_for_good(tmp_path: Path) -> None:
    book = PortBook(tmp_path / "ports.json")
    port = book.ports("api", ["http"])["http"]
    with socket.socket() as server:
        server.bind((HOST, port))
        server.listen()
        fresh = book.ports("api", ["http"])["http"]
    assert fresh != port
    assert PortBook(tmp_path / "ports.json").ports("api", ["http"]) == {"http": fresh}


def test_ports_can_be_given_back(tmp_path: Path) -> None:
    book = PortBook(tmp_path / "ports.json")
    book.ports("triton-g0001", ["grpc"])
    assert list(book.known()) == ["triton-g0001"]
    book.forget("triton-g0001")
    assert book.known() == {}
    assert (tmp_path / "ports.json").read_text().strip() == "{}"


def test_what_does_not_speak_http_is_an_error_and_no_status() -> None:
    with pytest.raises(OSError, match="refused"):
        http_status(free_ports(1)[0], "/")
