"""Embeddings from a running Triton, by raw item JSON over gRPC.

Shape legend: N items, D embedding size.
"""

import time
from collections.abc import Sequence

import numpy as np
import tritonclient.grpc as triton
from tritonclient.utils import InferenceServerException

from training.agreement import Embeddings
from training.bundle import MODEL
from training.implementations import batches

_POLL_S = 0.25


class TritonError(Exception):
    """Triton does not answer, answers with an error, or serves another generation."""


def triton_embeddings(
    endpoint: str,
    texts: Sequence[bytes],
    *,
    generation: str,
    timeout_s: float = 60.0,
    ca_file: str | None = None,
) -> Embeddings:
    """Embeddings float32 [N, D] of items given as JSON, as `item_embedding` answers them.

    Args:
        endpoint: `host:port` of Triton's gRPC.
        texts: the items' JSON; every one must be well.
        generation: whose vectors they must be.
        timeout_s: how long the model may take to become ready, and one call to be answered.
        ca_file: who signs Triton's certificate, PEM; None: it is asked without TLS.

    Raises:
        TritonError: there is no answer in time, an error, or another generation's vectors.
    """
    client = triton.InferenceServerClient(
        endpoint, ssl=ca_file is not None, root_certificates=ca_file
    )
    try:
        _wait_until_ready(client, endpoint, timeout_s)
        parts = [
            _embed(client, endpoint, texts[rows], generation, timeout_s)
            for rows in batches(len(texts))
        ]
    finally:
        client.close()
    return np.concatenate(parts)


def _wait_until_ready(
    client: triton.InferenceServerClient, endpoint: str, timeout_s: float
) -> None:
    deadline = time.monotonic() + timeout_s
    reason = f"{MODEL} is not loaded"
    while True:
        try:
            if client.is_model_ready(MODEL, client_timeout=timeout_s):
                return
        except InferenceServerException as error:
            reason = error.message() or "no answer"
        if time.monotonic() > deadline:
            raise TritonError(
                f"{endpoint}: expected a Triton that serves {MODEL} within {timeout_s:g} s, got:"
                f" {reason}; start it on the bundle, or look at its log"
            )
        time.sleep(_POLL_S)


def _embed(
    client: triton.InferenceServerClient,
    endpoint: str,
    texts: Sequence[bytes],
    generation: str,
    timeout_s: float,
) -> Embeddings:
    tensor = triton.InferInput("item", [len(texts), 1], "BYTES")
    tensor.set_data_from_numpy(np.array(texts, dtype=np.object_).reshape(-1, 1))
    try:
        answer = client.infer(MODEL, [tensor], client_timeout=timeout_s)
    except InferenceServerException as error:
        raise TritonError(f"{endpoint}: {MODEL} refused {len(texts)} items: {error}") from error
    reasons = [reason.decode() for reason in answer.as_numpy("error").ravel()]
    for text, reason in zip(texts, reasons, strict=True):
        if reason:
            raise TritonError(f"{endpoint}: {MODEL} refused {text[:200]!r}: {reason}")
    others = {name.decode() for name in answer.as_numpy("generation").ravel()} - {generation}
    if others:
        raise TritonError(
            f"{endpoint}: expected generation {generation}, got {', '.join(sorted(others))};"
            " give the endpoint of the Triton that serves this bundle"
        )
    embedding: Embeddings = answer.as_numpy("embedding")
    return embedding
