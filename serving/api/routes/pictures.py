"""Pictures and their thumbnails, from the object store."""

import asyncio
import re

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request, Response

from catalog.picture_keys import PREFIX, THUMB_SIDE, thumb_key
from serving.access.roles import Role
from serving.api.access import needs
from serving.api.answers import service
from serving.api.documented import problem_answers
from serving.errors import TimedOut, UnknownPicture
from serving.object_errors import PART, object_errors
from serving.service import Service

# A picture's key is the digest of its bytes: it never changes, and nothing else can be asked for.
_NAME = re.compile(rf"([0-9a-f]{{64}})(-{THUMB_SIDE})?\.jpg")
_FOREVER = "max-age=31536000, immutable"
# A picture that was stored before there were thumbnails stands for its own until it has one.
_FOR_NOW = "max-age=300"

router = APIRouter(tags=["pictures"], dependencies=[needs(Role.READ)])


@router.head("/images/{name:path}", include_in_schema=False)
@router.get(
    "/images/{name:path}",
    response_class=Response,
    responses={
        200: {"description": "The picture, or its thumbnail", "content": {"image/jpeg": {}}},
        304: {"description": "The picture that the client has already"},
        **problem_answers(404, 503),
    },
)
async def picture(request: Request, name: str) -> Response:
    """A picture by its key, `images/<sha256>.jpg`, or small, `images/<sha256>-384.jpg`."""
    match = _NAME.fullmatch(name)
    if match is None:
        raise UnknownPicture(
            f"expected images/<64 hexadecimal digits>.jpg or …-{THUMB_SIDE}.jpg", got=name
        )
    digest, is_small = match[1], match[2] is not None
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
    if is_small and (data := await _thumbnail(service(request), f"{PREFIX}{digest}.jpg")):
        return Response(data, media_type="image/jpeg", headers=headers)
    if is_small:
        headers["Cache-Control"] = f"{whose}, {_FOR_NOW}"
        del headers["ETag"]
    data = await _fetched(service(request), f"{PREFIX}{digest}.jpg")
    return Response(data, media_type="image/jpeg", headers=headers)


async def _thumbnail(parts: Service, key: str) -> bytes | None:
    """A picture's thumbnail, or None where none is stored."""
    small = thumb_key(key)
    if small is None:
        return None
    try:
        return await _fetched(parts, small)
    except UnknownPicture:
        return None


async def _fetched(parts: Service, key: str) -> bytes:
    """The picture's bytes; a store that hangs keeps its thread, not the request."""
    timeout_s = parts.settings.picture_timeout_s
    try:
        async with asyncio.timeout(timeout_s):
            with object_errors(key):
                return await run_sync(parts.objects.get, key, abandon_on_cancel=True)
    except TimeoutError as error:
        raise TimedOut(PART, f"no answer within {timeout_s:g} s; try again") from error
