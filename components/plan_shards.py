"""KFP component `plan_shards`: how a catalogue is read, decided once, and its shards."""

from kfp import dsl

from components.image import TRAINING_IMAGE


@dsl.component(base_image=TRAINING_IMAGE, install_kfp_package=False)
def plan_shards(
    catalogue: str,
    shards: int,
    schema: str,
    mapping: str,
    max_reject_share: float,
    plan: dsl.Output[dsl.Artifact],
) -> list[int]:
    """Look through a whole catalogue and divide it.

    1. `python -m catalog.shards plan` finds schema and mapping in all rows, so that every shard
       reads its own in the same way.

    Args:
        catalogue: path or address of the catalogue, whole.
        shards: how many to make of it, 1..1000.
        schema: path of a schema file; empty: the fields are found in the catalogue.
        mapping: path of a column mapping; empty: found in the catalogue.
        max_reject_share: share of all rows that may be set aside, 0..1.
        plan: what the shards have to agree on.

    Returns:
        The shards' numbers, 1 to `shards`.
    """
    from components.command import run_json

    arguments = ["--catalogue", catalogue, "--shards", shards]
    arguments += ["--max-reject-share", max_reject_share]
    for name, given in (("--schema", schema), ("--mapping", mapping)):
        arguments += [name, given] if given else []
    planned = run_json("catalog.shards", "plan", *arguments, "--out", plan.path)
    print(f"plan_shards: {planned['rows']} rows in {planned['shards']} shards")
    return list(range(1, planned["shards"] + 1))
