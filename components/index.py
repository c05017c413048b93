"""KFP component `index`: the catalogue's items and their vectors go into the database."""

from kfp import dsl

from components.image import TRAINING_IMAGE


@dsl.component(base_image=TRAINING_IMAGE, install_kfp_package=False)
def index(
    generation: str,
    items: dsl.Input[dsl.Dataset],
    indexed: dsl.Output[dsl.Metrics],
) -> None:
    """Embed what has no vector of this generation yet, and build its HNSW index.

    1. `python -m serving.index` writes the items, embeds the missing ones through the generation's
       Triton, builds and measures the index, and marks the generation `indexed` last.

    Args:
        generation: a published generation.
        items: the items folder that it was trained on.
        indexed: items, those embedded in this run, seconds of each phase.
    """
    from components.command import run_json

    done = run_json("serving.index", "--items", items.path, "--generation", generation)
    print(f"index: {done['embedded']} of {done['items']} items embedded, {done['seconds']}")
    for name in ("items", "changed", "embedded", "refused"):
        indexed.log_metric(name, done[name])
    for phase, seconds in done["seconds"].items():
        indexed.log_metric(f"{phase}_s", seconds)
    indexed.metadata["generation"] = generation
