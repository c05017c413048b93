"""K-Fashion labels: what has a value in the default schema gets it, and nothing is lost."""

import copy
import unicodedata
from typing import Any

import pytest

from catalog.item import parse_item
from catalog.layouts.k_fashion import LayoutError, is_k_fashion, k_fashion_records
from catalog.schema import default_schema
from tests.catalog.layouts.k_fashion_files import BLOUSE, JEANS, annotation

STYLE = {"스타일": "로맨틱", "서브스타일": "페미닌"}


def records(document: dict[str, Any]) -> list[dict[str, Any]]:
    return list(k_fashion_records(document))


def test_every_garment_of_a_photo_is_an_item_of_the_default_schema() -> None:
    made = records(annotation(9, {"상의": BLOUSE, "하의": JEANS}, STYLE))
    assert [record["item_id"] for record in made] == ["9-상의", "9-하의"]
    blouse, jeans = (parse_item(record, default_schema()) for record in made)
    assert blouse.clothes == {
        "category": ("02top_01blouse",),
        "fiber_composition": ("Silk",),
        "color": ("White", "Blue"),
        "category_specification": ("top",),
        "top.length_type": ("nomal",),
        "top.sleeve_length_type": ("long sleeves",),
        "top.neck_color_design": ("round neck", "bow collar"),
    }
    assert jeans.clothes == {
        "category": ("04bottom_01pants",),
        "color": ("Blue",),
        "category_specification": ("bottom",),
        "pant.silhouette": ("wide",),
    }


def test_what_has_no_counterpart_is_kept_as_text() -> None:
    (record,) = records(annotation(9, {"상의": BLOUSE}, STYLE))
    texts = record["reinforced_feature_value"]
    assert texts["fiber_composition"] == ["실크", "시폰"]
    assert texts["color"] == ["화이트", "네이비"]
    labels = {"노멀", "긴팔", "도트", "루즈", "라운드넥", "보우칼라", "로맨틱", "페미닌"}
    assert set(texts["specification.metadata"]) == labels


def test_every_label_is_found_again_in_the_item() -> None:
    odd = {**BLOUSE, "카테고리": "탑", "색상": "네온", "소재": ["헤어 니트"], "옷깃": "너치드칼라"}
    (record,) = records(annotation(9, {"상의": odd}))
    said = [text for texts in record["reinforced_feature_value"].values() for text in texts]
    assert {"탑", "네온", "헤어 니트", "너치드칼라"} <= set(said)
    assert "category" not in record["clothes"]


def test_labels_that_nobody_knows_stay_as_text() -> None:
    odd = {**JEANS, "디테일": ["단추", ["지퍼"]], "두께": 3}
    (record,) = records(annotation(1, {"하의": odd}))
    texts = record["reinforced_feature_value"]["specification.metadata"]
    assert {"단추", "지퍼", "3"} <= set(texts)


def test_labels_in_parts_are_the_same_labels() -> None:
    parts = {unicodedata.normalize("NFD", k): v for k, v in BLOUSE.items()}
    parts = {
        k: unicodedata.normalize("NFD", v) if isinstance(v, str) else v for k, v in parts.items()
    }
    assert records(annotation(1, {"상의": parts})) == records(annotation(1, {"상의": BLOUSE}))


def test_the_box_and_the_photo_are_metadata() -> None:
    (record,) = records(annotation(9, {"원피스": {"카테고리": "드레스"}}, STYLE))
    assert record["metadata"] == {
        "photo": "9",
        "photo_file": "IMG_9.jpg",
        "styles": ["로맨틱", "페미닌"],
        "box": [10.5, 20, 300, 400],
    }


def test_any_label_may_be_absent() -> None:
    (record,) = records(annotation(9, {"아우터": {"색상": "블랙"}}))
    assert record["clothes"] == {"category_specification": ["outer"], "color": ["Black"]}


def test_a_skirt_has_no_silhouette_of_pants_and_a_bottom_no_sleeves() -> None:
    skirt = {"카테고리": "스커트", "핏": "와이드", "소매기장": "긴팔"}
    (record,) = records(annotation(9, {"하의": skirt}))
    assert set(record["clothes"]) == {"category_specification", "category"}


def test_other_documents_are_not_taken_for_annotations() -> None:
    assert is_k_fashion(annotation(1, {}))
    assert not is_k_fashion({"이미지 정보": {}})
    assert not is_k_fashion([annotation(1, {})])


def _without(*path: str) -> dict[str, Any]:
    document = copy.deepcopy(annotation(9, {"상의": BLOUSE}))
    place = document
    for key in path[:-1]:
        place = place[key]
    del place[path[-1]]
    return document


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (_without("이미지 정보", "이미지 식별자"), "이미지 식별자: expected the photo's number"),
        (_without("데이터셋 정보", "데이터셋 상세설명"), "데이터셋 상세설명: expected an object"),
        (
            _without("데이터셋 정보", "데이터셋 상세설명", "라벨링"),
            "데이터셋 상세설명.라벨링: expected an object",
        ),
        (annotation(9, {}), "no garment is labelled; expected one of 아우터, 상의, 하의, 원피스"),
    ],
)
def test_a_broken_annotation_is_refused_by_place(document: dict[str, Any], message: str) -> None:
    with pytest.raises(LayoutError, match=message):
        records(document)


def test_labels_of_another_shape_are_refused() -> None:
    document = annotation(9, {"상의": BLOUSE})
    document["데이터셋 정보"]["데이터셋 상세설명"]["라벨링"]["상의"] = "블라우스"
    with pytest.raises(
        LayoutError, match=r"라벨링.상의: expected a list of objects, got '블라우스'"
    ):
        records(document)
