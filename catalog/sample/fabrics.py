"""Fabrics: what they are made of, when they are worn, how they look and what they cost."""

from dataclasses import dataclass

from catalog.sample.choice import Weights, weights
from catalog.sample.words.terms import Term, term

Blend = tuple[tuple[str, int], ...]
"""Fibres in the vocabulary's spelling, each with its share in per cent."""

_FIBRES = {
    "cotton": "Cotton",
    "linen": "Hemp",
    "ramie": "cellulose fiber Others",
    "silk": "Silk",
    "wool": "Wool",
    "hair": "protein fiber Others",
    "viscose": "Viscos rayon",
    "lyocell": "regenerated fiber Others",
    "poly": "Polyester",
    "nylon": "Nylon",
    "span": "Polyurethane",
    "acryl": "synthetic fiber Others",
}


@dataclass(frozen=True, kw_only=True)
class Fabric:
    """One cloth."""

    name: Term
    """What a shop calls it."""
    blends: tuple[Blend, ...]
    """The compositions it is sold in."""
    seasons: str
    """Letters of the seasons it is worn in: f spring and fall, u summer, w winter."""
    surface: str
    """How `draw.surfaces` paints it."""
    sheer: Weights
    """Chances of each transparency."""
    price: float
    """Factor on a style's price."""
    gives: bool
    """Whether it stretches by its construction, without elastane: knits do."""


def _blend(text: str) -> Blend:
    parts = [part.split() for part in text.split("+")]
    blend = tuple((_FIBRES[name], int(share)) for name, share in parts)
    if sum(share for _, share in blend) != 100:
        raise ValueError(f"the shares of a blend add up to 100, got {text!r}")
    return blend


_SHEER = {
    "dense": weights("none at all*3, none"),
    "usual": weights("none*5, none at all"),
    "light": weights("none*2, contain little*3"),
    "thin": weights("contain little, contain*3"),
    "veil": weights("contain, contain a lot*3"),
}


def _fabric(name: str, seasons: str, surface: str, sheer: str, price: float, blends: str) -> Fabric:
    return Fabric(
        name=term(name),
        blends=tuple(_blend(blend) for blend in blends.split("/")),
        seasons=seasons,
        surface=surface,
        sheer=_SHEER[sheer],
        price=price,
        gives=surface in ("knit", "cable", "rib", "jersey", "mohair", "fine knit"),
    )


FABRICS = {
    "poplin": _fabric("cotton poplin | 코튼 포플린", "fu", "plain", "light", 1.0,
                      "cotton 100 / cotton 97 + span 3 / cotton 60 + poly 40"),
    "oxford": _fabric("oxford cotton | 옥스퍼드 코튼", "fuw", "plain", "usual", 1.05,
                      "cotton 100 / cotton 80 + poly 20"),
    "flannel": _fabric("brushed flannel | 기모 플란넬", "fw", "melton", "usual", 1.1,
                       "cotton 100 / cotton 70 + viscose 30"),
    "jersey": _fabric("cotton jersey | 코튼 저지", "fuw", "jersey", "usual", 1.0,
                      "cotton 100 / cotton 95 + span 5 / cotton 60 + poly 40 "
                      "/ cotton 50 + lyocell 50"),
    "pique": _fabric("pique | 피케", "fu", "jersey", "usual", 1.1,
                     "cotton 100 / cotton 60 + poly 40 / cotton 57 + poly 38 + span 5"),
    "terry": _fabric("french terry | 쭈리", "fw", "jersey", "dense", 1.15,
                     "cotton 100 / cotton 80 + poly 20 / cotton 65 + poly 35"),
    "denim": _fabric("denim | 데님", "fuw", "denim", "dense", 1.15,
                     "cotton 100 / cotton 98 + span 2 / cotton 85 + poly 13 + span 2"),
    "corduroy": _fabric("corduroy | 코듀로이", "fw", "cord", "dense", 1.15,
                        "cotton 100 / cotton 98 + span 2"),
    "gabardine": _fabric("gabardine | 개버딘", "f", "plain", "dense", 1.2,
                         "cotton 60 + poly 40 / cotton 65 + nylon 35 / cotton 100"),
    "chino": _fabric("chino twill | 치노 트윌", "fu", "plain", "dense", 1.0,
                     "cotton 100 / cotton 97 + span 3"),
    "linen": _fabric("linen | 리넨", "u", "linen", "light", 1.3,
                     "linen 100 / linen 55 + cotton 45 / linen 55 + viscose 45"),
    "ramie": _fabric("ramie | 모시", "u", "linen", "thin", 1.35,
                     "ramie 100 / ramie 60 + cotton 40"),
    "silk": _fabric("silk | 실크", "fu", "satin", "light", 2.2, "silk 100 / silk 92 + span 8"),
    "satin": _fabric("satin | 새틴", "fuw", "satin", "light", 1.15,
                     "poly 100 / viscose 100 / poly 95 + span 5"),
    "chiffon": _fabric("chiffon | 쉬폰", "fu", "plain", "thin", 1.05, "poly 100 / silk 100"),
    "organza": _fabric("organza | 오간자", "u", "plain", "veil", 1.2,
                       "poly 100 / nylon 60 + poly 40 / silk 100"),
    "lace": _fabric("lace | 레이스", "fu", "lace", "veil", 1.25,
                    "cotton 70 + nylon 30 / nylon 90 + span 10 / poly 100"),
    "tulle": _fabric("tulle | 튤", "fu", "plain", "thin", 1.1, "nylon 100 / poly 100"),
    "rayon": _fabric("viscose challis | 비스코스 레이온", "fu", "plain", "light", 1.0,
                     "viscose 100 / viscose 70 + poly 30 / viscose 85 + linen 15"),
    "lyocell": _fabric("lyocell twill | 텐셀 트윌", "fu", "plain", "usual", 1.2,
                       "lyocell 100 / lyocell 60 + cotton 40 / lyocell 70 + linen 30"),
    "crepe": _fabric("crepe | 크레이프", "fu", "plain", "usual", 1.1,
                     "poly 96 + span 4 / lyocell 70 + poly 30 / poly 100"),
    "worsted": _fabric("worsted wool | 소모 울", "fw", "plain", "dense", 1.7,
                       "wool 100 / wool 60 + poly 38 + span 2 / wool 50 + poly 50"),
    "suiting": _fabric("TR suiting | TR 수트지", "fu", "plain", "dense", 1.0,
                       "poly 65 + viscose 32 + span 3 / poly 70 + viscose 30"),
    "ponte": _fabric("ponte | 폰테", "fw", "jersey", "dense", 1.1,
                     "viscose 65 + nylon 30 + span 5 / poly 62 + viscose 33 + span 5"),
    "melton": _fabric("wool melton | 울 멜톤", "w", "melton", "dense", 1.6,
                      "wool 90 + nylon 10 / wool 70 + poly 30 / wool 100"),
    "cashmere coating": _fabric("cashmere blend | 캐시미어 블렌드", "w", "melton", "dense", 2.4,
                                "wool 90 + hair 10 / wool 70 + hair 30"),
    "tweed": _fabric("boucle tweed | 부클 트위드", "fw", "tweed", "dense", 1.5,
                     "wool 45 + acryl 35 + poly 20 / cotton 60 + poly 30 + acryl 10"),
    "cashmere knit": _fabric("cashmere | 캐시미어", "w", "fine knit", "usual", 2.6,
                             "hair 100 / wool 70 + hair 30"),
    "mohair": _fabric("mohair | 모헤어", "w", "mohair", "usual", 1.5,
                      "hair 40 + acryl 30 + wool 30 / hair 35 + nylon 35 + wool 30"),
    "lambswool": _fabric("lambswool | 램스울", "w", "knit", "usual", 1.3,
                         "wool 100 / wool 80 + nylon 20"),
    "aran": _fabric("aran wool | 아란 울", "w", "cable", "dense", 1.45,
                    "wool 100 / wool 70 + acryl 30"),
    "acrylic knit": _fabric("soft acrylic knit | 아크릴 니트", "fw", "knit", "usual", 0.85,
                            "acryl 100 / acryl 70 + wool 30 / acryl 60 + cotton 40"),
    "cotton knit": _fabric("cotton knit | 코튼 니트", "fu", "knit", "usual", 1.0,
                           "cotton 100 / cotton 60 + acryl 40 / cotton 55 + nylon 45"),
    "rayon knit": _fabric("fine-gauge viscose knit | 레이온 니트", "fu", "fine knit", "light", 0.95,
                          "viscose 72 + nylon 28 / viscose 50 + poly 28 + nylon 22"),
    "rib knit": _fabric("ribbed knit | 골지 니트", "fuw", "rib", "usual", 0.95,
                        "viscose 65 + nylon 30 + span 5 / cotton 95 + span 5 "
                        "/ acryl 57 + poly 40 + span 3"),
    "boa fleece": _fabric("boa fleece | 보아 플리스", "w", "fleece", "dense", 1.1,
                          "poly 100 / poly 85 + acryl 15"),
    "nylon": _fabric("nylon taffeta | 나일론 타프타", "fu", "plain", "usual", 1.1,
                     "nylon 100 / nylon 88 + span 12 / poly 100"),
    "padded nylon": _fabric("padded nylon | 나일론 패딩", "w", "plain", "dense", 1.5,
                            "nylon 100 / poly 100 / nylon 80 + hair 20"),
    "faux leather": _fabric("vegan leather | 비건 레더", "fw", "leather", "dense", 1.35,
                            "acryl 60 + poly 40 / acryl 100"),
}  # fmt: skip
