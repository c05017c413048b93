"""The listener shows the newest certificate; what cannot be used is named."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography import x509

from serving.environment import SettingsError
from serving.tls import Certificate, CertificateFiles, certificate_files_from, triton_ca_from
from tests.serving.access.conftest import Clock
from tests.serving.certificates import write_certificate


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still."""
    return Clock()


def certificate_of(folder: Path, clock: Clock) -> Certificate:
    cert, key = write_certificate(folder, "first")
    return Certificate(CertificateFiles(cert=cert, key=key), clock=clock)


@contextmanager
def listening(context: ssl.SSLContext) -> Iterator[int]:
    """A server of one connection after another; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def take() -> None:
            while True:
                connection, _ = server.accept()
                with connection, context.wrap_socket(connection, server_side=True) as wrapped:
                    if wrapped.recv(4) == b"stop":
                        return

        thread = threading.Thread(target=take)
        thread.start()
        port: int = server.getsockname()[1]
        yield port
        shown(port, b"stop")
        thread.join()


def shown(port: int, word: bytes = b"next") -> str:
    """The name in the certificate that a new connection is shown."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with (
        socket.create_connection(("127.0.0.1", port)) as connection,
        context.wrap_socket(connection) as wrapped,
    ):
        raw = wrapped.getpeercert(binary_form=True)
        wrapped.sendall(word)
    assert raw is not None
    return x509.load_der_x509_certificate(raw).subject.rfc4514_string()


def test_a_renewed_certificate_is_shown_without_a_restart(tmp_path: Path, clock: Clock) -> None:
    certificate = certificate_of(tmp_path, clock)
    with listening(certificate.context) as port:
        assert shown(port) == "CN=first"
        write_certificate(tmp_path, "second")
        assert shown(port) == "CN=first"
        clock.now = 10.0
        assert shown(port) == "CN=second"


def test_a_broken_certificate_leaves_the_old_one(
    tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    certificate = certificate_of(tmp_path, clock)
    with listening(certificate.context) as port:
        (tmp_path / "tls.crt").write_text("half of")
        clock.now = 10.0
        assert shown(port) == "CN=first"
        assert "the certificate stays as it was" in caplog.text
        write_certificate(tmp_path, "third")
        clock.now = 20.0
        assert shown(port) == "CN=third"


def test_files_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    files = CertificateFiles(cert=tmp_path / "tls.crt", key=tmp_path / "tls.key")
    with pytest.raises(SettingsError, match=r"^MODISTE_TLS_CERT_FILE, MODISTE_TLS_KEY_FILE: "):
        Certificate(files)
    write_certificate(tmp_path)
    (tmp_path / "tls.key").write_text("")
    with pytest.raises(SettingsError, match=r"tls\.crt, .*tls\.key: "):
        Certificate(files)


def test_certificate_and_key_come_together(tmp_path: Path) -> None:
    assert certificate_files_from({}) is None
    both = {"MODISTE_TLS_CERT_FILE": "a", "MODISTE_TLS_KEY_FILE": "b"}
    assert certificate_files_from(both) == CertificateFiles(cert=Path("a"), key=Path("b"))
    for missing in both:
        given = {name: path for name, path in both.items() if name != missing}
        with pytest.raises(SettingsError, match=f"^{missing}: expected the path of a PEM file"):
            certificate_files_from(given)


def test_whom_to_trust_at_triton_must_be_readable(tmp_path: Path) -> None:
    assert triton_ca_from({}) is None
    cert, _ = write_certificate(tmp_path)
    assert triton_ca_from({"MODISTE_TRITON_CA_FILE": str(cert)}) == cert
    (tmp_path / "empty").touch()
    for path in (tmp_path / "nope", tmp_path / "empty"):
        with pytest.raises(SettingsError, match=r"^MODISTE_TRITON_CA_FILE: expected a PEM file"):
            triton_ca_from({"MODISTE_TRITON_CA_FILE": str(path)})
