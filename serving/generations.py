"""The life of a generation: allocated, staged, published, indexed, and in the end retired.

The states and the ways between them are in `serving.generation_states`.
The functions take a psycopg connection in autocommit; each is one transaction, and all can be run
again. Command line: see `serving.generation_commands`.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from psycopg import Connection
from psycopg.types.json import Json, Jsonb

from catalog.schema import Schema
from serving.errors import Conflict, InvalidRequest, NotReady, TimedOut, UnknownGeneration
from serving.generation_states import check_transition, check_wanted, is_past
from serving.locks import Lock, lock_transaction

LOCK_TIMEOUT_S = 10.0
POLL_S = 0.2

# By number: as text, g10000 would come before g9999.
NEWEST_FIRST = b" ORDER BY length(generation) DESC, generation DESC"


@dataclass(frozen=True, kw_only=True)
class Generation:
    """One row of `generations`, as far as the steps need it."""

    generation: str
    state: str
    dimension: int | None
    """Values in a vector; None while building."""
    schema: Schema | None
    """What its encoder knows; None while building."""
    bundle_uri: str | None
    manifest: Mapping[str, object] | None
    metrics: Mapping[str, object] | None
    endpoint: str | None
    """`host:port` of its Triton's gRPC; None while it does not run."""
    reason: str | None


def allocate(connection: Connection, fingerprint: str) -> str:
    """The generation of a fingerprint; a new one, in state `building`, the first time.

    The same fingerprint gives the same generation whatever its state, refused included.

    Raises:
        InvalidRequest: the fingerprint is empty.
    """
    if not fingerprint.strip():
        raise InvalidRequest(
            f"fingerprint: expected a digest of data and configuration, got {fingerprint!r}",
            field="fingerprint",
            got=fingerprint,
        )
    with connection.transaction():
        lock_transaction(
            connection, Lock.ALLOCATE, what="allocating a generation", timeout_s=LOCK_TIMEOUT_S
        )
        found = connection.execute(
            "SELECT generation FROM generations WHERE fingerprint = %s", [fingerprint]
        ).fetchone()
        if found is None:
            found = connection.execute(
                "SELECT coalesce(max(substr(generation, 2)::integer), 0) + 1 FROM generations"
            ).fetchone()
            assert found is not None
            found = (f"g{found[0]:04d}",)
            connection.execute(
                "INSERT INTO generations (generation, fingerprint) VALUES (%s, %s)",
                [found[0], fingerprint],
            )
    return str(found[0])


def read(connection: Connection, generation: str) -> Generation:
    """One generation.

    Raises:
        UnknownGeneration: there is none with this id.
    """
    row = connection.execute(
        "SELECT generation, state, dimension, schema, bundle_uri, manifest, metrics, endpoint,"
        " reason FROM generations WHERE generation = %s",
        [generation],
    ).fetchone()
    if row is None:
        raise _unknown(connection, generation)
    return Generation(
        generation=row[0],
        state=row[1],
        dimension=row[2],
        schema=None if row[3] is None else Schema.from_json(row[3]),
        bundle_uri=row[4],
        manifest=row[5],
        metrics=row[6],
        endpoint=row[7],
        reason=row[8],
    )


def stage(
    connection: Connection,
    generation: str,
    bundle_uri: str,
    manifest: Mapping[str, object],
    schema: Schema,
) -> str:
    """Record the bundle that was uploaded, and go on to `staged`.

    Again with the same files changes nothing; before `published` other files take their place.

    Returns:
        The state it has now, which may be later than `staged`.

    Raises:
        Conflict: it is published or indexed with other files, or refused.
        InvalidRequest: the manifest has no `dimension`, or is another generation's.
    """
    dimension = _dimension(generation, manifest)
    with connection.transaction():
        state = _locked_state(connection, generation)
        if state in ("published", "indexed"):
            _refuse_other_files(connection, generation, manifest)
            return state
        if state != "staged":
            check_transition(generation, state, "staged")
        connection.execute(
            "UPDATE generations SET state = 'staged', dimension = %s, schema = %s, bundle_uri = %s,"
            " manifest = %s, reason = NULL, updated_at = now() WHERE generation = %s",
            [dimension, Json(schema.to_json()), bundle_uri, Jsonb(manifest), generation],
        )
    return "staged"


def mark(connection: Connection, generation: str, state: str, reason: str | None = None) -> str:
    """Go on to a state. A generation that is there already, or further on, stays where it is.

    Returns:
        The state it has now.

    Raises:
        Conflict: there is no way from its state to this one, or it is in use (or kept for a
            rollback) and would be retired or refused.
        InvalidRequest: there is no such state, or a refusal has no reason.
        UnknownGeneration: there is none with this id.
    """
    check_wanted(state, reason)
    with connection.transaction():
        now = _locked_state(connection, generation)
        if now == state or is_past(now, state):
            return now
        check_transition(generation, now, state)
        if state in ("retired", "refused"):
            _refuse_if_needed(connection, generation, state)
        connection.execute(
            "UPDATE generations SET state = %s, reason = %s, updated_at = now()"
            " WHERE generation = %s",
            [state, reason, generation],
        )
    return state


def in_use(connection: Connection) -> str | None:
    """The generation that answers; None before the first was promoted."""
    row = connection.execute("SELECT generation FROM generation_in_use").fetchone()
    return None if row is None else str(row[0])


def require_in_use(connection: Connection) -> str:
    """The same, where there has to be one.

    Raises:
        NotReady: there is none.
    """
    if (found := in_use(connection)) is None:
        raise NotReady(
            "generation", "none is in use; run the pipeline train_and_deploy on a catalogue first"
        )
    return found


def previous(connection: Connection) -> str | None:
    """The generation that a rollback goes to; None before the second was promoted."""
    row = connection.execute("SELECT previous FROM generation_in_use").fetchone()
    return None if row is None or row[0] is None else str(row[0])


def set_endpoint(connection: Connection, generation: str, endpoint: str | None) -> None:
    """Record where a generation's Triton listens (`host:port`), or None when it stopped.

    That is no change of the generation: `updated_at` stays, by which the laptop's supervisor tells
    a generation that was staged again from one whose Triton it gave up.

    Raises:
        UnknownGeneration: there is none with this id.
    """
    done = connection.execute(
        "UPDATE generations SET endpoint = %s WHERE generation = %s",
        [endpoint, generation],
    )
    if done.rowcount == 0:
        raise _unknown(connection, generation)


def wait_for_endpoint(connection: Connection, generation: str, timeout_s: float) -> str:
    """Wait until something serves a generation's bundle.

    Raises:
        TimedOut: nothing does within `timeout_s`.
        UnknownGeneration: there is none with this id.
    """
    deadline = time.monotonic() + timeout_s
    while True:
        found = read(connection, generation)
        if found.endpoint is not None:
            return found.endpoint
        if time.monotonic() >= deadline:
            raise TimedOut(
                "Triton",
                f"no endpoint for {generation} (state {found.state}) within {timeout_s:g} s; check "
                "that the supervisor (`make up`) or the deploy step runs, and its log",
            )
        time.sleep(POLL_S)


def _locked_state(connection: Connection, generation: str) -> str:
    row = connection.execute(
        "SELECT state FROM generations WHERE generation = %s FOR UPDATE", [generation]
    ).fetchone()
    if row is None:
        raise _unknown(connection, generation)
    return str(row[0])


def _refuse_if_needed(connection: Connection, generation: str, state: str) -> None:
    # Locks the row, so that a switch to this generation cannot happen at the same time.
    row = connection.execute("SELECT generation, previous FROM generation_in_use FOR SHARE")
    current = row.fetchone()
    if current is not None and generation in current:
        kept = "in use" if generation == current[0] else "kept for a rollback"
        raise Conflict(
            f"{generation} is {kept}: expected another generation to become {state}; "
            "promote one first"
        )


def _refuse_other_files(
    connection: Connection, generation: str, manifest: Mapping[str, object]
) -> None:
    known = read(connection, generation)
    if known.manifest is None or known.manifest.get("files") != manifest.get("files"):
        raise Conflict(
            f"{generation} is {known.state} with other files: a generation never changes; "
            "publish the new files under a fingerprint of their own"
        )


def _dimension(generation: str, manifest: Mapping[str, object]) -> int:
    named, dimension = manifest.get("generation"), manifest.get("dimension")
    if named != generation:
        raise InvalidRequest(
            f"manifest.generation: expected {generation}, got {named!r}",
            field="manifest.generation",
            got=named,
        )
    if not isinstance(dimension, int) or not 1 <= dimension <= 4_000:
        raise InvalidRequest(
            f"manifest.dimension: expected 1..4000, got {dimension!r}",
            field="manifest.dimension",
            got=dimension,
        )
    return dimension


def _unknown(connection: Connection, generation: str) -> UnknownGeneration:
    rows = connection.execute(b"SELECT generation FROM generations" + NEWEST_FIRST + b" LIMIT 20")
    known = ", ".join(str(row[0]) for row in rows) or "none yet"
    return UnknownGeneration(
        f"generation: expected one of {known}; got {generation!r}",
        field="generation",
        got=generation,
    )


if __name__ == "__main__":
    import sys

    from serving.generation_commands import main

    sys.exit(main())
