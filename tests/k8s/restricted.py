"""The restricted Pod Security Standard, and what modiste asks of its Pods beyond it.

https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
"""

from collections.abc import Iterator
from typing import Any

from tests.k8s.objects import Object, Pods

VOLUMES = {
    "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image",
    "persistentVolumeClaim", "projected", "secret",
}  # fmt: skip
SYSCTLS = {"kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies"}


def breaches(pods: Pods) -> list[str]:
    """One line for each rule of the standard that the Pods break."""
    lines = [*_of_pod(pods.spec)]
    for container in pods.containers:
        found = _of_container(pods.spec, container)
        lines += [f"container {container['name']}: {line}" for line in found]
    return [f"{pods.owner}: {line}" for line in lines]


def _of_pod(spec: Object) -> Iterator[str]:
    for field in ("hostNetwork", "hostPID", "hostIPC"):
        if spec.get(field):
            yield f"{field} is set"
    for volume in spec.get("volumes", []):
        if kinds := set(volume) - {"name"} - VOLUMES:
            yield f"volume {volume['name']} is a {sorted(kinds)}"
    for sysctl in spec.get("securityContext", {}).get("sysctls", []):
        if sysctl["name"] not in SYSCTLS:
            yield f"sysctl {sysctl['name']} is set"


def _of_container(spec: Object, container: Object) -> Iterator[str]:
    own = container.get("securityContext", {})

    def effective(field: str) -> Any:
        return own.get(field, spec.get("securityContext", {}).get(field))

    if own.get("allowPrivilegeEscalation") is not False:
        yield "allowPrivilegeEscalation is not false"
    if own.get("privileged"):
        yield "privileged"
    capabilities = own.get("capabilities", {})
    if "ALL" not in capabilities.get("drop", []):
        yield "capabilities are not all dropped"
    if set(capabilities.get("add", [])) - {"NET_BIND_SERVICE"}:
        yield "capabilities are added"
    if effective("runAsNonRoot") is not True:
        yield "runAsNonRoot is not true"
    if effective("runAsUser") == 0:
        yield "runs as root"
    if (effective("seccompProfile") or {}).get("type") not in ("RuntimeDefault", "Localhost"):
        yield "seccompProfile is not RuntimeDefault"
    if own.get("procMount", "Default") != "Default":
        yield "procMount is set"
    if any(port.get("hostPort") for port in container.get("ports", [])):
        yield "hostPort is set"


def shortcomings(pods: Pods) -> list[str]:
    """One line for each thing that modiste asks of its Pods, and these lack."""
    lines = []
    for container in pods.containers:
        found = _missing(pods, container)
        lines += [f"{pods.owner}: container {container['name']}: {line}" for line in found]
    return lines


def _missing(pods: Pods, container: Object) -> Iterator[str]:
    own = container.get("securityContext", {})
    if not own.get("readOnlyRootFilesystem"):
        yield "its root filesystem can be written to"
    if not pods.by_operator:
        if "runAsUser" not in own and "runAsUser" not in pods.spec.get("securityContext", {}):
            yield "its user is not said"
        if _mounted_at(pods.spec, container, "/tmp") != "emptyDir":
            yield "it has no /tmp to write to"
    for kind in ("requests", "limits"):
        if missing := {"cpu", "memory"} - set(container.get("resources", {}).get(kind, {})):
            yield f"no {kind} of {sorted(missing)}"
    if not pods.ends and container not in pods.spec.get("initContainers", []):
        for probe in ("readinessProbe", "livenessProbe"):
            if probe not in container:
                yield f"no {probe}"


def _mounted_at(spec: Object, container: Object, path: str) -> str | None:
    """What kind of volume a container has at a path."""
    volumes = {one["name"]: set(one) - {"name"} for one in spec.get("volumes", [])}
    for mount in container.get("volumeMounts", []):
        if mount["mountPath"] == path:
            (kind,) = volumes[mount["name"]]
            return str(kind)
    return None
