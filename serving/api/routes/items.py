"""Items: written, read, listed and deleted."""

from fastapi import APIRouter, Request, Response

from serving.access.roles import Role
from serving.api.access import needs
from serving.api.answers import Report, index_faults, item_document, json_response, service
from serving.api.bodies import (
    JSON_TYPES,
    LINE_TYPES,
    check_body_type,
    content_type,
    parse_json,
    read_body,
    too_large,
)
from serving.api.check import check, refuse
from serving.api.documented import OF_BODIES, answers, body
from serving.api.schemas import (
    ANY_ITEM,
    DELETED,
    ITEM_ANSWER,
    ITEMS,
    LIMIT,
    LISTING,
    WRITTEN,
    JsonSchema,
)
from serving.api.stream import take_stream
from serving.cursor import query_digest, read_position, write_position
from serving.errors import UnknownItem
from serving.filters import parse_filters
from serving.protocols import GenerationInUse, Listing

DEFAULT_LIMIT = 20
_LIST = "items"
_UPSERT: JsonSchema = {"oneOf": [ITEMS, ANY_ITEM]}

router = APIRouter(prefix="/v1", tags=["items"])


@router.post(
    "/items",
    dependencies=[needs(Role.WRITE)],
    responses=answers(WRITTEN, *OF_BODIES, 409, 503),
    openapi_extra=body(_UPSERT, application__x_ndjson=ANY_ITEM),
)
async def upsert(request: Request) -> Response:
    """Write one item, `{"items": […]}`, or a stream of JSON Lines, one item a line.

    An item is accepted once it is committed together with its vector; the next search finds it.
    One that is refused loses none of its neighbours: the answer is 200 and lists it in `errors`.
    Where none was accepted the answer is a 422 problem with the same list. If a part of the
    service goes away in the middle of a stream, the 503 problem says up to which line
    (`lines_done`) everything is committed; sending the rest, or all of it, again is safe.
    """
    check_body_type(request, (*JSON_TYPES, *LINE_TYPES))
    report = Report()
    try:
        if content_type(request) in LINE_TYPES:
            await take_stream(request, report)
        else:
            await _take_json(request, report)
    finally:
        service(request).metrics.observe_items(
            num_accepted=report.num_accepted, num_refused=report.num_refused
        )
    report.check()
    return json_response(report.document())


@router.get("/items", dependencies=[needs(Role.READ)], responses=answers(LISTING, 400, 422, 503))
async def list_items(
    request: Request,
    limit: str | None = None,
    cursor: str | None = None,
    filters: str | None = None,
) -> Response:
    """Items in the order of their ids; an item that stays is neither skipped nor repeated.

    `filters` is the JSON of what a search has under that name; without it, all items are listed.
    """
    limit, cursor, filters = (
        request.query_params.get(name) for name in ("limit", "cursor", "filters")
    )
    asked = None if filters is None else parse_json(filters.encode(), "filters")
    of_what = _LIST if asked is None else query_digest(_LIST, asked)
    after = None if cursor is None else read_position(cursor, of_what)
    listing = await _listed(request, _limit(limit), after, asked)
    following = None
    if listing.items and not listing.is_last:
        following = write_position(of_what, listing.generation, listing.items[-1].item_id)
    return json_response(
        {
            "generation": listing.generation,
            "items": [item_document(item) for item in listing.items],
            "cursor": following,
        },
    )


@router.get(
    "/items/{item_id:path}",
    dependencies=[needs(Role.READ)],
    responses=answers(ITEM_ANSWER, 404, 503),
)
async def get_item(request: Request, item_id: str) -> Response:
    """One item; characters such as `/` are percent-encoded in its id."""
    parts = service(request)
    async with parts.admission.turn():
        found = await parts.store.get([_storable(item_id)])
    if item_id not in found.items:
        raise UnknownItem(item_id)
    item = item_document(found.items[item_id])
    return json_response({"generation": found.generation, "item": item})


@router.delete(
    "/items/{item_id:path}",
    dependencies=[needs(Role.WRITE)],
    responses=answers(DELETED, 404, 503),
)
async def delete_item(request: Request, item_id: str) -> Response:
    """Delete one item and its vectors; no later answer holds it."""
    parts = service(request)
    async with parts.admission.turn():
        deleted = await parts.store.delete([_storable(item_id)])
    if item_id not in deleted.item_ids:
        raise UnknownItem(item_id)
    return json_response({"generation": deleted.generation, "item_id": item_id})


async def _listed(request: Request, limit: int, after: str | None, asked: object) -> Listing:
    """The items that pass the filters, if they fit the schema of the generation in use."""
    parts = service(request)

    async def attempt(generation: GenerationInUse) -> Listing:
        filters = parse_filters(asked, generation.schema)
        return await parts.store.list_items(limit, after, filters)

    if asked is None:
        async with parts.admission.turn():
            return await parts.store.list_items(limit, after)
    return await parts.current.run(attempt)


async def _take_json(request: Request, report: Report) -> None:
    """Write the one item, or the items, of a JSON body."""
    settings = service(request).settings
    raw = await read_body(
        request, max_bytes=settings.max_body_bytes, timeout_s=settings.read_timeout_s
    )
    asked = parse_json(raw)
    if isinstance(asked, dict) and "items" in asked:
        check(asked, ITEMS)
        records = asked["items"]
    else:
        check(asked, ANY_ITEM)
        if len(raw) > settings.max_item_bytes:
            raise too_large("body", len(raw), settings.max_item_bytes)
        records = [asked]
    written = await service(request).intake.write(records)
    report.generation = written.generation
    report.num_accepted = written.num_accepted
    report.num_changed = written.num_changed
    report.refuse(index_faults(written.faults))


def _limit(raw: str | None) -> int:
    if raw is None:
        return DEFAULT_LIMIT
    if not (raw.isascii() and raw.isdigit() and len(raw) <= 9):
        refuse("limit", raw, f"a whole number from {LIMIT['minimum']} to {LIMIT['maximum']}")
    check(int(raw), LIMIT, "limit")
    return int(raw)


def _storable(item_id: str) -> str:
    """The id, if there can be an item of it: PostgreSQL's texts hold no NUL."""
    if "\x00" in item_id:
        raise UnknownItem(item_id)
    return item_id
