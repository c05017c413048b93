"""An HTTP server on loopback that fails as it is told to, once for each request."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _QuietServer(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that has gone is what is tested; nothing is printed."""


class FlakyServer:
    """Serves one file under every path.

    Attributes:
        content: the file.
        etag: its entity tag; none is sent where it is empty.
        faults: what happens to the requests to come, then all is well: `503`, `404` or any other
            status; `cut` after half of what was asked for; `hang` until `release`; `change`: the
            file is another one from now on.
        ranges: the Range header of each request so far.
    """

    def __init__(self, content: bytes, *, etag: str = '"one"') -> None:
        self.content = content
        self.etag = etag
        self.faults: list[str] = []
        self.ranges: list[str | None] = []
        self.release = threading.Event()
        self._server = _QuietServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def running(self) -> Iterator["FlakyServer"]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield self
        finally:
            self.release.set()
            self._server.shutdown()
            thread.join()
            self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        flaky = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                flaky._answer(self)

            def log_message(self, *arguments: object) -> None:
                """Tests print nothing."""

        return Handler

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        self.ranges.append(request.headers.get("Range"))
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "hang":
            self.release.wait(30)
        if fault == "change":
            self.etag, self.content = '"two"', self.content[::-1]
        if fault.isdigit():
            request.send_response(int(fault))
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        self._send(request, is_cut=fault == "cut")

    def _send(self, request: BaseHTTPRequestHandler, *, is_cut: bool) -> None:
        wanted = request.headers.get("Range", "bytes=0-").removeprefix("bytes=").removesuffix("-")
        if request.headers.get("If-Match", self.etag) != self.etag:
            request.send_response(412)
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        same = request.headers.get("If-Range", self.etag) == self.etag
        body = self.content[int(wanted) :] if same else self.content
        request.send_response(206 if int(wanted) and same else 200)
        request.send_header("Content-Length", str(len(body)))
        if self.etag:
            request.send_header("ETag", self.etag)
        request.end_headers()
        request.wfile.write(body[: len(body) // 2] if is_cut else body)
        request.close_connection = request.close_connection or is_cut
