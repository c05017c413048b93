"""Searches, recommendations and embeddings."""

from typing import Any

from fastapi import APIRouter, Request, Response

from serving.access.roles import Role
from serving.api.access import needs
from serving.api.answers import Report, answer_document, index_faults, json_response, service
from serving.api.bodies import parse_json, read_body
from serving.api.check import check
from serving.api.documented import OF_BODIES, answers, body, page_answers
from serving.api.schemas import EMBED, EMBEDDED, RECOMMEND, SEARCH, JsonSchema
from serving.requests import RecommendRequest, SearchRequest

DEFAULT_K = 10

router = APIRouter(prefix="/v1", tags=["recommendations"], dependencies=[needs(Role.READ)])


@router.post("/search", responses=page_answers(), openapi_extra=body(SEARCH))
async def search(request: Request) -> Response:
    """The items nearest to a text, to an item, or to a stored item (which is left out)."""
    asked = await _checked(request, SEARCH)
    query = asked["query"]
    answer = await service(request).recommender.search(
        SearchRequest(
            text=query.get("text"),
            item=query.get("item"),
            item_id=query.get("item_id"),
            k=asked.get("k", DEFAULT_K),
            filters=asked.get("filters"),
            cursor=asked.get("cursor"),
        )
    )
    return json_response(answer_document(answer))


@router.post("/recommend", responses=page_answers(), openapi_extra=body(RECOMMEND))
async def recommend(request: Request) -> Response:
    """The items like those in `positive` and unlike those in `negative`, none of them given."""
    asked = await _checked(request, RECOMMEND)
    answer = await service(request).recommender.recommend(
        RecommendRequest(
            positive=tuple(asked["positive"]),
            negative=tuple(asked.get("negative", ())),
            k=asked.get("k", DEFAULT_K),
            filters=asked.get("filters"),
            cursor=asked.get("cursor"),
        )
    )
    return json_response(answer_document(answer))


@router.post("/embed", responses=answers(EMBEDDED, *OF_BODIES, 409, 503), openapi_extra=body(EMBED))
async def embed(request: Request) -> Response:
    """The vectors of items, which are not stored; a bad item has null and an entry in `errors`."""
    asked = await _checked(request, EMBED)
    embedded = await service(request).intake.embed(asked["items"])
    report = Report(generation=embedded.generation)
    report.num_accepted = len(embedded.vectors) - len(embedded.faults)
    report.refuse(index_faults(embedded.faults))
    report.check()
    return json_response(
        {
            "generation": embedded.generation,
            "embeddings": list(embedded.vectors),
            "errors": report.errors,
        },
    )


async def _checked(request: Request, schema: JsonSchema) -> dict[str, Any]:
    settings = service(request).settings
    raw = await read_body(
        request, max_bytes=settings.max_body_bytes, timeout_s=settings.read_timeout_s
    )
    asked = parse_json(raw)
    check(asked, schema)
    if not isinstance(asked, dict):
        raise TypeError("the schemas of requests are objects")
    return asked
