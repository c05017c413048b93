"""KFP component `evaluate`: how good a generation is, in numbers and as a page."""

from kfp import dsl

from components.image import TRAINING_IMAGE


@dsl.component(base_image=TRAINING_IMAGE, install_kfp_package=False)
def evaluate(
    generation: str,
    items: dsl.Input[dsl.Dataset],
    model: dsl.Input[dsl.Model],
    report: dsl.Output[dsl.HTML],
    metrics: dsl.Output[dsl.Metrics],
) -> None:
    """Measure a model, compare it with the generation in use, publish the report.

    1. A report that lies in the object store under `reports/<generation>/` is taken as it is: a
       generation is measured once.
    2. Otherwise the metrics of the generation in use are asked of the database,
    3. `python -m training.evaluate` measures the model and the baselines, and
    4. the report is sent to the object store, its numbers last.

    Args:
        generation: the id that `train_item_tower` gave.
        items: the items folder that it was trained on.
        model: the trained models.
        report: the page, whole in one file.
        metrics: metrics.json as its file, the headline as its metadata.
    """
    import json
    import os
    import shutil
    import tempfile
    from pathlib import Path

    from catalog.objects import open_objects
    from components.command import output_of
    from components.previous import write_previous
    from components.report_store import fetch_report, send_report

    objects = open_objects(os.environ["MODISTE_OBJECTS"])
    fingerprint = json.loads((Path(model.path) / "train.json").read_bytes())["fingerprint"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if not fetch_report(objects, generation, fingerprint, folder):
            previous = write_previous(generation, folder / "previous.json")
            arguments = ["--items", items.path, "--model", model.path, "--out", folder]
            arguments += ["--previous", previous] if previous else []
            told = output_of("training.evaluate", *arguments, "--generation", generation)
            # Its own place of the report is gone when this step is over.
            print(f"evaluate: {told.partition('; report')[0].strip()}")
            print(f"evaluate: report {send_report(objects, generation, fingerprint, folder)}")
        for made, place in (("index.html", report.path), ("metrics.json", metrics.path)):
            Path(place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / made, place)

    measured = json.loads(Path(metrics.path).read_bytes())["model"]
    for name in ("recall@1", "recall@10", "mrr"):
        metrics.log_metric(name, measured[name]["value"])
