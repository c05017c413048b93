"""Nodes of a TrainJob as processes here: what its pods would run, with their variables."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from local.ports import HOST, free_ports
from tests.components.fake_cluster import Document
from tests.components.train_job_steps import Step, Trainer

ROOT = Path(__file__).parents[2]


class NodeProcesses:
    """Runs TrainJobs, one at a time."""

    def __init__(self, trainer: Trainer, folder: Path) -> None:
        """Logs, and what the nodes but the first see of the volume, are below `folder`."""
        self._trainer = trainer
        self._folder = folder
        self._nodes: list[subprocess.Popen[bytes]] = []
        self._shown = 0

    def start(self, job: Document) -> None:
        """The pods start."""
        (port,) = free_ports(1)
        self._shown = 0
        spec = job["spec"]["trainer"]
        for node in range(spec["numNodes"]):
            self._nodes.append(self._start_node(spec, node, port))
        self._trainer.runs()(job)

    def goes_on(self, job: Document) -> None:
        """The log grows, and the TrainJob ends when all pods have."""
        self._show_log(job)
        codes = [node.poll() for node in self._nodes]
        if None not in codes:
            self._nodes.clear()
            (self._trainer.fails() if any(codes) else self._trainer.completes)(job)

    def preempt_once(self, path: Path) -> Step:
        """The last node is taken away as soon as a file is there."""
        has_come = False

        def step(job: Document) -> None:
            nonlocal has_come
            if has_come or not path.exists():
                self.goes_on(job)
                return
            has_come = True
            self._nodes[-1].send_signal(signal.SIGTERM)
            for node in self._nodes:
                node.wait(timeout=120)
            self._nodes.clear()
            self._show_log(job)
            self._trainer.preempted(job)

        return step

    def kill(self) -> None:
        """End what is left."""
        for node in self._nodes:
            node.kill()
            node.wait()

    def _start_node(self, spec: Document, node: int, port: int) -> "subprocess.Popen[bytes]":
        program = shutil.which(spec["command"][0], path=str(Path(sys.executable).parent))
        assert program is not None
        arguments = [*spec["command"][1:], *spec["args"]]
        if node > 0:
            # The volume as another node may see it: without what the first has just written.
            arguments[arguments.index("--out") + 1] = str(self._folder / "unseen")
        variables = {
            "PET_NNODES": str(spec["numNodes"]),
            "PET_NPROC_PER_NODE": str(spec["numProcPerNode"]),
            "PET_NODE_RANK": str(node),
            "PET_MASTER_ADDR": HOST,
            "PET_MASTER_PORT": str(port),
            **{variable["name"]: variable["value"] for variable in spec["env"]},
        }
        with (self._folder / f"node-{node}.log").open("wb") as log:
            return subprocess.Popen(
                [program, *arguments],
                cwd=ROOT,
                env=os.environ | variables | {"PYTHONPATH": str(ROOT)},
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def _show_log(self, job: Document) -> None:
        lines = (self._folder / "node-0.log").read_text(errors="replace").splitlines()
        self._trainer.says(job, *lines[self._shown :])
        self._shown = len(lines)
