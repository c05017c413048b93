"""Shades: what a shop calls them, which standard colour they count as, and how they look."""

from dataclasses import dataclass

from catalog.sample.words.terms import Term

Rgb = tuple[int, int, int]


@dataclass(frozen=True, kw_only=True)
class Shade:
    """One named shade."""

    name: Term
    colour: str
    """The standard colour that it counts as."""
    rgb: Rgb
    """sRGB, 0 to 255."""
    seasons: str
    """Letters of the seasons it suits: f spring and fall, u summer, w winter."""


def _shades(colour: str, table: str) -> tuple[Shade, ...]:
    return tuple(_shade(colour, line) for line in table.strip().splitlines())


def _shade(colour: str, line: str) -> Shade:
    english, korean, code, seasons = (part.strip() for part in line.split("|"))
    rgb = (int(code[0:2], 16), int(code[2:4], 16), int(code[4:6], 16))
    return Shade(name=Term(english, korean), colour=colour, rgb=rgb, seasons=seasons)


SHADES: dict[str, tuple[Shade, ...]] = {
    "Black": _shades("Black", """
        black | 블랙 | 2a292d | fuw
        jet black | 제트 블랙 | 1f1f23 | fw
        washed black | 워시드 블랙 | 3a3a3f | fu"""),
    "White": _shades("White", """
        white | 화이트 | fafafa | fuw
        off-white | 오프화이트 | f6f3ec | fuw
        ivory | 아이보리 | f5efdf | fuw
        milk | 밀크 | f9f6f0 | u"""),
    "Gray": _shades("Gray", """
        heather gray | 헤더 그레이 | a8a9ad | fuw
        charcoal | 차콜 | 55575d | fw
        light gray | 라이트 그레이 | c3c5c8 | fu
        melange gray | 멜란지 그레이 | 8f9196 | fw"""),
    "Red": _shades("Red", """
        red | 레드 | c8352f | fuw
        burgundy | 버건디 | 7c2233 | w
        cherry | 체리 | b0203a | fw
        tomato | 토마토 레드 | dc4c38 | u"""),
    "Orange": _shades("Orange", """
        orange | 오렌지 | ea8335 | fu
        apricot | 애프리콧 | f3a869 | u
        burnt orange | 번트 오렌지 | c8602c | fw
        tangerine | 탠저린 | f2902f | u"""),
    "Pink": _shades("Pink", """
        pink | 핑크 | ee9fb2 | fu
        baby pink | 베이비 핑크 | f6c7d0 | fu
        coral pink | 코랄 핑크 | ef8f86 | u
        rose | 로즈 | d2738a | fw
        indi pink | 인디 핑크 | d3a09c | fw"""),
    "Yellow": _shades("Yellow", """
        yellow | 옐로우 | f3ce52 | fu
        lemon | 레몬 | f6e27f | u
        mustard | 머스타드 | d1a039 | fw
        butter | 버터 | f5e3a6 | fu"""),
    "Brown": _shades("Brown", """
        brown | 브라운 | 7b563d | fw
        camel | 카멜 | bb8a58 | fw
        chocolate | 초콜릿 | 53392c | w
        mocha | 모카 | 94745d | fuw
        cinnamon | 시나몬 | a5663d | fw"""),
    "Green": _shades("Green", """
        green | 그린 | 4b8a5c | fuw
        khaki | 카키 | 6f6f48 | fw
        olive | 올리브 | 84823f | fw
        mint | 민트 | acd8c2 | u
        forest green | 포레스트 그린 | 2f5a45 | w
        sage | 세이지 | a3b59a | fu"""),
    "Blue": _shades("Blue", """
        navy | 네이비 | 29344f | fuw
        sky blue | 스카이 블루 | a6cdeb | u
        cobalt blue | 코발트 블루 | 2f5cb4 | fu
        mid blue | 중청 | 5b82ad | fuw
        light blue | 연청 | 9dbbd6 | fu
        dusty blue | 더스티 블루 | 7f97b0 | fw
        indigo | 인디고 | 33456d | fw"""),
    "Purple": _shades("Purple", """
        lavender | 라벤더 | c3b2e0 | fu
        violet | 바이올렛 | 7d58a8 | fw
        plum | 플럼 | 693d5c | w
        lilac | 라일락 | d3bfe0 | u"""),
    "Beige": _shades("Beige", """
        beige | 베이지 | d9c3a3 | fuw
        sand | 샌드 | cfb892 | fu
        oatmeal | 오트밀 | e0d4c0 | fw
        cream beige | 크림 베이지 | e8d9bd | fuw
        greige | 그레이지 | c3b7a6 | fw"""),
}  # fmt: skip

COLOUR_WEIGHTS = {
    "Black": 16.0, "White": 12.0, "Gray": 9.0, "Red": 4.5, "Orange": 2.5, "Pink": 6.0,
    "Yellow": 3.5, "Brown": 7.0, "Green": 6.5, "Blue": 13.0, "Purple": 3.5, "Beige": 9.0,
}  # fmt: skip
"""How often each colour is sold, all seasons together."""

SEASON_FACTORS = {
    "f": {"Beige": 1.4, "Pink": 1.2, "Brown": 1.1, "Blue": 1.1},
    "u": {"White": 1.6, "Yellow": 1.6, "Blue": 1.3, "Pink": 1.3, "Orange": 1.4, "Purple": 1.2,
          "Black": 0.7, "Gray": 0.6, "Brown": 0.4, "Red": 0.8},
    "w": {"Black": 1.3, "Gray": 1.5, "Brown": 1.6, "Red": 1.5, "White": 0.6, "Yellow": 0.5,
          "Pink": 0.6, "Orange": 0.6, "Purple": 0.8},
}  # fmt: skip
"""How the seasons change that: bright and light in summer, deep in winter."""
