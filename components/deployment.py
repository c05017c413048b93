"""Brings a generation's Triton up on KServe, and takes back what it did where that does not work.

1. The InferenceService is created, or replaced where it says something else than is wanted.
2. It is waited for until KServe calls it ready and it answers with vectors of the generation; only
   then its address is written down, by the one who asked for the deployment.
3. Where either does not come in time, or SIGTERM does, the service is removed or what it said
   before is put back; addresses stay as they were.
"""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass

from components.api_errors import ClusterError, ConflictError
from components.cluster import Cluster
from components.inference_service import (
    STOPPED,
    Document,
    grpc_address,
    inference_service,
    is_ours,
    is_stopped,
    is_within,
    like,
    service_name,
)
from components.service_state import SERVICE_LABEL, is_invalid, is_ready, why_not_ready
from components.services import MAX_CONFLICTS, Services

Connect = Callable[[str, float], None]


class DeploymentError(ClusterError):
    """A service did not get ready; says why."""


@dataclass(frozen=True, kw_only=True)
class DeploymentConfig:
    """What to deploy, and how long it may take."""

    generation: str
    """The generation."""
    storage_uri: str
    """Where its bundle lies, as s3://."""
    in_use: str | None
    """The generation that answers now, whose service is a model for others."""
    timeout_s: float = 900.0
    """How long it may take until it answers, > 0."""
    poll_s: float = 5.0
    """Between two looks at it."""


@dataclass(frozen=True, kw_only=True)
class _Change:
    """What was done to a service."""

    former: Document | None
    """As it was before; None: there was none."""
    now: Document
    """As it is."""
    is_one: bool
    """Whether it is another than before."""


class Deployment:
    """One generation on one cluster."""

    def __init__(
        self, cluster: Cluster, config: DeploymentConfig, say: Callable[[str], None] = print
    ) -> None:
        """Nothing is asked yet."""
        self._cluster = cluster
        self._config = config
        self._say = say
        self._services = Services(cluster)
        self._name = service_name(config.generation)

    def run(self, connect: Connect) -> str:
        """Deploy; returns `host:port` of its gRPC.

        Args:
            connect: is given the address and the seconds that are left; checks what answers there
                and writes the address down, or raises.

        Raises:
            DeploymentError: the service did not get ready in time.
            ClusterError: the API refuses something, or does not answer.
        """
        change = self._apply()
        try:
            left_s = self._wait_until_ready()
            address = grpc_address(change.now)
            self._say(f"waiting for its answer at {address}")
            connect(address, left_s)
        except BaseException as error:
            if change.is_one:
                self._roll_back(change.former, error)
            raise
        return address

    def _apply(self) -> _Change:
        """Make the service what is wanted.

        Raises:
            DeploymentError: somebody else changes it time and again.
        """
        has_written, former = False, None
        for _ in range(MAX_CONFLICTS):
            services = self._services.list()
            found = services.get(self._name)
            wanted = self._wanted(services)
            if found is not None and _is_as_wanted(found, wanted):
                # After a conflict: our own write was done, and only its answer was lost.
                former = former if has_written else found
                if not has_written:
                    self._say(f"InferenceService {self._name} is there already")
                return _Change(former=former, now=found, is_one=has_written)
            has_written, former = True, found
            try:
                return _Change(former=former, now=self._write(found, wanted), is_one=True)
            except ConflictError:
                self._say(f"InferenceService {self._name} was changed meanwhile; reading it anew")
        raise DeploymentError(
            f"InferenceService {self._name} was changed by somebody else {MAX_CONFLICTS} times "
            "while it was written; see who writes it, and run again"
        )

    def _write(self, found: Document | None, wanted: Document) -> Document:
        if found is None:
            self._say(f"creating InferenceService {self._name}")
            return self._services.create(wanted)
        self._say(f"replacing InferenceService {self._name}")
        return self._services.replace(_merged(found, wanted))

    def _wanted(self, services: Mapping[str, Document]) -> Document:
        """The service as it is to be; see `components.inference_service`."""
        config = self._config
        found, template = services.get(self._name), self._template(services)
        # What an installation applied for this very generation is its own to say.
        if found is not None and (template is found or not is_ours(found)):
            wanted = deepcopy(found)
            wanted["spec"]["predictor"]["model"]["storageUri"] = config.storage_uri
            return wanted
        if template is None:
            return inference_service(config.generation, self._cluster.namespace, config.storage_uri)
        return like(template, config.generation, config.storage_uri)

    def _template(self, services: Mapping[str, Document]) -> Document | None:
        """The service that an installation applied, else that of the generation in use."""
        installed = [service for service in services.values() if not is_ours(service)]
        if installed:
            return min(installed, key=lambda service: str(service["metadata"]["name"]))
        return services.get(service_name(self._config.in_use)) if self._config.in_use else None

    def _wait_until_ready(self) -> float:
        """Wait for KServe; returns the seconds that are left.

        Raises:
            DeploymentError: it is not ready in time, cannot get ready, or is gone.
        """
        clock, reason = self._cluster.clock, ""
        deadline = clock.now() + self._config.timeout_s
        while True:
            service = self._services.get(self._name)
            if service is None:
                raise DeploymentError(f"InferenceService {self._name} is gone: somebody removed it")
            if is_ready(service):
                self._say(f"InferenceService {self._name} is ready")
                return max(0.0, deadline - clock.now())
            told, reason = reason, why_not_ready(service, self._pods())
            if reason != told:
                self._say(f"InferenceService {self._name} is not ready: {reason}")
            if is_invalid(service) or clock.now() >= deadline:
                raise DeploymentError(
                    f"InferenceService {self._name} did not get ready within "
                    f"{self._config.timeout_s:g} s: {reason}"
                )
            clock.pause(self._config.poll_s)

    def _pods(self) -> list[Document]:
        return self._cluster.pods(f"{SERVICE_LABEL}={self._name}")

    def _roll_back(self, former: Document | None, error: BaseException) -> None:
        """Take back what `_apply` did; a fault in that is told with the first one."""
        self._say(f"taking InferenceService {self._name} back")
        try:
            if former is None:
                self._services.delete(self._name)
            else:
                self._services.change(self._name, lambda now: _at_version_of(now, former))
        except ClusterError as second:
            error.add_note(f"and InferenceService {self._name} is left as it is: {second}")


def _at_version_of(now: Document, former: Document) -> Document:
    version = now["metadata"]["resourceVersion"]
    return former | {"metadata": former["metadata"] | {"resourceVersion": version}}


def _is_as_wanted(found: Document, wanted: Document) -> bool:
    return not is_stopped(found) and is_within(wanted["spec"], found["spec"])


def _merged(found: Document, wanted: Document) -> Document:
    """What is wanted in the place of what was found: its version, its finalizers, its owner."""
    metadata = found["metadata"]
    annotations = (metadata.get("annotations") or {}) | (
        wanted["metadata"].get("annotations") or {}
    )
    annotations.pop(STOPPED, None)
    labels = (metadata.get("labels") or {}) | wanted["metadata"]["labels"]
    return {
        **wanted,
        "metadata": metadata | {"labels": labels, "annotations": annotations},
    }
