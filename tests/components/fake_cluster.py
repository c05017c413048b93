"""A Kubernetes API server in memory, over real HTTP: two API groups, pods, and their logs.

It does what the API machinery does, as far as the components notice: names, resource versions and
conflicts, Status objects as errors, a token, rights, and the schemas of the custom resources where
`../shared/crds` is there. What controllers do is a script: with each GET of an object its next step
is taken. Faults are ordered by verb and resource.
"""

import itertools
import json
import socket
import struct
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import yaml

from components.cluster import RIGHTS
from tests.components.crd_schemas import faults_of

NAMESPACE = "modiste"
USER = "system:serviceaccount:modiste:modiste-pipelines"
TOKEN = "fake-token"
KINDS = {"trainjobs": "TrainJob", "inferenceservices": "InferenceService"}
VERBS = {"GET": "get", "POST": "create", "PUT": "update", "DELETE": "delete"}

Document = dict[str, Any]
Right = tuple[str, str, str]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is answered instead of the truth, once."""

    status: int = 500
    """The answer; 0: the connection is reset."""
    message: str = "etcdserver: request timed out"
    """Of the Status object."""
    is_done_first: bool = False
    """The request is carried out, and only its answer is lost."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request, taken apart."""

    verb: str
    group: str
    resource: str
    name: str
    query: dict[str, str] = field(default_factory=dict)
    body: Document = field(default_factory=dict)

    @property
    def right(self) -> Right:
        """What a Role has to allow for it."""
        return self.group, self.resource, self.verb


class StatusError(Exception):
    """An answer that is a Status object."""

    def __init__(self, code: int, message: str, reason: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.document = {
            "kind": "Status",
            "apiVersion": "v1",
            "status": "Failure",
            "message": message,
            "reason": reason,
            "code": code,
        }


class FakeCluster:
    """The server's state.

    Attributes:
        rights: what the service account may do.
        used: the rights that were made use of.
        objects: custom resources by resource and name.
        pods: by name.
        logs: lines of each pod with their timestamps, by name.
        scripts: what happens to an object with each GET, by resource.
        faults: what is answered wrongly next, by verb and resource.
        deletions_linger: GETs for which a removed object is still there.
    """

    def __init__(self) -> None:
        self.rights: set[Right] = set(RIGHTS)
        self.used: set[Right] = set()
        self.requests: list[Request] = []
        self.objects: dict[str, dict[str, Document]] = defaultdict(dict)
        self.pods: dict[str, Document] = {}
        self.logs: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self.scripts: dict[str, deque[Callable[[Document], None]]] = defaultdict(deque)
        self.faults: dict[tuple[str, str], deque[Fault]] = defaultdict(deque)
        self.deletions_linger = 0
        self.address = ""
        self._going: dict[tuple[str, str], int] = {}
        self._versions = itertools.count(1)
        self._lock = threading.Lock()

    def script(self, resource: str, *steps: Callable[[Document], None]) -> None:
        """Let these things happen, one with each GET; then everything stays as it is."""
        self.scripts[resource].extend(steps)

    def fail(self, verb: str, resource: str, *faults: Fault) -> None:
        """Answer the next such requests so."""
        self.faults[verb, resource].extend(faults)

    def one(self, resource: str) -> Document:
        """The only object of a resource."""
        (found,) = self.objects[resource].values()
        return found

    def calls(self, verb: str, resource: str) -> int:
        """How many such requests came."""
        return sum((r.verb, r.resource) == (verb, resource) for r in self.requests)

    def kubeconfig(self, path: Path) -> Path:
        """Write the file that leads a client here."""
        document = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "fake",
            "contexts": [{"name": "fake", "context": {"cluster": "fake", "user": "fake"}}],
            "clusters": [{"name": "fake", "cluster": {"server": self.address}}],
            "users": [{"name": "fake", "user": {"token": TOKEN}}],
        }
        path.write_text(yaml.safe_dump(document))
        return path

    def handle(self, request: Request) -> Document | str:
        """Answer a request that is well authenticated.

        Raises:
            StatusError: it is answered with an error.
            ConnectionResetError: it is not answered.
        """
        with self._lock:
            self.requests.append(request)
            if request.right not in self.rights:
                raise self._forbidden(request)
            self.used.add(request.right)
            waiting = self.faults[request.verb, request.resource]
            fault = waiting.popleft() if waiting else None
            if fault and fault.is_done_first:
                self._carry_out(request)
            if fault:
                raise (
                    StatusError(fault.status, fault.message, "InternalError")
                    if fault.status
                    else ConnectionResetError
                )
            return self._carry_out(request)

    def _carry_out(self, request: Request) -> Document | str:
        if request.resource == "pods":
            return {"kind": "PodList", "apiVersion": "v1", "items": self._selected(request)}
        if request.resource == "pods/log":
            return self._log(request)
        if request.verb == "list":
            return {"items": list(self.objects[request.resource].values())}
        return getattr(self, f"_{request.verb}")(request)  # type: ignore[no-any-return]

    def _create(self, request: Request) -> Document:
        name = request.body["metadata"]["name"]
        if name in self.objects[request.resource]:
            what = f'{request.resource}.{request.group} "{name}"'
            raise StatusError(409, f"{what} already exists", "AlreadyExists")
        return self._store(request, name, {"generation": 1, "uid": f"uid-{next(self._versions)}"})

    def _update(self, request: Request) -> Document:
        found = self._found(request)
        given = request.body["metadata"].get("resourceVersion")
        if given != found["metadata"]["resourceVersion"]:
            message = (
                "the object has been modified; please apply your changes to the latest version"
            )
            raise StatusError(409, message, "Conflict")
        kept = {"generation": found["metadata"]["generation"] + 1, "uid": found["metadata"]["uid"]}
        return self._store(request, request.name, kept) | {"status": found.get("status", {})}

    def _store(self, request: Request, name: str, metadata: Document) -> Document:
        body = request.body
        if faults := faults_of({key: body[key] for key in body if key != "status"}):
            raise StatusError(422, f"{KINDS[request.resource]} {name} is invalid: {faults}")
        before = self.objects[request.resource].get(name, {})
        version = {"resourceVersion": str(next(self._versions)), "namespace": NAMESPACE}
        stored = {**body, "metadata": {**body["metadata"], **metadata, **version}}
        if "status" in before:
            stored["status"] = before["status"]
        self.objects[request.resource][name] = stored
        return stored

    def _get(self, request: Request) -> Document:
        found = self._found(request)
        key = (request.resource, request.name)
        if key in self._going:
            self._going[key] -= 1
            if self._going[key] < 0:
                self._forget(request)
                raise self._missing(request)
            return found
        if self.scripts[request.resource]:
            self.scripts[request.resource].popleft()(found)
        return found

    def _delete(self, request: Request) -> Document:
        found = self._found(request)
        if self.deletions_linger:
            found["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
            self._going[request.resource, request.name] = self.deletions_linger
        else:
            self._forget(request)
        return {"kind": "Status", "status": "Success"}

    def _forget(self, request: Request) -> None:
        del self.objects[request.resource][request.name]
        self._going.pop((request.resource, request.name), None)
        if request.resource == "trainjobs":
            self.pods.clear()

    def _found(self, request: Request) -> Document:
        if request.name not in self.objects[request.resource]:
            raise self._missing(request)
        return self.objects[request.resource][request.name]

    def _missing(self, request: Request) -> StatusError:
        what = f'{request.resource}.{request.group} "{request.name}"'
        return StatusError(404, f"{what} not found", "NotFound")

    def _forbidden(self, request: Request) -> StatusError:
        where = f'in API group "{request.group}" in the namespace "{NAMESPACE}"'
        message = f'User "{USER}" cannot {request.verb} resource "{request.resource}" {where}'
        return StatusError(403, f"{request.resource} is forbidden: {message}", "Forbidden")

    def _selected(self, request: Request) -> list[Document]:
        label, _, value = request.query["labelSelector"].partition("=")
        return [p for p in self.pods.values() if p["metadata"]["labels"].get(label) == value]

    def _log(self, request: Request) -> str:
        if request.name not in self.pods:
            raise StatusError(404, f'pods "{request.name}" not found', "NotFound")
        assert request.query["timestamps"].lower() == "true"
        return "".join(f"{moment} {line}\n" for moment, line in self.logs[request.name])


@contextmanager
def fake_cluster() -> Iterator[FakeCluster]:
    """Serve an empty cluster."""
    cluster = FakeCluster()

    class Handler(_Handler):
        state = cluster

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    cluster.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield cluster
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    """HTTP around `FakeCluster.handle`."""

    state: FakeCluster
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length) or "{}")
        try:
            if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                raise StatusError(401, "Unauthorized", "Unauthorized")
            self._send(200, self.state.handle(_request(self.command, self.path, body)))
        except StatusError as error:
            self._send(error.code, error.document)
        except ConnectionResetError:
            self._reset()

    do_GET = do_POST = do_PUT = do_DELETE = _answer

    def _send(self, status: int, answer: Document | str) -> None:
        is_text = isinstance(answer, str)
        content = (answer if isinstance(answer, str) else json.dumps(answer)).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain" if is_text else "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _reset(self) -> None:
        """End the connection by RST instead of an answer."""
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)
        self.connection.close()

    def finish(self) -> None:
        """Flush what is left; nothing after a reset."""
        with suppress(OSError, ValueError):
            super().finish()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _request(method: str, path: str, body: Document) -> Request:
    """Take a request apart: `/apis/GROUP/VERSION/namespaces/NS/RESOURCE[/NAME[/SUB]]`."""
    parts = urlsplit(path)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    _, root, *rest = parts.path.split("/")
    group = rest.pop(0) if root == "apis" else ""
    _version, namespaces, namespace, resource, *names = rest
    assert (namespaces, namespace) == ("namespaces", NAMESPACE)
    verb = "list" if method == "GET" and not names else VERBS[method]
    name, sub = (*names, "", "")[:2]
    return Request(
        verb=verb,
        group=group,
        resource=f"{resource}/{sub}" if sub else resource,
        name=name,
        query=query,
        body=body,
    )
