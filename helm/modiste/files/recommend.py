"""Asks the retrieval service for a recommendation, as a shop would: `helm test` runs this.

Reads MODISTE_URL, and MODISTE_API_KEY where keys are asked for. Takes the first item of
GET /v1/items and asks POST /v1/recommend what is like it. The standard library is enough.
"""

import json
import os
import sys
import urllib.error
import urllib.request

TIMEOUT_S = 30
K = 3


def ask(path: str, body: dict | None = None) -> dict:
    """The JSON answer of a path; a body is sent by POST."""
    headers = {"content-type": "application/json"}
    if key := os.environ.get("MODISTE_API_KEY"):
        headers["authorization"] = f"Bearer {key}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(os.environ["MODISTE_URL"] + path, data, headers)
    with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
        return json.load(answer)


def main() -> None:
    """Recommend, and end with the reason where that fails."""
    try:
        items = ask("/v1/items?limit=1")["items"]
        if not items:
            sys.exit("no items: expected a catalogue, got none; run the pipeline train_and_deploy")
        item_id = items[0]["item_id"]
        answer = ask("/v1/recommend", {"positive": [item_id], "k": K})
    except urllib.error.HTTPError as error:
        sys.exit(f"{error.url}: {error.code} {error.read().decode(errors='replace')}")
    except OSError as error:
        sys.exit(f"{os.environ['MODISTE_URL']}: {error}")
    if not answer["items"]:
        sys.exit(f"{item_id}: expected items that are like it, got none")
    ids = ", ".join(item["item_id"] for item in answer["items"])
    print(f"generation {answer['generation']}: {item_id} is like {ids}")


main()
