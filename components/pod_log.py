"""Reads the log of a pod that is written meanwhile, a piece at a time, no line twice."""

import math
from typing import Any

from components.api_errors import ClusterError, ForbiddenError
from components.cluster import Cluster
from components.train_job_state import NODE, Document

MAX_BYTES = 4 * 2**20
"""Of one read."""

OVERLAP_S = 10
"""How far a read goes back beyond the last one; what was seen is told by its timestamp."""


class PodLog:
    """The log of one pod after the other, as a Job replaces them."""

    def __init__(self, cluster: Cluster) -> None:
        """Nothing is read yet."""
        self._cluster = cluster
        self._uid: str | None = None
        self._last = ""
        self._read_at: float | None = None
        self._trouble: str | None = None

    def new_lines(self, pod: Document) -> list[str]:
        """The lines since the last call; none while the container has not started.

        A log that cannot be read now, as on a node that does not answer, is told once and read
        later: the training does not depend on it.

        Raises:
            ForbiddenError: the service account may not read logs.
        """
        if pod["metadata"]["uid"] != self._uid:
            self._uid, self._last, self._read_at = pod["metadata"]["uid"], "", None
        if pod["status"].get("phase") == "Pending":
            return []
        started = self._cluster.clock.now()
        try:
            text = self._read(pod["metadata"]["name"], started)
        except ForbiddenError:
            raise
        except ClusterError as error:
            return self._told_once(str(error))
        self._read_at = started
        return self._new(text)

    def _read(self, name: str, now: float) -> str:
        since = {}
        if self._read_at is not None:
            # Counted by the node's clock, which ours says nothing of: hence a length of time.
            since = {"since_seconds": math.ceil(now - self._read_at) + OVERLAP_S}
        answer: Any = self._cluster.ask(
            self._cluster.call("get", "pods/log", name),
            lambda: (
                self._cluster.core.read_namespaced_pod_log(
                    name,
                    self._cluster.namespace,
                    container=NODE,
                    timestamps=True,
                    limit_bytes=MAX_BYTES,
                    _preload_content=False,
                    **since,
                ).data
            ),
            attempts=1,
        )
        return bytes(answer).decode("utf-8", errors="replace")

    def _new(self, text: str) -> list[str]:
        new = []
        for line in filter(None, text.split("\n")):
            moment, _, said = line.partition(" ")
            if moment > self._last:
                self._last = moment
                new.append(said)
        return new

    def _told_once(self, trouble: str) -> list[str]:
        if trouble == self._trouble:
            return []
        self._trouble = trouble
        return [f"(its log cannot be read now: {trouble})"]
