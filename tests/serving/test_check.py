"""What does not fit a request's schema is refused by its field."""

import pytest

from serving.api.check import check
from serving.api.schemas import EMBED, RECOMMEND, SEARCH, JsonSchema
from serving.errors import InvalidRequest

QUERY = {"query": {"text": "black"}}


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        (QUERY, SEARCH),
        ({**QUERY, "k": 1}, SEARCH),
        ({**QUERY, "k": 100, "filters": None, "cursor": None}, SEARCH),
        ({"query": {"item": {"anything": 1}}}, SEARCH),
        ({"positive": ["a", {"clothes": {}}], "negative": []}, RECOMMEND),
    ],
)
def test_good_requests_pass(value: object, schema: JsonSchema) -> None:
    check(value, schema)


@pytest.mark.parametrize(
    ("value", "schema", "message"),
    [
        ([], SEARCH, "body: expected an object, got []"),
        (None, SEARCH, "body: expected an object, got None"),
        ({}, SEARCH, "query: expected an object, got nothing"),
        ({"query": {}}, SEARCH, "query: expected exactly one of text, item, item_id, got []"),
        (
            {"query": {"text": "a", "item_id": "b"}},
            SEARCH,
            "query: expected exactly one of text, item, item_id, got ['item_id', 'text']",
        ),
        (
            {"query": {"text": 3}},
            SEARCH,
            "query.text: expected a text of 1 to 1000 characters, got 3",
        ),
        (
            {"query": {"text": "x" * 1001}},
            SEARCH,
            "query.text: expected a text of 1 to 1000 characters, got 1001 characters",
        ),
        (
            {"query": {"text": "a\x00b"}},
            SEARCH,
            "query.text: expected a text without NUL characters, got 'a\\x00b'",
        ),
        ({"query": {"item": "sku"}}, SEARCH, "query.item: expected an object, got 'sku'"),
        ({**QUERY, "k": 0}, SEARCH, "k: expected a whole number from 1 to 100, got 0"),
        ({**QUERY, "k": 10**6}, SEARCH, "k: expected a whole number from 1 to 100, got 1000000"),
        ({**QUERY, "k": 2.5}, SEARCH, "k: expected a whole number from 1 to 100, got 2.5"),
        ({**QUERY, "k": True}, SEARCH, "k: expected a whole number from 1 to 100, got True"),
        ({**QUERY, "k": "3"}, SEARCH, "k: expected a whole number from 1 to 100, got '3'"),
        ({**QUERY, "k": None}, SEARCH, "k: expected a whole number from 1 to 100, got None"),
        ({**QUERY, "cursor": 3}, SEARCH, "cursor: expected a text, got 3"),
        ({**QUERY, "filters": []}, SEARCH, "filters: expected an object, got []"),
        (
            {**QUERY, "filter": {}},
            SEARCH,
            "filter: unknown key, expected one of query, k, filters, cursor; "
            "did you mean 'filters'?",
        ),
        (
            {"query": {"txt": "a"}},
            SEARCH,
            "query.txt: unknown key, expected one of text, item, item_id; did you mean 'text'?",
        ),
        (
            {"positive": []},
            RECOMMEND,
            "positive: expected a list of 1 to 100 entries, got 0 entries",
        ),
        (
            {"positive": ["a"] * 101},
            RECOMMEND,
            "positive: expected a list of 1 to 100 entries, got 101 entries",
        ),
        (
            {"positive": [7]},
            RECOMMEND,
            "positive.0: expected a text of 1 to 256 characters or an object, got 7",
        ),
        (
            {"positive": ["a"], "negative": [""]},
            RECOMMEND,
            "negative.0: expected a text of 1 to 256 characters, got ''",
        ),
        ({"items": {}}, EMBED, "items: expected a list of 1 to 256 entries, got {}"),
    ],
)
def test_bad_requests_are_refused_by_field(value: object, schema: JsonSchema, message: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        check(value, schema)
    assert str(caught.value) == message
    assert message.startswith(caught.value.field)


def test_a_long_value_is_not_repeated_in_whole() -> None:
    with pytest.raises(InvalidRequest) as caught:
        check({**QUERY, "k": "9" * 10**6}, SEARCH)
    assert len(str(caught.value)) < 300
