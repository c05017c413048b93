"""KFP component `generate_instructions`: an items folder becomes instruction data."""

from kfp import dsl

from components.image import TRAINING_IMAGE


@dsl.component(base_image=TRAINING_IMAGE, install_kfp_package=False)
def generate_instructions(
    name: str,
    rules: str,
    pairs: int,
    images: str,
    seed: int,
    items: dsl.Input[dsl.Dataset],
    instructions: dsl.Output[dsl.Dataset],
    counts: dsl.Output[dsl.Metrics],
) -> None:
    """Make question-answer pairs that say only what the items hold, and check that they do.

    1. What an earlier run of the same name left in the work folder is the beginning: pairs of
       unchanged items stay, unless rules or settings are others now.
    2. `python -m training.instructions` makes the others, and checks all of them.
    3. The folder becomes the artifact, its counts metrics.

    Args:
        name: of the catalogue, a word of letters, digits and hyphens.
        rules: path of a table of styling rules; empty: the project's own.
        pairs: how many there shall be; 0: two for each item.
        images: none, path or embed.
        seed: of every choice.
        items: the items folder.
        instructions: Parquet, JSON Lines and data card.
        counts: items, pairs, new ones, pairs per second and peak memory.
    """
    import re
    import shutil

    from components.command import run_json
    from components.work import work_folder

    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]*", name):
        raise ValueError(f"name: expected letters, digits and hyphens, such as shop, got {name!r}")
    folder = work_folder("instructions", name) / "pairs"
    arguments = ["--items", items.path, "--out", folder, "--images", images, "--seed", seed]
    arguments += ["--renew"]
    arguments += ["--rules", rules] if rules else []
    arguments += ["--pairs", pairs] if pairs else []
    counted = run_json("training.instructions", *arguments)
    shutil.copytree(folder, instructions.path, dirs_exist_ok=True)
    for name, value in counted.items():
        counts.log_metric(name, value)
