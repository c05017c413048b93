"""How the process is started and how it ends."""

import asyncio
import signal
from dataclasses import dataclass, field
from pathlib import Path

import grpc
import pytest
from tritonclient.grpc import service_pb2

from tests.serving.transformer.process import KServeSide, transforming
from tests.serving.triton_double import TritonDouble, serving

INJECTED = ["--model_name", "item-embedding-g0001", "--http_port", "8080", "--predictor_host"]
"""As KServe's controller writes them."""


def test_what_kserve_injects_is_taken_and_gives_triton_by_grpc(kserve_side: KServeSide) -> None:
    arguments = [*INJECTED, "item-embedding-g0001-predictor.modiste"]
    endpoint = "item-embedding-g0001-predictor.modiste:9000"
    assert kserve_side.ask("options", arguments=arguments, environ={}) == [
        "item-embedding-g0001",
        endpoint,
        *(10, 0, False, None),
    ]


def test_a_port_patience_and_tls_are_taken_as_they_are_given(kserve_side: KServeSide) -> None:
    patience = ["--predictor_request_timeout_seconds=3", "--predictor_request_retries=2"]
    arguments = ["--predictor_host=[::1]:8001", "--predictor_use_ssl=true", *patience]
    environ = {"REQUESTS_CA_BUNDLE": "/etc/ca.pem"}
    assert kserve_side.ask("options", arguments=arguments, environ=environ) == [
        "item_embedding",
        "[::1]:8001",
        *(3, 2, True, "/etc/ca.pem"),
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "--predictor_host: expected host or host:port of the predictor's gRPC, got 'nothing'"),
        (["--predictor_host=http://triton"], "--predictor_host: expected host or host:port of the"),
        (
            ["--predictor_host=triton", "--predictor_protocol=v2"],
            "--predictor_protocol: expected grpc-v2, got v2; leave it out, and give --predictor_ho",
        ),
        (
            ["--predictor_host=triton", "--workers=2"],
            "--workers: expected 1, got 2; leave containerConcurrency out of the InferenceService'",
        ),
        (
            ["--predictor_host=triton", "--predictor_request_retries=9"],
            "--predictor_request_retries: expected 0..4, got 9",
        ),
    ],
)
def test_an_option_that_cannot_hold_is_named_with_the_remedy(
    kserve_side: KServeSide, arguments: list[str], message: str
) -> None:
    said = kserve_side.ask("options", arguments=arguments, environ={})
    assert isinstance(said, str)
    assert said.startswith(message)


@dataclass
class Held(TritonDouble):
    """Answers once it is let."""

    is_asked: asyncio.Event = field(default_factory=asyncio.Event)
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(
        self, request: service_pb2.ModelInferRequest, context: grpc.aio.ServicerContext
    ) -> service_pb2.ModelInferResponse:
        self.is_asked.set()
        await self.may_answer.wait()
        return await super().answer(request, context)


async def test_it_drains_and_answers_what_is_under_way_before_the_end(tmp_path: Path) -> None:
    double, log = Held(), tmp_path / "log.jsonl"
    async with serving(double) as predictor, asyncio.timeout(120):
        entered = transforming(predictor, log, drain_s=600)
        running = await asyncio.to_thread(entered.__enter__)
        try:
            held = asyncio.create_task(asyncio.to_thread(running.v1, {"instances": [{}]}))
            await double.is_asked.wait()
            running.process.send_signal(signal.SIGTERM)
            while not any(line["message"] == "told to stop" for line in running.logged()):
                await asyncio.sleep(0.05)
            assert not await asyncio.to_thread(running.is_ready)
            refused = await asyncio.to_thread(running.v1, {"instances": []})
            assert (refused.status_code, refused.headers["connection"]) == (400, "close")
            running.process.send_signal(signal.SIGTERM)
            while not any(line["message"] == "Shutting down" for line in running.logged()):
                await asyncio.sleep(0.05)
            double.may_answer.set()
            assert (await held).json()["predictions"][0]["generation"] == "g0001"
            assert await asyncio.to_thread(running.process.wait, 30) == 0
        finally:
            await asyncio.to_thread(entered.__exit__, None, None, None)
