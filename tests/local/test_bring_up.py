"""Which port the API gets."""

import socket
from pathlib import Path

import pytest

from local.bring_up import choose_port
from local.ports import free_ports
from local.stack import write_json


def test_the_port_that_was_asked_for_is_taken_as_it_is(tmp_path: Path) -> None:
    assert choose_port(tmp_path, 9000) == 9000


def test_a_stack_comes_back_to_its_port(tmp_path: Path) -> None:
    [port] = free_ports(1)
    write_json(tmp_path / "stack.json", {"port": port})
    assert choose_port(tmp_path, None) == port


def test_where_the_port_is_taken_the_next_free_one_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", free_ports(1)[0]))
        server.listen()
        taken = server.getsockname()[1]
        write_json(tmp_path / "stack.json", {"port": taken})
        port = choose_port(tmp_path, None)
    assert port > taken
    expected = f"port {taken} is taken by another program; the API gets {port}\n"
    assert capsys.readouterr().out == expected
