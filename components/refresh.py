"""KFP component `refresh`: the store becomes what a snapshot of the catalogue says."""

from kfp import dsl

from components.image import TRAINING_IMAGE


@dsl.component(base_image=TRAINING_IMAGE, install_kfp_package=False)
def refresh(
    max_gone_share: float,
    items: dsl.Input[dsl.Dataset],
    refreshed: dsl.Output[dsl.Metrics],
) -> str:
    """Write, embed and delete what differs from the last snapshot.

    1. `python -m serving.refresh` does it with the generation in use, in proportion to what
       differs.

    Args:
        max_gone_share: share of the last snapshot's items that may be gone, 0..1; above it the step
            fails and nothing is changed.
        items: the items folder of the snapshot.
        refreshed: items, those that were changed, gone and embedded, seconds of each phase.

    Returns:
        The generation in use.
    """
    from components.command import run_json

    arguments = ["--items", items.path, "--max-gone-share", max_gone_share]
    done = run_json("serving.refresh", *arguments)
    print(
        f"refresh: of {done['items']} items {done['changed']} changed, {done['gone']} are gone; "
        f"{done['embedded']} embedded by {done['generation']}, {done['seconds']}"
    )
    for name in ("items", "changed", "gone", "embedded", "refused"):
        refreshed.log_metric(name, done[name])
    for phase, seconds in done["seconds"].items():
        refreshed.log_metric(f"{phase}_s", seconds)
    return str(done["generation"])
