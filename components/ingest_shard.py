"""KFP component `ingest_shard`: the items of some of a catalogue's rows."""

from kfp import dsl

from components.image import TRAINING_IMAGE


@dsl.component(base_image=TRAINING_IMAGE, install_kfp_package=False)
def ingest_shard(
    catalogue: str,
    shard: int,
    plan: dsl.Input[dsl.Artifact],
    rows: dsl.Output[dsl.Dataset],
) -> None:
    """Make the items of one shard; many run side by side.

    1. `python -m catalog.shards ingest` writes the shard's folder, whole or not at all, and sends
       its pictures to the object store. Killed and run again it ends in the same state.

    Args:
        catalogue: path or address of the catalogue that was planned, whole.
        shard: its number, from 1.
        plan: what the shards have to agree on.
        rows: the shard's folder.
    """
    import json
    from pathlib import Path

    from components.command import run_json

    of = json.loads(Path(plan.path).read_text(encoding="ascii"))["shards"]
    arguments = ["--plan", plan.path, "--shard", f"{shard}/{of}", "--catalogue", catalogue]
    done = run_json("catalog.shards", "ingest", *arguments, "--out", rows.path)
    print(f"ingest_shard {shard}/{of}: {done['rows']} rows, {done['rejected']} set aside")
