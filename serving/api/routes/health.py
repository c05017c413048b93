"""Whether the process lives, whether it can do its work, and how it has been doing."""

from fastapi import APIRouter, Request, Response

from serving.api.answers import json_response, service
from serving.api.documented import answers, text_answer
from serving.metrics import CONTENT_TYPE

router = APIRouter(tags=["health"])


@router.get("/healthz", responses=answers({"type": "object"}))
async def healthz(request: Request) -> Response:
    """The process answers; nothing else is looked at."""
    return json_response({"status": "alive"})


@router.get("/readyz", responses=answers({"type": "object"}, 503))
async def readyz(request: Request) -> Response:
    """Everything a request needs is there; otherwise the problem names what is missing."""
    generation = await service(request).readiness.check()
    return json_response({"status": "ready", "generation": generation})


@router.get(
    "/metrics",
    response_class=Response,
    responses=text_answer(CONTENT_TYPE, "Every metric"),
)
async def metrics(request: Request) -> Response:
    """Prometheus' text format."""
    return Response(service(request).metrics.text(), media_type=CONTENT_TYPE)
