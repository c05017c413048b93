"""The client of Triton: rows in order, one bad row alone, TLS, and calls made again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import grpc
import numpy as np
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from serving.errors import NotReady, Refused, ServerFailed
from serving.triton_client import MAX_ROWS, TritonClient, TritonConfig
from serving.triton_rows import Rows
from tests.serving.triton_double import TritonDouble, serving


@pytest.fixture
async def client() -> AsyncIterator[TritonClient]:
    made = TritonClient(TritonConfig(timeout_s=2))
    yield made
    await made.close()


async def test_one_bad_text_alone_is_a_row_like_any_other(client: TritonClient) -> None:
    double = TritonDouble()
    async with serving(double) as endpoint:
        rows = await client.rows([b"bad"], endpoint)
    assert (rows.errors, rows.generations) == (("bad: not allowed",), ("g0001",))
    assert rows.embedding_ND.shape == (1, 4)
    assert double.batches == [1, 2]


async def test_a_bad_text_that_fills_the_last_call_leaves_the_others_alone(
    client: TritonClient,
) -> None:
    async with serving(TritonDouble()) as endpoint:
        rows = await client.rows([b"{}"] * MAX_ROWS + [b"bad"], endpoint)
    assert rows.errors == ("",) * MAX_ROWS + ("bad: not allowed",)
    assert rows.embedding_ND.shape == (MAX_ROWS + 1, 4)


async def test_a_check_sees_the_rows_of_each_call_and_may_refuse_them(
    client: TritonClient,
) -> None:
    seen: list[int] = []

    def check(rows: Rows) -> None:
        seen.append(len(rows.errors))
        if len(rows.errors) == 1:
            raise NotReady("Triton", "not these")

    async with serving(TritonDouble()) as endpoint:
        with pytest.raises(NotReady, match=r"^Triton: not these$"):
            await client.rows([b"{}"] * (MAX_ROWS + 1), endpoint, check=check)
    assert 1 in seen


async def test_a_refusal_of_one_text_and_of_that_beside_another_is_the_servers_fault(
    client: TritonClient,
) -> None:
    double = TritonDouble(abort=(grpc.StatusCode.INVALID_ARGUMENT, "unexpected shape"))
    async with serving(double) as endpoint:
        with pytest.raises(ServerFailed, match=r"INVALID_ARGUMENT: unexpected shape"):
            await client.rows([b"{}"], endpoint)
    assert double.batches == [1, 2]


async def test_a_call_that_reached_no_server_is_made_again_as_often_as_told() -> None:
    client = TritonClient(TritonConfig(timeout_s=10, max_retries=2))
    double = TritonDouble(abort=(grpc.StatusCode.UNAVAILABLE, "starting"))
    async with serving(double) as endpoint:
        with pytest.raises(Refused, match=r"UNAVAILABLE: starting"):
            await client.rows([b"{}"], endpoint)
    await client.close()
    assert double.batches == [1, 1, 1]


async def test_an_endpoint_with_tls_is_asked_by_its_certificate(tmp_path: Path) -> None:
    key, certificate = self_signed()
    trusted = tmp_path / "ca.pem"
    trusted.write_bytes(certificate)
    knowing = TritonClient(TritonConfig(is_tls=True, root_certificates=trusted))
    strange = TritonClient(TritonConfig(timeout_s=1, is_tls=True))
    credentials = grpc.ssl_server_credentials([(key, certificate)])
    async with serving(TritonDouble(), credentials=credentials) as endpoint:
        rows = await knowing.rows([b"{}"], endpoint)
        with pytest.raises(Refused, match=r"cannot be reached"):
            await strange.rows([b"{}"], endpoint)
    np.testing.assert_array_equal(rows.embedding_ND, [[1, 0, 0, 0]])
    await asyncio.gather(knowing.close(), strange.close())


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: TritonConfig(timeout_s=0), r"^timeout_s: expected more than 0, got 0$"),
        (lambda: TritonConfig(max_retries=5), r"^max_retries: expected 0\.\.4, got 5$"),
    ],
)
def test_a_patience_out_of_bounds_is_refused(
    make: Callable[[], TritonConfig], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def self_signed() -> tuple[bytes, bytes]:
    """A key and a certificate for 127.0.0.1, both PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "predictor")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return private, certificate.public_bytes(serialization.Encoding.PEM)
