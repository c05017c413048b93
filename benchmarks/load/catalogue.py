"""The catalogue that an API serves, read through it."""

import os
from typing import Any

import httpx

from catalog.item import Item, parse_item
from catalog.schema import Schema

KEY = "MODISTE_LOAD_API_KEY"
"""Variable with the key that is sent where the API asks for one; it needs the role write."""


def items_at(url: str) -> list[Item]:
    """All items, without those that an earlier load left behind.

    Raises:
        httpx.HTTPError: the API does not answer, or refuses.
    """
    key = os.environ.get(KEY)
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    with httpx.Client(base_url=url, headers=headers, timeout=30.0) as client:
        schema = Schema.from_json(_get(client, "/v1/schema", {})["schema"])
        records: list[dict[str, object]] = []
        cursor: str | None = ""
        while cursor is not None:
            page = _get(client, "/v1/items", {"limit": "100", "cursor": cursor})
            records += page["items"]
            cursor = page["cursor"]
    items = (parse_item(record, schema) for record in records)
    return [item for item in items if not item.item_id.startswith("load-")]


def _get(client: httpx.Client, path: str, parameters: dict[str, str]) -> dict[str, Any]:
    given = {name: value for name, value in parameters.items() if value}
    answer = client.get(path, params=given).raise_for_status()
    found: dict[str, Any] = answer.json()
    return found
