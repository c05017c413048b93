"""KFP component `publish`: a bundle goes to the object store."""

from kfp import dsl

from components.image import TRAINING_IMAGE


@dsl.component(base_image=TRAINING_IMAGE, install_kfp_package=False)
def publish(generation: str, bundle: dsl.Input[dsl.Model]) -> str:
    """Send a bundle, and record it.

    1. A generation that was refused before is not published again.
    2. `python -m training.publish` sends the bundle, files first and manifest last.
    3. `python -m serving.generations stage` records what was published.

    Args:
        generation: the id that `train_item_tower` gave.
        bundle: the bundle's folder.

    Returns:
        `staged`, or what the generation became since: `published`, `indexed`, `refused`.
    """
    import os

    from components.command import run_json
    from components.publication import check_not_refused, stage

    if check_not_refused(generation) == "refused":
        return "refused"
    print("publish: sending the bundle", flush=True)
    objects = os.environ["MODISTE_OBJECTS"]
    uri = run_json("training.publish", "--bundle", bundle.path, "--objects", objects)["uri"]
    state = stage(generation, uri)
    print(f"publish: {generation} is {state}: {uri}", flush=True)
    return state
