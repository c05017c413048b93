"""What a client does: visits of a few requests each, drawn by weight, without an end."""

import random
from collections.abc import Callable
from typing import Any

from benchmarks.load import checks
from benchmarks.load.calls import Call, Outcome, Script
from benchmarks.load.plan import MAX_K, PAGES, Plan, word

WITH_FILTER = 0.4
"""Share of searches and recommendations that have a filter."""


class Shopper:
    """One client: looks for things, turns pages, and looks after some items of its own."""

    def __init__(self, plan: Plan, number: int, rng: random.Random) -> None:
        """Client `number` of a plan."""
        self._plan, self._number, self._rng = plan, number, rng
        self._num_written = 0
        self.own: list[str] = []
        """Ids of the items that it wrote and has not deleted yet."""

    def script(self) -> Script:
        """Visits without an end."""
        visits: dict[Callable[[], Script], int] = {
            self._by_text: 30,
            self._by_id: 15,
            self._by_taste: 25,
            self._pages: 6,
            self._one_item: 12,
            self._listing: 4,
            self._own_item: 4,
        }
        while True:
            [visit] = self._rng.choices(list(visits), list(visits.values()))
            yield from visit()

    def farewell(self) -> Script:
        """Deletes what is left of its own items."""
        for item_id in list(self.own):
            path = f"/v1/items/{item_id}"
            yield Call(kind="delete item", method="DELETE", path=path, check=checks.ok_or_gone)

    def _by_text(self) -> Script:
        yield self._page("search text", self._text_query())

    def _by_id(self) -> Script:
        item_id = self._rng.choice(self._plan.item_ids)
        yield self._page("search item", {"query": {"item_id": item_id}}, (item_id,))

    def _by_taste(self) -> Script:
        taste = self._taste()
        yield self._page("recommend", taste, (*taste["positive"], *taste["negative"]))

    def _pages(self) -> Script:
        """The first pages of one list; once more from the first if the generation changed."""
        query = self._rng.choice((self._text_query, self._taste))()
        question = {**query, **self._filters(), "k": MAX_K}
        path = "/v1/search" if "query" in question else "/v1/recommend"
        first = yield Call(
            kind="first page", method="POST", path=path, body=question, check=checks.page_of(MAX_K)
        )
        outcome = first
        seen: set[str] = set()
        for _ in range(PAGES - 1):
            if not outcome.is_good or outcome.reply.status != 200:
                return
            seen |= {item["item_id"] for item in outcome.reply.document["items"]}
            outcome = yield Call(
                kind="next page",
                method="POST",
                path=path,
                body={**question, "cursor": outcome.reply.document["cursor"]},
                check=checks.next_page_of(MAX_K, seen, str(first.reply.generation)),
            )

    def _one_item(self) -> Script:
        item_id = self._rng.choice(self._plan.item_ids)
        yield Call(kind="get item", method="GET", path=f"/v1/items/{item_id}", check=checks.ok)

    def _listing(self) -> Script:
        yield Call(kind="list items", method="GET", path="/v1/items?limit=20", check=checks.ok)

    def _own_item(self) -> Script:
        """Write an item, find it by its text, read it, change it, find the change, delete it."""
        record = self._record()
        item_id = record["item_id"]
        for price in (1_000, 2_000):
            record["metadata"]["price"] = price
            written = yield Call(
                kind="write item",
                method="POST",
                path="/v1/items",
                body=record,
                check=checks.accepted,
            )
            if item_id not in self.own:
                self.own.append(item_id)
            if not written.is_good:
                return
            filters = {"item_id": [item_id, self._plan.item_ids[0]], "metadata.price": price}
            text = record["reinforced_feature_value"]["category"][0]
            yield self._read_back({"query": {"text": text}, "k": 5}, item_id)
            yield self._read_back({"query": {"text": text}, "filters": filters, "k": 2}, item_id)
            yield Call(
                kind="get own item",
                method="GET",
                path=f"/v1/items/{item_id}",
                check=checks.is_item(record),
            )
        yield from self._delete(item_id)

    def _delete(self, item_id: str) -> Script:
        path = f"/v1/items/{item_id}"
        outcome = yield Call(kind="delete item", method="DELETE", path=path, check=checks.ok)
        self.own.remove(item_id)
        if outcome.is_good:
            yield Call(kind="get deleted item", method="GET", path=path, check=checks.gone)

    def _read_back(self, question: dict[str, Any], item_id: str) -> Call:
        return Call(
            kind="search own item",
            method="POST",
            path="/v1/search",
            body=question,
            check=checks.holds(item_id),
        )

    def _page(self, kind: str, question: dict[str, Any], left_out: tuple[str, ...] = ()) -> Call:
        k = self._rng.choice((5, 10, MAX_K))
        return Call(
            kind=kind,
            method="POST",
            path="/v1/search" if "query" in question else "/v1/recommend",
            body={**question, **self._filters(), "k": k},
            check=checks.page_of(k, left_out),
        )

    def _text_query(self) -> dict[str, Any]:
        return {"query": {"text": self._rng.choice(self._plan.texts)}}

    def _taste(self) -> dict[str, Any]:
        liked, disliked = self._rng.randint(1, 3), self._rng.randint(0, 1)
        chosen = self._rng.sample(self._plan.item_ids, liked + disliked)
        return {"positive": chosen[:liked], "negative": chosen[liked:]}

    def _filters(self) -> dict[str, Any]:
        if not self._plan.filters or self._rng.random() >= WITH_FILTER:
            return {}
        return {"filters": dict(self._rng.choice(self._plan.filters))}

    def _record(self) -> dict[str, Any]:
        """An item of its own, with a text that only it has."""
        self._num_written += 1
        template = self._rng.choice(self._plan.templates)
        return {
            "item_id": f"load-{self._plan.run}-{self._number}-{self._num_written}",
            "clothes": dict(template["clothes"]),
            "reinforced_feature_value": {"category": [word(self._rng)]},
            "metadata": dict(template.get("metadata", {})),
        }


def outcome_of(call: Call, reply: Any) -> Outcome:
    """The answer to a call, judged."""
    return Outcome(reply=reply, faults=tuple(call.check(reply)))
