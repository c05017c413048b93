"""The real Triton with the laptop's backends, over HTTP and gRPC."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tritonclient.grpc
import tritonclient.http
from numpy.typing import NDArray
from tritonclient.utils import InferenceServerException

from catalog.bundle import BundleError, verify_bundle
from local.part import WrongInput
from local.triton import PORTS, Triton, TritonConfig, require_machine
from tests.conftest import TritonAddress, TritonFactory
from tests.local.bundles import WIDTH, write_bundle

Array = NDArray[np.float32]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small bundle."""
    return write_bundle(tmp_path_factory.mktemp("bundle"))


@pytest.fixture(scope="module")
def triton(triton_factory: TritonFactory, bundle: Path) -> TritonAddress:
    """A Triton that serves the small bundle."""
    return triton_factory(bundle)


def infer(module: Any, client: Any, model: str, x: Array, output: str = "embedding") -> Array:
    """One inference through either of tritonclient's modules."""
    tensor = module.InferInput("x", list(x.shape), "FP32")
    tensor.set_data_from_numpy(x)
    answer: Array = client.infer(model, [tensor]).as_numpy(output)
    return answer


def rows(count: int, width: int = WIDTH) -> Array:
    return np.random.default_rng(count).standard_normal((count, width)).astype(np.float32)


def unit(x: Array) -> Array:
    result: Array = x / np.linalg.norm(x, axis=1, keepdims=True)
    return result


@pytest.mark.parametrize("count", [1, 7, 64])
def test_an_ensemble_of_onnx_and_torchscript_answers_over_http(
    triton: TritonAddress, count: int
) -> None:
    with tritonclient.http.InferenceServerClient(triton.http) as client:
        answer = infer(tritonclient.http, client, "both", rows(count))
    np.testing.assert_allclose(answer, unit(rows(count)), atol=1e-6)


@pytest.mark.parametrize("count", [1, 7, 64])
def test_an_ensemble_of_onnx_and_torchscript_answers_over_grpc(
    triton: TritonAddress, count: int
) -> None:
    with tritonclient.grpc.InferenceServerClient(triton) as client:
        answer = infer(tritonclient.grpc, client, "both", rows(count))
    np.testing.assert_allclose(answer, unit(rows(count)), atol=1e-6)


def test_requests_at_the_same_time_each_get_their_own_rows_back(triton: TritonAddress) -> None:
    with tritonclient.grpc.InferenceServerClient(triton) as client, ThreadPoolExecutor(16) as pool:
        sizes = [1 + number % 5 for number in range(200)]
        batches = [rows(size) + number for number, size in enumerate(sizes)]
        answers = pool.map(lambda x: infer(tritonclient.grpc, client, "both", x), batches)
        for x, answer in zip(batches, answers, strict=True):
            np.testing.assert_allclose(answer, unit(x), atol=1e-6)
        batch = client.get_inference_statistics("tower", as_json=True)["model_stats"][0]
    assert int(batch["execution_count"]) < int(batch["inference_count"])


def test_a_request_that_the_model_refuses_fails_alone(triton: TritonAddress) -> None:
    with tritonclient.grpc.InferenceServerClient(triton) as client, ThreadPoolExecutor(16) as pool:
        batches = [rows(2, WIDTH + 1 if number % 4 == 0 else WIDTH) for number in range(40)]
        calls = [pool.submit(infer, tritonclient.grpc, client, "both", x) for x in batches]
        for x, call in zip(batches, calls, strict=True):
            if x.shape[1] == WIDTH:
                np.testing.assert_allclose(call.result(), unit(x), atol=1e-6)
            else:
                with pytest.raises(InferenceServerException, match="invalid dimensions"):
                    call.result()


def test_a_bundle_with_a_flipped_byte_is_refused_by_name(tmp_path: Path) -> None:
    bundle = write_bundle(tmp_path / "bundle")
    model = bundle / "tower" / "1" / "model.onnx"
    content = bytearray(model.read_bytes())
    content[40] ^= 1
    model.write_bytes(bytes(content))
    ports = dict.fromkeys(PORTS, 1)
    server = Triton(TritonConfig(name="triton", stack=tmp_path, bundle=bundle, ports=ports))
    with pytest.raises(BundleError, match=r"tower/1/model\.onnx: expected sha256 .* got "):
        server.prepare()


def test_a_machine_that_the_wheel_has_no_build_for_is_refused_by_name() -> None:
    require_machine("Linux", "x86_64")
    with pytest.raises(WrongInput, match="expected Linux on x86_64, got Darwin on arm64"):
        require_machine("Darwin", "arm64")


def test_serving_leaves_the_bundle_as_it_was(triton: TritonAddress, bundle: Path) -> None:
    with tritonclient.grpc.InferenceServerClient(triton) as client:
        infer(tritonclient.grpc, client, "both", rows(1))
    verify_bundle(bundle)
