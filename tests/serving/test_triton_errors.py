"""Every status that gRPC knows has its place in the service's tree."""

import grpc
import pytest
from tritonclient.utils import InferenceServerException

from serving.errors import NotReady, Refused, ServerFailed, ServiceError, TimedOut, Unavailable
from serving.triton_errors import is_rejection, translated


def triton_error(status: grpc.StatusCode, message: str = "said") -> InferenceServerException:
    return InferenceServerException(msg=message, status=str(status))


@pytest.mark.parametrize("status", list(grpc.StatusCode))
def test_every_grpc_status_is_mapped(status: grpc.StatusCode) -> None:
    ours = translated(triton_error(status), "127.0.0.1:8001")
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
    assert type(translated(triton_error(status), "host:1")) is ours


def test_only_an_invalid_argument_is_the_items_own_fault() -> None:
    assert is_rejection(triton_error(grpc.StatusCode.INVALID_ARGUMENT))
    assert not is_rejection(triton_error(grpc.StatusCode.INTERNAL))
    assert not is_rejection(InferenceServerException("raised by the client itself"))


def test_what_the_client_raises_by_itself_is_our_fault() -> None:
    ours = translated(InferenceServerException("wrong shape"), "host:1")
    assert type(ours) is ServiceError
    assert str(ours) == "Triton: tritonclient refused the call: wrong shape"
