"""One Triton for every generation that needs one, as the table `generations` says.

A generation that is staged, published or indexed has a Triton on its bundle; the others have
none. The column `endpoint` holds the address of a Triton exactly as long as that is ready.
"""

import logging
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg

from catalog.bundle import BundleError, bundle_prefix, verify_bundle
from catalog.bundle_store import download
from catalog.objects import ObjectsError, ObjectStore, ObjectsUnavailable
from local.part import LocalError, NotReady
from local.ports import PortBook
from local.processes import Command
from local.triton import PORTS, Triton, TritonConfig
from local.watch import RestartPolicy, State, Watched
from serving.errors import UnknownGeneration
from serving.generations import set_endpoint

log = logging.getLogger(__name__)

_WANTED = b"""
SELECT generation, endpoint, manifest ->> 'model', manifest ->> 'digest',
       state IN ('staged', 'published', 'indexed') AND manifest IS NOT NULL, updated_at::text
FROM generations
"""


@dataclass(frozen=True, kw_only=True)
class GenerationRow:
    """What the table says of one generation, as far as its Triton is concerned."""

    generation: str
    """Its id."""
    endpoint: str | None
    """Where its Triton is said to be."""
    model: str | None
    """Name of its model."""
    digest: str | None
    """Digest of its manifest."""
    is_wanted: bool
    """It shall have a Triton."""
    updated_at: str = ""
    """When the row was last written."""


class GenerationTriton:
    """The part that serves one generation: its bundle, fetched and checked, in a Triton."""

    def __init__(
        self, row: GenerationRow, objects: ObjectStore, stack: Path, ports: Mapping[str, int]
    ) -> None:
        """A Triton for the generation of `row`, on `ports`; nothing is fetched yet."""
        self.row = row
        self._objects = objects
        self._bundle = stack / "bundles" / row.generation
        self._triton = Triton(
            TritonConfig(
                name=part_name(row.generation), stack=stack, bundle=self._bundle, ports=ports
            )
        )
        self.name = self._triton.name
        self.endpoint = self._triton.endpoint

    def prepare(self) -> None:
        """Fetch the bundle, or take it from the last time; every digest is checked.

        Raises:
            LocalError: the bundle is damaged, or not the one that the table names.
            NotReady: the object store does not answer.
        """
        try:
            if not self._is_there():
                self._fetch()
            self._triton.prepare()
        except ObjectsUnavailable as error:
            raise NotReady(str(error)) from error
        except (BundleError, ObjectsError) as error:
            raise LocalError(str(error)) from error

    def _is_there(self) -> bool:
        """A whole copy of this very bundle is on disk, so that the store need not answer."""
        if not self._bundle.exists():
            return False
        try:
            return bool(verify_bundle(self._bundle)["digest"] == self.row.digest)
        except BundleError as error:
            log.warning("the copy of the bundle is fetched again: %s", error)
            return False

    def _fetch(self) -> None:
        prefix = bundle_prefix(str(self.row.model), self.row.generation)
        digest = download(self._objects, prefix, self._bundle)["digest"]
        if digest != self.row.digest:
            raise BundleError(
                f"{self._objects.uri(prefix.rstrip('/'))}: expected the manifest with digest "
                f"{self.row.digest}, got {digest}; publish the generation again"
            )

    def command(self) -> Command:
        """The Triton."""
        return self._triton.command()

    def check(self) -> None:
        """Raise NotReady unless all models are ready."""
        self._triton.check()

    def finish(self) -> None:
        """Nothing."""

    def clean(self) -> None:
        """Remove what a dead Triton leaves behind."""
        self._triton.clean()

    def discard(self) -> None:
        """Remove the local copy of the bundle, for a generation that will not come back."""
        shutil.rmtree(self._bundle, ignore_errors=True)


class Reconciler:
    """Makes the running Tritons and the table agree, a little with each call of `tick`."""

    def __init__(
        self, *, url: str, objects: ObjectStore, stack: Path, ports: PortBook, policy: RestartPolicy
    ) -> None:
        """Tritons for the generations of the database at `url`.

        Args:
            url: address of the database; never printed.
            objects: where the bundles are.
            stack: data folder.
            ports: where each Triton's ports are kept.
            policy: how often a Triton may end.
        """
        self.watched: dict[str, Watched] = {}
        self._url = url
        self._objects = objects
        self._stack = stack
        self._ports = ports
        self._policy = policy
        self._connection: psycopg.Connection | None = None
        self._failed: dict[str, str] = {}

    def tick(self, now: float) -> None:
        """Read the table, start and stop what it asks for, and write the endpoints.

        A database that does not answer is not our fault to tell: it is a part of its own.
        """
        try:
            rows = self._read()
            for row in rows:
                self._want(row, now)
            for row in rows:
                self._write_endpoint(row)
        except (psycopg.Error, UnknownGeneration) as error:
            log.warning("generations cannot be looked after now: %s", error)
            self.disconnect()

    def disconnect(self) -> None:
        """Close the connection; the next tick opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _read(self) -> list[GenerationRow]:
        if self._connection is None:
            self._connection = psycopg.connect(self._url, autocommit=True, connect_timeout=2)
        found = self._connection.execute(_WANTED).fetchall()
        return [
            GenerationRow(
                generation=r[0],
                endpoint=r[1],
                model=r[2],
                digest=r[3],
                is_wanted=r[4],
                updated_at=r[5],
            )
            for r in found
        ]

    def _want(self, row: GenerationRow, now: float) -> None:
        watched = self.watched.get(row.generation)
        if watched is None:
            if row.is_wanted:
                self._start(row, now)
            return
        part = watched.part
        assert isinstance(part, GenerationTriton)
        if row.is_wanted and part.row.digest == row.digest:
            self._try_again(row, watched, now)
            return
        watched.stop(now)
        if watched.state is State.STOPPED:
            part.discard()
            del self.watched[row.generation]
            self._ports.forget(part.name)

    def _try_again(self, row: GenerationRow, watched: Watched, now: float) -> None:
        """A Triton that was given up gets another chance once its generation is staged again."""
        if watched.state is not State.FAILED:
            return
        seen = self._failed.setdefault(row.generation, row.updated_at)
        if seen != row.updated_at:
            del self._failed[row.generation]
            self._start(row, now)

    def _start(self, row: GenerationRow, now: float) -> None:
        ports = self._ports.ports(part_name(row.generation), PORTS)
        part = GenerationTriton(row, self._objects, self._stack, ports)
        self.watched[row.generation] = Watched(part, self._policy)
        self.watched[row.generation].start(now)

    def _write_endpoint(self, row: GenerationRow) -> None:
        assert self._connection is not None
        watched = self.watched.get(row.generation)
        endpoint = None
        if watched is not None and watched.is_up:
            assert isinstance(watched.part, GenerationTriton)
            endpoint = watched.part.endpoint
        if endpoint != row.endpoint:
            set_endpoint(self._connection, row.generation, endpoint)
            log.info("endpoint of %s: %s", row.generation, endpoint)


def part_name(generation: str) -> str:
    """Name of a generation's Triton in messages and logs."""
    return f"triton-{generation}"
