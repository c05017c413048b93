"""Invented brands: what they sell, to whom, at which level, in which language."""

import random
from dataclasses import dataclass

from catalog.sample.choice import Weights, pick, weights
from catalog.sample.words.terms import Term, term


@dataclass(frozen=True, kw_only=True)
class Brand:
    """One brand."""

    name: str
    level: float
    """Factor on prices."""
    kinds: Weights
    """Slugs of the kinds it is known for; it sells little else."""
    languages: Weights
    """ko, en or both: how its pages are written."""
    line: Term
    """A line of its products."""
    ending: int
    """Added to prices rounded to 1,000 KRW: 0 or -100."""


_KOREAN = weights("ko*5, both*2")
_ENGLISH = weights("en*4, both")
_BILINGUAL = weights("both*3, ko, en")


def _brand(
    name: str, level: float, kinds: str, languages: Weights, line: str, ending: int = 0
) -> Brand:
    return Brand(
        name=name,
        level=level,
        kinds=weights(kinds),
        languages=languages,
        line=term(line),
        ending=ending,
    )


BRANDS = (
    _brand("Nabi Parcel", 0.8, "blouse, dress, skirt", _KOREAN, "daily line | 데일리 라인", -100),
    _brand("Podo Drawer", 0.7, "tshirt, sweater, pants", _KOREAN, "basic line | 베이직 라인", -100),
    _brand("Saebyeok Works", 1.1, "jumper, shirt, pants", _BILINGUAL, "work line | 워크 라인"),
    _brand("Dalbit Thread", 1.0, "cardigan, sweater, vest", _KOREAN, "moon knit | 달빛 니트"),
    _brand("Bomnal Closet", 0.75, "dress, skirt, blouse, cardigan", _KOREAN,
           "spring day | 봄날 컬렉션", -100),
    _brand("Gyeol Dept.", 1.4, "coat, jacket, shirt", _BILINGUAL, "grain series | 결 시리즈"),
    _brand("Sopoong Days", 0.7, "tshirt, jumpsuit, pants", _KOREAN,
           "picnic edition | 소풍 에디션", -100),
    _brand("Onjigi", 1.2, "sweater, cardigan, coat", _KOREAN, "warm wool | 온기 울"),
    _brand("Haru Ironing", 0.9, "shirt, blouse, pants", _KOREAN, "office line | 오피스 라인", -100),
    _brand("Mulgyeol Yard", 1.0, "jacket, pants, tshirt", _BILINGUAL, "wave denim | 물결 데님"),
    _brand("Ttukddak Atelier", 1.3, "coat, jacket, dress", _KOREAN, "handmade line | 수작업 라인"),
    _brand("Olle Outpost", 1.2, "jumper, vest, pants", _BILINGUAL, "trail series | 올레 트레일"),
    _brand("Quillowby", 1.1, "shirt, vest, jacket", _ENGLISH, "ledger line | 레저 라인"),
    _brand("Tessarue", 1.6, "dress, jumpsuit, skirt", _ENGLISH, "soiree | 스와레"),
    _brand("Aldermoth", 1.3, "sweater, cardigan, coat", _ENGLISH, "hearth knits | 하스 니트"),
    _brand("Marrowbine", 0.9, "tshirt, jumper, shirt", _ENGLISH, "field issue | 필드 이슈", -100),
    _brand("Kestrelane", 1.5, "coat, jacket, pants", _ENGLISH, "city tailoring | 시티 테일러링"),
    _brand("Petal & Pylon", 1.0, "blouse, dress, skirt", _ENGLISH, "garden line | 가든 라인"),
    _brand("Low Tide Dept", 0.9, "tshirt, shirt, pants", _ENGLISH, "shoreline | 쇼어라인"),
    _brand("Vesperloom", 1.8, "dress, blouse, coat", _ENGLISH, "evening loom | 이브닝 룸"),
    _brand("Tangent Club", 0.8, "jumper, tshirt, jumpsuit", _ENGLISH,
           "club issue | 클럽 이슈", -100),
    _brand("Norrowick", 1.4, "jacket, vest, sweater", _ENGLISH, "highland | 하이랜드"),
    _brand("Cinder & Oat", 1.1, "cardigan, dress, pants", _ENGLISH, "slow line | 슬로우 라인"),
    _brand("Miraefold", 0.8, "tshirt, sweater, skirt", _BILINGUAL,
           "fold series | 폴드 시리즈", -100),
    _brand("Jandi Field", 0.9, "jumper, tshirt, vest", _KOREAN, "club line | 잔디 클럽", -100),
    _brand("Studio Eum", 1.3, "shirt, jacket, pants", _BILINGUAL, "studio line | 스튜디오 라인"),
    _brand("Seol Ondo", 1.4, "coat, jumper, sweater", _KOREAN, "snow edition | 설 에디션"),
    _brand("Byeolbam", 0.9, "dress, jumpsuit, cardigan", _KOREAN, "starry night | 별밤 라인", -100),
    _brand("Rue Maru", 1.2, "skirt, blouse, jacket", _BILINGUAL, "maru tweed | 마루 트위드"),
    _brand("Paperplane Supply", 0.85, "pants, shirt, jumper", _ENGLISH, "supply | 서플라이", -100),
)  # fmt: skip
_ELSEWHERE = 0.06
"""Weight of a brand for a kind that it is not known for."""


def pick_brand(rng: random.Random, slug: str) -> Brand:
    """A brand for a garment of the kind `slug`."""
    return BRANDS[pick(rng, {i: b.kinds.get(slug, _ELSEWHERE) for i, b in enumerate(BRANDS)})]
