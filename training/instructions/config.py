"""How instruction data is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from training.instructions.documents import InstructionsError

NO_IMAGES, BY_PATH, EMBEDDED = "none", "path", "embed"
DEFAULT_SHARES = {"train": 0.9, "validation": 0.05, "test": 0.05}


@dataclass(frozen=True, kw_only=True)
class GenerateConfig:
    """What to make, from what, and where to write it."""

    items: Path
    """The items folder that ingest wrote."""
    out: Path
    """The folder to write; pairs of items that have not changed since are taken over from it."""
    rules: Path | None = None
    """A table of styling rules; the project's own if None."""
    pairs: int | None = None
    """How many pairs there shall be; two for each item if None."""
    max_per_item: int = 8
    """At most so many pairs have the same item as their subject."""
    images: str = NO_IMAGES
    """none: text alone. path, embed: pairs on photos too, by their address or with their bytes."""
    seed: int = 0
    """Of every choice; one seed and one catalogue give one data set."""
    shares: Mapping[str, float] = field(default_factory=lambda: dict(DEFAULT_SHARES))
    """Share of each split."""
    check: bool = True
    """Whether every answer is checked before the folder is moved into place."""
    fresh: bool = False
    """Make all pairs anew, whatever is in `out`."""
    renew: bool = False
    """Make all pairs anew where those in `out` were made with other settings."""

    def __post_init__(self) -> None:
        """Raise InstructionsError for a number or a mode that cannot be."""
        if self.pairs is not None and self.pairs < 1:
            raise InstructionsError(f"pairs: expected 1 or more, got {self.pairs}")
        if self.max_per_item < 1:
            raise InstructionsError(f"max_per_item: expected 1 or more, got {self.max_per_item}")
        if self.images not in (NO_IMAGES, BY_PATH, EMBEDDED):
            raise InstructionsError(f"images: expected none, path or embed, got {self.images!r}")
        if (
            any(share < 0 for share in self.shares.values())
            or not 0.999 < sum(self.shares.values()) < 1.001
        ):
            raise InstructionsError(f"shares: expected shares that add to 1, got {self.shares}")
