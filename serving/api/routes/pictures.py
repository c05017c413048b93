"""Pictures, from the object store."""

import asyncio
import re

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request, Response

from serving.access.roles import Role
from serving.api.access import needs
from serving.api.answers import service
from serving.api.documented import problem_answers
from serving.errors import TimedOut, UnknownPicture
from serving.object_errors import PART, object_errors
from serving.service import Service

# A picture's key is the digest of its bytes: it never changes, and nothing else can be asked for.
_NAME = re.compile(r"[0-9a-f]{64}\.jpg")
_FOREVER = "max-age=31536000, immutable"

router = APIRouter(tags=["pictures"], dependencies=[needs(Role.READ)])


@router.head("/images/{name:path}", include_in_schema=False)
@router.get(
    "/images/{name:path}",
    response_class=Response,
    responses={
        200: {"description": "The picture", "content": {"image/jpeg": {}}},
        304: {"description": "The picture that the client has already"},
        **problem_answers(404, 503),
    },
)
async def picture(request: Request, name: str) -> Response:
    """A picture by its key, `images/<sha256>.jpg`."""
    if not _NAME.fullmatch(name):
        raise UnknownPicture("expected images/<64 hexadecimal digits>.jpg", got=name)
    etag = f'"{name.removesuffix(".jpg")}"'
    # What needs a key is for its caller alone: a cache in between would hand it to anybody.
    whose = "public" if request.app.state.guard.is_open else "private"
    headers = {
        "ETag": etag,
        "Cache-Control": f"{whose}, {_FOREVER}",
        "X-Content-Type-Options": "nosniff",
    }
    if etag in (tag.strip() for tag in request.headers.get("if-none-match", "").split(",")):
        return Response(status_code=304, headers=headers)
    data = await _fetched(service(request), f"images/{name}")
    return Response(data, media_type="image/jpeg", headers=headers)


async def _fetched(parts: Service, key: str) -> bytes:
    """The picture's bytes; a store that hangs keeps its thread, not the request."""
    timeout_s = parts.settings.picture_timeout_s
    try:
        async with asyncio.timeout(timeout_s):
            with object_errors(key):
                return await run_sync(parts.objects.get, key, abandon_on_cancel=True)
    except TimeoutError as error:
        raise TimedOut(PART, f"no answer within {timeout_s:g} s; try again") from error
