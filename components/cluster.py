"""The cluster's API as the components use it: clients, bounded waits, bounded retries.

Inside a pod the service account's token is used, elsewhere KUBECONFIG or ~/.kube/config. All that
is ever asked of the API, and so all that Role `modiste-pipelines` has to allow, is `RIGHTS`.

kserve is imported where InferenceServices are asked for: it registers the same protobuf package as
tritonclient, and one process takes that only once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from kubernetes.client import ApiClient, Configuration, CoreV1Api, CustomObjectsApi
from kubernetes.config import ConfigException, load_incluster_config, load_kube_config

from components.api_errors import Call, cause_of, is_passing, translated
from components.clock import Clock

TRAINER = "trainer.kubeflow.org"
TRAINJOBS = "trainjobs"
SERVING = "serving.kserve.io"
INFERENCE_SERVICES = "inferenceservices"

RIGHTS = frozenset(
    {
        *((TRAINER, TRAINJOBS, verb) for verb in ("create", "get", "delete")),
        *(
            (SERVING, INFERENCE_SERVICES, verb)
            for verb in ("create", "get", "list", "update", "delete")
        ),
        ("", "pods", "list"),
        ("", "pods/log", "get"),
    }
)
"""Group, resource and verb of every call, all in one namespace."""

_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True)
class ClusterConfig:
    """Which namespace, and how patient to be with its API."""

    namespace: str
    """Where TrainJobs and InferenceServices are made."""
    kubeconfig: str | None = None
    """File that says where the API is; None: the pod's service account, or ~/.kube/config."""
    request_timeout_s: float = 15.0
    """How long one call may take, > 0."""
    attempts: int = 9
    """How often a call is tried while the API does not answer or answers 5xx, >= 1."""
    first_pause_s: float = 1.0
    """Between the first two attempts; doubles from one to the next."""
    max_pause_s: float = 30.0
    """The longest pause: with the defaults an API that is away for two minutes does no harm."""
    clock: Clock = field(default_factory=Clock)
    """How time passes."""

    def __post_init__(self) -> None:
        if not self.namespace:
            raise ValueError("namespace: expected the name of a namespace, got nothing")
        if self.attempts < 1:
            raise ValueError(f"attempts: expected >= 1, got {self.attempts}")

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "ClusterConfig":
        """What MODISTE_NAMESPACE and KUBECONFIG say.

        Raises:
            ValueError: there is no namespace; names the variable.
        """
        if not environ.get("MODISTE_NAMESPACE"):
            raise ValueError(
                "MODISTE_NAMESPACE: expected the namespace of TrainJobs and InferenceServices, got "
                "nothing; set it, as ConfigMap modiste-config does"
            )
        return cls(
            namespace=environ["MODISTE_NAMESPACE"], kubeconfig=environ.get("KUBECONFIG") or None
        )


class _BoundedClient(ApiClient):  # type: ignore[misc]
    """The kubernetes client, which by itself would wait for an answer for ever."""

    def __init__(self, configuration: Configuration, timeout_s: float) -> None:
        # `Cluster.ask` counts the attempts; urllib3 would make four of each.
        configuration.retries = False
        super().__init__(configuration)
        self._timeout_s = timeout_s

    def request(self, *args: Any, **kwargs: Any) -> Any:
        # To connect, and for each piece of an answer. A single number would have to be an integer:
        # any other the client passes over without a word.
        kwargs["_request_timeout"] = (self._timeout_s, self._timeout_s)
        return super().request(*args, **kwargs)


class Cluster:
    """Clients of one namespace's API.

    Attributes:
        namespace: where everything is asked for.
        clock: how time passes.
        custom: for TrainJobs.
        core: for pods and their logs.
    """

    def __init__(self, config: ClusterConfig) -> None:
        """Read where the API is; nothing is asked yet.

        Raises:
            ConfigException: there is neither a service account nor a kubeconfig.
        """
        self.namespace = config.namespace
        self.clock = config.clock
        self._config = config
        self._api = _BoundedClient(_configuration(config.kubeconfig), config.request_timeout_s)
        self.core = CoreV1Api(self._api)
        self.custom = CustomObjectsApi(self._api)

    @cached_property
    def kserve(self) -> Any:
        """The kserve SDK's client, for InferenceServices."""
        from kserve import KServeClient

        client = KServeClient(config_file=self._config.kubeconfig)
        # The SDK makes clients of its own, without a timeout.
        client.api_instance = self.custom
        return client

    def __enter__(self) -> "Cluster":
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self._api.rest_client.pool_manager.clear()
        self._api.close()

    def ask(self, call: Call, request: Callable[[], _T], *, attempts: int | None = None) -> _T:
        """Make a call, again while the API does not answer or answers with server errors.

        A call that was carried out, but whose answer got lost, is made again as well: creating
        then conflicts, deleting misses.

        Args:
            call: what is asked, for messages.
            request: asks it, by a client of this class.
            attempts: how often at most; None for the configured number.

        Raises:
            ClusterError: it was refused, or never answered; see `components.api_errors`.
        """
        pause_s = self._config.first_pause_s
        most = attempts or self._config.attempts
        for attempt in range(1, most + 1):
            try:
                return request()
            except Exception as error:
                cause = cause_of(error)
                if cause is None:
                    raise
                if attempt == most or not is_passing(cause):
                    raise translated(call, cause) from error
                print(f"cluster: {translated(call, cause)}; trying again", flush=True)
            self.clock.pause(pause_s)
            pause_s = min(2 * pause_s, self._config.max_pause_s)
        raise AssertionError("unreachable: the last attempt returns or raises")

    def pods(self, selector: str) -> list[dict[str, Any]]:
        """The pods that a label selector finds, as the API gives them.

        Raises:
            ClusterError: see `ask`.
        """
        found = self.ask(
            self.call("list", "pods"),
            lambda: self.core.list_namespaced_pod(self.namespace, label_selector=selector),
        )
        pods: list[dict[str, Any]] = self._api.sanitize_for_serialization(found.items)
        return pods

    def call(self, verb: str, resource: str, name: str = "", *, group: str = "") -> Call:
        """A description of a call in this namespace."""
        return Call(verb=verb, resource=resource, group=group, namespace=self.namespace, name=name)


def _configuration(path: str | None) -> Configuration:
    """Where the API is, and who we are to it."""
    configuration = Configuration()
    if path is None:
        try:
            load_incluster_config(client_configuration=configuration)
            return configuration
        except ConfigException:
            print("cluster: no service account's token here; looking for a kubeconfig", flush=True)
    load_kube_config(config_file=path, client_configuration=configuration)
    return configuration
