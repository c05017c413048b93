"""A bundle of the real models, small and untrained, for a real Triton."""

from pathlib import Path

from tests.training.small_run import small_items, write_items_dir, write_run
from training.export import ExportConfig, export

DIMENSION = 16
"""Values in a vector of the small head."""


def write_small_bundle(folder: Path, generation: str = "g0001") -> Path:
    """Export a run with random weights below `folder`; gives the bundle's folder."""
    items = write_items_dir(folder / "items", small_items(8))
    model = write_run(folder / "run")
    bundle = folder / generation
    export(ExportConfig(model=model, items=items, generation=generation, out=bundle))
    return bundle
