"""A TrainJob from its submission to its end, against an API server over real HTTP."""

import os
import signal
from collections.abc import Callable
from dataclasses import replace

import pytest

from components.api_errors import ForbiddenError, UnreachableError
from components.cancellation import CancelledError, cancellable
from components.cluster import Cluster
from components.train_job import Nodes, Training, train_job
from components.train_job_run import Patience, TrainJobError, TrainJobRun
from tests.components.fake_cluster import NAMESPACE, Document, FakeCluster, Fault
from tests.components.train_job_steps import Trainer

TRAINING = Training(
    fingerprint="f" * 64, generation="g0001", arguments=("--out", "/work/out"), timeout_s=3600
)
NAME = "train-item-tower-ffffffffff"
PATIENCE = Patience(start_timeout_s=600, run_timeout_s=3600, max_preemptions=2, poll_s=60)

Run = Callable[..., list[str]]


@pytest.fixture
def trainer(fake: FakeCluster) -> Trainer:
    """What happens in the cluster."""
    return Trainer(fake)


@pytest.fixture
def said() -> list[str]:
    """What the component has said."""
    return []


@pytest.fixture
def run(cluster: Cluster, said: list[str]) -> Run:
    """Trains on two nodes with a GPU each; gives what was said."""

    def train(patience: Patience = PATIENCE) -> list[str]:
        job = train_job(TRAINING, Nodes(num_nodes=2, gpus_per_node=1), NAMESPACE)
        TrainJobRun(cluster, job, patience, said.append).run()
        return said

    return train


def test_a_training_is_submitted_followed_and_its_log_shown_once(
    fake: FakeCluster, trainer: Trainer, run: Run
) -> None:
    half = {"progressPercentage": 50, "estimatedRemainingSeconds": 60}
    loss = {
        "metrics": [{"name": "loss", "value": "0.5"}],
        "lastUpdatedTime": "2026-01-01T00:00:00Z",
    }
    fake.script(
        "trainjobs",
        trainer.nothing,
        trainer.runs("step 1 of 2"),
        trainer.runs("step 2 of 2", **half, **loss),
        trainer.runs(),
        trainer.completes,
    )
    assert run() == [
        f"submitted TrainJob {NAME}: 2 nodes with "
        '{"cpu": "4", "memory": "8Gi", "nvidia.com/gpu": "1"}',
        f"TrainJob {NAME} is waiting: 0 of 2 pods are there",
        f"TrainJob {NAME} is running: 2 of 2 nodes have started",
        "| step 1 of 2",
        "progress: 50 %, about 60 s left, loss 0.5",
        "| step 2 of 2",
        f"TrainJob {NAME} is complete: AllJobsCompleted: jobset completed successfully",
    ]
    assert fake.calls("create", "trainjobs") == 1


def test_a_training_that_fails_is_told_with_its_log_and_left_to_be_looked_at(
    fake: FakeCluster, trainer: Trainer, run: Run
) -> None:
    fake.script("trainjobs", trainer.runs("train: batch_size 3 is no multiple"), trainer.fails(2))
    with pytest.raises(TrainJobError) as caught:
        run()
    assert "failed: FailedJobs: jobset failed due to one or more jobs; " in str(caught.value)
    assert "node ended with 2\ntrain: batch_size 3 is no multiple" in str(caught.value)
    assert fake.calls("create", "trainjobs") == 1
    assert NAME in fake.objects["trainjobs"]


def test_a_training_that_ran_out_of_memory_is_not_tried_again(
    fake: FakeCluster, trainer: Trainer, run: Run
) -> None:
    fake.script("trainjobs", trainer.runs(), trainer.fails(137, "OOMKilled"))
    with pytest.raises(TrainJobError, match=r"node ended with 137 \(OOMKilled\)"):
        run()
    assert fake.calls("create", "trainjobs") == 1


def test_a_preempted_training_is_submitted_again_once_its_pods_are_gone(
    fake: FakeCluster, trainer: Trainer, run: Run
) -> None:
    fake.deletions_linger = 2
    fake.script(
        "trainjobs", trainer.runs("step 1"), trainer.preempted, trainer.runs("step 2"),
        trainer.completes,
    )  # fmt: skip
    said = run()
    assert [line for line in said if line.startswith("|")] == ["| step 1", "| step 2"]
    assert any("PreemptionByScheduler" in line for line in said)
    assert fake.calls("create", "trainjobs") == 2


def test_a_training_that_is_preempted_again_and_again_is_given_up(
    fake: FakeCluster, trainer: Trainer, run: Run
) -> None:
    fake.script("trainjobs", *[trainer.preempted] * 10)
    with pytest.raises(TrainJobError, match=r"was preempted 3 times, .*its checkpoint is kept"):
        run()
    assert fake.calls("create", "trainjobs") == 3


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        (
            "unschedulable",
            r"Unschedulable: 0/3 nodes are available: 3 Insufficient nvidia\.com/gpu",
        ),
        ("pulling_fails", "ImagePullBackOff: Back-off pulling image"),
        ("runtime_missing", 'unsupported runtime: "modiste-torch"'),
        ("suspended", "TrainJob is suspended"),
    ],
)
def test_a_training_that_does_not_start_is_removed_with_the_reason_why(
    fake: FakeCluster, trainer: Trainer, run: Run, step: str, reason: str
) -> None:
    fake.script("trainjobs", getattr(trainer, step))
    with pytest.raises(
        TrainJobError, match=rf"did not start within 600 s and is removed: .*{reason}"
    ):
        run()
    assert fake.objects["trainjobs"] == {}


def test_a_slow_start_is_told_and_waited_for(fake: FakeCluster, trainer: Trainer, run: Run) -> None:
    fake.script(
        *("trainjobs", trainer.unschedulable, trainer.unschedulable, trainer.pulling_fails),
        *(trainer.runs(), trainer.completes),
    )
    waits = [line.partition(": ")[2] for line in run() if "is waiting" in line]
    assert ["Unschedulable" in wait for wait in waits] == [True, False]
    assert "ImagePullBackOff" in waits[1]


def test_a_training_that_a_queue_holds_back_starts_when_it_is_let_go(
    fake: FakeCluster, trainer: Trainer, run: Run
) -> None:
    fake.script("trainjobs", trainer.suspended, trainer.resumed, trainer.runs(), trainer.completes)
    assert any("Suspended" in line for line in run())


def test_a_training_that_does_not_end_is_removed(
    fake: FakeCluster, trainer: Trainer, run: Run
) -> None:
    fake.script("trainjobs", trainer.runs())
    with pytest.raises(TrainJobError, match="did not end within 3900 s and is removed"):
        run()
    assert fake.objects["trainjobs"] == {}


def test_a_deadline_is_no_preemption(fake: FakeCluster, trainer: Trainer, run: Run) -> None:
    fake.script("trainjobs", trainer.runs(), trainer.too_late)
    with pytest.raises(TrainJobError, match="DeadlineExceeded: TrainJob exceeded"):
        run()
    assert fake.calls("create", "trainjobs") == 1


def test_sigterm_removes_the_training(fake: FakeCluster, trainer: Trainer, run: Run) -> None:
    def cancel(job: Document) -> None:
        trainer.runs("step 1")(job)
        os.kill(os.getpid(), signal.SIGTERM)

    fake.script("trainjobs", trainer.runs(), cancel)
    with cancellable(), pytest.raises(CancelledError) as caught:
        run()
    assert caught.value.code == 143
    assert fake.objects["trainjobs"] == {}


def test_a_killed_component_follows_the_training_that_runs(
    fake: FakeCluster, trainer: Trainer, cluster: Cluster, run: Run, said: list[str]
) -> None:
    class KilledError(Exception):
        """The component ends without a chance to do anything."""

    def say_until_killed(line: str) -> None:
        if line == "| step 1":
            raise KilledError

    fake.script("trainjobs", trainer.runs("step 1"))
    job = train_job(TRAINING, Nodes(num_nodes=2, gpus_per_node=1), NAMESPACE)
    with pytest.raises(KilledError):
        TrainJobRun(cluster, job, PATIENCE, say_until_killed).run()

    fake.script("trainjobs", trainer.runs(), trainer.runs("step 2"), trainer.completes)
    assert run()[0] == f"following TrainJob {NAME}, which is there already"
    assert [line for line in said if line.startswith("|")] == ["| step 1", "| step 2"]
    assert fake.calls("create", "trainjobs") == 1
    assert fake.calls("delete", "trainjobs") == 0


def test_what_an_earlier_run_left_is_removed_before_it_is_tried_again(
    fake: FakeCluster, trainer: Trainer, run: Run
) -> None:
    fake.script("trainjobs", trainer.runs(), trainer.fails())
    with pytest.raises(TrainJobError):
        run()
    fake.script("trainjobs", trainer.nothing, trainer.runs("better now"), trainer.completes)
    said = run()
    assert f"removing TrainJob {NAME} of an earlier run" in said
    assert "| better now" in said


def test_a_train_job_of_another_training_is_left_alone(
    fake: FakeCluster, cluster: Cluster, run: Run, trainer: Trainer
) -> None:
    other = replace(TRAINING, fingerprint="f" * 10 + "0" * 54)
    fake.script("trainjobs", trainer.completes)
    TrainJobRun(cluster, train_job(other, Nodes(), NAMESPACE), PATIENCE, print).run()
    with pytest.raises(TrainJobError, match="is of another training: expected annotation"):
        run()
    assert fake.calls("delete", "trainjobs") == 0


def test_a_train_job_that_somebody_removes_is_not_made_again(
    fake: FakeCluster, trainer: Trainer, run: Run
) -> None:
    fake.script("trainjobs", trainer.runs(), lambda job: fake.objects["trainjobs"].clear())
    with pytest.raises(TrainJobError, match="is gone: somebody removed it"):
        run()
    assert fake.calls("create", "trainjobs") == 1


@pytest.mark.parametrize(
    ("group", "resource", "verb", "kind"),
    [
        ("trainer.kubeflow.org", "trainjobs", "create", r"trainjobs \(API group trainer"),
        ("", "pods", "list", "pods"),
        ("", "pods/log", "get", "pods/log"),
    ],
)
def test_a_forbidden_verb_is_told_with_resource_account_and_role(
    fake: FakeCluster, trainer: Trainer, run: Run, group: str, resource: str, verb: str, kind: str
) -> None:
    fake.rights.remove((group, resource, verb))
    fake.script("trainjobs", trainer.runs("step 1"))
    with pytest.raises(
        ForbiddenError,
        match=rf"^system:serviceaccount:modiste:modiste-pipelines may not {verb} {kind}.* in "
        rf"namespace modiste: .* give the verb {verb} on {resource} to Role modiste-pipelines",
    ):
        run()


@pytest.mark.parametrize(
    "faults",
    [
        [Fault(), Fault(status=503), Fault(status=429)],
        [Fault(status=0)] * 3,
        [Fault(is_done_first=True)],
        [Fault(status=0, is_done_first=True)],
    ],
    ids=["server errors", "resets", "done, then an error", "done, then a reset"],
)
@pytest.mark.parametrize("verb", ["create", "get", "delete"])
def test_an_api_that_fails_for_a_while_changes_nothing(
    fake: FakeCluster, trainer: Trainer, run: Run, verb: str, faults: list[Fault]
) -> None:
    fake.script("trainjobs", trainer.preempted, trainer.runs("step 1"), trainer.completes)
    fake.fail(verb, "trainjobs", *faults)
    assert "| step 1" in run()


def test_an_api_that_stays_away_ends_the_step_and_not_the_training(
    fake: FakeCluster, trainer: Trainer, run: Run
) -> None:
    fake.script("trainjobs", trainer.runs())
    fake.fail("list", "pods", *[Fault(message="etcd is down")] * 50)
    with pytest.raises(
        UnreachableError, match=r"list pods in namespace modiste: .* answers 500: etcd is down"
    ):
        run()
    assert NAME in fake.objects["trainjobs"]


def test_a_log_that_cannot_be_read_is_told_and_does_not_end_the_training(
    fake: FakeCluster, trainer: Trainer, run: Run
) -> None:
    fake.fail("get", "pods/log", Fault(message="dial tcp: no route to host"))
    fake.script("trainjobs", trainer.runs("step 1"), trainer.runs("step 2"), trainer.completes)
    shown = [line for line in run() if line.startswith("|")]
    assert "no route to host" in shown[0]
    assert shown[1:] == ["| step 1", "| step 2"]
