"""Embedding whatever a generation lacks: the work of indexing, and of promotion once more.

Which items lack a current vector is asked of the database itself, so a run that was killed goes on
where it was, and running again costs what is missing and no more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from psycopg import Connection

from serving.bulk_embed import BulkEmbedder
from serving.bulk_load import load_vectors, record_failures
from serving.errors import Conflict, InvalidRequest
from serving.generations import Generation
from serving.protocols import EmbeddingFailure, GenerationInUse
from serving.vector_tables import Missing, count_missing, read_missing

ITEMS_PER_STEP = 1_024
MAX_ROUNDS = 5
"""How often the items are gone through; writes that come in meanwhile are met by the next."""

MAX_NAMED_FAILURES = 100


@dataclass
class Embedded:
    """What was done, added up over the steps."""

    num_embedded: int = 0
    num_failed: int = 0
    failures: list[dict[str, str]] = field(default_factory=list)
    """The first of them: `item_id` and `reason`."""


def served(generation: Generation) -> GenerationInUse:
    """A generation as embedders know it; without an endpoint it can embed nothing.

    Raises:
        Conflict: it is not staged yet.
    """
    if generation.schema is None or generation.dimension is None:
        raise Conflict(
            f"{generation.generation} is {generation.state}: expected a staged generation; "
            "export and publish its bundle first"
        )
    return GenerationInUse(
        generation=generation.generation,
        schema=generation.schema,
        dimension=generation.dimension,
        endpoint=generation.endpoint,
    )


def embed_missing(connection: Connection, generation: str, embedder: BulkEmbedder) -> Embedded:
    """Embed all items that lack a current vector; those written meanwhile may still lack one.

    Raises:
        Unavailable: Triton or the database does not answer; what was done is kept.
    """
    done = Embedded()
    for _ in range(MAX_ROUNDS):
        if count_missing(connection, generation) == 0:
            break
        after = ""
        while step := read_missing(connection, generation, after=after, limit=ITEMS_PER_STEP):
            embed_step(connection, generation, embedder, step, done)
            after = step[-1].item.item_id
    return done


def embed_step(
    connection: Connection,
    generation: str,
    embedder: BulkEmbedder,
    step: Sequence[Missing],
    done: Embedded,
) -> None:
    """Embed some items and write their vectors, or why there is none."""
    answers = embedder.embed([missing.item for missing in step])
    vectors, failures = [], []
    for missing, answer in zip(step, answers, strict=True):
        if isinstance(answer, EmbeddingFailure):
            failures.append((missing.item.item_id, missing.revision, answer.reason))
        else:
            vectors.append((missing.item.item_id, missing.revision, answer))
    load_vectors(connection, generation, vectors)
    record_failures(connection, generation, failures)
    done.num_embedded += len(vectors)
    done.num_failed += len(failures)
    room = MAX_NAMED_FAILURES - len(done.failures)
    done.failures += [
        {"item_id": item_id, "reason": reason} for item_id, _, reason in failures[:room]
    ]


def check_failures(connection: Connection, generation: str, max_share: float) -> int:
    """How many items the generation's encoder refused, if they are few enough.

    Raises:
        InvalidRequest: their share is above `max_share`; names the first and its reason.
    """
    rows = connection.execute(
        "SELECT f.item_id, f.reason, count(*) OVER (), (SELECT count(*) FROM items)"
        " FROM embedding_failures f JOIN items i ON i.item_id = f.item_id"
        " AND i.revision = f.revision WHERE f.generation = %s ORDER BY f.item_id LIMIT 1",
        [generation],
    ).fetchall()
    if not rows:
        return 0
    item_id, reason, num_failed, num_items = rows[0]
    if num_failed > max_share * num_items:
        raise InvalidRequest(
            f"items: expected at most {max_share:.1%} that the encoder of {generation} refuses, "
            f"got {num_failed} of {num_items}; the first is {item_id}: {reason}",
            field="items",
            got=num_failed,
        )
    return int(num_failed)
