"""A new snapshot of the catalogue, without training: new, changed and gone items only.

1. snapshot: the catalogue is read with the schema of the generation in use.
2. refresh: what differs from the last snapshot is written, embedded or deleted.

To be run as often as the catalogue changes; `train_and_deploy` when it says what the generation in
use has not learned. Run again at any moment it ends in the same state.
"""

from kfp import dsl

from components.refresh import refresh
from components.snapshot import snapshot
from pipelines.on_kubernetes import on_kubernetes

MAX_GONE_SHARE = 0.2
"""As `serving.catalogue_sync.MAX_GONE_SHARE`, which needs no import here."""


@dsl.pipeline(name="refresh-index", display_name="Refresh the index")
def refresh_index(
    catalogue: str,
    mapping: str = "",
    max_reject_share: float = 0.05,
    max_gone_share: float = MAX_GONE_SHARE,
) -> None:
    """A new snapshot of the catalogue into the store.

    Args:
        catalogue: path or address of the catalogue, whole.
        mapping: path of a column mapping; empty: found in the catalogue.
        max_reject_share: share of rows that may be set aside, 0..1.
        max_gone_share: share of the last snapshot's items that may be gone, 0..1.
    """
    taken = snapshot(catalogue=catalogue, mapping=mapping, max_reject_share=max_reject_share)
    refreshed = refresh(max_gone_share=max_gone_share, items=taken.outputs["items"])
    names = {taken: "1. Read the snapshot", refreshed: "2. Write, embed, delete"}
    for task, name in names.items():
        # The catalogue's content changes behind its path, and the database remembers.
        task.set_display_name(name).set_caching_options(False)
        on_kubernetes(task)
