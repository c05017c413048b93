"""A style: one sort of garment and the choices it leaves open."""

from dataclasses import dataclass

from catalog.sample.choice import Weights, weights
from catalog.sample.words.terms import Term, term


@dataclass(frozen=True, kw_only=True)
class Name:
    """What shops call a style, perhaps only some of its garments."""

    term: Term
    only_if: frozenset[str]
    """Facts of which a garment needs one, such as `hood` for a hoodie; empty for all garments."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Style:
    """One sort of garment, such as a trench coat.

    Every choice is a table of weights; an empty one means that the attribute does not apply.
    """

    names: tuple[Name, ...]
    share: float
    """How often it comes, among the styles of its kind."""
    cut: str
    """Its shape, as the drawing knows it."""
    seasons: Weights
    """f spring and fall, u summer, w winter; two letters mean both."""
    genders: Weights
    fabrics: Weights
    """Keys of `FABRICS`."""
    necks: Weights
    sleeves: Weights
    """n sleeveless, s short, l long."""
    sleeve_designs: Weights
    lengths: Weights
    """Values of `top.length_type`."""
    hems: Weights
    """mini, midi or maxi, of skirts, which have no length among the standard fields."""
    shapes: Weights
    """Values of `pant.silhouette` or `skirt.design`."""
    closures: Weights
    features: tuple[str, ...]
    """Trimmings that it always has."""
    extras: Weights
    """Trimmings that it may have, each with its own chance of 0 to 1."""
    fits: Weights
    prints: Weights
    palette: Weights
    """Standard colours it comes in; empty for any."""
    price: int
    """KRW, before fabric and brand."""


_UNLESS_TOLD = {
    **dict.fromkeys(("necks", "sleeves", "sleeve_designs", "lengths", "hems", "shapes"), ""),
    **{"closures": "none", "extras": "", "fits": "regular", "prints": "solid", "palette": ""},
}


def style(
    names: str, *, cut: str, price: int, share: float = 1.0, features: str = "", **choices: str
) -> Style:
    """A style from the short notation of `choice.weights`.

    Args:
        names: `english | korean` names with `;` between them, and `@ fact/fact` after one that
            suits only garments of which one of these facts is true.
        cut: of `Style`, as are the next three.
        price: KRW.
        share: above 0.
        features: with commas between them.
        choices: the tables of `Style`; seasons, genders and fabrics must be given.

    Raises:
        ValueError: there are no seasons, genders, fabrics, closures or fits to choose from.
        TypeError: a choice is missing, or `Style` has none of that name.
    """
    tables = {name: weights(text) for name, text in {**_UNLESS_TOLD, **choices}.items()}
    empty = [name for name in _NEEDED if name in tables and not tables[name]]
    if empty:
        raise ValueError(f"{names}: expected something to choose from, got no {', '.join(empty)}")
    return Style(
        names=tuple(_name(text) for text in names.split(";")),
        share=share,
        cut=cut,
        features=tuple(weights(features)),
        price=price,
        **tables,
    )


_NEEDED = ("seasons", "genders", "fabrics", "closures", "fits")


def _name(text: str) -> Name:
    called, _, facts = text.partition("@")
    wanted = frozenset(fact.strip() for fact in facts.split("/") if fact.strip())
    return Name(term=term(called), only_if=wanted)
