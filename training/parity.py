"""Whether a published model is the trained one: `python -m training.parity`.

Compares PyTorch, ONNX Runtime, TorchScript and the running Triton on a fixed sample of the
catalogue and on edge cases, by the largest difference and by who is near whom. Prints a report as
JSON. Exit status: 0 they agree, 1 they differ beyond the bound, 2 the bundle or the items cannot be
used, 3 Triton or the object store does not answer; the reason is on standard error.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from catalog.bundle import BundleError, verify_bundle
from catalog.bundle_store import download
from catalog.encoder import EncoderConfig, ItemEncoder
from catalog.item import ItemError
from catalog.objects import ObjectsError, open_objects
from catalog.readers.source import CatalogueError
from catalog.schema import Schema
from catalog.table import load_items_dir
from training.agreement import AgreementConfig, DisagreementError, compare
from training.bundle import ExportError, read_json
from training.implementations import embed_texts, onnx_runtime, pytorch, torchscript
from training.parity_sample import parity_sample
from training.triton_embedder import TritonError, triton_embeddings


@dataclass(frozen=True, kw_only=True)
class ParityConfig:
    """What to compare, and on what."""

    items: Path
    """The items folder to take the sample from."""
    endpoint: str
    """`host:port` of the gRPC of the Triton that serves the bundle."""
    sample_items: int = 256
    """How many items of the catalogue are compared, >= 1, besides the edge cases."""
    seed: int = 0
    """Which items those are."""
    timeout_s: float = 60.0
    """Seconds for Triton to be ready, and for each answer, > 0."""
    triton_ca_file: str | None = None
    """Who signs Triton's certificate, PEM; None: it is asked without TLS."""
    agreement: AgreementConfig = field(default_factory=AgreementConfig)
    """The bounds."""

    def __post_init__(self) -> None:
        if self.sample_items < 1:
            raise ExportError(f"sample_items: expected >= 1, got {self.sample_items}")
        if not self.timeout_s > 0:
            raise ExportError(f"timeout_s: expected > 0, got {self.timeout_s}")


def parity(bundle_dir: Path, config: ParityConfig) -> dict[str, Any]:
    """Compare a bundle's models in every form with its PyTorch weights.

    Returns:
        `generation`, `items` compared, `unit_length` (largest distance of a length from 1),
        `bounds`, `implementations` and `faults`, which is empty where all agree.

    Raises:
        BundleError: the bundle is damaged.
        CatalogueError: the items folder cannot be used.
        ItemError: an item does not fit the bundle's schema.
        TritonError: Triton does not answer, or serves another generation.
    """
    manifest = verify_bundle(bundle_dir)
    encoder = _encoder(bundle_dir / "item_encoder" / "1")
    texts = parity_sample(
        load_items_dir(config.items).items,
        encoder,
        num_items=config.sample_items,
        seed=config.seed,
    )
    others = {
        form.name: embed_texts(form, encoder, texts)
        for form in (onnx_runtime(bundle_dir), torchscript(bundle_dir))
    }
    others["triton"] = triton_embeddings(
        config.endpoint,
        texts,
        generation=manifest["generation"],
        timeout_s=config.timeout_s,
        ca_file=config.triton_ca_file,
    )
    reference_ND = embed_texts(pytorch(bundle_dir), encoder, texts)
    report = compare(reference_ND, others, config.agreement)
    unit_length = np.abs(np.linalg.norm(others["triton"], axis=1) - 1).max()
    return {
        "generation": manifest["generation"],
        "items": len(texts),
        "unit_length": float(unit_length),
        **report,
    }


def _encoder(folder: Path) -> ItemEncoder:
    config = EncoderConfig.from_json(read_json(folder / "encoder.json"))
    return ItemEncoder(Schema.load(folder / "schema.json"), config)


@contextmanager
def open_bundle(place: str) -> Iterator[Path]:
    """A bundle's folder for the length of a block; a published one is fetched.

    Args:
        place: a folder, or the s3:// or file:// address that `training.publish` printed.
    """
    if "://" not in place:
        yield Path(place)
        return
    store, _, prefix = place.rstrip("/").rpartition("/")
    with tempfile.TemporaryDirectory() as folder:
        download(open_objects(store), prefix, Path(folder) / prefix)
        yield Path(folder) / prefix


def main(arguments: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ) -> int:
    """Run the command line; the exit status is the module's."""
    parser = argparse.ArgumentParser(prog="python -m training.parity", description="Compare.")
    parser.add_argument("--bundle", required=True, help="the bundle's folder, or its address")
    parser.add_argument("--items", type=Path, required=True, help="an items folder")
    parser.add_argument("--endpoint", required=True, help="host:port of Triton's gRPC")
    parser.add_argument("--timeout-s", type=float, default=60.0, help="seconds to wait for Triton")
    parser.add_argument(
        "--triton-ca-file",
        default=environ.get("MODISTE_TRITON_CA_FILE") or None,
        help="PEM file of who signs Triton's certificate; without it, it is asked without TLS",
    )
    options = parser.parse_args(arguments)
    try:
        config = ParityConfig(
            items=options.items,
            endpoint=options.endpoint,
            timeout_s=options.timeout_s,
            triton_ca_file=options.triton_ca_file,
        )
        with open_bundle(options.bundle) as bundle_dir:
            report = parity(bundle_dir, config)
        print(json.dumps(report))
        if report["faults"]:
            raise DisagreementError(report["faults"])
    except DisagreementError as error:
        print(f"parity: {error}", file=sys.stderr)
        return 1
    except (TritonError, ObjectsError) as error:
        print(f"parity: {error}", file=sys.stderr)
        return 3
    except (BundleError, CatalogueError, ExportError, ItemError) as error:
        print(f"parity: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
