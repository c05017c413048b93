"""KFP component `deploy`: a published bundle gets a Triton that answers."""

from kfp import dsl

from components.image import TRAINING_IMAGE


@dsl.component(base_image=TRAINING_IMAGE, install_kfp_package=False)
def deploy(generation: str, endpoint_timeout_s: float) -> str:
    """Bring up the Triton of a generation, and have its address recorded.

    On a laptop the supervisor starts one for each generation that is staged: its address is waited
    for. Where MODISTE_PLATFORM is `kubernetes` (see `components.deployment`):

    1. The InferenceService is created, or replaced where it says something else than is wanted.
    2. Once it is ready, `python -m serving.generations connect` asks it for a vector, of this
       generation and of length 1, and records its address.
    3. Otherwise what was done is taken back, and the address stays as it was.

    Args:
        generation: a generation that is staged.
        endpoint_timeout_s: how long its Triton may take to answer, in seconds.

    Returns:
        `host:port` of its gRPC.
    """
    import os

    from components.platform import is_kubernetes

    if is_kubernetes(os.environ):
        from components.deployment_on_cluster import deploy_on_cluster

        return deploy_on_cluster(generation, endpoint_timeout_s, os.environ)

    from components.command import run_json

    print(f"deploy: waiting for the Triton of {generation}", flush=True)
    waited = ["wait", "--generation", generation, "--timeout-s", endpoint_timeout_s]
    return str(run_json("serving.generations", *waited)["endpoint"])
