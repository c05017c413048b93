"""Which connections NetworkPolicies let through, as a cluster would decide it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.k8s.objects import Manifests, Object

NAMESPACE = "modiste"


@dataclass(frozen=True, kw_only=True)
class Peer:
    """A Pod somewhere in the cluster, or an address outside it."""

    labels: Mapping[str, str] = field(default_factory=dict)
    namespace: str | None = NAMESPACE
    """None: outside the cluster."""
    namespace_labels: Mapping[str, str] = field(default_factory=dict)
    """Beside its name."""


def allowed(manifests: Manifests, source: Peer, target: Peer, port: int) -> bool:
    """Whether a connection leaves its source and is let in by its target."""
    policies = manifests.of("NetworkPolicy")
    return _passes(policies, "egress", source, target, port) and _passes(
        policies, "ingress", target, source, port
    )


def _passes(policies: list[Object], direction: str, subject: Peer, other: Peer, port: int) -> bool:
    """Whether the policies on one side let it through; without any, all passes."""
    if subject.namespace != NAMESPACE:
        return True
    mine = [
        one["spec"]
        for one in policies
        if direction.capitalize() in one["spec"]["policyTypes"]
        and selects(one["spec"]["podSelector"], subject.labels)
    ]
    key = "to" if direction == "egress" else "from"
    rules = [rule for spec in mine for rule in spec.get(direction) or []]
    return not mine or any(
        _names_port(rule, port) and _names_peer(rule.get(key), other) for rule in rules
    )


def _names_port(rule: Object, port: int) -> bool:
    ports = rule.get("ports")
    return not ports or any(one["port"] == port and one["protocol"] == "TCP" for one in ports)


def _names_peer(peers: list[Object] | None, other: Peer) -> bool:
    return not peers or any(_is_peer(one, other) for one in peers)


def _is_peer(peer: Object, other: Peer) -> bool:
    if other.namespace is None:
        return False
    if "namespaceSelector" in peer:
        name = {"kubernetes.io/metadata.name": other.namespace}
        if not selects(peer["namespaceSelector"], {**other.namespace_labels, **name}):
            return False
    elif other.namespace != NAMESPACE:
        return False
    return selects(peer.get("podSelector", {}), other.labels)


def selects(selector: Object, labels: Mapping[str, str]) -> bool:
    """Whether a label selector means these labels; an empty one means all."""
    if any(labels.get(key) != value for key, value in selector.get("matchLabels", {}).items()):
        return False
    return all(_fits(one, labels) for one in selector.get("matchExpressions", []))


def _fits(expression: Object, labels: Mapping[str, str]) -> bool:
    value = labels.get(expression["key"])
    match expression["operator"]:
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
        case "In":
            return value in expression["values"]
        case "NotIn":
            return value not in expression["values"]
    raise ValueError(f"operator: expected a known one, got {expression['operator']!r}")
