"""An issuer of tokens on a real socket, with keys of its own."""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as new_ec_key
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as new_rsa_key
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from serving.access.config import IssuerConfig

AUDIENCE = "modiste"
PrivateKey = RSAPrivateKey | EllipticCurvePrivateKey


@cache
def rsa_key(name: str, bits: int = 2048) -> RSAPrivateKey:
    """A key for RS256, the same one for a name."""
    return new_rsa_key(public_exponent=65537, key_size=bits)


@cache
def ec_key(name: str) -> EllipticCurvePrivateKey:
    """A key for ES256, the same one for a name."""
    return new_ec_key(SECP256R1())


def public(key_id: str, key: PrivateKey, **others: object) -> dict[str, object]:
    """The entry of a key in a JWKS."""
    if isinstance(key, RSAPrivateKey):
        found = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    else:
        found = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {**found, "kid": key_id, **others}


@dataclass
class Issuer:
    """What it answers, and what it was asked."""

    url: str
    keys: list[dict[str, object]] = field(default_factory=list)
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    """Path -> status and body, before what it would answer otherwise."""
    asked: list[str] = field(default_factory=list)
    may_answer: threading.Event = field(default_factory=threading.Event)
    """Cleared, it keeps everybody waiting."""

    def config(self, **others: Any) -> IssuerConfig:
        """How a service trusts it."""
        return IssuerConfig(**{"url": self.url, "audience": AUDIENCE, **others})

    def token(
        self, key: PrivateKey, key_id: str = "one", *, alg: str | None = None, **claims: object
    ) -> str:
        """A token for `AUDIENCE`, valid for a minute unless the claims say otherwise."""
        now = int(time.time())
        standard = {"iss": self.url, "aud": AUDIENCE, "sub": "shop-web", "exp": now + 60}
        given = {name: value for name, value in {**standard, **claims}.items() if value is not None}
        alg = alg or ("RS256" if isinstance(key, RSAPrivateKey) else "ES256")
        return jwt.encode(given, key, algorithm=alg, headers={"kid": key_id})

    def answer(self, path: str) -> tuple[int, bytes]:
        """Its answer to a GET."""
        self.asked.append(path)
        self.may_answer.wait(timeout=30)
        if path in self.answers:
            return self.answers[path]
        documents: Mapping[str, object] = {
            "/.well-known/openid-configuration": {
                "issuer": self.url,
                "jwks_uri": f"{self.url}/jwks",
            },
            "/jwks": {"keys": self.keys},
        }
        return (200, json.dumps(documents[path]).encode()) if path in documents else (404, b"")


@contextmanager
def issuing() -> Iterator[Issuer]:
    """An issuer that has one RSA key, `one`, for as long as a test needs it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = issuer.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: pytest's output is not the place."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer = Issuer(url=f"http://127.0.0.1:{server.server_port}")
    issuer.keys.append(public("one", rsa_key("one")))
    issuer.may_answer.set()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield issuer
    finally:
        issuer.may_answer.set()
        server.shutdown()
        server.server_close()
        thread.join()
