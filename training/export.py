"""From a training run to a bundle: `python -m training.export`.

The bundle is complete or absent: it is built in a folder beside its place, compared with PyTorch
(see training/agreement.py), sealed with a manifest and then moved. Exporting a generation again
keeps the bundle that is there. Exit status: 0 done, 1 the exported models differ from PyTorch's,
2 the input cannot be used; the reason is on standard error.
"""

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.bundle import (
    MANIFEST,
    BundleError,
    beside,
    move_into_place,
    verify_bundle,
    write_manifest,
)
from catalog.disk import disk_fault
from catalog.item import ItemError
from catalog.readers.source import CatalogueError
from catalog.table import load_items_dir
from training.agreement import AgreementConfig, DisagreementError, compare
from training.bundle import (
    ExportError,
    TrainedRun,
    assemble,
    check_generation,
    load_run,
    manifest_facts,
    read_json,
)
from training.implementations import (
    embed_texts,
    marks_no_item,
    onnx_runtime,
    pytorch,
    torchscript,
)
from training.parity_sample import parity_sample


@dataclass(frozen=True, kw_only=True)
class ExportConfig:
    """What to export and where to."""

    model: Path
    """The training run's folder."""
    items: Path
    """The items folder that it was trained on; the models are compared on a sample of it."""
    generation: str
    """The generation's id, such as g0001."""
    out: Path
    """The bundle's folder; absent, empty, or this generation's bundle already."""
    metrics: Path | None = None
    """`metrics.json` of the evaluation, taken into the manifest."""
    sample_items: int = 256
    """How many items of the catalogue are compared, >= 1, besides the edge cases."""
    seed: int = 0
    """Which items those are."""

    def __post_init__(self) -> None:
        check_generation(self.generation)
        if self.sample_items < 1:
            raise ExportError(f"sample_items: expected >= 1, got {self.sample_items}")


def export(config: ExportConfig) -> dict[str, Any]:
    """Write a bundle, unless it is there already.

    Returns:
        `bundle`, `generation`, `fingerprint`, `kept` (it was there already) and `parity`.

    Raises:
        ExportError: the run, or what is at the bundle's place, cannot be used.
        CatalogueError: the items folder cannot be used.
        DisagreementError: an exported model differs from PyTorch's; nothing is written.
    """
    run = load_run(config.model)
    manifest = _bundle_there(config.out, run, config.generation)
    is_kept = manifest is not None
    if manifest is None:
        manifest = _build(config, run)
    return {
        "bundle": str(config.out),
        "generation": config.generation,
        "fingerprint": manifest["fingerprint"],
        "kept": is_kept,
        "parity": manifest["parity"],
    }


def _bundle_there(out: Path, run: TrainedRun, generation: str) -> dict[str, Any] | None:
    """The manifest of the bundle that an earlier export of this run wrote, if there is one."""
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return None
    if not (out / MANIFEST).is_file():
        raise ExportError(f"{out}: expected a bundle or an empty place, got other files; move them")
    manifest = verify_bundle(out)
    if (manifest["generation"], manifest["fingerprint"]) != (generation, run.facts["fingerprint"]):
        raise ExportError(
            f"{out}: holds generation {manifest['generation']}, which is another than"
            f" {generation} of this run; a bundle never changes, so choose another folder"
        )
    return manifest


def _build(config: ExportConfig, run: TrainedRun) -> dict[str, Any]:
    facts = manifest_facts(run, config.generation)
    facts["metrics"] = read_json(config.metrics) if config.metrics else {}
    texts = _sample(config, run)
    partial = beside(config.out, "partial")
    partial.mkdir(parents=True)
    try:
        assemble(run, config.generation, partial)
        facts["parity"] = check_exports(run, partial, texts)
        manifest = write_manifest(partial, facts)
        move_into_place(partial, config.out)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return manifest


def _sample(config: ExportConfig, run: TrainedRun) -> list[bytes]:
    items_dir = load_items_dir(config.items)
    if items_dir.schema.digest() != run.schema.digest():
        raise ExportError(
            f"{config.items}: expected items of the schema that {config.model} was trained on,"
            " got another schema; give the items folder of that run"
        )
    return parity_sample(
        items_dir.items, run.encoder, num_items=config.sample_items, seed=config.seed
    )


def check_exports(run: TrainedRun, bundle_dir: Path, texts: Sequence[bytes]) -> dict[str, Any]:
    """Compare ONNX and TorchScript with PyTorch; what was found goes into the manifest.

    Raises:
        DisagreementError: they differ beyond the bound, or give a vector to what is no item.
    """
    encoder = run.encoder
    exported = [onnx_runtime(bundle_dir), torchscript(bundle_dir)]
    report = compare(
        embed_texts(pytorch(run.folder), encoder, texts),
        {one.name: embed_texts(one, encoder, texts) for one in exported},
        AgreementConfig(),
    )
    faults = report.pop("faults")
    faults += [
        f"{one.name}: expected NaN for a row that is no item, got a vector"
        for one in exported
        if not marks_no_item(one, encoder)
    ]
    if faults:
        raise DisagreementError(faults)
    return {"items": len(texts), **report}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status is the module's."""
    parser = argparse.ArgumentParser(prog="python -m training.export", description="Export a run.")
    parser.add_argument("--model", type=Path, required=True, help="the training run's folder")
    parser.add_argument("--items", type=Path, required=True, help="its items folder")
    parser.add_argument("--generation", required=True, help="the generation's id, such as g0001")
    parser.add_argument("--out", type=Path, required=True, help="the bundle's folder")
    parser.add_argument("--metrics", type=Path, help="metrics.json of the evaluation")
    options = parser.parse_args(arguments)
    try:
        print(json.dumps(export(ExportConfig(**vars(options)))))
    except DisagreementError as error:
        print(f"export: {error}", file=sys.stderr)
        return 1
    except (ExportError, BundleError, CatalogueError, ItemError) as error:
        print(f"export: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"export: {disk_fault(error, options.out)}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
