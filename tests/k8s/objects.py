"""Objects of a rendering, and the Pods that come of them, whoever makes those."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Object = dict[str, Any]


@dataclass(frozen=True)
class Manifests:
    """The objects of one rendering."""

    name: str
    objects: list[Object]

    def of(self, *kinds: str) -> list[Object]:
        """Those of some kinds."""
        return [one for one in self.objects if one["kind"] in kinds]

    def get(self, kind: str, name: str) -> Object:
        """The one of that kind and name.

        Raises:
            KeyError: there is none.
        """
        for one in self.of(kind):
            if one["metadata"]["name"] == name:
                return one
        raise KeyError(f"{self.name}: no {kind}/{name}, only {sorted(self.names(kind))}")

    def names(self, kind: str) -> set[str]:
        """What those of a kind are called."""
        return {one["metadata"]["name"] for one in self.of(kind)}


@dataclass(frozen=True, kw_only=True)
class Pods:
    """A template that Pods are made from."""

    owner: str
    """`Kind/name`, and what of it."""
    spec: Object
    """Of the Pods, as they will be; what operators add is not in it."""
    labels: dict[str, str]
    ends: bool = False
    """They run to their end, so a probe makes no sense."""
    by_operator: bool = False
    """An operator adds to them: the user, writable paths."""

    @property
    def containers(self) -> list[Object]:
        """All of them, those that run before the others included."""
        return [*self.spec.get("initContainers", []), *self.spec["containers"]]


def pods_of(manifests: Manifests) -> list[Pods]:
    """All Pods of a rendering: of workloads, of KServe, of Trainer, of CloudNativePG's pooler."""
    return [
        *_of_workloads(manifests),
        *_of_encoders(manifests),
        *_of_trainings(manifests),
        *_of_poolers(manifests),
    ]


def _of_workloads(manifests: Manifests) -> Iterator[Pods]:
    for one in manifests.of("Pod"):
        yield Pods(owner=_named(one), spec=one["spec"], labels=_labels(one), ends=True)
    for one in manifests.of("Deployment", "StatefulSet", "DaemonSet", "Job"):
        template = one["spec"]["template"]
        yield Pods(
            owner=_named(one),
            spec=template["spec"],
            labels=_labels(template),
            ends=one["kind"] == "Job",
        )


def _of_encoders(manifests: Manifests) -> Iterator[Pods]:
    for one in manifests.of("InferenceService"):
        labels = {
            **_labels(one),
            "serving.kserve.io/inferenceservice": one["metadata"]["name"],
        }
        predictors = [one["spec"]["predictor"]]
        predictors += [canary["predictor"] for canary in one["spec"].get("canary", [])]
        for number, predictor in enumerate(predictors):
            runtime = manifests.get("ServingRuntime", predictor["model"]["runtime"])
            storage = manifests.get("ClusterStorageContainer", predictor["storageContainerName"])
            yield Pods(
                owner=f"{_named(one)} predictor {number}",
                spec=_merged(runtime["spec"], storage["spec"]["container"], predictor),
                labels={**labels, "component": "predictor"},
            )
        yield Pods(
            owner=f"{_named(one)} transformer",
            spec=one["spec"]["transformer"],
            labels={**labels, "component": "transformer"},
        )


def _merged(runtime: Object, initializer: Object, predictor: Object) -> Object:
    """What KServe makes of a runtime, of what fetches the model, and of a predictor, which wins."""
    model = predictor["model"]
    not_of_containers = {"modelFormat", "runtime", "protocolVersion", "storageUri", "name"}
    own = {key: value for key, value in model.items() if key not in not_of_containers}
    (container,) = runtime["containers"]
    of_pods = {key: value for key, value in runtime.items() if key in ("volumes", "tolerations")}
    containers = {"initContainers": [initializer], "containers": [{**container, **own}]}
    return {**of_pods, **predictor, **containers}


def _of_trainings(manifests: Manifests) -> Iterator[Pods]:
    for one in manifests.of("TrainingRuntime"):
        for job in one["spec"]["template"]["spec"]["replicatedJobs"]:
            template = job["template"]["spec"]["template"]
            yield Pods(
                owner=f"{_named(one)} {job['name']}",
                spec=template["spec"],
                labels=_labels(template),
                ends=True,
            )


def _of_poolers(manifests: Manifests) -> Iterator[Pods]:
    for one in manifests.of("Pooler"):
        template = one["spec"]["template"]
        own = {"cnpg.io/podRole": "pooler", "cnpg.io/poolerName": one["metadata"]["name"]}
        yield Pods(
            owner=_named(one),
            spec=template["spec"],
            labels={**_labels(template), **own},
            by_operator=True,
        )


def _named(one: Object) -> str:
    return f"{one['kind']}/{one['metadata']['name']}"


def _labels(one: Object) -> dict[str, str]:
    return dict(one["metadata"].get("labels", {}))
