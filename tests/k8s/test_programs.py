"""What the manifests start can start: programs take the environment and arguments they get."""

import importlib.util
import json
import subprocess
import sys
from typing import Any

from k8s.tools import ROOT
from serving.settings import settings_from
from tests.k8s.conftest import all_renderings, manifests_of
from tests.k8s.objects import Manifests, Object, pods_of

ASK_TRANSFORMER = """
import json, sys
from serving.transformer.arguments import config_from
given, sys.argv[1:] = json.loads(sys.argv[1]), []
configs = [config_from(arguments, {}) for arguments in given]
fields = ("model_name", "endpoint", "grace_s")
print(json.dumps([{name: getattr(one, name) for name in fields} for one in configs]))
"""
DEFAULT_GRACE_S = 30
"""Seconds that Kubernetes gives Pods that do not ask for more."""
SECRETS = {
    "url": "postgresql://modiste:secret@postgres:5432/modiste",
    "AWS_ACCESS_KEY_ID": "id",
    "AWS_SECRET_ACCESS_KEY": "secret",
}


def environment(manifests: Manifests, container: Object) -> dict[str, str]:
    """The variables of a container."""
    found: dict[str, str] = {}
    for source in container.get("envFrom", []):
        found |= manifests.get("ConfigMap", source["configMapRef"]["name"])["data"]
    for variable in container.get("env", []):
        secret: Any = variable.get("valueFrom", {}).get("secretKeyRef")
        found[variable["name"]] = SECRETS[secret["key"]] if secret else variable["value"]
    return found


def test_the_api_is_configured_by_what_its_deployment_gives_it(rendered: Manifests) -> None:
    (container,) = rendered.get("Deployment", "retrieval")["spec"]["template"]["spec"]["containers"]

    settings = settings_from(environment(rendered, container))

    (keys,) = (one for one in container["volumeMounts"] if one["name"] == "keys")
    assert settings.port == container["ports"][0]["containerPort"]
    assert settings.host == "0.0.0.0"
    assert not settings.allow_insecure
    assert str(settings.access.keys_file) == f"{keys['mountPath']}/keys.json"
    assert settings.objects_uri == "s3://modiste"


def test_it_has_the_time_to_end_that_it_takes(rendered: Manifests) -> None:
    spec = rendered.get("Deployment", "retrieval")["spec"]["template"]["spec"]
    settings = settings_from(environment(rendered, spec["containers"][0]))

    needed_s = settings.drain_s + settings.shutdown_timeout_s
    assert spec["terminationGracePeriodSeconds"] > needed_s + 5


def test_each_module_that_is_started_exists(rendered: Manifests) -> None:
    commands = [one.get("command", []) for pods in pods_of(rendered) for one in pods.containers]
    modules = {command[2] for command in commands if command[:2] == ["python", "-m"]}

    assert {"serving.main", "serving.migrate", "serving.transformer"} <= modules
    for name in modules:
        assert importlib.util.find_spec(name) is not None, name


def test_the_transformer_takes_the_arguments_that_it_is_given() -> None:
    given = {tuple(arguments) for arguments in map(transformer_arguments, all_renderings())}
    # In a process of its own, since it imports kserve: see `serving/triton_stubs.py`.
    asked = subprocess.run(
        [sys.executable, "-c", ASK_TRANSFORMER, json.dumps(sorted(given))],
        capture_output=True, text=True, timeout=120, cwd=ROOT,
    )  # fmt: skip

    assert asked.returncode == 0, asked.stderr
    configs = json.loads(asked.stdout)
    assert len(configs) == len(given)
    for config in configs:
        assert config["model_name"] == "item_embedding"
        assert config["endpoint"].startswith("item-embedding-g0001-predictor.modiste.svc")
        assert config["grace_s"] < DEFAULT_GRACE_S


def transformer_arguments(name: str) -> list[str]:
    """Of the transformer of a rendering."""
    (encoder,) = manifests_of(name).of("InferenceService")
    (container,) = encoder["spec"]["transformer"]["containers"]
    return list(container["args"])
