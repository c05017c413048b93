"""KFP component `train_item_tower`: an items folder becomes a trained tower and head."""

from kfp import dsl

from components.image import TRAINING_IMAGE


@dsl.component(base_image=TRAINING_IMAGE, install_kfp_package=False)
def train_item_tower(
    run_name: str,
    settings: list[str],
    items: dsl.Input[dsl.Dataset],
    model: dsl.Output[dsl.Model],
    training: dsl.Output[dsl.Metrics],
) -> str:
    """Name the generation, then train it, from its last checkpoint where there is one.

    1. `python -m training.fingerprint` gives one digest of data and configuration.
    2. `python -m serving.generations allocate` gives its generation: the same fingerprint, the same
       id, however often the step is run.
    3. `python -m training.train` trains in a work folder of this fingerprint (see
       `components.work`), so that a killed step goes on where its checkpoint is.
    4. What it wrote, the checkpoint left out, becomes the artifact.

    Args:
        run_name: the named configuration, `default` or `smoke`.
        settings: changes to it, such as `epochs=10`.
        items: the items folder.
        model: weights of both models, and the record of the training.
        training: loss and speed at the end.

    Returns:
        The generation's id, such as `g0001`.
    """
    import json
    import shutil
    from pathlib import Path

    from components.command import output_of, run_json
    from components.work import work_folder

    arguments = ["--items", items.path, "--preset", run_name]
    for setting in settings:
        arguments += ["--set", setting]
    fingerprint = output_of("training.fingerprint", *arguments).split()[-1]
    allocated = run_json("serving.generations", "allocate", "--fingerprint", fingerprint)
    generation = str(allocated["generation"])

    print(f"train_item_tower: {generation} is {allocated['state']}", flush=True)

    folder = work_folder("train", fingerprint)
    output_of("training.train", *arguments, "--out", folder)
    leave_out = shutil.ignore_patterns("checkpoint*", ".*")
    shutil.copytree(folder, model.path, ignore=leave_out, dirs_exist_ok=True)

    model.metadata.update(generation=generation, fingerprint=fingerprint)
    lines = (Path(model.path) / "metrics.jsonl").read_text(encoding="utf-8").splitlines()
    print(f"train_item_tower: {lines[-1]}")
    for name, value in json.loads(lines[-1]).items():
        if isinstance(value, int | float):
            training.log_metric(name, value)
    return generation
