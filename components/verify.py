"""KFP component `verify`: the Triton of a generation is compared with PyTorch."""

from kfp import dsl

from components.image import TRAINING_IMAGE


@dsl.component(base_image=TRAINING_IMAGE, install_kfp_package=False)
def verify(
    generation: str,
    endpoint: str,
    items: dsl.Input[dsl.Dataset],
    served: dsl.Output[dsl.Metrics],
) -> str:
    """Ask a generation's running Triton, and mark the generation `published` where it agrees.

    1. A generation that was compared before is not compared again: it never changes.
    2. `python -m training.parity` compares. Where a model differs the generation is marked
       `refused`, with the reason, its Triton goes, and the step fails.

    Args:
        generation: a generation that is deployed.
        endpoint: `host:port` of its gRPC.
        items: the items folder, which the sample to compare is taken from.
        served: the largest difference of each form of the model from PyTorch.

    Returns:
        `published`, or what the generation became since: `indexed`.
    """
    import os

    from components.command import StepFailedError, run_json
    from components.publication import compare
    from components.retirement import retire_services

    shown = run_json("serving.generations", "show", "--generation", generation)
    state, uri = str(shown["state"]), str(shown["bundle_uri"])
    served.metadata.update(generation=generation, uri=uri)
    if state != "staged":
        print(f"verify: {generation} is {state} already", flush=True)
        return state
    print(f"verify: comparing the Triton at {endpoint} with PyTorch", flush=True)
    try:
        report = compare(generation, uri, items.path, endpoint)
    except StepFailedError:
        retire_services(os.environ)
        raise
    for name, found in report["implementations"].items():
        served.log_metric(f"{name} largest difference", found["largest_difference"])
        served.log_metric(f"{name} neighbours", found["neighbours"])
    marked = ["mark", "--generation", generation, "--state", "published"]
    return str(run_json("serving.generations", *marked)["state"])
