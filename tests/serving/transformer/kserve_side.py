"""What the tests ask of kserve, in a process of its own; see `process.py`."""

import asyncio
import json
import sys
from typing import Any

import kserve
import numpy as np
from kserve import InferenceGRPCClient, InferenceRESTClient, InferInput, InferRequest, RESTConfig

from serving.environment import SettingsError
from serving.transformer.arguments import config_from

MODEL = "item_embedding"


async def v1(*, url: str, instances: list[object]) -> Any:
    """The predictions, by KServe's REST client."""
    client = InferenceRESTClient(RESTConfig(protocol="v1"))
    answer = await client.infer(url, {"instances": instances}, model_name=MODEL)
    await client.close()
    return answer["predictions"]


async def v2(*, url: str, texts: list[str], is_binary: bool) -> Any:
    """The tensors, by KServe's REST client."""
    client = InferenceRESTClient(RESTConfig(protocol="v2"))
    parameters = {"binary_data_output": True} if is_binary else None
    request = _request(texts, is_binary=is_binary, parameters=parameters)
    answer = await client.infer(url, request, model_name=MODEL)
    await client.close()
    return _tensors(answer)


async def v2_grpc(*, address: str, texts: list[str]) -> Any:
    """The tensors, by KServe's gRPC client."""
    async with InferenceGRPCClient(address) as client:
        return _tensors(await client.infer(_request(texts, is_binary=True)))


async def readiness(*, url: str, address: str) -> Any:
    """What KServe's clients think of server and model."""
    rest = InferenceRESTClient(RESTConfig(protocol="v2"))
    old = InferenceRESTClient(RESTConfig(protocol="v1"))
    async with InferenceGRPCClient(address) as client:
        found = [
            await rest.is_server_live(url),
            await rest.is_server_ready(url),
            await rest.is_model_ready(url, MODEL),
            await old.is_model_ready(url, MODEL),
            await client.is_server_live(),
            await client.is_server_ready(),
            await client.is_model_ready(MODEL),
        ]
    await rest.close()
    await old.close()
    return found


async def options(*, arguments: list[str], environ: dict[str, str]) -> Any:
    """What a command line comes to, or why it is refused."""
    try:
        config = config_from(arguments, environ)
    except SettingsError as error:
        return str(error)
    triton = config.triton
    roots = triton.root_certificates and str(triton.root_certificates)
    patience = [triton.timeout_s, triton.max_retries, triton.is_tls, roots]
    return [config.model_name, config.endpoint, *patience]


def _request(texts: list[str], *, is_binary: bool, parameters: Any = None) -> InferRequest:
    tensor = InferInput("item", [len(texts), 1], "BYTES")
    column = np.array([text.encode() for text in texts], dtype=np.object_).reshape(-1, 1)
    tensor.set_data_from_numpy(column, binary_data=is_binary)
    return InferRequest(model_name=MODEL, infer_inputs=[tensor], parameters=parameters)


def _tensors(answer: kserve.InferResponse) -> Any:
    """Each tensor by name: the bytes of a float, texts as they are."""
    found = {output.name: output.as_numpy() for output in answer.outputs}
    embedding = found["embedding"]
    texts = {name: [_text(value) for value in found[name].ravel()] for name in found}
    return {
        "shape": list(embedding.shape),
        "dtype": str(embedding.dtype),
        "embedding": embedding.tobytes().hex(),
        "error": texts["error"],
        "generation": texts["generation"],
    }


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def main() -> None:
    """Answer line by line until nobody asks any more."""
    functions = {function.__name__: function for function in (v1, v2, v2_grpc, readiness, options)}
    with asyncio.Runner() as runner:
        for line in sys.stdin:
            what, arguments = json.loads(line)
            answer = runner.run(functions[what](**arguments))
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
