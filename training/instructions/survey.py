"""The first pass over the items: how many there are of what, and which may stand beside others."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from catalog.item import Item
from catalog.readers.source import CatalogueError
from catalog.table import ITEMS, read_items
from training.instructions.config import NO_IMAGES, GenerateConfig
from training.instructions.documents import InstructionsError
from training.instructions.partners import Partners, cell_of, split_of
from training.instructions.previous import Previous, item_digest
from training.instructions.roles import Roles
from training.instructions.voice import mentionable

Cell = tuple[str, str]
"""Category and season."""


@dataclass(kw_only=True)
class Survey:
    """What was counted."""

    partners: Partners
    """Items that may stand beside others."""
    digests: dict[str, int] = field(default_factory=dict)
    """By item."""
    items: Counter[Cell] = field(default_factory=Counter)
    """Items of each cell."""
    open_items: Counter[Cell] = field(default_factory=Counter)
    """Those of them that are to have pairs made: new and changed ones."""
    num_left_out: int = 0
    """Items whose id cannot stand in brackets."""


def placed_items(config: GenerateConfig, roles: Roles) -> Iterator[tuple[Item, str, Cell]]:
    """Every item with its split and its cell, in the folder's order."""
    shares = dict(config.shares)
    for item in read_items(config.items / ITEMS):
        yield item, split_of(item, config.seed, shares), cell_of(item, roles, config.seed)


def take_survey(
    config: GenerateConfig, roles: Roles, num_categories: int, previous: Previous
) -> Survey:
    """Go through the items once.

    Raises:
        CatalogueError: there are none.
        InstructionsError: photos are asked for and no item has one.
    """
    survey = Survey(partners=Partners(roles, config.seed, num_categories))
    num_photos = 0
    for item, split, cell in placed_items(config, roles):
        if not mentionable(item):
            survey.num_left_out += 1
            continue
        survey.digests[item.item_id] = item_digest(item)
        survey.partners.add(item, split)
        survey.items[cell] += 1
        survey.open_items[cell] += not previous.has(item.item_id, survey.digests[item.item_id])
        num_photos += bool(item.image)
    if not survey.digests:
        raise CatalogueError(
            f"{config.items}: expected items, got none; ingest a catalogue that has some"
        )
    if config.images != NO_IMAGES and not num_photos:
        raise InstructionsError(
            f"images: {config.items} has no item with a photo; ingest the catalogue with its "
            "pictures, or leave --images out"
        )
    return survey
