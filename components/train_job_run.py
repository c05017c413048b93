"""Submits a TrainJob, follows it to its end, and takes it back when the component is cancelled.

- One that runs already for the same training is followed: the component was killed and is run
  again. One that is over is removed first.
- A TrainJob whose pods were preempted or evicted is submitted again, so often and no more, and goes
  on from its checkpoint. One whose training failed is left for a person to look at.
- One that does not start in time is removed, with the reason why it waited.
- SIGTERM removes it; training writes its checkpoint when its pods are told to end.
"""

import json
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from components.api_errors import ClusterError, ConflictError, MissingError
from components.cancellation import CancelledError
from components.cluster import TRAINER, TRAINJOBS, Cluster
from components.pod_log import PodLog
from components.train_job import FINGERPRINT
from components.train_job_state import (
    JOBSET_LABEL,
    Document,
    Phase,
    State,
    exits,
    first_node,
    interruptions,
    progress,
    state_of,
)

VERSION = "v1alpha1"
DEADLINE_SLACK_S = 300.0
"""How much later than its own deadline a TrainJob that still runs is removed."""

TAIL_LINES = 12
"""Lines of the training's log that an error repeats."""


class TrainJobError(ClusterError):
    """A TrainJob did not end well; says how, and the end of its log."""


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long a TrainJob may take, and how often it is submitted again."""

    start_timeout_s: float = 1800.0
    """How long its pods may wait for a place and for their image."""
    run_timeout_s: float = 24 * 3600.0
    """How long it may run at a stretch; the TrainJob's own deadline."""
    gone_timeout_s: float = 300.0
    """How long its pods may take to end when it is removed."""
    max_preemptions: int = 5
    """How often it is submitted again after its pods were preempted or evicted, >= 0."""
    poll_s: float = 5.0
    """Between two looks at it."""


class TrainJobRun:
    """One training, by one TrainJob after the other of the same name."""

    def __init__(
        self,
        cluster: Cluster,
        job: Document,
        patience: Patience | None = None,
        say: Callable[[str], None] = print,
    ) -> None:
        """Nothing is asked yet.

        Args:
            cluster: where it runs.
            job: what to submit.
            patience: how long to wait for what.
            say: told what happens, line by line, and what the training logs.
        """
        self._cluster = cluster
        self._job = job
        self._name = str(job["metadata"]["name"])
        self._patience = patience or Patience()
        self._say = say
        self._tail: deque[str] = deque(maxlen=TAIL_LINES)

    def run(self) -> None:
        """Bring the training to its end.

        Raises:
            TrainJobError: it failed, was preempted too often, or did not start or end in time.
            ClusterError: the API refuses something, or does not answer.
            CancelledError: SIGTERM came, within `components.cancellation.cancellable`; the TrainJob
                is removed.
        """
        try:
            most = self._patience.max_preemptions + 1
            for _ in range(most):
                self._attach_or_submit()
                reasons = self._follow()
                if not reasons:
                    return
                self._say(f"TrainJob {self._name} was interrupted: {reasons}")
                self._remove_and_wait()
            raise TrainJobError(
                f"TrainJob {self._name} was preempted {most} times, the last time: "
                f"{reasons}; its checkpoint is kept: run again, with a higher priority or on nodes "
                "that are not taken away"
            )
        except (CancelledError, KeyboardInterrupt):
            self._say(f"cancelled; removing TrainJob {self._name}")
            self._remove()
            raise

    def _attach_or_submit(self) -> None:
        found = self._get()
        if found is None:
            self._submit()
        elif found["metadata"].get("annotations", {}).get(FINGERPRINT) != self._fingerprint():
            raise TrainJobError(
                f"TrainJob {self._name} is of another training: expected annotation {FINGERPRINT} "
                f"{self._fingerprint()}; remove it with kubectl delete trainjob {self._name}"
            )
        elif found["metadata"].get("deletionTimestamp") or state_of(found, []).is_over:
            self._say(f"removing TrainJob {self._name} of an earlier run")
            self._remove_and_wait()
            self._submit()
        else:
            self._say(f"following TrainJob {self._name}, which is there already")

    def _submit(self) -> None:
        call = self._cluster.call("create", TRAINJOBS, self._name, group=TRAINER)
        try:
            self._cluster.ask(
                call,
                lambda: self._cluster.custom.create_namespaced_custom_object(
                    TRAINER, VERSION, self._cluster.namespace, TRAINJOBS, self._job
                ),
            )
        except ConflictError:
            # Made by us when the answer was lost, or by another run of the same training.
            self._say(f"TrainJob {self._name} is there already")
            return
        trainer = self._job["spec"]["trainer"]
        self._say(
            f"submitted TrainJob {self._name}: {trainer['numNodes']} nodes with "
            f"{json.dumps(trainer['resourcesPerNode']['limits'])}"
        )

    def _follow(self) -> str:
        """Watch until the end; returns why it was interrupted, empty where it is complete."""
        log, interrupted = PodLog(self._cluster), dict[str, str]()
        told: set[str] = set()
        phase, since = None, self._cluster.clock.now()
        while True:
            job = self._get()
            if job is None:
                raise TrainJobError(
                    f"TrainJob {self._name} is gone: somebody removed it; its checkpoint is kept, "
                    "run again to go on"
                )
            pods = self._cluster.pods(f"{JOBSET_LABEL}={self._name}")
            state = state_of(job, pods)
            interrupted |= interruptions(pods)
            self._tell(state, job, told)
            self._show_log(log, first_node(pods))
            if state.phase is Phase.COMPLETE:
                return ""
            if state.phase is Phase.FAILED:
                return self._judge_failure(state, pods, interrupted)
            if state.phase is not phase:
                phase, since = state.phase, self._cluster.clock.now()
            self._check_time(state, self._cluster.clock.now() - since)
            self._cluster.clock.pause(self._patience.poll_s)

    def _tell(self, state: State, job: Document, told: set[str]) -> None:
        """Say what is new of a TrainJob."""
        done = progress(job)
        lines = [f"TrainJob {self._name} is {state.phase.name.lower()}: {state.reason}"]
        lines += [f"progress: {done}"] if done else []
        for line in lines:
            if line not in told:
                told.add(line)
                self._say(line)

    def _show_log(self, log: PodLog, pod: Document | None) -> None:
        for line in log.new_lines(pod) if pod else []:
            self._tail.append(line)
            self._say(f"| {line}")

    def _judge_failure(
        self, state: State, pods: Sequence[Document], interrupted: dict[str, str]
    ) -> str:
        if interrupted and not state.reason.startswith("DeadlineExceeded"):
            return ", ".join(f"{pod}: {reason}" for pod, reason in interrupted.items())
        ended = "; ".join(exits(pods))
        tail = "\n".join(self._tail) or "its log is empty or gone"
        raise TrainJobError(
            f"TrainJob {self._name} failed: {state.reason}{f'; {ended}' if ended else ''}\n{tail}"
        )

    def _check_time(self, state: State, seconds: float) -> None:
        is_waiting = state.phase is Phase.WAITING
        patience = self._patience
        limit = (
            patience.start_timeout_s if is_waiting else patience.run_timeout_s + DEADLINE_SLACK_S
        )
        if seconds < limit:
            return
        self._remove()
        verb = "start" if is_waiting else "end"
        raise TrainJobError(
            f"TrainJob {self._name} did not {verb} within {limit:g} s and is removed: "
            f"{state.reason}; make room or put the cause right, and run again"
        )

    def _get(self) -> Any:
        """The TrainJob as it is; None where there is none."""
        try:
            return self._cluster.ask(
                self._cluster.call("get", TRAINJOBS, self._name, group=TRAINER),
                lambda: self._cluster.custom.get_namespaced_custom_object(
                    TRAINER, VERSION, self._cluster.namespace, TRAINJOBS, self._name
                ),
            )
        except MissingError:
            return None

    def _remove(self) -> None:
        try:
            self._cluster.ask(
                self._cluster.call("delete", TRAINJOBS, self._name, group=TRAINER),
                lambda: self._cluster.custom.delete_namespaced_custom_object(
                    *(TRAINER, VERSION, self._cluster.namespace, TRAINJOBS, self._name),
                    propagation_policy="Foreground",
                ),
            )
        except MissingError:
            return

    def _remove_and_wait(self) -> None:
        """Remove the TrainJob; its pods have ended when it is gone.

        Raises:
            TrainJobError: it is still there after `gone_timeout_s`.
        """
        self._remove()
        since = self._cluster.clock.now()
        while self._get() is not None:
            if self._cluster.clock.now() - since >= self._patience.gone_timeout_s:
                raise TrainJobError(
                    f"TrainJob {self._name} is still there {self._patience.gone_timeout_s:g} s "
                    "after it was removed; look at its finalizers and at its pods' nodes"
                )
            self._cluster.clock.pause(self._patience.poll_s)

    def _fingerprint(self) -> str:
        return str(self._job["metadata"]["annotations"][FINGERPRINT])
