"""Which generations there are, and the fields and values of the one in use."""

from fastapi import APIRouter, Request, Response

from serving.access.roles import Role
from serving.api.access import needs
from serving.api.answers import json_response, service
from serving.api.documented import answers
from serving.api.schemas import GENERATIONS, SCHEMA_ANSWER
from serving.protocols import GenerationInfo

router = APIRouter(prefix="/v1", tags=["generations"], dependencies=[needs(Role.READ)])


@router.get("/generations", responses=answers(GENERATIONS, 503))
async def generations(request: Request) -> Response:
    """All generations, newest first, and the one in use (null before the first)."""
    found = await service(request).store.generations()
    in_use = next((info.generation for info in found if info.is_in_use), None)
    listed = [_document(info) for info in found]
    return json_response({"generation": in_use, "generations": listed})


@router.get("/schema", responses=answers(SCHEMA_ANSWER, 503))
async def schema(request: Request) -> Response:
    """The fields and values that items and filters may have, by the generation in use."""
    in_use = await service(request).current.refresh()
    found = {"aliases": {}, **in_use.schema.to_json()}
    return json_response({"generation": in_use.generation, "schema": found})


def _document(info: GenerationInfo) -> dict[str, object]:
    return {
        "generation": info.generation,
        "state": info.state,
        "is_in_use": info.is_in_use,
        "is_previous": info.is_previous,
        "dimension": info.dimension,
        "metrics": info.metrics,
        "reason": info.reason,
        "created_at": info.created_at,
        "updated_at": info.updated_at,
    }
