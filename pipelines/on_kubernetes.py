"""What the steps of a pipeline get on a cluster: environment, volume, identity, room.

The objects that are named here are those of `k8s/base`. KFP's local runner heeds none of it, and
takes the environment as it is.
"""

from kfp import dsl, kubernetes

from components.work import MOUNT

CONFIG_MAP = "modiste-config"
DATABASE_SECRET = "modiste-database"
DATABASE_KEY = "url"
OBJECTS_SECRET = "modiste-s3"
WORK_CLAIM = "modiste-work"
USER = 65532
"""Of the images; see `docker/`."""

CONFIGURED = ("MODISTE_OBJECTS", "MODISTE_PLATFORM", "MODISTE_NAMESPACE")
CONFIGURED_WHERE_GIVEN = ("AWS_REGION", "AWS_ENDPOINT_URL_S3")
CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


def on_kubernetes(task: dsl.PipelineTask) -> None:
    """Give a step what it finds on a laptop in the stack's environment."""
    _environment(task)
    kubernetes.mount_pvc(task, pvc_name=WORK_CLAIM, mount_path=MOUNT)
    # KFP itself drops all capabilities, forbids escalation and takes RuntimeDefault for seccomp.
    kubernetes.set_security_context(task, run_as_user=USER, run_as_group=USER, run_as_non_root=True)
    kubernetes.add_pod_label(task, "app.kubernetes.io/part-of", "modiste")
    kubernetes.add_pod_label(task, "app.kubernetes.io/component", "pipelines")
    task.set_cpu_request("500m").set_cpu_limit("4")
    task.set_memory_request("2Gi").set_memory_limit("8Gi")


def _environment(task: dsl.PipelineTask) -> None:
    from_map = kubernetes.use_config_map_as_env
    from_map(task, CONFIG_MAP, {name: name for name in CONFIGURED})
    from_map(task, CONFIG_MAP, {name: name for name in CONFIGURED_WHERE_GIVEN}, optional=True)
    kubernetes.use_secret_as_env(task, DATABASE_SECRET, {DATABASE_KEY: "MODISTE_DATABASE_URL"})
    # Where an identity of the cloud's takes their place there is no such Secret.
    kubernetes.use_secret_as_env(
        task, OBJECTS_SECRET, {name: name for name in CREDENTIALS}, optional=True
    )
