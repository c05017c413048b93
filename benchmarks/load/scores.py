"""Whether every answer is of the generation that it names: its scores, computed once more.

Two generations give the same items other vectors. So an answer that took its query vector, or any
of its items' vectors, from another generation than it names has a score that the vectors of that
generation do not give. All answers of a run are checked, and for each it is also told whether the
other generation would have given other scores: one where it would not proves nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import psycopg
from psycopg import sql

from benchmarks.load.record import Record
from catalog.item import Item
from serving import generations
from serving.aim import NEGATIVE_WEIGHT
from serving.bulk_embed import TritonBulkEmbedder
from serving.catch_up import served
from serving.item_rows import COLUMNS, item_of
from serving.protocols import EmbeddingFailure, GenerationInUse, Query, Vector
from serving.search import half_precision
from serving.text_query import item_of_text, phrase_table
from serving.vector_tables import vector_table
from serving.words import item_words, query_words

TOLERANCE = 1e-3
"""Between a score and the same computed here: Triton's batches round differently."""

MAX_NAMED = 5
"""Faults that are told in full."""


@dataclass(frozen=True, kw_only=True)
class ScoreBook:
    """What one generation knows: enough to compute any score of it."""

    vectors: Mapping[str, Vector]
    """Stored vectors of items."""
    texts: Mapping[str, Vector]
    """Vectors of the texts that were searched for."""

    def scores(self, body: Mapping[str, Any], ids: Sequence[str], shares: "Shares") -> list[float]:
        """What the scores of items must be in the answer to a request.

        Args:
            body: of the search or the recommendation.
            ids: of items that this book has.
            shares: of words.
        """
        rows = np.stack([self.vectors[item_id] for item_id in ids])
        cosines = rows @ half_precision(self._direction(body))
        text = text_of(body)
        if text is None:
            return [float(cosine) for cosine in cosines]
        weight = Query.vector_weight
        return [
            weight * float(cosine) + (1 - weight) * shares.of(text, item_id)
            for cosine, item_id in zip(cosines, ids, strict=True)
        ]

    def _direction(self, body: Mapping[str, Any]) -> Vector:
        query = body.get("query", {})
        if "text" in query:
            return self.texts[query["text"]]
        if "item_id" in query:
            return self.vectors[query["item_id"]]
        aim = np.mean([self.vectors[liked] for liked in body["positive"]], axis=0)
        if body["negative"]:
            disliked = [self.vectors[disliked] for disliked in body["negative"]]
            aim = aim - NEGATIVE_WEIGHT * np.mean(disliked, axis=0)
        return np.asarray(aim / np.linalg.norm(aim), np.float32)


class Shares:
    """How many of a text's words each item has: the same in every generation."""

    def __init__(self, items: Iterable[Item]) -> None:
        words = {item.item_id: item_words(item) for item in items}

        @cache
        def share(text: str, item_id: str) -> float:
            asked = query_words(text)
            found = [any(word.startswith(ask) for word in words[item_id]) for ask in asked]
            return sum(found) / len(asked)

        self._share = share

    def of(self, text: str, item_id: str) -> float:
        """The share of a text's words that an item has, 0..1."""
        return self._share(text, item_id)


@dataclass
class Verdict:
    """What came of checking the answers of a run."""

    num_pages: int = 0
    """Answers that have scores."""
    num_told_apart: int = 0
    """Of these, such that another generation would have given other scores."""
    num_scores: int = 0
    """Scores that were compared; those of items that the clients wrote are not."""
    num_mixed: int = 0
    """Answers with a score that their generation does not give."""
    faults: list[str] = field(default_factory=list)
    """The first of them."""


def judge(records: Iterable[Record], books: Mapping[str, ScoreBook], shares: Shares) -> Verdict:
    """Compute the scores of every page once more.

    Args:
        records: of the run; those that are no pages are passed over.
        books: of every generation that answered.
        shares: of words.
    """
    verdict = Verdict()
    for record in records:
        if record.body is None or record.scores is None or record.faults:
            continue
        known = [(i, s) for i, s in record.scores if i in books[str(record.generation)].vectors]
        if known:
            _judge_page(record, known, books, shares, verdict)
    return verdict


def _judge_page(
    record: Record,
    known: Sequence[tuple[str, float]],
    books: Mapping[str, ScoreBook],
    shares: Shares,
    verdict: Verdict,
) -> None:
    assert record.body is not None
    ids, got = [item_id for item_id, _ in known], np.array([score for _, score in known])
    away = {
        generation: float(np.abs(got - book.scores(record.body, ids, shares)).max())
        for generation, book in books.items()
    }
    own = away.pop(str(record.generation))
    verdict.num_pages += 1
    verdict.num_scores += len(ids)
    verdict.num_told_apart += all(distance > TOLERANCE for distance in away.values())
    if own > TOLERANCE:
        verdict.num_mixed += 1
        if len(verdict.faults) < MAX_NAMED:
            verdict.faults.append(
                f"{record.kind}: expected scores of {record.generation}, got some {own:.4f} away; "
                f"from the other generations they are {away}; asked was {record.body}"
            )


def read_books(
    url: str, names: Iterable[str], records: Iterable[Record]
) -> tuple[dict[str, ScoreBook], Shares]:
    """The books of generations that are still indexed and served, for the texts of a run.

    Args:
        url: of the database.
        names: of the generations.
        records: of the run.
    """
    asked = {text for record in records if (text := text_of(record.body)) is not None}
    with psycopg.connect(url, autocommit=True) as connection:
        found = [served(generations.read(connection, name)) for name in names]
        vectors = {g.generation: _vectors(connection, g.generation) for g in found}
        rows = connection.execute(sql.SQL("SELECT {} FROM items i").format(COLUMNS)).fetchall()
    books = {
        g.generation: ScoreBook(vectors=vectors[g.generation], texts=_texts(sorted(asked), g))
        for g in found
    }
    return books, Shares(map(item_of, rows))


def text_of(body: Mapping[str, Any] | None) -> str | None:
    """The text that a request searches for, if it does."""
    text: str | None = None if body is None else body.get("query", {}).get("text")
    return text


def _vectors(connection: psycopg.Connection, generation: str) -> dict[str, Vector]:
    statement = sql.SQL("SELECT item_id, embedding::real[] FROM {}")
    rows = connection.execute(statement.format(vector_table(generation))).fetchall()
    return {item_id: np.asarray(values, np.float32) for item_id, values in rows}


def _texts(texts: Sequence[str], generation: GenerationInUse) -> dict[str, Vector]:
    """The vectors of texts, by the generation's own Triton."""
    table = phrase_table(generation.schema)
    with TritonBulkEmbedder(generation) as embedder:
        made = embedder.embed([item_of_text(text, table) for text in texts])
    return {
        text: vector
        for text, vector in zip(texts, made, strict=True)
        if not isinstance(vector, EmbeddingFailure)
    }
