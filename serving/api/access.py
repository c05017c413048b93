"""What routes ask of their callers, and how that is documented."""

from typing import Any

from fastapi import Depends, Request
from fastapi.params import Depends as Dependency
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from serving.access.errors import Unauthenticated
from serving.access.guard import Guard
from serving.access.roles import Role
from serving.api.documented import problem_answers

SCHEMES: dict[str, dict[str, str]] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key, or a token of the issuer that the service trusts.",
    },
    "key": {"type": "apiKey", "in": "header", "name": "x-api-key", "description": "An API key."},
}
"""`components.securitySchemes`."""

REFUSALS = (401, 403, 429)
"""What any request that needs a role can end in."""


class _Needs:
    """A route's dependency: lets those in who have the role, before any of the body is read."""

    def __init__(self, role: Role) -> None:
        self.role = role

    async def __call__(self, request: Request) -> None:
        guard: Guard = request.app.state.guard
        address = request.client.host if request.client else ""
        credential = None if guard.is_open else credential_of(request)
        caller = await guard.identify(credential, address=address)
        request.state.caller = caller.name
        budget = guard.count(caller)
        if budget:
            request.state.headers = budget.headers()
            budget.check()
        guard.check(caller, self.role)


def needs(role: Role) -> Dependency:
    """The dependency of a route that asks for a role."""
    dependency: Dependency = Depends(_Needs(role))
    return dependency


def needed_by(route: BaseRoute) -> Role | None:
    """The role that a route asks for; None: it is open to all."""
    found = (dependency.dependency for dependency in getattr(route, "dependencies", ()))
    return next((asked.role for asked in found if isinstance(asked, _Needs)), None)


def credential_of(request: Request) -> str | None:
    """The key or token of a request: `Authorization: Bearer` before `x-api-key`.

    Raises:
        Unauthenticated: there are two different ones, or it is neither.
    """
    given = request.headers.getlist("authorization")
    found = {text.strip() for text in request.headers.getlist("x-api-key")}
    for header in given:
        scheme, _, text = header.partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthenticated("expected the scheme Bearer, got another one", is_given=False)
        found.add(text.strip())
    if len(found) > 1:
        raise Unauthenticated("expected one key or token, got different ones", is_given=True)
    return found.pop() if found else None


def document_access(document: dict[str, Any], routes: list[BaseRoute], *, is_open: bool) -> None:
    """Add to an OpenAPI document how to log in, and each operation's role and refusals."""
    document["components"]["securitySchemes"] = SCHEMES
    for route in routes:
        role = needed_by(route)
        if role is None or not isinstance(route, APIRoute) or not route.include_in_schema:
            continue
        for method in route.methods or ():
            operation = document["paths"][route.path_format][method.lower()]
            ways: list[dict[str, list[str]]] = [{scheme: [role.word]} for scheme in SCHEMES]
            # OpenAPI's word for "or without any".
            operation["security"] = [{}, *ways] if is_open else ways
            operation["responses"] |= {
                str(status): described for status, described in problem_answers(*REFUSALS).items()
            }
