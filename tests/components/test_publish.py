"""The components from `publish` to `retire` on the real PostgreSQL, S3 and Triton."""

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest
from kfp import dsl

from catalog.bundle import read_manifest
from catalog.objects import open_objects
from components.command import StepFailedError
from components.deploy import deploy
from components.index import index
from components.promote import promote
from components.publish import publish
from components.retire import retire
from components.verify import verify
from serving import generations
from serving.migrate import migrate
from tests.components.artifacts import artifact
from tests.conftest import SmallModel, TritonFactory
from tests.training.small_run import write_run
from training.export import ExportConfig, export

MANIFEST = "models/item_embedding/g0001/manifest.json"


@pytest.fixture
def connection(
    postgres_url: str, s3_uri: str, monkeypatch: pytest.MonkeyPatch
) -> "psycopg.Connection":
    """A migrated database where g0001 is building; the environment leads to it and to S3."""
    monkeypatch.setenv("MODISTE_DATABASE_URL", postgres_url)
    monkeypatch.setenv("MODISTE_OBJECTS", s3_uri)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    connection = psycopg.connect(postgres_url, autocommit=True)
    migrate(connection)
    generations.allocate(connection, "f" * 64)
    return connection


def published(generation: str, items: Path, bundle: Path, served: Any) -> str:
    """Run `publish`, and, unless that ends it, `deploy` and `verify`; returns the state."""
    state = publish.python_func(generation=generation, bundle=artifact(bundle, dsl.Model))
    if state == "refused":
        return str(state)
    endpoint = deploy.python_func(generation=generation, endpoint_timeout_s=5.0)
    return str(
        verify.python_func(
            generation=generation,
            endpoint=endpoint,
            items=artifact(items, dsl.Dataset),
            served=served,
        )
    )


def promoted(folder: Path, generation: str, recall: float) -> tuple[str, dsl.Metrics]:
    """Run `promote` with a recall of our choice; returns what is in use, and the decision."""
    metrics = artifact(folder / f"{generation}.json", dsl.Metrics)
    model = {"recall@10": {"value": recall, "n": 100, "ci95": [0.0, 1.0]}}
    Path(metrics.path).write_text(json.dumps({"model": model}))
    decision = artifact(folder / "decision", dsl.Metrics)
    in_use = promote.python_func(
        generation=generation, margin=0.02, metrics=metrics, decision=decision
    )
    return str(in_use), decision


def indexed(folder: Path, generation: str, items: Path) -> dsl.Metrics:
    """Run `index`; returns its metrics."""
    metrics = artifact(folder / "indexed", dsl.Metrics)
    index.python_func(generation=generation, items=artifact(items, dsl.Dataset), indexed=metrics)
    return metrics


def test_a_bundle_is_published_indexed_and_promoted_and_a_worse_one_is_not(
    connection: "psycopg.Connection",
    small_model: SmallModel,
    triton_factory: TritonFactory,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    items, served = small_model.items, artifact(tmp_path / "served", dsl.Metrics)
    generations.set_endpoint(connection, "g0001", triton_factory(small_model.bundle))
    assert published("g0001", items, small_model.bundle, served) == "published"
    assert served.metadata["triton neighbours"] >= 0.99
    assert published("g0001", items, small_model.bundle, served) == "published"
    assert indexed(tmp_path, "g0001", items).metadata["embedded"] == 120
    assert indexed(tmp_path, "g0001", items).metadata["embedded"] == 0
    in_use, decision = promoted(tmp_path, "g0001", recall=0.9)
    assert (in_use, decision.metadata["promoted"]) == ("g0001", 1)

    second = generations.allocate(connection, "e" * 64)
    run = write_run(tmp_path / "run", seed=1, fingerprint="e" * 64)
    bundle = tmp_path / "bundle"
    export(ExportConfig(model=run, items=items, generation=second, out=bundle))
    generations.set_endpoint(connection, second, triton_factory(bundle))
    assert published(second, items, bundle, served) == "published"
    indexed(tmp_path, second, items)
    in_use, decision = promoted(tmp_path, second, recall=0.8)
    assert (in_use, decision.metadata["promoted"]) == ("g0001", 0)
    reason = "recall@10 fell from 0.9000 to 0.8000, by more than 0.02"
    assert decision.metadata["reasons"] == [reason]

    capsys.readouterr()
    assert published(second, items, bundle, served) == "refused"
    assert f"{second} was refused before: {reason}" in capsys.readouterr().out
    assert generations.in_use(connection) == "g0001"
    assert retire.python_func() == [], "the laptop's supervisor stops its Triton"
    connection.close()


def test_a_triton_that_differs_from_pytorch_refuses_the_generation_for_good(
    connection: "psycopg.Connection",
    small_model: SmallModel,
    triton_factory: TritonFactory,
    tmp_path: Path,
) -> None:
    # Other weights under the same id, as a bundle of a lost database would be.
    run, other = write_run(tmp_path / "run", seed=2), tmp_path / "other"
    export(ExportConfig(model=run, items=small_model.items, generation="g0001", out=other))
    generations.set_endpoint(connection, "g0001", triton_factory(other))
    served = artifact(tmp_path / "served", dsl.Metrics)
    with pytest.raises(StepFailedError, match=r"training\.parity ended with 1: parity: triton"):
        published("g0001", small_model.items, small_model.bundle, served)
    found = generations.read(connection, "g0001")
    assert found.state == "refused"
    assert str(found.reason).startswith("parity: triton")
    with pytest.raises(StepFailedError, match="publish ended with 1: g0001 was refused: parity: "):
        published("g0001", small_model.items, small_model.bundle, served)
    connection.close()


def test_a_bundle_that_nothing_serves_is_published_and_waits_no_longer_than_told(
    connection: "psycopg.Connection", small_model: SmallModel, tmp_path: Path
) -> None:
    served = artifact(tmp_path / "served", dsl.Metrics)
    with pytest.raises(StepFailedError, match=r"no endpoint for g0001 \(state staged\) within 5 s"):
        published("g0001", small_model.items, small_model.bundle, served)
    assert generations.read(connection, "g0001").state == "staged"
    connection.close()


def test_what_was_published_before_is_staged_and_not_the_bundle_at_hand(
    connection: "psycopg.Connection",
    small_model: SmallModel,
    triton_factory: TritonFactory,
    tmp_path: Path,
    s3_uri: str,
) -> None:
    generations.set_endpoint(connection, "g0001", triton_factory(small_model.bundle))
    served = artifact(tmp_path / "served", dsl.Metrics)
    assert published("g0001", small_model.items, small_model.bundle, served) == "published"
    first = open_objects(s3_uri).get(MANIFEST)
    again = tmp_path / "again"
    export(
        ExportConfig(model=small_model.run, items=small_model.items, generation="g0001", out=again)
    )
    assert published("g0001", small_model.items, again, served) == "published"
    assert open_objects(s3_uri).get(MANIFEST) == first
    found = generations.read(connection, "g0001")
    assert found.manifest == read_manifest(small_model.bundle)
    connection.close()
