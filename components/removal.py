"""Takes InferenceServices away, and the addresses of their Tritons before."""

from collections.abc import Callable

from components.cluster import Cluster
from components.inference_service import GENERATION_LABEL, STOPPED, Document, is_ours, is_stopped
from components.services import Services


def take_away(
    cluster: Cluster,
    generations: set[str],
    disconnect: Callable[[str], None],
    say: Callable[[str], None] = print,
) -> list[str]:
    """Take away the services of these generations.

    What an installation applied is stopped, not deleted: it would be applied again, and it is the
    template for the services of later generations.

    Args:
        cluster: where.
        generations: whose services go.
        disconnect: forgets a generation's address, before there is nobody at it.
        say: told what is done.
    """
    services, gone = Services(cluster), []
    for name, service in sorted(services.list().items()):
        generation = service["metadata"]["labels"].get(GENERATION_LABEL)
        if generation not in generations or is_stopped(service):
            continue
        disconnect(generation)
        if is_ours(service):
            services.delete(name)
            say(f"removed InferenceService {name}")
        else:
            services.change(name, _stopped)
            say(f"stopped InferenceService {name}")
        gone.append(generation)
    return gone


def _stopped(service: Document) -> Document:
    annotations = (service["metadata"].get("annotations") or {}) | {STOPPED: "true"}
    return service | {"metadata": service["metadata"] | {"annotations": annotations}}
