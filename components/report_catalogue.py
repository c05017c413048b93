"""KFP component `report_catalogue`: a page of what a catalogue holds and lacks."""

from kfp import dsl

from components.image import TRAINING_IMAGE


@dsl.component(base_image=TRAINING_IMAGE, install_kfp_package=False)
def report_catalogue(
    catalogue: str,
    schema: str,
    mapping: str,
    max_pictures: int,
    report: dsl.Output[dsl.HTML],
    counts: dsl.Output[dsl.Artifact],
) -> None:
    """Say how a catalogue is filled, what it repeats, and what is wrong with it.

    1. `python -m catalog report` writes the page and the same as JSON.

    Args:
        catalogue: path or address of the catalogue, whole.
        schema: path of a schema file; empty: the fields are found in the catalogue.
        mapping: path of a column mapping; empty: found in the catalogue.
        max_pictures: pictures that are opened.
        report: the page, in one file.
        counts: `report.json`.
    """
    import shutil
    import tempfile
    from pathlib import Path

    from components.command import run

    arguments = [catalogue, "--max-pictures", max_pictures]
    for name, given in (("--schema", schema), ("--mapping", mapping)):
        arguments += [name, given] if given else []
    with tempfile.TemporaryDirectory() as folder:
        run("catalog", "report", *arguments, "--out", folder)
        for name, made in (("index.html", report), ("report.json", counts)):
            Path(made.path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(Path(folder) / name, made.path)
