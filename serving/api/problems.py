"""Errors as problem documents (RFC 9457): every failure of the API has this one shape."""

import logging
from collections.abc import Mapping, Sequence

import orjson
from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match, Route

from serving.errors import MethodNotAllowed, ServiceError, Unavailable, UnknownRoute

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:modiste:problem:"

log = logging.getLogger(__name__)


def problem(error: ServiceError, *, instance: str, request_id: str) -> dict[str, object]:
    """The document of an error; what the error knows beyond the standard members follows them."""
    return {
        "type": TYPE_PREFIX + error.kind,
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "instance": instance,
        "request_id": request_id,
        **error.members(),
        **error.progress,
    }


def problem_response(error: ServiceError, scope: Mapping[str, object]) -> Response:
    """The answer to the request of an ASGI scope that ended in this error."""
    state = scope.get("state")
    request_id = str(state.get("request_id", "")) if isinstance(state, dict) else ""
    if isinstance(state, dict):
        state["outcome"] = error.kind
    document = problem(error, instance=str(scope.get("path", "")), request_id=request_id)
    return Response(
        orjson.dumps(document, default=repr),
        status_code=error.status,
        headers={**error.headers(), "Cache-Control": "no-store"},
        media_type=MEDIA_TYPE,
    )


def add_problem_handlers(app: FastAPI, routes: Sequence[BaseRoute]) -> None:
    """Turn the service's errors, and the framework's own, into problem documents.

    Args:
        app: the application.
        routes: those that a 405 looks at for `Allow`; the framework names but the first.
    """

    async def framework_error(request: Request, error: Exception) -> Response:
        return _framework_error(request, error, routes)

    app.add_exception_handler(ServiceError, _service_error)
    app.add_exception_handler(HTTPException, framework_error)


async def _service_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, ServiceError):
        raise TypeError(f"expected a ServiceError, got {type(error).__name__}")
    _log(error, request.scope)
    return problem_response(error, request.scope)


def _log(error: ServiceError, scope: Mapping[str, object]) -> None:
    """One line for a part that is away, however many requests meet it; all of a fault of ours."""
    state = scope.get("state")
    request_id = state.get("request_id") if isinstance(state, dict) else None
    extra = {"kind": error.kind, "request_id": request_id, "cause": repr(error.__cause__)[:500]}
    if isinstance(error, Unavailable):
        log.warning(error.detail, extra=extra)
    elif error.status >= 500:
        log.error(error.detail, exc_info=error, extra=extra)


def _framework_error(request: Request, error: Exception, routes: Sequence[BaseRoute]) -> Response:
    """404 and 405 of the router; anything else it raises would be our own fault."""
    status = getattr(error, "status_code", 500)
    if status == 404:
        path = request.url.path
        return problem_response(
            UnknownRoute(f"{path}: expected a path of this API, see /docs"), request.scope
        )
    if status == 405:
        allowed = ", ".join(_methods(request, routes))
        return problem_response(MethodNotAllowed(request.method, allowed), request.scope)
    raise error


def _methods(request: Request, routes: Sequence[BaseRoute]) -> list[str]:
    """The methods that are answered at the request's path; files know only these two."""
    found = {
        method
        for route in routes
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE
        for method in route.methods or ()
    }
    if "GET" in found:
        found.add("HEAD")
    return sorted(found) or ["GET", "HEAD"]
