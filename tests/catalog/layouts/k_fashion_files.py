"""K-Fashion annotations as AI-Hub lays them out, for tests."""

from collections.abc import Mapping
from typing import Any

GARMENTS = ("아우터", "상의", "하의", "원피스")


def annotation(
    photo: int, labels: Mapping[str, Mapping[str, Any]], style: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """One photo's annotation: labels by garment, absent ones `[{}]` as in the data set."""
    box = {"X좌표": 10.5, "Y좌표": 20, "가로": 300, "세로": 400}
    outline = {"X좌표1": 10.5, "Y좌표1": 20, "X좌표2": 30, "Y좌표2": 40}
    return {
        "이미지 정보": {
            "이미지 식별자": photo,
            "이미지 높이": 1066,
            "이미지 파일명": f"IMG_{photo}.jpg",
            "이미지 너비": 800,
        },
        "데이터셋 정보": {
            "파일 생성일자": "2020-11-16 15:45:58",
            "데이터셋 상세설명": {
                "렉트좌표": {name: [box if name in labels else {}] for name in GARMENTS},
                "폴리곤좌표": {name: [outline if name in labels else {}] for name in GARMENTS},
                "라벨링": {
                    "스타일": [dict(style or {})],
                    **{name: [dict(labels.get(name, {}))] for name in GARMENTS},
                },
            },
            "파일 번호": photo,
            "파일 이름": f"IMG_{photo}.jpg",
        },
    }


BLOUSE = {
    "카테고리": "블라우스",
    "색상": "화이트",
    "서브색상": "네이비",
    "기장": "노멀",
    "소매기장": "긴팔",
    "소재": ["실크", "시폰"],
    "프린트": ["도트"],
    "핏": "루즈",
    "넥라인": "라운드넥",
    "옷깃": "보우칼라",
}
JEANS = {"카테고리": "청바지", "색상": "블루", "기장": "발목", "소재": ["데님"], "핏": "와이드"}
