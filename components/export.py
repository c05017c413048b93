"""KFP component `export`: a trained model becomes a bundle, a Triton repository of its own."""

from kfp import dsl

from components.image import TRAINING_IMAGE


@dsl.component(base_image=TRAINING_IMAGE, install_kfp_package=False)
def export(
    generation: str,
    items: dsl.Input[dsl.Dataset],
    model: dsl.Input[dsl.Model],
    metrics: dsl.Input[dsl.Metrics],
    bundle: dsl.Output[dsl.Model],
) -> None:
    """Write ONNX, TorchScript, encoder and manifest, and compare them with PyTorch.

    1. A bundle of this generation that is complete in the object store is fetched and checked: it
       was exported before, and a generation never changes.
    2. Otherwise `python -m training.export` builds it, with the evaluation's metrics in its
       manifest. It is complete or absent; models that differ from PyTorch's are no bundle.

    Args:
        generation: the id that `train_item_tower` gave.
        items: the items folder that it was trained on.
        model: the trained models.
        metrics: the evaluation's metrics.json.
        bundle: the bundle's folder.
    """
    import json
    import os
    from pathlib import Path

    from catalog.bundle import bundle_prefix, read_manifest
    from catalog.bundle_store import download, published_manifest
    from catalog.objects import open_objects
    from components.command import run_json

    objects = open_objects(os.environ["MODISTE_OBJECTS"])
    prefix = bundle_prefix("item_embedding", generation)
    fingerprint = json.loads((Path(model.path) / "train.json").read_bytes())["fingerprint"]
    published = published_manifest(objects, prefix)
    if published is not None and published["fingerprint"] == fingerprint:
        print(f"export: {generation} was published before, its bundle is fetched")
        download(objects, prefix, Path(bundle.path))
    else:
        arguments = ["--model", model.path, "--items", items.path, "--metrics", metrics.path]
        run_json("training.export", *arguments, "--generation", generation, "--out", bundle.path)
    manifest = read_manifest(Path(bundle.path))
    print(f"export: {generation}, {len(manifest['files'])} files, digest {manifest['digest']}")
    bundle.metadata.update(
        generation=generation, digest=manifest["digest"], dimension=manifest["dimension"]
    )
