"""Everything that answers a request, put together once for an application."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from serving.admission import Admission, AdmissionConfig
from serving.current import CurrentGeneration
from serving.intake import Intake
from serving.measured import MeasuredStore
from serving.metrics import Metrics
from serving.protocols import Embedder, Store
from serving.readiness import Readiness, ReadinessConfig
from serving.recommender import Recommender
from serving.settings import Settings

if TYPE_CHECKING:
    from serving.tracing import Tracing


class Pictures(Protocol):
    """What the API needs of an object store."""

    def get(self, key: str) -> bytes:
        """The object's bytes; a `KeyError` where there is none."""
        ...


@dataclass(frozen=True, kw_only=True)
class Service:
    """The parts, wired."""

    settings: Settings
    store: Store
    embedder: Embedder
    objects: Pictures
    metrics: Metrics
    admission: Admission
    current: CurrentGeneration
    recommender: Recommender
    intake: Intake
    readiness: Readiness


def service_of(
    settings: Settings,
    store: Store,
    embedder: Embedder,
    objects: Pictures,
    metrics: Metrics,
    tracing: "Tracing | None" = None,
) -> Service:
    """Wire the parts: one remembered generation, every operation of the store measured."""
    measured = MeasuredStore(store, _around(metrics, tracing))
    admission = Admission(_admission_config(settings))
    metrics.watch_pool(lambda: _pool_use(store, admission))
    current = CurrentGeneration(
        measured, embedder, admission, observe=metrics.index.observe_generation
    )
    return Service(
        settings=settings,
        store=measured,
        embedder=embedder,
        objects=objects,
        metrics=metrics,
        admission=admission,
        current=current,
        recommender=Recommender(measured, current),
        intake=Intake(measured, current),
        readiness=Readiness(current, measured, embedder, _readiness_config(settings)),
    )


def _around(
    metrics: Metrics, tracing: "Tracing | None"
) -> Callable[[str], AbstractContextManager[None]]:
    """What is entered around an operation of the store."""
    if tracing is None:
        return metrics.database

    @contextmanager
    def both(operation: str) -> Iterator[None]:
        with metrics.database(operation), tracing.operation(operation):
            yield

    return both


def _pool_use(store: Store, admission: Admission) -> dict[str, int]:
    """The pool's gauges; as many work as there are connections, so who waits, waits for one."""
    use = dict(store.pool_use())
    return {**use, "waiting": use["waiting"] + admission.num_waiting}


def _readiness_config(settings: Settings) -> ReadinessConfig:
    return ReadinessConfig(
        timeout_s=settings.readiness_timeout_s, max_age_s=settings.readiness_max_age_s
    )


def _admission_config(settings: Settings) -> AdmissionConfig:
    """As many at work as there are connections: one more would only wait inside."""
    return AdmissionConfig(
        max_working=settings.max_pool_connections,
        max_waiting=settings.max_waiting_requests,
        timeout_s=settings.turn_timeout_s,
    )
