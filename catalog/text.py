"""Free text as a shop's page shows it: no markup, nothing invisible, units written one way.

Standard library only: this file travels in every bundle, beside the encoder.
"""

import html
import re
import unicodedata
from collections.abc import Collection

MAX_MARKS = 30
"""Marks that a character may carry, as in Unicode's Stream-Safe Text Format."""

_MAYBE_MARKS = re.compile(rf"[^\w\s\x00-\x7f]{{{MAX_MARKS + 1},}}")
_SPACE = re.compile(r"\s+")

# Control, zero-width and direction characters, fillers; the joiners U+200C and U+200D not.
_UNSEEN = (
    r"\x01-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u180e\u200b\u200e\u200f"
    r"\u202a-\u202e\u2060-\u2069\u3164\ufeff"
)
# Whether there is anything to do but space and composition; most texts have nothing.
_CHANGES = re.compile(rf"[<&㎜㎝㎏㎖\u200c\u200d{_UNSEEN}]|[0-9]\s?[cCmMkKgG]|[0-9]\s[%％]|％")

_AMPERSANDS = re.compile(r"&(?:amp;|#0*38;|#[xX]0*26;)+", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_MOST_PASSES = 8

# A tag ends before the next one begins. Attributes need values, but for those that never have any:
# "a <b and c> d" is no tag. Nor is a size such as "<S>", unless it is closed.
_INLINE = (
    "abbr|a|big|b|cite|code|del|em|font|ins|i|label|mark|o:p|q|small|span|strong|sub|sup|s|u|wbr"
)
_BLOCK = (
    "address|article|aside|blockquote|body|br|button|caption|center|colgroup|col|dd|details|div|dl|dt"
    "|figcaption|figure|footer|form|h[1-6]|header|head|hr|html|iframe|img|input|link|li|main|meta|nav"
    "|noscript|ol|picture|pre|p|script|section|source|style|summary|table|tbody|td|tfoot|thead|th|tr"
    "|ul|video"
)
_TAG = re.compile(rf"</?(?:({_INLINE})|{_BLOCK})(?![A-Za-z0-9])([^<>]*)>", re.IGNORECASE)
_BARE = (
    "allowfullscreen|async|autoplay|checked|controls|defer|disabled|hidden|loop|muted|nowrap|open"
)
_ATTRIBUTES = re.compile(
    r"(?:\s+(?:[\w:.@-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'=]+)"
    rf"|(?:{_BARE})(?![^\s/])))*\s*/?"
)
_CLOSED = re.compile(r"</([abiqsu])\s*>", re.IGNORECASE)
_HIDING = re.compile(r"<!--|<(script|style)\b[^<>]*>", re.IGNORECASE)
_SHOWING = {
    "": re.compile("-->"),
    "script": re.compile(r"</script\s*>", re.IGNORECASE),
    "style": re.compile(r"</style\s*>", re.IGNORECASE),
}

_INVISIBLE = re.compile(f"[{_UNSEEN}]")
# Persian and Indic words, and emoji, need their joiners; after ASCII they are left-overs.
_STRAY_JOINER = re.compile(r"(?:^|(?<=[\x00-\x7f]))[\u200c\u200d]+")
# Neither MM nor ML, nor G: in capitals they may be millions, or a network.
_UNIT = re.compile(
    r"(?<![A-Za-z0-9_.,])(\d+(?:[.,]\d+)?)\s?"
    r"([cC][mM]|mm|[kK][gG]|m[lL]|g|[gG][sS][mM]|[㎜㎝㎏㎖])(?![A-Za-z0-9_])",
    re.ASCII,
)
_PERCENT = re.compile(r"(?<=[0-9])\s?[%％]")
_SIGNS = {"㎝": "cm", "㎜": "mm", "㎏": "kg", "㎖": "ml"}


def clean(text: str) -> str:
    """Text in NFC, with single spaces and none around.

    Of more than `MAX_MARKS` marks on one character the rest is dropped: no script has as many, and
    to put them in order takes time that is quadratic in their number.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", _MAYBE_MARKS.sub(_with_few_marks, text))
    return _SPACE.sub(" ", text).strip()


def _with_few_marks(run: re.Match[str]) -> str:
    kept: list[str] = []
    num_marks = 0
    for char in run[0]:
        num_marks = num_marks + 1 if unicodedata.combining(char) else 0
        if num_marks <= MAX_MARKS:
            kept.append(char)
    return "".join(kept)


def normalise(text: str) -> str:
    """Text as it is read, `clean` and without what a reader does not see.

    HTML is taken away, however often it was escaped: `<p>Soft&nbsp;wool<br>` is `Soft wool`; `<`
    and `&` that begin no known tag and no entity stay. Control and zero-width characters go.
    Units are written one way: `30CM` is `30 cm`, `100 ％` is `100%`.

    A second call changes nothing. Time is linear in the length.
    """
    text = clean(text)
    if _CHANGES.search(text) is None:
        return text
    shown = text
    for _ in range(_MOST_PASSES):
        before, shown = shown, _pass(shown)
        if shown == before:
            return shown
    # No page is escaped as deep as this: it is no markup.
    return text


def _pass(text: str) -> str:
    text = _ENTITY.sub(lambda match: html.unescape(match[0]), _AMPERSANDS.sub("&", text))
    text = _without_hidden(text)
    closed = {name.lower() for name in _CLOSED.findall(text)}
    text = _TAG.sub(lambda tag: _in_place_of(tag, closed), text)
    text = _STRAY_JOINER.sub("", _INVISIBLE.sub("", text))
    text = _UNIT.sub(lambda match: f"{match[1]} {_SIGNS.get(match[2], match[2].lower())}", text)
    return clean(_PERCENT.sub("%", text))


def _in_place_of(tag: re.Match[str], closed: Collection[str]) -> str:
    if _ATTRIBUTES.fullmatch(tag[2]) is None:
        return tag[0]
    name = (tag[1] or "").lower()
    if len(name) == 1 and not tag[2].strip() and name not in closed:
        return tag[0]
    return "" if tag[1] else " "


def _without_hidden(text: str) -> str:
    """Text without comments, scripts and styles; one that does not end hides nothing."""
    parts: list[str] = []
    start = 0
    endless: set[str] = set()
    for opening in _HIDING.finditer(text):
        kind = (opening[1] or "").lower()
        if opening.start() < start or kind in endless:
            continue
        closing = _SHOWING[kind].search(text, opening.end())
        if closing is None:
            endless.add(kind)
        else:
            parts += (text[start : opening.start()], " ")
            start = closing.end()
    return "".join((*parts, text[start:]))
