"""What objects of a rendering refer to by name, and what of it is not there."""

from collections.abc import Iterator

from tests.k8s.network import selects
from tests.k8s.objects import Manifests, Object, Pods, pods_of

BROUGHT = {
    ("Secret", "modiste-database"): {"username", "password", "url"},
    ("Secret", "modiste-s3"): {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"},
    ("Secret", "modiste-api-keys"): {"keys.json"},
    # Of the chart alone, for `helm test`.
    ("Secret", "modiste-test-key"): {"key"},
}
"""What whoever installs modiste brings, and its keys; the README beside a rendering says how."""


def dangling(manifests: Manifests) -> list[str]:
    """One line for each reference to something that neither is there nor is brought."""
    lines = [
        f"{owner}: no {kind}/{name}{f' with {key!r}' if key else ''}"
        for owner, kind, name, key in _references(manifests)
        if not _is_there(manifests, kind, name, key)
    ]
    return [*lines, *_ports(manifests), *_selections(manifests)]


def secrets_asked_for(manifests: Manifests) -> set[str]:
    """Names of the Secrets that Pods, accounts and operators read."""
    return {name for _, kind, name, _ in _references(manifests) if kind == "Secret"}


def _references(manifests: Manifests) -> Iterator[tuple[str, str, str, str | None]]:
    for pods in pods_of(manifests):
        for kind, name, key in _of_pods(pods):
            yield pods.owner, kind, name, key
    for one in manifests.objects:
        owner = f"{one['kind']}/{one['metadata']['name']}"
        for kind, name in _of_object(one):
            yield owner, kind, name, None


def _of_pods(pods: Pods) -> Iterator[tuple[str, str, str | None]]:
    if account := pods.spec.get("serviceAccountName"):
        yield "ServiceAccount", account, None
    for volume in pods.spec.get("volumes", []):
        if secret := volume.get("secret"):
            for item in secret["items"]:
                yield "Secret", secret["secretName"], item["key"]
        if claim := volume.get("persistentVolumeClaim"):
            yield "PersistentVolumeClaim", claim["claimName"], None
        if config := volume.get("configMap"):
            yield "ConfigMap", config["name"], None
    for container in pods.containers:
        for source in container.get("envFrom", []):
            yield "ConfigMap", source["configMapRef"]["name"], None
        for variable in container.get("env", []):
            source = variable.get("valueFrom", {})
            if secret := source.get("secretKeyRef"):
                yield "Secret", secret["name"], secret["key"]


def _of_object(one: Object) -> Iterator[tuple[str, str]]:
    spec = one.get("spec", {})
    match one["kind"]:
        case "ServiceAccount":
            yield from (("Secret", secret["name"]) for secret in one.get("secrets", []))
        case "RoleBinding":
            yield one["roleRef"]["kind"], one["roleRef"]["name"]
            yield from ((subject["kind"], subject["name"]) for subject in one["subjects"])
        case "HorizontalPodAutoscaler" | "ScaledObject":
            yield spec["scaleTargetRef"]["kind"], spec["scaleTargetRef"]["name"]
        case "HTTPRoute":
            yield from (("Gateway", parent["name"]) for parent in spec["parentRefs"])
            for rule in spec["rules"]:
                yield from (("Service", to["name"]) for to in rule.get("backendRefs", []))
        case "Gateway":
            for listener in spec["listeners"]:
                for certificate in listener.get("tls", {}).get("certificateRefs", []):
                    yield "Secret", certificate["name"]
        case "Cluster":
            yield "Secret", spec["bootstrap"]["initdb"]["secret"]["name"]
        case "Database" | "Pooler" | "ScheduledBackup":
            yield "Cluster", spec["cluster"]["name"]
        case "StatefulSet":
            yield "Service", spec["serviceName"]


def _is_there(manifests: Manifests, kind: str, name: str, key: str | None) -> bool:
    if (kind, name) in BROUGHT:
        return key is None or key in BROUGHT[kind, name]
    if kind == "Secret":
        return name in {one["spec"]["secretName"] for one in manifests.of("Certificate")}
    if kind == "Deployment":
        made = {
            f"{service}-{part}"
            for service in manifests.names("InferenceService")
            for part in ("predictor", "transformer")
        }
        return name in made | manifests.names(kind)
    return name in manifests.names(kind)


def _ports(manifests: Manifests) -> Iterator[str]:
    for pods in pods_of(manifests):
        names = _port_names(pods)
        for container in pods.containers:
            for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
                port = container.get(probe, {}).get("httpGet", {}).get("port")
                if isinstance(port, str) and port not in names:
                    yield f"{pods.owner}: {probe} asks port {port!r}, there is {sorted(names)}"
    for one in manifests.of("Service"):
        for port in one["spec"]["ports"]:
            if port["targetPort"] not in _names_behind(
                manifests, {"matchLabels": one["spec"]["selector"]}
            ):
                yield f"Service/{one['metadata']['name']}: nothing has port {port['targetPort']!r}"
    for one in manifests.of("PodMonitor"):
        behind = _names_behind(manifests, one["spec"]["selector"])
        for endpoint in one["spec"]["podMetricsEndpoints"]:
            if behind and endpoint["port"] not in behind:
                yield f"PodMonitor/{one['metadata']['name']}: nothing has {endpoint['port']!r}"


def _selections(manifests: Manifests) -> Iterator[str]:
    for one in manifests.of("PodDisruptionBudget", "Deployment", "StatefulSet"):
        selector = one["spec"]["selector"]
        if not any(selects(selector, pods.labels) for pods in pods_of(manifests)):
            yield f"{one['kind']}/{one['metadata']['name']}: selects no Pod"


def _names_behind(manifests: Manifests, selector: Object) -> set[str]:
    """Names of the ports of the Pods that a selector means; none of those an operator makes."""
    pods = [one for one in pods_of(manifests) if not one.by_operator]
    return {name for one in pods if selects(selector, one.labels) for name in _port_names(one)}


def _port_names(pods: Pods) -> set[str]:
    return {port["name"] for one in pods.containers for port in one.get("ports", [])}
