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


def style(
    names: str,
    *,
    cut: str,
    seasons: str,
    genders: str,
    fabrics: str,
    price: int,
    share: float = 1.0,
    necks: str = "",
    sleeves: str = "",
    sleeve_designs: str = "",
    lengths: str = "",
    hems: str = "",
    shapes: str = "",
    closures: str = "none",
    features: str = "",
    extras: str = "",
    fits: str = "regular",
    prints: str = "solid",
    palette: str = "",
) -> Style:
    """A style from the short notation of `choice.weights`.

    Args:
        names: `english | korean` names with `;` between them, and `@ fact/fact` after one that
            suits only garments of which one of these facts is true.

    Raises:
        ValueError: a choice among fabrics, closures or fits is empty.
    """
    if not (weights(fabrics) and weights(closures) and weights(fits)):
        raise ValueError(f"{names}: expected some fabrics, closures and fits")
    return Style(
        names=tuple(_name(text) for text in names.split(";")),
        share=share,
        cut=cut,
        seasons=weights(seasons),
        genders=weights(genders),
        fabrics=weights(fabrics),
        necks=weights(necks),
        sleeves=weights(sleeves),
        sleeve_designs=weights(sleeve_designs),
        lengths=weights(lengths),
        hems=weights(hems),
        shapes=weights(shapes),
        closures=weights(closures),
        features=tuple(weights(features)),
        extras=weights(extras),
        fits=weights(fits),
        prints=weights(prints),
        palette=weights(palette),
        price=price,
    )


def _name(text: str) -> Name:
    called, _, facts = text.partition("@")
    wanted = frozenset(fact.strip() for fact in facts.split("/") if fact.strip())
    return Name(term=term(called), only_if=wanted)
