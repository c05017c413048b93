"""AI-Hub K-Fashion annotations: one photo's JSON becomes the items that are seen on it.

A photo shows up to four garments (outerwear, top, bottom, one-piece), and each is an item of its
own: `<photo id>-<garment>`. Labels that the default schema has a value for, in k_fashion.json,
become that value; every label is kept as reinforced text too where it says more than the value.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from catalog.text import clean

_VALUES: dict[str, dict[str, object]] = json.loads(
    Path(__file__).with_name("k_fashion.json").read_text(encoding="utf-8")
)
_PHOTO, _SET, _DETAILS = "이미지 정보", "데이터셋 정보", "데이터셋 상세설명"
_ID, _FILE, _LABELS, _BOXES, _STYLE = (
    "이미지 식별자",
    "이미지 파일명",
    "라벨링",
    "렉트좌표",
    "스타일",
)

# Where a label goes: the standard fields that may know it, and the reinforced field for its text.
_TARGETS: dict[str, tuple[tuple[str, ...], str]] = {
    "색상": (("color",), "color"),
    "서브색상": (("color",), "color"),
    "기장": (("top.length_type",), "specification.metadata"),
    "소매기장": (("top.sleeve_length_type",), "specification.metadata"),
    "소재": (("fiber_composition", "isfleece"), "fiber_composition"),
    "프린트": ((), "specification.metadata"),
    "핏": (("pant.silhouette",), "specification.metadata"),
    "넥라인": (("top.neck_color_design",), "specification.metadata"),
    "옷깃": (("top.neck_color_design",), "specification.metadata"),
}
# A label that we do not know stays as text.
_UNKNOWN: tuple[tuple[str, ...], str] = ((), "specification.metadata")
_CATEGORY = "카테고리"
_OF_TOPS = ("top.length_type", "top.sleeve_length_type", "top.neck_color_design")


MARKS = (_SET.encode(), _SET.encode("cp949"), json.dumps(_SET)[1:-1].encode())
"""What every annotation has in it, as its bytes may be."""


class LayoutError(ValueError):
    """A document that is not laid out as it should be; the message names the place."""


def is_k_fashion(document: object) -> bool:
    """Whether a decoded JSON document has the annotation's two main keys."""
    return isinstance(document, Mapping) and _PHOTO in document and _SET in document


def k_fashion_records(document: Mapping[str, object]) -> Iterator[dict[str, object]]:
    """A record for each garment of a photo, in the shape of an item of the default schema.

    `image` is the photo's bare file name; `metadata` has the photo's id and file, its styles, and
    the garment's box in pixels [x, y, width, height].

    Raises:
        LayoutError: a part is missing or has another shape, or no garment is labelled.
    """
    photo = _object(document, _PHOTO, "")
    photo_id, file = photo.get(_ID), photo.get(_FILE)
    if not isinstance(photo_id, int | str) or isinstance(photo_id, bool) or photo_id == "":
        raise LayoutError(f"{_PHOTO}.{_ID}: expected the photo's number, got {photo_id!r:.80}")
    details = _object(_object(document, _SET, ""), _DETAILS, _SET)
    labels = _object(details, _LABELS, f"{_SET}.{_DETAILS}")
    boxes = details.get(_BOXES)
    styles = [text for entry in _entries(labels, _STYLE) for text in _all_texts(entry)]
    is_empty = True
    for garment in _garments():
        entries = [entry for entry in _entries(labels, garment) if entry]
        if not entries:
            continue
        is_empty = False
        record = _record(garment, entries, styles)
        record["item_id"] = f"{photo_id}-{garment}"
        record["image"] = file if isinstance(file, str) and file else None
        record["metadata"] = {
            "photo": str(photo_id),
            "photo_file": record["image"],
            "styles": styles or None,
            "box": _box(boxes.get(garment) if isinstance(boxes, Mapping) else None),
        }
        yield record
    if is_empty:
        raise LayoutError(
            f"{_LABELS}: no garment is labelled; expected one of {', '.join(_garments())}"
        )


def _garments() -> tuple[str, ...]:
    return tuple(_VALUES["garments"])


def _record(
    garment: str, entries: list[Mapping[str, object]], styles: list[str]
) -> dict[str, object]:
    """The two groups of fields of one garment."""
    kind = str(_VALUES["garments"][garment])
    fields = _Fields(kind)
    fields.add("category_specification", kind, garment)
    for entry in ({clean(name): value for name, value in one.items()} for one in entries):
        for category in _texts(entry.get(_CATEGORY)):
            fields.add("category", _category(garment, category), category)
        for label, value in _labels(entry):
            targets, text_field = _TARGETS.get(label, _UNKNOWN)
            fields.add_label(targets, text_field, value)
    for style in styles:
        fields.add("specification.metadata", None, style)
    return {"clothes": fields.clothes, "reinforced_feature_value": fields.texts}


class _Fields:
    """The fields of a garment while its labels come in; a value is held once."""

    def __init__(self, kind: str) -> None:
        self.clothes: dict[str, list[str]] = {}
        self.texts: dict[str, list[str]] = {}
        self._kind = kind

    def add(self, field: str, value: object, text: str) -> None:
        """A field's standard value, if there is one, and its text."""
        _append(self.clothes, field, value)
        _append(self.texts, field, text)

    def add_label(self, targets: Iterable[str], text_field: str, label: str) -> None:
        """A label as the value of whichever of the standard fields knows it, and as text."""
        for field in filter(self._has, targets):
            _append(self.clothes, field, _VALUES[field].get(label))
        _append(self.texts, text_field, label)

    def _has(self, field: str) -> bool:
        """Whether a garment of this kind has this standard field."""
        if field in _OF_TOPS:
            return self._kind != "bottom"
        if field == "pant.silhouette":
            return "04bottom_01pants" in self.clothes.get("category", ())
        return True


def _append(fields: dict[str, list[str]], name: str, value: object) -> None:
    if isinstance(value, str) and value not in fields.get(name, ()):
        fields.setdefault(name, []).append(value)


def _labels(entry: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Names and values of a garment's labels: those that we know in our order, then the others."""
    for name in dict.fromkeys((*_TARGETS, *entry)):
        if name != _CATEGORY:
            yield from ((name, text) for text in _texts(entry.get(name)))


def _category(garment: str, label: str) -> object:
    known = _VALUES["category"][garment]
    return known.get(label) if isinstance(known, Mapping) else None


def _object(parent: Mapping[str, object], key: str, where: str) -> Mapping[str, object]:
    found = parent.get(key)
    if not isinstance(found, Mapping):
        place = f"{where}.{key}" if where else key
        raise LayoutError(f"{place}: expected an object, got {found!r:.80}")
    return found


def _entries(labels: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    """The objects of a list such as `[{}]`; an object stands for a list of one, null for none.

    Raises:
        LayoutError: something else stands there.
    """
    found = labels.get(key)
    if found is None or isinstance(found, Mapping):
        found = [found or {}]
    if not isinstance(found, list) or not all(isinstance(entry, Mapping) for entry in found):
        raise LayoutError(f"{_LABELS}.{key}: expected a list of objects, got {found!r:.80}")
    return found


def _all_texts(entry: Mapping[str, object]) -> list[str]:
    return [text for value in entry.values() for text in _texts(value)]


def _texts(value: object) -> list[str]:
    """Texts and numbers, at any depth of lists."""
    if isinstance(value, list):
        return [text for entry in value for text in _texts(entry)]
    is_said = isinstance(value, str | int | float) and not isinstance(value, bool)
    return [text] if is_said and (text := clean(str(value))) else []


def _box(found: object) -> list[int | float] | None:
    """The first box of a garment, [x, y, width, height] in pixels."""
    first = found[0] if isinstance(found, list) and found else None
    if not isinstance(first, Mapping):
        return None
    sides = [first.get(key) for key in ("X좌표", "Y좌표", "가로", "세로")]
    numbers = [side for side in sides if isinstance(side, int | float)]
    return numbers if len(numbers) == len(sides) else None
