"""The thirteen kinds of garment, one for each category, and the styles of each."""

from dataclasses import dataclass

from catalog.sample.styles.bottoms import PANTS, SKIRTS
from catalog.sample.styles.onepieces import DRESSES, JUMPSUITS
from catalog.sample.styles.outer import CARDIGANS, COATS, JACKETS, JUMPERS
from catalog.sample.styles.style import Style
from catalog.sample.styles.tops import BLOUSES, SHIRTS, SWEATERS, T_SHIRTS, VESTS


@dataclass(frozen=True, kw_only=True, eq=False)
class Kind:
    """One category and the garments in it."""

    slug: str
    """Begins the ids of its items."""
    category: str
    """Its value in the standard field `category`."""
    specification: str
    """Its value in `category_specification`."""
    share: float
    """How often it comes, among all products."""
    styles: tuple[Style, ...]


def _kind(slug: str, category: str, share: float, styles: tuple[Style, ...]) -> Kind:
    specification = {"01": "outer", "02": "top", "03": "onepiece", "04": "bottom"}[category[:2]]
    return Kind(
        slug=slug, category=category, specification=specification, share=share, styles=styles
    )


KINDS = (
    _kind("coat", "01outer_01coat", 9, COATS),
    _kind("jacket", "01outer_02jacket", 8, JACKETS),
    _kind("jumper", "01outer_03jumper", 8, JUMPERS),
    _kind("cardigan", "01outer_04cardigan", 7, CARDIGANS),
    _kind("blouse", "02top_01blouse", 9, BLOUSES),
    _kind("tshirt", "02top_02t-shirt", 12, T_SHIRTS),
    _kind("sweater", "02top_03sweater", 8, SWEATERS),
    _kind("shirt", "02top_04shirt", 9, SHIRTS),
    _kind("vest", "02top_05vest", 5, VESTS),
    _kind("dress", "03-1onepiece(dress)", 10, DRESSES),
    _kind("jumpsuit", "03-2onepiece(jumpsuite)", 4, JUMPSUITS),
    _kind("pants", "04bottom_01pants", 12, PANTS),
    _kind("skirt", "04bottom_02skirt", 8, SKIRTS),
)
