"""Every status that gRPC knows has its place in the service's tree."""

import grpc
import pytest
from grpc.aio import AioRpcError, Metadata

from serving.errors import NotReady, Refused, ServerFailed, ServiceError, TimedOut, Unavailable
from serving.triton_errors import is_rejection, translated


def rpc_error(status: grpc.StatusCode, message: str = "said") -> AioRpcError:
    return AioRpcError(status, Metadata(), Metadata(), details=message)


@pytest.mark.parametrize("status", list(grpc.StatusCode))
def test_every_grpc_status_is_mapped(status: grpc.StatusCode) -> None:
    ours = translated(rpc_error(status), "127.0.0.1:8001")
    assert isinstance(ours, Unavailable)
    assert str(ours).startswith("Triton: 127.0.0.1:8001 ")
    assert f"({status.name}: said)" in str(ours)


@pytest.mark.parametrize(
    ("status", "ours"),
    [
        (grpc.StatusCode.UNAVAILABLE, Refused),
        (grpc.StatusCode.DEADLINE_EXCEEDED, TimedOut),
        (grpc.StatusCode.INTERNAL, ServerFailed),
        (grpc.StatusCode.NOT_FOUND, NotReady),
    ],
)
def test_timeout_refusal_and_server_error_are_kept_apart(
    status: grpc.StatusCode, ours: type[ServiceError]
) -> None:
    assert type(translated(rpc_error(status), "host:1")) is ours


def test_only_an_invalid_argument_is_the_items_own_fault() -> None:
    assert is_rejection(rpc_error(grpc.StatusCode.INVALID_ARGUMENT))
    assert not is_rejection(rpc_error(grpc.StatusCode.INTERNAL))
