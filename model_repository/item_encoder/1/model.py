"""Triton's Python model `item_encoder`: item JSON in, the tower's integer tensors out.

It needs the standard library, numpy and the `catalog` package beside it, which is the very code
that the generation was trained with; NVIDIA's image has no more.

What becomes of a row that is no item (no JSON, an unknown field or value, too large):

- A request of one row fails with the reason as its error (INVALID_ARG). Triton batches requests
  together, so this is how one bad item in a batch fails alone.
- A request of several rows has one answer, which must not fail for one of them. The row's reason
  stands in the output `error` ("" for a row that is well), and its `re_ids[0, 0]` is -1, which the
  exported tower turns into NaN: whoever overlooks `error` gets no vector, never a wrong one.

Ids are otherwise as `catalog/encoder.py` has them: int32, 0 is padding, none is negative.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import triton_python_backend_utils as pb_utils

MAX_ITEM_BYTES = 1 << 20
"""Largest JSON of one item, in bytes; longer ones are refused before they are parsed."""

VALUES_STEP, WORDS_STEP = 2, 8
"""Tensors are cut to a multiple of so many values and words. What the tower computes for padding is
most of its work, and few different shapes let Triton batch requests of different clients."""

NO_ITEM = -1
"""Stands in `re_ids[row, 0, 0]` of a row that is no item; the exported tower knows it."""


class TritonPythonModel:
    """One instance of the encoder; Triton calls its methods by these names."""

    def initialize(self, args):
        """Load the encoder from the files beside this one, once their digests are right.

        Args:
            args: Triton's strings; `model_repository` is this model's folder.
        """
        folder = Path(args["model_repository"]) / args["model_version"]
        _check_digests(folder)
        # First on the path: an installed or checked-out `catalog` must not stand in for ours.
        sys.path.insert(0, str(folder))
        from catalog.encoder import EncoderConfig, ItemEncoder
        from catalog.item import ItemError
        from catalog.schema import Schema

        config = EncoderConfig.from_json(_load_json(folder / "encoder.json"))
        self.item_error = ItemError
        self.encoder = ItemEncoder(Schema.load(folder / "schema.json"), config)
        self.generation = _load_json(folder / "generation.json")["generation"].encode()

    def execute(self, requests):
        """Encode the rows of all requests together; one response for each request, in order."""
        texts = [pb_utils.get_input_tensor_by_name(r, "item").as_numpy() for r in requests]
        counts = [len(rows) for rows in texts]
        rows = np.concatenate(texts)[:, 0]
        std_ids, re_ids, errors = self._encode(rows)
        ends = np.cumsum(counts)
        return [
            self._respond(std_ids[end - n : end], re_ids[end - n : end], errors[end - n : end])
            for n, end in zip(counts, ends, strict=True)
        ]

    def _encode(self, rows):
        """Encode JSON texts, each on its own fate.

        Args:
            rows: object array of bytes [N].

        Returns:
            std_ids int32 [N, S, M], re_ids int32 [N, W, 1 + G], and for each row its reason or "".
        """
        items, errors = zip(*(self._parse(raw) for raw in rows), strict=True)
        empty = self.encoder.parse("{}")
        std_ids, re_ids = self.encoder.encode([empty if i is None else i for i in items])
        is_bad = np.array([bool(reason) for reason in errors])
        re_ids[is_bad, 0, 0] = NO_ITEM
        return _cut(std_ids, 2, VALUES_STEP), _cut(re_ids, 1, WORDS_STEP), errors

    def _parse(self, raw):
        """An item that will encode and "", or None and the reason."""
        try:
            if len(raw) > MAX_ITEM_BYTES:
                reason = f"at most {MAX_ITEM_BYTES:,} bytes of JSON: shorten it"
                raise self.item_error("item", f"{len(raw):,} bytes", reason)
            item = self.encoder.parse(raw)
            # What parsing alone does not refuse, such as more values than the tensor has places.
            list(self.encoder.standard_ids(item))
        except self.item_error as error:
            return None, str(error)
        return item, ""

    def _respond(self, std_ids, re_ids, errors):
        if len(errors) == 1 and errors[0]:
            error = pb_utils.TritonError(errors[0], pb_utils.TritonError.INVALID_ARG)
            return pb_utils.InferenceResponse(error=error)
        reasons = np.array([reason.encode() for reason in errors], dtype=np.object_)
        generations = np.full((len(errors), 1), self.generation, dtype=np.object_)
        return pb_utils.InferenceResponse(
            output_tensors=[
                pb_utils.Tensor("std_ids", std_ids),
                pb_utils.Tensor("re_ids", re_ids),
                pb_utils.Tensor("error", reasons.reshape(-1, 1)),
                pb_utils.Tensor("generation", generations),
            ]
        )


def _cut(ids, axis, step):
    """Leave out the end of an axis that is padding in every row, in multiples of `step`."""
    others = tuple(i for i in range(ids.ndim) if i != axis)
    used = np.flatnonzero(ids.any(axis=others))
    last = used[-1] + 1 if used.size else 1
    kept = min(-(-last // step) * step, ids.shape[axis])
    return np.ascontiguousarray(ids[(slice(None),) * axis + (slice(kept),)])


def _load_json(path):
    return json.loads(path.read_text(encoding="utf-8"))


def _check_digests(folder):
    """Compare every file of the bundle with its manifest before anything of it is served.

    Triton may have copied this model alone to a folder of its own (it does so for a repository in
    S3); there is no manifest to compare with then, and the log says so.

    Raises:
        ValueError: a file is missing or differs; Triton then refuses to load the model.
    """
    bundle = folder.parent.parent
    manifest = bundle / "manifest.json"
    if not manifest.is_file():
        pb_utils.Logger.log_warn(f"no {manifest}: digests of this bundle are not checked here")
        return
    for name, entry in _load_json(manifest)["files"].items():
        got = hashlib.sha256((bundle / name).read_bytes()).hexdigest()
        if got != entry["sha256"]:
            raise ValueError(
                f"{bundle / name}: expected sha256 {entry['sha256']}, got {got}:"
                " publish the generation again, or fetch it again"
            )
