"""The model that KServe's servers call: an item's JSON to its embedding, by the predictor."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import kserve
from kserve import InferResponse

from serving.errors import NotReady, ServerFailed, ServiceError, TimedOut
from serving.transformer.answer import v1_answer, v2_answer
from serving.transformer.question import INPUT, Question, question_of
from serving.transformer.refusal import Refusal
from serving.triton_client import NO_ITEM, TritonClient
from serving.triton_errors import PART
from serving.triton_rows import MODEL, Rows

CHECK_TIMEOUT_S = 1.5
"""How long a look at the predictor may take: the probe that asks for it waits two seconds."""

Headers = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Answered:
    """A question with the rows that answer it."""

    question: Question
    rows: Rows


class ItemEmbedding(kserve.Model):  # type: ignore[misc]  # kserve carries no types
    """Answers V1 and V2 alike: read the question, ask Triton, write the answer.

    Args:
        name: what clients call it.
        client: asks Triton.
        endpoint: `host:port` of the predictor's gRPC.
    """

    def __init__(self, name: str, client: TritonClient, endpoint: str) -> None:
        super().__init__(name)
        self._client = client
        self._endpoint = endpoint
        self.ready = True

    async def preprocess(self, payload: object, headers: Headers | None = None) -> Question:
        """The items of a request.

        Raises:
            Refusal: it has none, or they cannot be read.
        """
        try:
            return question_of(payload, headers)
        except ServiceError as error:
            raise Refusal(error) from error

    async def predict(self, payload: Question, headers: Headers | None = None) -> Answered:
        """Triton's rows for the items, all of one generation.

        Raises:
            Refusal: the predictor does not answer as it should.
        """
        try:
            rows = await self._client.rows(
                payload.texts, self._endpoint, request_id=payload.request_id
            )
            _check_one_generation(rows)
        except ServiceError as error:
            raise Refusal(error) from error
        return Answered(question=payload, rows=rows)

    async def postprocess(
        self, result: Answered, headers: Headers | None = None
    ) -> dict[str, list[dict[str, object]]] | InferResponse:
        """The rows in the protocol of the request."""
        question = result.question
        if question.v2 is None:
            return v1_answer(result.rows)
        return v2_answer(result.rows, question.v2, question.request_id)

    async def check(self) -> None:
        """Return if the predictor gives an item a vector.

        Raises:
            Unavailable: it does not; says what is missing and what to do.
        """
        try:
            async with asyncio.timeout(CHECK_TIMEOUT_S):
                rows = await self._client.rows([NO_ITEM], self._endpoint)
        except TimeoutError as error:
            detail = (
                f"{self._endpoint} gave no vector within {CHECK_TIMEOUT_S:g} s; look at its log"
            )
            raise TimedOut(PART, detail) from error
        if rows.errors[0]:
            raise ServerFailed(PART, f"{MODEL} refused an empty item: {rows.errors[0]}")

    async def close(self) -> None:
        """Close the channel to the predictor."""
        await self._client.close()

    def get_input_types(self) -> list[dict[str, object]]:
        """The tensor that V2 takes."""
        return [{"name": INPUT, "datatype": "BYTES", "shape": [-1, 1]}]

    def get_output_types(self) -> list[dict[str, object]]:
        """The tensors that V2 answers; how long a vector is, the generation decides."""
        return [
            {"name": "embedding", "datatype": "FP32", "shape": [-1, -1]},
            {"name": "error", "datatype": "BYTES", "shape": [-1, 1]},
            {"name": "generation", "datatype": "BYTES", "shape": [-1, 1]},
        ]


def _check_one_generation(rows: Rows) -> None:
    """Return if one generation made all vectors: those of two are not to be compared.

    Raises:
        NotReady: two did, as while a predictor is being replaced.
    """
    generations = sorted(set(rows.generations))
    if len(generations) > 1:
        raise NotReady(
            PART,
            f"expected one generation in an answer, got {' and '.join(generations)}; send the "
            "request again once the predictor has been replaced",
        )
