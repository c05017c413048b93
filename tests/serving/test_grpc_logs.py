"""gRPC writes nothing between the lines of our log when a server goes away."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = """
import asyncio

import serving.triton_client
import grpc.aio


class Slow(grpc.GenericRpcHandler):
    def service(self, details):
        async def answer(request, context):
            await asyncio.sleep(60)

        return grpc.unary_unary_rpc_method_handler(answer)


async def lose_a_server():
    server = grpc.aio.server()
    server.add_generic_rpc_handlers((Slow(),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        call = channel.unary_unary("/a/b")(b"")
        await asyncio.sleep(0.02)
        await server.stop(None)
        try:
            await call
        except grpc.aio.AioRpcError as error:
            print(error.code().name)


for _ in range(10):
    asyncio.run(lose_a_server())
"""


@pytest.mark.parametrize(("asked", "is_quiet"), [(None, True), ("INFO", False)])
def test_a_server_that_goes_away_leaves_no_line_of_grpcs(asked: str | None, is_quiet: bool) -> None:
    environment = {name: text for name, text in os.environ.items() if name != "GRPC_VERBOSITY"}
    environment |= {"GRPC_VERBOSITY": asked} if asked else {}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["UNAVAILABLE"] * 10
    assert ("goaway" not in done.stderr) == is_quiet
