"""Makes the pairs on one item: as many as it is allotted, each of another kind or language."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from catalog.item import Item
from training.instructions.kinds.catalogue import PHOTO_KINDS, TEXT_KINDS
from training.instructions.kinds.scene import Scene
from training.instructions.pair import Pair, likeness, make_pair
from training.instructions.partners import Partners
from training.instructions.photos import PhotoSource
from training.instructions.rules import Rule
from training.instructions.survey import Cell
from training.instructions.voice import Voice

_KINDS = {**TEXT_KINDS, **PHOTO_KINDS}


@dataclass(kw_only=True)
class Writer:
    """What pairs are made with, and the likeness of those that were made."""

    seed: int
    voices: Mapping[str, Voice]
    rules: Sequence[Rule]
    share: Mapping[str, frozenset[str]]
    partners: Partners
    photos: PhotoSource | None
    alike: set[int] = field(default_factory=set)
    """`likeness` of every pair, those taken over included."""
    num_alike: int = 0
    """Pairs that were given up because there was one like it."""

    def pairs_on(
        self, item: Item, split: str, cell: Cell, digest: int, wanted: int
    ) -> Iterator[tuple[Pair, bytes | None]]:
        """At most so many pairs, with the bytes of their photo where it is embedded."""
        rng = random.Random(f"{self.seed}/{item.item_id}/{digest}")
        kinds = {**TEXT_KINDS, **(PHOTO_KINDS if self.photos and item.image else {})}
        options = [
            (rng.random() ** (1 / weight), name, language)
            for name, (_, weight) in kinds.items()
            for language in self.voices
        ]
        for key, name, language in sorted(options, reverse=True):
            if wanted <= 0:
                return
            scene = Scene(
                item=item,
                voice=self.voices[language],
                rng=random.Random(f"{key}/{name}/{language}"),
                split=split,
                partners=self.partners,
                rules=self.rules,
                share=self.share,
            )
            if made := self._pair(scene, name, cell):
                wanted -= 1
                yield made

    def _pair(self, scene: Scene, name: str, cell: Cell) -> tuple[Pair, bytes | None] | None:
        """A pair of one kind; None where it cannot be, or is like one that there is."""
        address, photo = None, None
        if name in PHOTO_KINDS:
            found = self.photos.of(scene.item) if self.photos else None
            if found is None:
                return None
            address, photo = found
        draft = _KINDS[name][0](scene)
        if draft is None:
            return None
        pair = make_pair(draft, name, photo=address, cell=cell)
        if (seen := likeness(pair)) in self.alike:
            self.num_alike += 1
            return None
        self.alike.add(seen)
        return pair, photo
