"""The component `train_item_tower` on a laptop and on a cluster."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from kfp import dsl

from components.clock import Clock
from components.cluster import Cluster, ClusterConfig
from components.train_item_tower import train_item_tower
from components.train_job import Nodes
from components.train_job_run import Patience
from components.training_on_cluster import train_on_cluster
from serving.migrate import migrate
from tests.components.artifacts import artifact
from tests.components.fake_cluster import NAMESPACE, Document, FakeCluster
from tests.components.node_processes import ROOT, NodeProcesses
from tests.components.train_job_steps import Trainer
from tests.training.small_run import small_items, write_items_dir
from training.fingerprint import main as print_fingerprint

NODES: dict[str, Any] = {
    "num_nodes": 1,
    "gpus_per_node": 0,
    "cpu_per_node": 1,
    "memory_per_node": "2Gi",
    "start_timeout_s": 600.0,
    "train_timeout_s": 3600.0,
    "max_preemptions": 2,
}


@pytest.fixture
def environment(postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A migrated database, and a work folder, which is returned."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        migrate(connection)
    monkeypatch.setenv("MODISTE_DATABASE_URL", postgres_url)
    (tmp_path / "work").mkdir()
    monkeypatch.setenv("MODISTE_WORK", str(tmp_path / "work"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return tmp_path / "work"


@pytest.fixture
def items(tmp_path: Path) -> Path:
    """Items to train on."""
    return write_items_dir(tmp_path / "items", small_items())


@pytest.fixture
def volume(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The volume of all nodes."""
    monkeypatch.setenv("MODISTE_WORK", str(tmp_path / "volume"))
    return tmp_path / "volume"


def trained(folder: Path, items: Path, **nodes: Any) -> tuple[str, Any, Any]:
    """Run the component; returns the generation, the model and the metrics."""
    model = artifact(folder / "model", dsl.Model)
    metrics = artifact(folder / "metrics", dsl.Metrics)
    generation = train_item_tower.python_func(
        run_name="smoke",
        settings=["min_steps=2"],
        **(NODES | nodes),
        items=artifact(items, dsl.Dataset),
        model=model,
        training=metrics,
    )
    return str(generation), model, metrics


@pytest.mark.usefixtures("environment")
def test_on_a_laptop_torchrun_starts_a_process_for_each_gpu(tmp_path: Path, items: Path) -> None:
    generation, model, metrics = trained(tmp_path, items, gpus_per_node=2)
    assert generation == "g0001"
    assert metrics.metadata["step"] >= 2
    facts = json.loads((Path(model.path) / "train.json").read_text())
    assert (facts["processes"], facts["fingerprint"]) == (2, model.metadata["fingerprint"])
    assert not list(Path(model.path).glob("checkpoint*"))


def test_a_laptop_is_one_node(tmp_path: Path, items: Path) -> None:
    with pytest.raises(ValueError, match="num_nodes: expected 1, for this is one machine, got 2"):
        trained(tmp_path, items, num_nodes=2)


def test_on_a_cluster_it_submits_a_train_job_and_takes_what_that_wrote(
    environment: Path,
    fake: FakeCluster,
    tmp_path: Path,
    items: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("MODISTE_PLATFORM", "kubernetes")
    monkeypatch.setenv("MODISTE_NAMESPACE", NAMESPACE)
    monkeypatch.setenv("KUBECONFIG", str(fake.kubeconfig(tmp_path / "kubeconfig")))
    seen: list[Document] = []

    def trains_at_once(job: Document) -> None:
        seen.append(job["spec"]["trainer"])
        arguments = job["spec"]["trainer"]["args"]
        out = Path(arguments[arguments.index("--out") + 1])
        assert (Path(arguments[arguments.index("--items") + 1]) / "items.parquet").exists()
        (out / "metrics.jsonl").write_text('{"step": 2, "loss": 0.5}\n')
        (out / "checkpoint.pt").write_text("")
        (out / "train.json").write_text("{}")
        Trainer(fake).completes(job)

    fake.script("trainjobs", trains_at_once)
    generation, model, metrics = trained(tmp_path, items, num_nodes=2, gpus_per_node=4)
    assert (generation, metrics.metadata) == ("g0001", {"step": 2, "loss": 0.5})
    assert sorted(path.name for path in Path(model.path).iterdir()) == [
        "metrics.jsonl",
        "train.json",
    ]
    assert (seen[0]["numNodes"], seen[0]["numProcPerNode"]) == (2, 4)
    assert seen[0]["command"] == ["torchrun", "-m", "training.train"]
    assert seen[0]["args"][2:6] == ["--preset", "smoke", "--set", "min_steps=2"]
    assert list((environment / "items").iterdir()) == [], "the copy of the items is gone"
    assert "train_item_tower: submitted TrainJob" in capsys.readouterr().out

    trained(tmp_path, items, num_nodes=2, gpus_per_node=4)
    assert fake.calls("create", "trainjobs") == 1, "what was trained before is taken as it is"


@pytest.mark.parametrize(
    ("name", "value", "got"),
    [
        ("MODISTE_WORK", "/nowhere", "/nowhere, which is not there"),
        ("MODISTE_NAMESPACE", "", "nothing"),
    ],
)
def test_on_a_cluster_what_is_missing_in_the_environment_is_named(
    name: str, value: str, got: str, tmp_path: Path, items: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODISTE_PLATFORM", "kubernetes")
    monkeypatch.setenv("MODISTE_NAMESPACE", NAMESPACE)
    monkeypatch.setenv("MODISTE_WORK", str(tmp_path))
    monkeypatch.setenv(name, value)
    with pytest.raises(ValueError, match=f"^{name}: expected .*, got {got}"):
        trained(tmp_path, items)


@pytest.fixture
def real_time(fake: FakeCluster, tmp_path: Path) -> Iterator[Cluster]:
    """Clients whose pauses take their time, for what happens in other processes."""
    config = ClusterConfig(
        namespace=NAMESPACE, kubeconfig=str(fake.kubeconfig(tmp_path / "config")), clock=Clock()
    )
    with Cluster(config) as cluster:
        yield cluster


def test_two_nodes_train_are_preempted_and_go_on_where_the_first_wrote_its_checkpoint(
    fake: FakeCluster,
    real_time: Cluster,
    volume: Path,
    items: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    options = ["--preset", "smoke", "--set", "min_steps=200"]
    print_fingerprint(["--items", str(items), *options])
    fingerprint = capsys.readouterr().out.strip()
    out = volume / "train" / fingerprint
    nodes = NodeProcesses(Trainer(fake), tmp_path)
    going = [nodes.preempt_once(out / "checkpoint.pt")] * 2000
    fake.script("trainjobs", nodes.start, *going)
    said: list[str] = []

    def say(line: str) -> None:
        said.append(line)
        if line.startswith("submitted") and len(said) > 1:
            fake.scripts["trainjobs"].appendleft(nodes.start)

    try:
        train_on_cluster(
            real_time,
            options=options,
            items=items,
            fingerprint=fingerprint,
            generation="g0001",
            nodes=Nodes(num_nodes=2, cpu_per_node=1, memory_per_node="2Gi"),
            patience=Patience(start_timeout_s=120, run_timeout_s=240, poll_s=0.2),
            say=say,
        )
    finally:
        nodes.kill()
    assert json.loads((out / "train.json").read_text())["processes"] == 2
    steps = [json.loads(line)["step"] for line in (out / "metrics.jsonl").read_text().splitlines()]
    assert steps == list(range(1, 201)), "no step is missing, none was taken twice"
    assert sum(line.startswith("submitted") for line in said) == 2
    assert any("was interrupted: " in line and "PreemptionByScheduler" in line for line in said)
    assert any("; run again to go on" in line for line in said), "its log was shown"
    assert not (tmp_path / "unseen").exists(), "nodes but the first write nothing"
