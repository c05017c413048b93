"""KFP component `ingest`: a shop's catalogue becomes an items folder."""

from kfp import dsl

from components.image import TRAINING_IMAGE


@dsl.component(base_image=TRAINING_IMAGE, install_kfp_package=False)
def ingest(
    catalogue: str,
    schema: str,
    mapping: str,
    max_reject_share: float,
    items: dsl.Output[dsl.Dataset],
    summary: dsl.Output[dsl.Metrics],
) -> None:
    """Read a catalogue, set bad rows aside, send pictures to the object store.

    1. `python -m catalog.ingest` writes the items folder, whole or not at all. Pictures are stored
       under their digests, so sending them again changes nothing.
    2. What it counted becomes metrics.

    Args:
        catalogue: path of a CSV, JSON Lines or Parquet file, or of a folder that holds one.
        schema: path of a schema file; empty: the fields are found in the catalogue.
        mapping: path of a column mapping; empty: found in the catalogue.
        max_reject_share: share of rows that may be set aside, 0..1; above it the step fails.
        items: the items folder.
        summary: rows, items kept, rows set aside, pictures.
    """
    import json
    from pathlib import Path

    from components.command import run

    arguments = ["--catalogue", catalogue, "--max-reject-share", max_reject_share]
    for name, given in (("--schema", schema), ("--mapping", mapping)):
        arguments += [name, given] if given else []
    run("catalog.ingest", *arguments, "--out", items.path)

    counted = json.loads((Path(items.path) / "summary.json").read_text(encoding="utf-8"))
    items.metadata["data_digest"] = counted["data_digest"]
    for name in ("rows", "kept", "rejected", "images"):
        summary.log_metric(name, counted[name])
