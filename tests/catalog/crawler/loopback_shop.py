"""A shop on loopback, and the log of what it was asked."""

import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a path answers.

    Attributes:
        body: what is sent.
        kind: its content type.
        status: of HTTP.
        headers: besides the type and the length.
        parts: pieces that the body is sent in, with a little time between them.
        is_endless: whether the body is sent again and again until nobody listens.
        is_cut: whether the last half never comes.
        hangs: whether nothing is answered until the shop closes.
    """

    body: bytes = b""
    kind: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    parts: int = 1
    is_endless: bool = False
    is_cut: bool = False
    hangs: bool = False


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request as it came."""

    at: float
    path: str
    headers: Mapping[str, str]


Answers = Mapping[str, Answer | Sequence[Answer]]
"""By path with query; of several answers each is given once, the last for ever."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A crawler that is killed is what is tested; nothing is printed."""


class LoopbackShop:
    """Serves answers under one port of 127.0.0.1.

    Attributes:
        host: `127.0.0.1:port`.
        url: its address, without a slash at the end.
        answers: what it serves; may be changed until it is asked.
        asked: all requests so far.
    """

    def __init__(self) -> None:
        self.answers: dict[str, Answer | Sequence[Answer]] = {}
        self.asked: list[Asked] = []
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._watched: tuple[Callable[[Asked], bool], threading.Event] | None = None
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self.host = f"127.0.0.1:{self._server.server_port}"
        self.url = f"http://{self.host}"

    @contextmanager
    def running(self) -> Iterator["LoopbackShop"]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield self
        finally:
            self._closed.set()
            self._server.shutdown()
            thread.join()
            self._server.server_close()

    def when(self, happens: Callable[[Asked], bool]) -> threading.Event:
        """An event that is set as soon as a request is such."""
        event = threading.Event()
        self._watched = happens, event
        return event

    def paths(self) -> Counter[str]:
        """How often each path was asked for."""
        return Counter(asked.path for asked in self.asked)

    def intervals(self) -> list[float]:
        """Seconds between requests, as this side measured them."""
        times = [asked.at for asked in self.asked]
        return [later - earlier for earlier, later in itertools.pairwise(times)]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        shop = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Head and body are two packets, of which the second would wait for an answer.
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                shop._answer(self)

            def log_message(self, *arguments: object) -> None:
                """Tests print nothing."""

        return Handler

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        asked = Asked(at=time.monotonic(), path=request.path, headers=dict(request.headers))
        with self._lock:
            before = self.paths()[asked.path]
            self.asked.append(asked)
        if self._watched and self._watched[0](asked):
            self._watched[1].set()
        given = self.answers.get(asked.path, Answer(status=404, body=b"<title>404</title>"))
        several = [given] if isinstance(given, Answer) else given
        answer = several[min(before, len(several) - 1)]
        if answer.hangs:
            self._closed.wait(60)
            request.close_connection = True
            return
        self._send(request, answer)

    def _send(self, request: BaseHTTPRequestHandler, answer: Answer) -> None:
        request.send_response(answer.status)
        request.send_header("Content-Type", answer.kind)
        for name, value in answer.headers.items():
            request.send_header(name, value)
        if answer.is_endless:
            request.close_connection = True
        else:
            request.send_header("Content-Length", str(len(answer.body)))
        request.end_headers()
        if answer.is_cut:
            request.wfile.write(answer.body[: len(answer.body) // 2])
            request.close_connection = True
            return
        size = -(-len(answer.body) // answer.parts) or 1
        while True:
            for start in range(0, len(answer.body), size):
                request.wfile.write(answer.body[start : start + size])
                if answer.parts > 1:
                    self._closed.wait(0.05)
            if not answer.is_endless or self._closed.is_set():
                return
