"""KFP component `join_shards`: the folders of all shards become one items folder."""

from kfp import dsl

from components.image import TRAINING_IMAGE


@dsl.component(base_image=TRAINING_IMAGE, install_kfp_package=False)
def join_shards(
    plan: dsl.Input[dsl.Artifact],
    shards: dsl.Input[list[dsl.Dataset]],
    items: dsl.Output[dsl.Dataset],
    summary: dsl.Output[dsl.Metrics],
) -> None:
    """Join shards to what `ingest` writes of the whole catalogue, byte for byte.

    1. `python -m catalog.shards join` refuses a missing shard by its number, sets aside ids that an
       earlier shard has, and fails where too much of the whole was set aside.
    2. What it counted becomes metrics.

    Args:
        plan: what the shards were made by.
        shards: the folder of every shard.
        items: the items folder.
        summary: rows, items kept, rows set aside, pictures.
    """
    from components.command import run_json

    folders = [shard.path for shard in shards]
    counted = run_json("catalog.shards", "join", "--plan", plan.path, "--out", items.path, *folders)
    items.metadata["data_digest"] = counted["data_digest"]
    for name in ("rows", "kept", "rejected", "images"):
        summary.log_metric(name, counted[name])
    print(f"join_shards: {counted['kept']} items of {counted['rows']} rows, {counted['faults']}")
