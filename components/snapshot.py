"""KFP component `snapshot`: a catalogue as it is now, read as the generation in use was trained."""

from kfp import dsl

from components.image import TRAINING_IMAGE


@dsl.component(base_image=TRAINING_IMAGE, install_kfp_package=False)
def snapshot(
    catalogue: str,
    mapping: str,
    max_reject_share: float,
    items: dsl.Output[dsl.Dataset],
    summary: dsl.Output[dsl.Metrics],
) -> None:
    """Read a catalogue with the schema of the generation in use.

    1. `python -m serving.generations schema` gives the schema that the generation in use knows.
    2. `python -m catalog.ingest` writes the items folder; a value that is not in the schema sets
       its row aside, since nothing that answers has learned it.

    Args:
        catalogue: path or address of the catalogue, whole.
        mapping: path of a column mapping; empty: found in the catalogue.
        max_reject_share: share of rows that may be set aside, 0..1; above it the step fails.
        items: the items folder.
        summary: rows, items kept, rows set aside, pictures.
    """
    import json
    import tempfile
    from pathlib import Path

    from components.command import run, run_json

    with tempfile.TemporaryDirectory() as folder:
        schema = Path(folder) / "schema.json"
        known = run_json("serving.generations", "schema", "--out", schema)
        print(f"snapshot: with the schema of {known['generation']}", flush=True)
        arguments = ["--catalogue", catalogue, "--schema", schema]
        arguments += ["--max-reject-share", max_reject_share]
        arguments += ["--mapping", mapping] if mapping else []
        run("catalog.ingest", *arguments, "--out", items.path)

    counted = json.loads((Path(items.path) / "summary.json").read_text(encoding="utf-8"))
    items.metadata["data_digest"] = counted["data_digest"]
    for name in ("rows", "kept", "rejected", "images"):
        summary.log_metric(name, counted[name])
