"""The real S3 behind a door that fails as it is told to, once for each request."""

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

RELEASE_S = 60.0


class _QuietServer(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that has gone is what is tested; nothing is printed."""


class FlakyS3:
    """Hands requests on to a server and its answers back; signatures stay right.

    Attributes:
        faults: what happens to the requests to come that `fails` is true of, then all is well: a
            status such as `503`; `cut` within what is sent; `half` of the answer; `lost`, done
            but never answered; `hang` until the end.
        fails: which requests, by method and path.
        is_down: every such request is answered with 503.
        requests: method and path of each request that was handed on.
    """

    def __init__(self, endpoint: str) -> None:
        self.faults: list[str] = []
        self.fails: Callable[[str, str], bool] = lambda method, path: method == "PUT"
        self.is_down = False
        self.requests: list[tuple[str, str]] = []
        self.hanging = threading.Event()
        self._release = threading.Event()
        self._target = urlsplit(endpoint).netloc
        self._lock = threading.Lock()
        self._server = _QuietServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def running(self) -> Iterator["FlakyS3"]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield self
        finally:
            self._release.set()
            self._server.shutdown()
            thread.join()
            self._server.server_close()

    def puts(self, part: str) -> list[str]:
        """Paths of objects with `part` in their name that were sent."""
        return [path for method, path in self.requests if method == "PUT" and part in path]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        flaky = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_any(self) -> None:
                flaky._answer(self)

            do_GET = do_HEAD = do_PUT = do_DELETE = do_any

            def log_message(self, *arguments: object) -> None:
                """Tests print nothing."""

        return Handler

    def _fault(self, method: str, path: str) -> str:
        with self._lock:
            if not self.fails(method, path):
                return ""
            return "503" if self.is_down else self.faults.pop(0) if self.faults else ""

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        fault = self._fault(request.command, request.path)
        length = int(request.headers.get("Content-Length") or 0)
        if fault == "cut":
            request.rfile.read(length // 2)
            request.close_connection = True
            return
        body = request.rfile.read(length)
        if fault == "hang":
            self.hanging.set()
            self._release.wait(RELEASE_S)
            request.close_connection = True
        elif fault.isdigit():
            request.send_response(int(fault))
            request.send_header("Content-Length", "0")
            request.end_headers()
        else:
            self._hand_on(request, body, fault)

    def _hand_on(self, request: BaseHTTPRequestHandler, body: bytes, fault: str) -> None:
        with self._lock:
            self.requests.append((request.command, request.path))
        server = http.client.HTTPConnection(self._target, timeout=30)
        server.putrequest(request.command, request.path, skip_host=True, skip_accept_encoding=True)
        for name, value in request.headers.items():
            if name.lower() != "expect":
                server.putheader(name, value)
        server.endheaders(body)
        answer = server.getresponse()
        data = answer.read()
        server.close()
        if fault == "lost":
            request.close_connection = True
            return
        request.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("connection", "transfer-encoding", "content-length"):
                request.send_header(name, value)
        length = answer.getheader("Content-Length") if request.command == "HEAD" else None
        request.send_header("Content-Length", length or str(len(data)))
        request.end_headers()
        request.wfile.write(data[: len(data) // 2] if fault == "half" else data)
        request.close_connection = request.close_connection or fault == "half"
