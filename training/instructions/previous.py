"""What an earlier run left: pairs stay while all of their items are as they were."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from catalog.item import Item
from training.instructions.documents import InstructionsError, load
from training.instructions.folder import STATE, SUMMARY, read_pairs, read_state, splits_of
from training.instructions.pair import Pair


def item_digest(item: Item) -> int:
    """64 bits of everything that an item holds."""
    text = json.dumps(item.to_json(), ensure_ascii=False, sort_keys=True)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())


class Previous:
    """Pairs of an earlier run and the items that they were made from; none without a folder."""

    def __init__(self, folder: Path | None = None) -> None:
        """Read the digests of a folder's items.

        Raises:
            InstructionsError: they cannot be read.
        """
        self._folder = folder
        self._digests = read_state(folder / STATE) if folder else {}

    def has(self, item_id: str, digest: int | None) -> bool:
        """Whether an item was there and was the same."""
        return digest is not None and self._digests.get(item_id) == digest

    def pairs(self) -> Iterator[tuple[Pair, bytes | None, str]]:
        """All pairs, with their photo's bytes and their split."""
        for _, split, path in splits_of(self._folder) if self._folder else ():
            for pair, photo in read_pairs(path):
                yield pair, photo, split


def find_previous(out: Path, settings: Mapping[str, object], *, renew: bool = False) -> Previous:
    """What is in `out`; nothing where it is not there yet, or made otherwise and to be renewed.

    Raises:
        InstructionsError: it holds something else, or pairs that were made with other settings.
    """
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return Previous()
    if not (out / SUMMARY).is_file():
        raise InstructionsError(
            f"out: {out} is there and holds no instruction data; give another folder"
        )
    before = load(out / SUMMARY).get("settings", {})
    if different := sorted(key for key in settings if before.get(key) != settings[key]):
        if renew:
            return Previous()
        raise InstructionsError(
            f"out: the pairs in {out} were made with other settings ({', '.join(different)}); "
            "give --renew to make all of them anew, or another folder"
        )
    return Previous(out)
