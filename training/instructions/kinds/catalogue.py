"""All kinds by name, and how often each is wanted."""

from collections.abc import Mapping

from training.instructions.kinds import photo, several, single
from training.instructions.kinds.scene import Kind

TEXT_KINDS: Mapping[str, tuple[Kind, float]] = {
    "describe": (single.describe, 1.0),
    "question": (single.question, 1.0),
    "not_stated": (single.not_stated, 0.4),
    "dialogue": (single.dialogue, 0.8),
    "search_query": (single.search_query, 0.8),
    "extract": (single.extract, 1.0),
    "compare": (several.compare, 1.0),
    "for_season": (several.for_season, 1.0),
    "for_occasion": (several.for_occasion, 1.0),
    "outfit": (several.outfit, 1.2),
    "refine": (several.refine, 1.0),
}
"""Kinds of pairs of text alone, with their weights."""

PHOTO_KINDS: Mapping[str, tuple[Kind, float]] = {
    "photo_describe": (photo.photo_describe, 1.0),
    "photo_question": (photo.photo_question, 1.0),
    "photo_query": (photo.photo_query, 0.6),
    "photo_extract": (photo.photo_extract, 0.8),
}
"""Kinds of pairs that show a photo."""
