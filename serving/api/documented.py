"""How routes are documented: what goes in, what comes out, and which problems can come instead."""

from typing import Any

from serving.api.problems import MEDIA_TYPE
from serving.api.schemas import ANSWER, JsonSchema

_PROBLEMS = {
    400: "The body is not JSON, or the cursor is not of this query",
    401: "Who calls is not known: there is no key or token, or not one that is accepted",
    403: "The key's or token's role is too low; `allowed` names those that would do",
    404: "Something that was named does not exist",
    408: "The body stopped coming",
    409: "The generation in use kept changing; try again",
    413: "The body is too large",
    415: "The body is not of a type that is read",
    422: "A field is wrong; `field`, `got` and `allowed` say how",
    429: "The caller asks too often; `Retry-After` says when to try again",
    503: "PostgreSQL, Triton, the object store or the tokens' issuer is unavailable; `part` says "
    "which",
}
OF_BODIES = (400, 408, 413, 415, 422)
"""What any request with a body can end in."""


def answers(schema: JsonSchema, *problems: int) -> dict[int | str, dict[str, Any]]:
    """`responses` of a route: its answer, and the problems that can come instead."""
    found: dict[int | str, dict[str, Any]] = {
        200: {"description": "The answer", "content": {"application/json": {"schema": schema}}}
    }
    return found | problem_answers(*problems)


def text_answer(media_type: str, description: str) -> dict[int | str, dict[str, Any]]:
    """`responses` of a route that answers with text."""
    content = {media_type: {"schema": {"type": "string"}}}
    return {200: {"description": description, "content": content}}


def problem_answers(*problems: int) -> dict[int | str, dict[str, Any]]:
    """`responses` for problems alone."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {"description": _PROBLEMS[status], "content": {MEDIA_TYPE: {"schema": schema}}}
        for status in problems
    }


def page_answers() -> dict[int | str, dict[str, Any]]:
    """`responses` of searches and recommendations."""
    return answers(ANSWER, *OF_BODIES, 404, 409, 503)


def body(schema: JsonSchema, **others: JsonSchema) -> dict[str, Any]:
    """`openapi_extra` of a route that reads JSON.

    Args:
        schema: of the JSON body.
        others: schemas of other media types, `/` in their names written as two underscores.
    """
    content = {"application/json": {"schema": schema}}
    for name, other in others.items():
        content[name.replace("__", "/").replace("_", "-")] = {"schema": other}
    return {"requestBody": {"required": True, "content": content}}


def query(**parameters: JsonSchema) -> dict[str, Any]:
    """`openapi_extra` of a route with optional parameters in its query.

    Args:
        parameters: schemas by name, or what `as_json` made of one.
    """
    described = [
        {"name": name, "in": "query", "required": False, **_schema_or_content(schema)}
        for name, schema in parameters.items()
    ]
    return {"parameters": described}


def as_json(schema: JsonSchema) -> JsonSchema:
    """The description of a parameter whose text is JSON of this schema."""
    return {"content": {"application/json": {"schema": schema}}}


def _schema_or_content(schema: JsonSchema) -> JsonSchema:
    return schema if "content" in schema else {"schema": schema}
