"""KFP component `publish`: a bundle goes to the object store, is served, and compared."""

from kfp import dsl

from components.image import TRAINING_IMAGE


@dsl.component(base_image=TRAINING_IMAGE, install_kfp_package=False)
def publish(
    generation: str,
    endpoint_timeout_s: float,
    items: dsl.Input[dsl.Dataset],
    bundle: dsl.Input[dsl.Model],
    served: dsl.Output[dsl.Metrics],
) -> str:
    """Send a bundle, wait until a Triton serves it, and compare that with PyTorch.

    1. A generation that was refused before is not published again.
    2. `python -m training.publish` sends the bundle, files first and manifest last.
    3. `python -m serving.generations stage` records what was published; whoever runs Triton here,
       the laptop's supervisor or the cluster's deploy step, starts one on it.
    4. `python -m serving.generations wait` waits for its endpoint.
    5. `python -m training.parity` asks that Triton. Where it agrees the generation is marked
       `published`, where it does not `refused`, with the reason, and the step fails.

    Args:
        generation: the id that `train_item_tower` gave.
        endpoint_timeout_s: how long a Triton may take to serve the bundle, in seconds.
        items: the items folder, which the sample to compare is taken from.
        bundle: the bundle's folder.
        served: the largest difference of each form of the model from PyTorch.

    Returns:
        `published`, or what the generation became since: `indexed`, `refused`.
    """
    import os

    from components.command import run_json
    from components.publication import check_not_refused, compare, stage

    if check_not_refused(generation) == "refused":
        return "refused"
    print("publish: sending the bundle", flush=True)
    objects = os.environ["MODISTE_OBJECTS"]
    uri = run_json("training.publish", "--bundle", bundle.path, "--objects", objects)["uri"]
    state = stage(generation, uri)
    print(f"publish: {generation} is {state}; waiting for its Triton", flush=True)
    waited = ["wait", "--generation", generation, "--timeout-s", endpoint_timeout_s]
    endpoint = run_json("serving.generations", *waited)["endpoint"]
    if state == "staged":
        print(f"publish: comparing the Triton at {endpoint} with PyTorch", flush=True)
        report = compare(generation, uri, items.path, endpoint)
        for name, found in report["implementations"].items():
            served.log_metric(f"{name} largest difference", found["largest_difference"])
            served.log_metric(f"{name} neighbours", found["neighbours"])
        marked = ["mark", "--generation", generation, "--state", "published"]
        state = run_json("serving.generations", *marked)["state"]
    served.metadata.update(generation=generation, uri=uri)
    return str(state)
