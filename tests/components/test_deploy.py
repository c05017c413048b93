"""The components `deploy`, `verify` and `retire` on a cluster; all but its API is real."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from kfp import dsl

from components.inference_service import inference_service
from components.publish import publish
from components.verify import verify
from serving import generations
from serving.migrate import migrate
from tests.components.artifacts import artifact
from tests.components.fake_cluster import NAMESPACE, FakeCluster
from tests.components.kserve_steps import KServe
from tests.components.node_processes import ROOT
from tests.conftest import SmallModel, TritonFactory

SERVICES = "inferenceservices"


@pytest.fixture
def connection(
    postgres_url: str,
    s3_uri: str,
    fake: FakeCluster,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator["psycopg.Connection"]:
    """A migrated database where g0001 is building; the environment is a cluster's."""
    for name, value in {
        "MODISTE_DATABASE_URL": postgres_url,
        "MODISTE_OBJECTS": s3_uri,
        "MODISTE_PLATFORM": "kubernetes",
        "MODISTE_NAMESPACE": NAMESPACE,
        "KUBECONFIG": str(fake.kubeconfig(tmp_path / "kubeconfig")),
        "PYTHONPATH": str(ROOT),
    }.items():
        monkeypatch.setenv(name, value)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        migrate(connection)
        generations.allocate(connection, "f" * 64)
        yield connection


def install(fake: FakeCluster, address: str) -> None:
    """An InferenceService as a template, whose Triton is at an address of this machine."""
    service = inference_service("g0000", NAMESPACE, "s3://modiste/models/item_embedding/g0000")
    service["metadata"]["labels"]["app.kubernetes.io/managed-by"] = "kustomize"
    service["metadata"] |= {"generation": 1, "resourceVersion": "1", "uid": "installed"}
    service["spec"]["transformer"]["containers"][0]["args"][1] = f"--predictor_host={address}"
    fake.objects[SERVICES]["item-embedding-g0000"] = service


def in_a_process(code: str) -> "subprocess.CompletedProcess[str]":
    """Run components as KFP does; here because kserve and tritonclient do not share a process."""
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280)


def deployed(generation: str, timeout_s: float = 60.0) -> "subprocess.CompletedProcess[str]":
    """Run `deploy`; the last line that it prints is the address."""
    return in_a_process(
        "from components.deploy import deploy\n"
        f"print(deploy.python_func(generation={generation!r}, endpoint_timeout_s={timeout_s}))"
    )


def retired() -> str:
    """Run `retire`; returns the generations whose services went, as they are printed."""
    done = in_a_process("from components.retire import retire; print(retire.python_func())")
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def test_a_generation_is_deployed_compared_and_given_back_once_it_is_over(
    connection: "psycopg.Connection",
    fake: FakeCluster,
    small_model: SmallModel,
    triton_factory: TritonFactory,
    tmp_path: Path,
) -> None:
    address = triton_factory(small_model.bundle)
    install(fake, address)
    fake.script(SERVICES, KServe(fake).ready)
    publish.python_func(generation="g0001", bundle=artifact(small_model.bundle, dsl.Model))
    done = deployed("g0001")
    assert done.stdout.splitlines()[-1:] == [address], done.stderr
    assert "deploy: creating InferenceService item-embedding-g0001" in done.stdout
    found = generations.read(connection, "g0001")
    assert found.endpoint == address
    service = fake.objects[SERVICES]["item-embedding-g0001"]
    assert service["spec"]["predictor"]["model"]["storageUri"] == found.bundle_uri

    served = artifact(tmp_path / "served", dsl.Metrics)
    arguments: dict[str, Any] = {
        "generation": "g0001",
        "endpoint": address,
        "items": artifact(small_model.items, dsl.Dataset),
        "served": served,
    }
    assert verify.python_func(**arguments) == "published"
    assert served.metadata["triton neighbours"] >= 0.99
    assert served.metadata["uri"] == found.bundle_uri
    assert verify.python_func(**arguments) == "published"

    assert retired() == "[]"
    generations.mark(connection, "g0001", "refused", "worse")
    assert retired() == "['g0001']"
    assert list(fake.objects[SERVICES]) == ["item-embedding-g0000"]
    assert generations.read(connection, "g0001").endpoint is None


def test_a_triton_that_does_not_answer_right_leaves_neither_service_nor_address(
    connection: "psycopg.Connection", fake: FakeCluster, small_model: SmallModel
) -> None:
    install(fake, "127.0.0.1:9")
    fake.script(SERVICES, KServe(fake).ready)
    publish.python_func(generation="g0001", bundle=artifact(small_model.bundle, dsl.Model))
    done = deployed("g0001", timeout_s=0.0)
    assert done.returncode == 1
    assert "127.0.0.1:9 cannot be reached" in done.stderr
    assert list(fake.objects[SERVICES]) == ["item-embedding-g0000"]
    assert generations.read(connection, "g0001").endpoint is None

    fake.objects[SERVICES]["item-embedding-g0000"]["metadata"]["labels"] |= {
        "modiste/generation": "g0002",
        "app.kubernetes.io/managed-by": "modiste-pipelines",
    }
    generations.allocate(connection, "e" * 64)
    generations.mark(connection, "g0002", "refused", "parity: it differs")
    done = in_a_process(
        "from kfp import dsl; from components.verify import verify\n"
        "verify.python_func(generation='g0001', endpoint='127.0.0.1:9',"
        " items=dsl.Dataset(uri='nowhere'), served=dsl.Metrics())"
    )
    assert "training.parity ended with 2" in done.stderr
    assert fake.objects[SERVICES] == {}, "a generation that was refused gives its Triton back"
