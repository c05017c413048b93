"""The public keys of a token issuer: fetched when needed, kept, and fetched again.

    none yet            -> fetched before the request goes on; 503 where that fails
    older than 5 min    -> fetched in the background, the old ones are used meanwhile
    older than 1 h      -> as if there were none: a key may have been withdrawn
    a key is not known  -> fetched, if that was not tried just now

The fetch is asynchronous, bounded in time and bytes, and only one at a time.
"""

import asyncio
import logging
import ssl
import time
from collections.abc import Callable, Mapping

import httpx
import orjson
from jwt import PyJWK
from jwt.exceptions import PyJWTError

from serving.access.config import IssuerConfig, is_safe_url
from serving.errors import Refused, ServerFailed, TimedOut, Unavailable

PART = "JWT issuer"
FRESH_S = 300.0
USABLE_S = 3600.0
PAUSE_S = 10.0
"""Between two fetches for keys that are not known."""
PAUSE_AFTER_FAILURE_S = 2.0
MAX_BYTES = 2**20
MIN_RSA_BITS = 2048

_ALGORITHM = {"RSA": "RS256", "EC": "ES256"}

log = logging.getLogger(__name__)


class IssuerKeys:
    """The keys of one issuer, by their ids.

    Args:
        config: the issuer.
        clock: seconds that only grow.
    """

    def __init__(
        self, config: IssuerConfig, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._config = config
        self._clock = clock
        self._trust = ssl.create_default_context()
        self._keys: dict[str, PyJWK] = {}
        self._fetched_at: float | None = None
        self._tried_at: float | None = None
        self._failure: Unavailable | None = None
        self._fetch: asyncio.Task[None] | None = None

    async def find(self, key_id: str) -> PyJWK | None:
        """The key with this id; None if the issuer has none.

        Raises:
            Unavailable: the issuer's keys are not known, and cannot be fetched.
        """
        if not self._is_younger_than(USABLE_S):
            await self._fetched(PAUSE_AFTER_FAILURE_S)
        elif not self._is_younger_than(FRESH_S):
            self._start(PAUSE_AFTER_FAILURE_S)
        if key_id not in self._keys:
            await self._fetched(PAUSE_S)
        return self._keys.get(key_id)

    def _is_younger_than(self, seconds: float) -> bool:
        return self._fetched_at is not None and self._clock() - self._fetched_at < seconds

    async def _fetched(self, pause_s: float) -> None:
        """Wait for a fetch; a failure counts unless there are keys that can still be used."""
        self._start(pause_s)
        if self._fetch is not None:
            # One waiter that goes away does not take the fetch from the others.
            await asyncio.shield(self._fetch)
        if self._failure is not None:
            raise self._failure

    def _start(self, pause_s: float) -> None:
        """Begin a fetch, unless one is under way or was tried within the pause."""
        now = self._clock()
        if self._fetch is not None and not self._fetch.done():
            return
        self._fetch = None
        if self._failure is not None:
            pause_s = PAUSE_AFTER_FAILURE_S
        if self._tried_at is None or now - self._tried_at >= pause_s:
            self._tried_at = now
            self._fetch = asyncio.create_task(self._try())

    async def _try(self) -> None:
        try:
            self._keys = await self._from_issuer()
            self._fetched_at, self._failure = self._clock(), None
        except Unavailable as error:
            self._failure = error
            log.warning("the issuer's keys stay as they were: %s", error.detail)

    async def _from_issuer(self) -> dict[str, PyJWK]:
        config = self._config
        try:
            async with (
                asyncio.timeout(config.timeout_s),
                httpx.AsyncClient(verify=self._trust, timeout=config.timeout_s) as client,
            ):
                url = config.jwks_url or await self._discovered(client)
                return self._usable(await self._document(client, url), url)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise TimedOut(
                PART, f"{config.url} did not answer within {config.timeout_s:g} s; try again"
            ) from error
        except (httpx.RequestError, httpx.InvalidURL) as error:
            raise Refused(
                PART, f"{config.url} cannot be reached: {error}; check that it runs and try again"
            ) from error

    async def _discovered(self, client: httpx.AsyncClient) -> str:
        """Where the keys are, as OpenID Connect Discovery has it."""
        url = self._config.url.rstrip("/") + "/.well-known/openid-configuration"
        document = await self._document(client, url)
        found = document.get("jwks_uri")
        is_usable = isinstance(found, str) and is_safe_url(found)
        if document.get("issuer") != self._config.url or not is_usable:
            raise ServerFailed(
                PART,
                f"{self._config.url}: expected `issuer` and an https address as `jwks_uri` in "
                f"{url}; correct MODISTE_JWT_ISSUER, or set MODISTE_JWT_JWKS_URL",
            )
        return str(found)

    async def _document(self, client: httpx.AsyncClient, url: str) -> dict[str, object]:
        raw = bytearray()
        async with client.stream("GET", url) as response:
            async for chunk in response.aiter_bytes():
                raw += chunk
                if len(raw) > MAX_BYTES:
                    break
        document = _json_object(bytes(raw)) if response.status_code == 200 else None
        if document is None:
            raise ServerFailed(
                PART,
                f"{self._config.url}: expected 200 and a JSON object of at most {MAX_BYTES:,} "
                f"bytes from {url}, got {response.status_code}",
            )
        return document

    def _usable(self, document: dict[str, object], url: str) -> dict[str, PyJWK]:
        entries = document.get("keys")
        found = [_key(entry) for entry in entries] if isinstance(entries, list) else []
        keys = {key.key_id: key for key in found if key is not None and key.key_id is not None}
        if not keys:
            raise ServerFailed(
                PART, f"{self._config.url}: {url} has no key with a `kid` for RS256 or ES256"
            )
        return keys


def _json_object(raw: bytes) -> dict[str, object] | None:
    if len(raw) > MAX_BYTES:
        return None
    try:
        document = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    return document if isinstance(document, dict) else None


def _key(entry: object) -> PyJWK | None:
    """The key, if it signs by an algorithm that is accepted; others of a set do not matter."""
    if not isinstance(entry, Mapping) or entry.get("use", "sig") != "sig":
        return None
    algorithm = _ALGORITHM.get(str(entry.get("kty")))
    if algorithm is None or entry.get("alg", algorithm) != algorithm:
        return None
    try:
        key = PyJWK.from_dict(dict(entry), algorithm=algorithm)
    except PyJWTError:
        return None
    is_weak = algorithm == "RS256" and key.key.key_size < MIN_RSA_BITS
    is_other_curve = algorithm == "ES256" and entry.get("crv") != "P-256"
    return None if is_weak or is_other_curve else key
