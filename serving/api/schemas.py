"""JSON Schemas of what comes in and goes out: the documentation and the check are one text.

`serving.api.check` refuses what does not fit the schemas of requests, and `/openapi.json` shows
the same ones. What an item's fields may be depends on the generation in use (`GET /v1/schema`), so
items are checked by `catalog.item`, not here.
"""

from typing import Any

JsonSchema = dict[str, Any]

MAX_K = 100
MAX_EXAMPLES = 100
MAX_TEXT_CHARS = 1_000
MAX_ID_CHARS = 256
MAX_EMBED_ITEMS = 256
MAX_ITEMS = 1_000

_TEXTS: JsonSchema = {
    "oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
}

ITEM: JsonSchema = {
    "type": "object",
    "description": "One product. Fields and values are those of GET /v1/schema.",
    "additionalProperties": False,
    "properties": {
        "item_id": {
            "type": "string",
            "maxLength": MAX_ID_CHARS,
            "description": "The shop's own id.",
        },
        "clothes": {
            "type": "object",
            "description": "Standard fields: one of the schema's values, or a list of them.",
            "additionalProperties": _TEXTS,
        },
        "reinforced_feature_value": {
            "type": "object",
            "description": "Reinforced fields: free text. `*` is text of no particular field.",
            "additionalProperties": _TEXTS,
        },
        "image": {
            "type": "string",
            "pattern": "^images/",
            "description": "Key of the picture, images/<sha256>.jpg; addresses are not fetched.",
        },
        "variant_group": {"type": "string", "description": "Shared by variants of one product."},
        "metadata": {"type": "object", "description": "What the shop wants back or filters on."},
    },
    "example": {
        "item_id": "sku-1",
        "clothes": {"color": ["White"], "season": "summer"},
        "reinforced_feature_value": {"category": ["oxford shirt"]},
        "metadata": {"price": 39000, "in_stock": True},
    },
}

ITEM_ID: JsonSchema = {"type": "string", "minLength": 1, "maxLength": MAX_ID_CHARS}
ANY_ITEM: JsonSchema = {"$ref": "#/components/schemas/Item"}
EACH_ALONE = "x-each-alone"
"""Marks a list whose entries `serving.api.check` leaves to whoever takes them one by one."""

_K: JsonSchema = {
    "type": "integer",
    "minimum": 1,
    "maximum": MAX_K,
    "default": 10,
    "description": "Items wanted.",
}
FILTERS: JsonSchema = {
    "type": ["object", "null"],
    "description": "Conditions that must all hold: a value, a list (any of them), null (missing), "
    '{"not": …}, and for metadata {"lt" | "lte" | "gt" | "gte": number or text}. Fields: '
    "clothes.<field>, reinforced_feature_value.<field>, metadata.<name>, variant_group, item_id.",
    "example": {"clothes.color": ["Black", "White"], "metadata.price": {"lte": 50000}},
}
CURSOR: JsonSchema = {
    "type": "string",
    "description": "The `cursor` of the page before; the rest of the request stays the same.",
}
_CURSOR: JsonSchema = {**CURSOR, "type": ["string", "null"]}
_EXAMPLES: JsonSchema = {
    "type": "array",
    "maxItems": MAX_EXAMPLES,
    "items": {"oneOf": [ITEM_ID, ANY_ITEM]},
}

SEARCH: JsonSchema = {
    "type": "object",
    "additionalProperties": False,
    "required": ["query"],
    "properties": {
        "query": {
            "type": "object",
            "additionalProperties": False,
            "minProperties": 1,
            "maxProperties": 1,
            "properties": {
                "text": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": MAX_TEXT_CHARS,
                    "description": "Words; those that are values of the schema ask for them.",
                },
                "item": ANY_ITEM,
                "item_id": ITEM_ID,
            },
        },
        "k": _K,
        "filters": FILTERS,
        "cursor": _CURSOR,
    },
    "example": {"query": {"text": "white linen shirt"}, "k": 10},
}

RECOMMEND: JsonSchema = {
    "type": "object",
    "additionalProperties": False,
    "required": ["positive"],
    "properties": {
        "positive": {**_EXAMPLES, "minItems": 1, "description": "Liked: ids or items."},
        "negative": {**_EXAMPLES, "description": "Disliked: ids or items."},
        "k": _K,
        "filters": FILTERS,
        "cursor": _CURSOR,
    },
    "example": {"positive": ["sku-1"], "negative": ["sku-2"], "k": 10},
}


def _batch(most: int) -> JsonSchema:
    """A list of items of which each is judged alone: one that is none loses no other."""
    each: JsonSchema = {"items": ANY_ITEM, EACH_ALONE: True}
    return {"type": "array", "minItems": 1, "maxItems": most, **each}


EMBED: JsonSchema = {
    "type": "object",
    "additionalProperties": False,
    "required": ["items"],
    "properties": {
        "items": _batch(MAX_EMBED_ITEMS),
    },
}

ITEMS: JsonSchema = {
    "type": "object",
    "additionalProperties": False,
    "required": ["items"],
    "properties": {
        "items": _batch(MAX_ITEMS),
    },
}

LIMIT: JsonSchema = {**_K, "default": 20, "description": "Items on a page."}

_GENERATION: JsonSchema = {
    "type": "string",
    "description": "The generation that answered.",
    "example": "g0001",
}
_NEXT: JsonSchema = {
    "type": ["string", "null"],
    "description": "Send it with the same request for the next page; null on the last one.",
}
_HIT: JsonSchema = {
    **ITEM,
    "properties": {
        **ITEM["properties"],
        "score": {"type": "number", "description": "Higher is nearer; 1 is the same."},
    },
}

ANSWER: JsonSchema = {
    "type": "object",
    "properties": {
        "generation": _GENERATION,
        "items": {"type": "array", "items": _HIT},
        "cursor": _NEXT,
    },
}
ITEM_ANSWER: JsonSchema = {
    "type": "object",
    "properties": {"generation": _GENERATION, "item": ANY_ITEM},
}
LISTING: JsonSchema = {
    "type": "object",
    "properties": {
        "generation": _GENERATION,
        "items": {"type": "array", "items": ANY_ITEM},
        "cursor": _NEXT,
    },
}
DELETED: JsonSchema = {
    "type": "object",
    "properties": {"generation": _GENERATION, "item_id": {"type": "string"}},
}
FAULT: JsonSchema = {
    "type": "object",
    "description": "Why one item was not taken.",
    "properties": {
        "index": {"type": "integer", "description": "Its place in a JSON batch, from 0."},
        "line": {"type": "integer", "description": "Its line in a stream, from 1."},
        "item_id": {"type": "string"},
        "field": {"type": "string"},
        "reason": {"type": "string"},
        "got": {"type": "string"},
        "allowed": {"type": "array", "items": {"type": "string"}},
    },
}
WRITTEN: JsonSchema = {
    "type": "object",
    "properties": {
        "generation": _GENERATION,
        "accepted": {"type": "integer", "description": "Items committed with their vectors."},
        "changed": {"type": "integer", "description": "Of these, new ones and changed ones."},
        "refused": {"type": "integer", "description": "Items that were not taken."},
        "errors": {
            "type": "array",
            "items": {"$ref": "#/components/schemas/Fault"},
            "description": "Why, for the first 1000 that were not taken.",
        },
    },
}
EMBEDDED: JsonSchema = {
    "type": "object",
    "properties": {
        "generation": _GENERATION,
        "embeddings": {
            "type": "array",
            "description": "One vector of unit length an item; null for one that has an error.",
            "items": {"type": ["array", "null"], "items": {"type": "number"}},
        },
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Fault"}},
    },
}
GENERATIONS: JsonSchema = {
    "type": "object",
    "properties": {
        "generation": {"type": ["string", "null"], "description": "The one in use."},
        "generations": {"type": "array", "items": {"type": "object"}},
    },
}
SCHEMA_ANSWER: JsonSchema = {
    "type": "object",
    "properties": {
        "generation": _GENERATION,
        "schema": {
            "type": "object",
            "properties": {
                "standard": {
                    "type": "object",
                    "additionalProperties": {"type": "array", "items": {"type": "string"}},
                },
                "reinforced": {"type": "array", "items": {"type": "string"}},
                "aliases": {"type": "object"},
            },
        },
    },
}
PROBLEM: JsonSchema = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "required": ["type", "title", "status", "detail", "request_id"],
    "properties": {
        "type": {"type": "string", "example": "urn:modiste:problem:invalid-request"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "description": "The path that was asked."},
        "request_id": {"type": "string"},
        "field": {"type": "string", "description": "The field that is wrong."},
        "got": {"description": "What it held, shortened."},
        "allowed": {"description": "What it may hold."},
        "part": {"type": "string", "description": "The part of the service that is missing."},
    },
}
COMPONENTS: dict[str, JsonSchema] = {"Item": ITEM, "Fault": FAULT, "Problem": PROBLEM}
