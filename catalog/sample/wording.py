"""What a shop writes about a product: the five reinforced fields, in Korean, English or both."""

import random
from collections.abc import Callable, Iterable, Mapping

from catalog.sample.attributes import Design
from catalog.sample.brands import Brand
from catalog.sample.choice import pick
from catalog.sample.colourways import MIXED_PRINTS, Colourway
from catalog.sample.words import fibres, manner, trimmings
from catalog.sample.words.terms import Term

Say = Callable[[Term], str]
"""Puts a term into a language."""
_DELICATE = ("Silk", "Wool", "protein fiber Others", "Viscos rayon")
_SILENT = frozenset(("solid", "regular", "none"))


class Wording:
    """Words for one product: everything but the colour is the same for all its variants."""

    def __init__(self, rng: random.Random, design: Design, brand: Brand) -> None:
        self._rng, self._design, self._brand = rng, design, brand
        language = pick(rng, brand.languages)
        self._languages: tuple[Say, ...] = {
            "ko": (_korean,),
            "en": (_english,),
            "both": (_korean, _english),
        }[language]

    def product(self) -> dict[str, list[str]]:
        """Texts of the fields that do not speak of colour."""
        return {
            "category": self._names(),
            "fiber_composition": self._composition(),
            "category_specification": self._specification(),
            "specification.metadata": self._details(),
        }

    def colour(self, way: Colourway) -> list[str]:
        """Texts of the field `color` for one variant."""
        rng, design = self._rng, self._design
        print_ = rng.choice(manner.PRINTS[design.print])
        multi = rng.choice(manner.MULTI)
        return _distinct(say(self._colour_term(way, print_, multi)) for say in self._languages)

    def _colour_term(self, way: Colourway, print_: Term, multi: Term) -> Term:
        ground = way.shades[0].name
        if self._design.print in MIXED_PRINTS:
            accent = way.shades[1].name
            return Term(
                f"{ground.en} {print_.en}, {accent.en}, {multi.en}",
                f"{ground.ko} {print_.ko}, {accent.ko}, {multi.ko}",
            )
        if len(way.shades) > 1:
            ground = _joined(ground, way.shades[1].name, "/")
        return ground if self._design.print == "solid" else _joined(ground, print_, " ")

    def _names(self) -> list[str]:
        facts = self._design.facts()
        chances = {
            name.term: 3.0 if name.only_if else 1.0
            for name in self._design.style.names
            if not name.only_if or name.only_if & facts
        }
        name = pick(self._rng, chances)
        prefix = self._prefix() if self._rng.random() < 0.6 else None
        return _distinct(say(_joined(prefix, name, " ")) for say in self._languages)

    def _prefix(self) -> Term | None:
        """A word before the name: its cloth, fit, length or print."""
        design = self._design
        options: list[Term] = [design.fabric.name]
        for table, value in (
            (manner.FITS, design.fit),
            (manner.LENGTHS, design.hem or design.length),
            (manner.PRINTS, design.print),
            (manner.SHAPES, design.shape),
        ):
            if value in table and value not in _SILENT and value not in ("nomal", "normal"):
                options.append(table[value][0])
        return self._rng.choice(options)

    def _composition(self) -> list[str]:
        design = self._design
        parts = [(self._fibre(name), share) for name, share in design.blend]
        listed = Term(
            ", ".join(f"{name.en} {share}%" for name, share in parts),
            ", ".join(f"{name.ko} {share}%" for name, share in parts),
        )
        feel = self._rng.choice(fibres.FEEL[design.fabric.surface])
        cloth = _joined(feel, design.fabric.name, " ")
        said = [listed] if self._rng.random() < 0.5 else [listed, cloth]
        return _distinct(say(term) for say in self._languages for term in said)

    def _fibre(self, name: str) -> Term:
        own = fibres.OF_FABRIC.get((self._design.fabric_key, name))
        return self._rng.choice(own or fibres.FIBRE_WORDS[name])

    def _specification(self) -> list[str]:
        design, rng = self._design, self._rng
        season = rng.choice(manner.SEASONS[design.season])
        role = rng.choice(manner.ROLES[design.kind.specification])
        said = [_joined(season, role, " ")]
        length = manner.LENGTHS.get(design.hem or design.length)
        if length and rng.random() < 0.6:
            said.append(rng.choice(length))
        closure = trimmings.CLOSURES.get(design.closure)
        if closure and rng.random() < 0.7:
            said.append(rng.choice(closure))
        return self._spread(said)

    def _details(self) -> list[str]:
        rng, design = self._rng, self._design
        said = [trimmings.TRIMMINGS[name] for name in design.features if rng.random() < 0.8]
        spoken: tuple[tuple[Mapping[str, tuple[Term, ...]], str, float], ...] = (
            (manner.FITS, design.fit, 0.7),
            (manner.SHAPES, design.shape, 0.5),
            (trimmings.NECKS, design.neck, 0.4),
            (trimmings.SLEEVES, design.sleeve_design, 0.3),
            (manner.OCCASIONS, design.kind.specification, 0.6),
            (manner.FLATTERY, design.kind.specification, 0.3),
            (manner.CARE, self._care(), 0.3),
        )
        for table, value, chance in spoken:
            if value in table and rng.random() < chance:
                said.append(rng.choice(table[value]))
        if rng.random() < 0.35:
            said.append(self._brand.line)
        if rng.random() < 0.35:
            said.append(rng.choice(manner.PRAISE))
        return self._spread(said or [rng.choice(manner.PRAISE)])

    def _care(self) -> str:
        fibres_ = dict(self._design.blend)
        return "delicate" if any(name in fibres_ for name in _DELICATE) else "sturdy"

    def _spread(self, said: list[Term]) -> list[str]:
        """Each term once, in one of the page's languages."""
        return _distinct(self._rng.choice(self._languages)(term) for term in said)


def _english(term: Term) -> str:
    return term.en


def _korean(term: Term) -> str:
    return term.ko


def _joined(first: Term | None, second: Term, between: str) -> Term:
    """Two terms as one; a first part that the second already says is left out."""
    if first is None or first.en in second.en or first.ko in second.ko:
        return second
    return Term(f"{first.en}{between}{second.en}", f"{first.ko}{between}{second.ko}")


def _distinct(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))
