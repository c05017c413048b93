"""The address of a generation's Triton: written down once it answers, forgotten before it goes.

On a laptop the supervisor does so (`local.generations`), on a cluster the pipeline's deploy step.
"""

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from psycopg import Connection

from catalog.item import Item
from serving.bulk_embed import BulkConfig, TritonBulkEmbedder
from serving.catch_up import served
from serving.errors import Conflict, ServerFailed, Unavailable
from serving.generations import in_use, previous, read, set_endpoint
from serving.protocols import EmbeddingFailure, GenerationInUse
from serving.triton_errors import PART

CALL_TIMEOUT_S = 10.0
POLL_S = 1.0
UNIT_TOLERANCE = 1e-3
"""How far a vector's length may be from 1."""


def record_endpoint(
    connection: Connection,
    generation: str,
    endpoint: str,
    *,
    timeout_s: float,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Write an address down as soon as what is there answers with vectors of the generation.

    Args:
        connection: to the database.
        generation: a generation that is staged.
        endpoint: `host:port` of the gRPC of its Triton.
        timeout_s: how long it may take to answer so; it is asked once in any case.
        pause: waits so many seconds.

    Raises:
        Conflict: the generation is not staged.
        Unavailable: there is no such answer in time; the address that was known stays.
        UnknownGeneration: there is none with this id.
    """
    known = replace(served(read(connection, generation)), endpoint=endpoint)
    deadline = time.monotonic() + timeout_s
    while True:
        try:
            check_answer(known)
            break
        except Unavailable:
            if time.monotonic() >= deadline:
                raise
        pause(POLL_S)
    set_endpoint(connection, generation, endpoint)


def check_answer(generation: GenerationInUse) -> None:
    """Ask a generation's Triton for one vector.

    Raises:
        Unavailable: it does not answer, is of another generation, or its vector is none of ours.
    """
    # A channel of its own each time: one that is kept looks a name up again only after 30 s.
    with TritonBulkEmbedder(
        generation, BulkConfig(timeout_s=CALL_TIMEOUT_S, attempts=1)
    ) as embedder:
        [vector] = embedder.embed([Item(item_id="deployment")])
    if isinstance(vector, EmbeddingFailure):
        raise ServerFailed(PART, f"{generation.endpoint} refused an empty item: {vector.reason}")
    length = float(np.linalg.norm(vector))
    # Written so that no number at all is refused too.
    if not abs(length - 1) <= UNIT_TOLERANCE:
        raise ServerFailed(
            PART,
            f"{generation.endpoint}: expected a vector of length 1, got {length:.4f}; export and "
            "publish the generation again",
        )


def forget_endpoint(connection: Connection, generation: str) -> None:
    """Forget the address of a generation whose Triton is about to go.

    Raises:
        Conflict: it is in use, or kept for a rollback.
        UnknownGeneration: there is none with this id.
    """
    if generation in (in_use(connection), previous(connection)):
        raise Conflict(
            f"{generation} is in use or kept for a rollback: expected another generation; "
            "switch with python -m serving.promote first"
        )
    set_endpoint(connection, generation, None)
