"""How terms are found: whole, the longest first, in both languages."""

import pytest

from catalog.schema import Schema, default_schema
from training.instructions.check.scan import Scanner, Sort
from training.instructions.check.vocabulary import Vocabulary, lowered, read_vocabulary
from training.instructions.roles import find_roles
from training.instructions.rules import load_rules
from training.instructions.terms import load_terms


def vocabulary(schema: Schema) -> Vocabulary:
    terms, table = load_terms(), load_rules()
    return read_vocabulary(schema, terms, find_roles(schema, table, terms.silent), table)


@pytest.fixture(scope="module")
def words() -> Vocabulary:
    return vocabulary(default_schema())


def values(words: Vocabulary, text: str) -> list[set[str]]:
    """Values that a text claims, term by term."""
    found = [{value for _, value in term.meanings} for term in words.find(lowered(text))]
    return [meant for meant in found if meant != {""}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("BLACK shirts", ["Black", "02top_04shirt"]),
        ("a T-shirt", ["02top_02t-shirt"]),
        ("off-white blackened", []),
        ("slightly see-through", ["contain little"]),
        ("not see-through at all", ["none at all"]),
        ("블랙이고 화이트는", ["Black", "White"]),
        ("블랙셔츠", ["Black"]),
        ("검은색 가디건", ["Black", "01outer_04cardigan"]),
        ("면은", ["Cotton"]),
        ("보면 좋다면 면도기", []),
        ("신축성 약간 있음", ["contain little"]),
        ("02top_04shirt", ["02top_04shirt"]),
        ("normal length", ["nomal"]),
    ],
)
def test_terms_are_found_whole_and_the_longest_first(
    words: Vocabulary, text: str, expected: list[str]
) -> None:
    found = values(words, text)
    assert len(found) == len(expected)
    assert all(value in meant for value, meant in zip(expected, found, strict=True))


def test_an_alias_of_the_schema_is_a_term(words: Vocabulary) -> None:
    schema = Schema(
        standard={"hue": ("crimson",)}, reinforced=(), aliases={"hue": {"blood": "crimson"}}
    )
    assert values(vocabulary(schema), "Blood") == [{"crimson"}]


def test_a_text_is_taken_apart_into_names_quotes_terms_and_numbers(words: Vocabulary) -> None:
    text = "[a-black] costs 39,900 KRW, “black tie” is red; 색상은 1,000원"
    scanned = Scanner(words).scan(text, ["a-black"])
    found = [(piece.sort, piece.text, piece.currency) for piece in scanned.pieces]
    assert found == [
        (Sort.ITEM, "a-black", ""),
        (Sort.NUMBER, "39,900", "KRW"),
        (Sort.QUOTE, "black tie", ""),
        (Sort.TERM, "red", ""),
        (Sort.FIELD, "색상", ""),
        (Sort.NUMBER, "1,000", "KRW"),
    ]
    assert scanned.words == ["costs", "is", "은"]


def test_letters_that_grow_when_small_stay_at_their_place() -> None:
    assert len(lowered("İstanbul BLACK")) == len("İstanbul BLACK")
