"""A stand-in for the API: healthy at once, ready while the generation in use has an endpoint."""

import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg

_READY = "SELECT endpoint IS NOT NULL FROM generation_in_use JOIN generations USING (generation)"


class Handler(BaseHTTPRequestHandler):
    """Answers /healthz and /readyz."""

    def do_GET(self) -> None:
        """200 or 503."""
        is_fine = self.path == "/healthz" or self._is_ready()
        self.send_response(200 if is_fine else 503)
        self.end_headers()

    def _is_ready(self) -> bool:
        with psycopg.connect(os.environ["MODISTE_DATABASE_URL"], connect_timeout=2) as connection:
            row = connection.execute(_READY).fetchone()
        return bool(row and row[0])


if __name__ == "__main__":
    address = (os.environ["MODISTE_HOST"], int(os.environ["MODISTE_PORT"]))
    ThreadingHTTPServer(address, Handler).serve_forever()
