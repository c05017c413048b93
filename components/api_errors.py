"""What the cluster's API answers, as errors that say what to do.

    ClusterError
        ForbiddenError    the service account may not do this: names verb, resource, account, Role
        RefusedError      an admission webhook or the schema does not take the object
        MissingError      there is no such object (or no such kind: the operator is not installed)
        ConflictError     it is there already, or it was changed since it was read
        UnreachableError  no answer, or only server errors, as often as it was asked

`translated` knows the two errors of the kubernetes client, its ApiException and urllib3's
HTTPError, and the RuntimeError that the kserve SDK puts around the first.
"""

import json
import re
from dataclasses import dataclass

from kubernetes.client.exceptions import ApiException
from urllib3.exceptions import HTTPError

ROLE = "modiste-pipelines"
"""The Role, and the service account bound to it, that the components work with."""

PASSING = (429, 500, 502, 503, 504)
"""Statuses that a server answers for a while, and that asking again may get past."""

_USER = re.compile(r'User \\?"([^"\\]+)\\?" cannot')


@dataclass(frozen=True, kw_only=True)
class Call:
    """One thing that is asked of the API."""

    verb: str
    """As a Role names it: `create`, `get`, `list`, `update`, `delete`."""
    resource: str
    """Plural, with the subresource: `trainjobs`, `pods/log`."""
    group: str = ""
    """API group; empty for the core."""
    namespace: str
    """Where."""
    name: str = ""
    """Of the object; empty for a list."""

    def __str__(self) -> str:
        kind = f"{self.resource}.{self.group}" if self.group else self.resource
        return f"{self.verb} {kind} {self.name}".strip() + f" in namespace {self.namespace}"


class ClusterError(RuntimeError):
    """The cluster did not do what a component asked of it."""


class ForbiddenError(ClusterError):
    """The service account has no right to it."""


class RefusedError(ClusterError):
    """The object is not taken as it is."""


class MissingError(ClusterError):
    """There is no such object, or no such kind of objects."""


class ConflictError(ClusterError):
    """The object is there already, or is another than the one that was read."""


class UnreachableError(ClusterError):
    """The API does not answer, or with server errors."""


def cause_of(error: Exception) -> ApiException | HTTPError | None:
    """The client's own error in what was raised; None where it is none of the API's."""
    if isinstance(error, ApiException | HTTPError):
        return error
    if isinstance(error, RuntimeError) and isinstance(error.__context__, ApiException):
        return error.__context__
    return None


def is_passing(cause: ApiException | HTTPError) -> bool:
    """Whether asking again may help."""
    return isinstance(cause, HTTPError) or cause.status in PASSING


def translated(call: Call, cause: ApiException | HTTPError) -> ClusterError:
    """The error that says what a failed call means, and the remedy."""
    if isinstance(cause, HTTPError):
        return UnreachableError(f"{call}: the API server does not answer: {cause}"[:400])
    message = _message(cause)
    if cause.status in (401, 403):
        return _denied(call, cause.status, message)
    if cause.status == 404:
        return MissingError(f"{call}: {message}; check the name, and that its operator is there")
    if cause.status == 409:
        return ConflictError(f"{call}: {message}")
    if cause.status in (400, 422):
        return RefusedError(f"{call}: refused: {message}")
    return UnreachableError(f"{call}: the API server answers {cause.status}: {message}")


def _denied(call: Call, status: int, message: str) -> ClusterError:
    # Webhooks refuse with the same status as missing rights.
    if "admission webhook" in message:
        return RefusedError(f"{call}: refused: {message}")
    if status == 401:
        return ForbiddenError(
            f"{call}: the API server does not know us (401): expected a valid token; run the "
            f"pipeline with service account {ROLE}, its token mounted"
        )
    user = found[1] if (found := _USER.search(message)) else "this service account"
    kind = f"{call.resource}" + (f" (API group {call.group})" if call.group else "")
    return ForbiddenError(
        f"{user} may not {call.verb} {kind} in namespace {call.namespace}: run the pipeline with "
        f"service account {ROLE}, or give the verb {call.verb} on {call.resource} to Role {ROLE}"
    )


def _message(cause: ApiException) -> str:
    """What the API's Status object says, else the reason of HTTP."""
    try:
        document = json.loads(cause.body or "")
    except (TypeError, ValueError):
        document = None
    said = document.get("message") if isinstance(document, dict) else None
    return str(said or cause.reason or "no reason given")[:400]
