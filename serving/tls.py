"""TLS: the certificate that the API shows, and whom it trusts at the parts it asks.

PostgreSQL and S3 have theirs in their own settings: `sslmode` and `sslrootcert` in the database's
address, `https://` in the endpoint's.
"""

import logging
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from serving.environment import SettingsError, optional

LOOK_EVERY_S = 10.0
"""How old what is known of the certificate's files may be."""

CERT, KEY = "MODISTE_TLS_CERT_FILE", "MODISTE_TLS_KEY_FILE"
TRITON_CA = "MODISTE_TRITON_CA_FILE"

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class CertificateFiles:
    """What the API's own listener shows."""

    cert: Path
    """The certificate and those between it and the root, PEM."""
    key: Path
    """Its private key, PEM."""


def certificate_files_from(environ: Mapping[str, str]) -> CertificateFiles | None:
    """Where the listener's certificate is; None: it speaks HTTP without TLS.

    Raises:
        SettingsError: one of the two variables is set alone.
    """
    cert, key = optional(environ, CERT), optional(environ, KEY)
    if cert is None and key is None:
        return None
    if cert is None or key is None:
        raise SettingsError(
            f"{CERT if cert is None else KEY}: expected the path of a PEM file "
            f"beside {KEY if cert is None else CERT}, got nothing"
        )
    return CertificateFiles(cert=Path(cert), key=Path(key))


def triton_ca_from(environ: Mapping[str, str]) -> Path | None:
    """Who signs Triton's certificates; None: Triton is asked without TLS.

    Raises:
        SettingsError: the file holds no certificate that can be read.
    """
    given = optional(environ, TRITON_CA)
    if given is None:
        return None
    try:
        ssl.create_default_context(cafile=given)
    except OSError as error:
        raise SettingsError(
            f"{TRITON_CA}: expected a PEM file of certificates, got {given!r}: {error}"
        ) from error
    return Path(given)


class Certificate:
    """The listener's certificate, read again when its files change, as renewing ones do.

    Args:
        files: certificate and key.
        clock: seconds that only grow.

    Raises:
        SettingsError: the files cannot be used.
    """

    def __init__(
        self, files: CertificateFiles, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._files = files
        self._clock = clock
        self._looked_at = clock()
        self._stamps: list[tuple[int, int]] = []
        try:
            self._stamps = self._stamped()
            self.context = self._read()
        except OSError as error:
            raise SettingsError(f"{CERT}, {KEY}: {files.cert}, {files.key}: {error}") from error

    def _read(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(self._files.cert, self._files.key)
        context.sni_callback = self._begin
        return context

    def _begin(self, connection: ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> None:
        """At each connection's beginning: show the newest certificate that could be read."""
        if self._clock() - self._looked_at >= LOOK_EVERY_S:
            self._looked_at = self._clock()
            self._renew()
        connection.context = self.context

    def _renew(self) -> None:
        try:
            stamps = self._stamped()
            if stamps == self._stamps:
                return
            self.context = self._read()
        except OSError as error:
            log.error("the certificate stays as it was: %s", error)
        else:
            self._stamps = stamps
            log.info("certificate read", extra={"file": str(self._files.cert)})

    def _stamped(self) -> list[tuple[int, int]]:
        found = (path.stat() for path in (self._files.cert, self._files.key))
        return [(stat.st_ino, stat.st_mtime_ns) for stat in found]
