"""The checker: nothing is found in what was made, and every false claim that is planted is."""

import copy
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog.item import Item
from catalog.schema import Schema, default_schema
from catalog.table import ITEMS, read_items
from tests.training.instructions.conftest import Shop
from tests.training.instructions.small_shop import generate, rows, write_folder
from training.instructions.check.holdings import holdings_of
from training.instructions.check.run import check_folder, holdings, make_verifier
from training.instructions.check.scan import Sort
from training.instructions.check.verify import Verifier
from training.instructions.terms import load_terms

Pair = dict[str, Any]


class Bench:
    """Pairs of the shop, a verifier, and all items."""

    def __init__(self, shop: Shop) -> None:
        self.pairs = rows(shop.pairs)
        self.verifier: Verifier = make_verifier(shop.items)
        self.items = {i.item_id: holdings_of(i) for i in read_items(shop.items / ITEMS)}

    def reasons(self, pair: Pair) -> list[str]:
        """What is found in a pair."""
        found = self.verifier.verify({"images": [], **pair}, self.items)
        return [f"{finding.claim}: {finding.reason}" for finding in found]

    def first(self, language: str, words: str, kind: str = "") -> Pair:
        """A copy of the first pair in whose last answer the words stand."""
        for pair in self.pairs:
            is_wanted = pair["language"] == language and kind in ("", pair["kind"])
            if is_wanted and words in pair["messages"][-1]["content"]:
                return copy.deepcopy(pair)
        raise AssertionError(f"no {kind} pair says {words!r} in {language}")

    def planted(self, language: str, words: str, others: str, kind: str = "") -> list[str]:
        """What is found where `others` stand instead of the words of an answer."""
        pair = self.first(language, words, kind)
        assert self.reasons(pair) == []
        answer = pair["messages"][-1]
        answer["content"] = answer["content"].replace(words, others, 1)
        return self.reasons(pair)


@pytest.fixture(scope="module")
def bench(shop: Shop) -> Bench:
    return Bench(shop)


def test_nothing_is_found_in_any_pair_that_was_made(shop: Shop) -> None:
    report = check_folder(shop.pairs, shop.items)
    assert [str(finding) for finding in report.findings] == []
    assert report.num_pairs == 600
    assert len(report.kinds) == 11


@pytest.mark.parametrize(
    ("language", "words", "others"),
    [
        ("en", "is black.", "is purple."),
        ("en", "It comes in black.", "It comes in Gray."),
        ("en", "made of cotton", "made of silk"),
        ("en", "meant for winter", "meant for summer"),
        ("en", "long-sleeved", "sleeveless"),
        ("ko", "색상은 블랙", "색상은 레드"),
        ("ko", "색상은 화이트", "색상은 빨간색"),
        ("ko", "코튼 소재", "울 소재"),
        ("ko", "소재는 코튼", "소재는 면, 모"),
        ("ko", "계절은 겨울", "계절은 여름"),
        ("ko", "긴소매", "민소매"),
    ],
)
def test_another_value_is_found(bench: Bench, language: str, words: str, others: str) -> None:
    found = bench.planted(language, words, others)
    assert any("term not held by" in reason for reason in found)


@pytest.mark.parametrize(
    ("language", "words", "others"),
    [("en", " KRW", "1 KRW"), ("en", " KRW", " USD"), ("ko", "00원", "50원")],
)
def test_another_price_or_currency_is_found(
    bench: Bench, language: str, words: str, others: str
) -> None:
    assert any("number not held by" in r for r in bench.planted(language, words, others))


def test_a_quote_that_is_no_text_of_the_item_is_found(bench: Bench) -> None:
    found = bench.planted("en", "The shop notes “", "The shop notes “made on the moon, ")
    assert any("quote not held by" in reason for reason in found)


@pytest.mark.parametrize(
    ("language", "words", "others", "word"),
    [
        ("en", "It is made", "It is waterproof and made", "waterproof"),
        ("en", "Its colour", "Its elegant colour", "elegant"),
        ("ko", "색상은", "방수가 되는 색상은", "방수가"),
    ],
)
def test_a_claim_in_words_of_its_own_is_found(
    bench: Bench, language: str, words: str, others: str, word: str
) -> None:
    found = bench.planted(language, words, others)
    assert f"{word}: a word that is no term, quote or statement, nor of a frame" in found


def test_an_item_that_the_pair_does_not_have_is_found(bench: Bench) -> None:
    pair = bench.first("en", "My pick is [", "for_season")
    stranger = next(name for name in bench.items if name not in pair["item_ids"])
    answer = pair["messages"][-1]
    answer["content"] = answer["content"].replace(pair["item_ids"][0], stranger)
    assert f"{stranger}: an item that the pair does not have" in bench.reasons(pair)


def test_a_pair_whose_item_is_gone_is_found(bench: Bench) -> None:
    pair = copy.deepcopy(bench.pairs[0])
    pair["item_ids"][0] = "sold-out"
    assert bench.reasons(pair) == ["sold-out: no such item"]


@pytest.mark.parametrize(("language", "kind"), [("en", "compare"), ("ko", "compare")])
def test_values_said_of_the_wrong_one_of_two_items_are_found(
    bench: Bench, language: str, kind: str
) -> None:
    words = {"en": "differs", "ko": "다릅니다"}[language]
    pair = bench.first(language, words, kind)
    first, second = (f"[{item_id}]" for item_id in pair["item_ids"])
    answer = pair["messages"][-1]
    swapped = answer["content"].replace(first, "[ ]").replace(second, first)
    answer["content"] = swapped.replace("[ ]", second)
    assert any("term not held by" in reason for reason in bench.reasons(pair))


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_value_said_of_several_items_is_held_by_each(bench: Bench, language: str) -> None:
    pair = bench.first(language, {"en": "share the", "ko": "같습니다"}[language], "compare")
    items = {**bench.items, "bare": holdings_of(Item(item_id="bare"))}
    answer = pair["messages"][-1]
    answer["content"] = answer["content"].replace(pair["item_ids"][1], "bare")
    pair["item_ids"][1] = "bare"
    found = bench.verifier.verify({"images": [], **pair}, items)
    assert any("term not held by bare" in str(finding) for finding in found)


def test_the_dearer_of_two_items_is_not_the_cheaper_one(bench: Bench) -> None:
    pair = bench.first("en", "costs less than", "compare")
    answer = pair["messages"][-1]
    head, _, tail = answer["content"].partition(" costs less than ")
    cheap = head[head.rindex("[") :]
    dear = tail[: tail.index("]") + 1]
    answer["content"] = f"{dear} costs less than {cheap}."
    assert "costs less than: the prices do not say so" in bench.reasons(pair)


def test_a_field_that_is_there_is_not_called_missing(bench: Bench) -> None:
    for language, words, label in (
        ("en", "The {} is not stated.", "colour"),
        ("ko", "{}은 적혀 있지 않습니다.", "색상"),
    ):
        pair = bench.first(language, "", "question")
        pair["messages"][-1]["content"] = words.format(label)
        assert any("said not to be stated" in reason for reason in bench.reasons(pair))


def test_json_with_a_value_or_a_field_of_its_own_is_found(bench: Bench) -> None:
    pair = bench.first("en", '"color": [', "extract")
    for text, reason in (
        ('{"color": ["Purple", "Orange", "Mixed"]}', "not held by"),
        ('{"colour": ["Black"]}', "no field of the schema"),
        ('{"category": null}', "said to be empty"),
        ('{"color": ', "no JSON"),
    ):
        pair["messages"][-1]["content"] = text
        assert any(reason in found for found in bench.reasons(pair))


def test_a_false_line_on_a_card_in_the_question_is_found(bench: Bench) -> None:
    pair = bench.first("en", "", "describe")
    question = pair["messages"][0]
    lines = question["content"].split("\n")
    at = next(n for n, line in enumerate(lines) if line.startswith("category: "))
    lines[at] = "category: jumpsuit" if "jumpsuit" not in lines[at] else "category: coat"
    question["content"] = "\n".join(lines)
    assert any("term not held by" in reason for reason in bench.reasons(pair))


def test_a_rule_is_of_the_table_and_fits_the_item_that_it_is_said_of(bench: Bench) -> None:
    pair = bench.first("en", "", "for_occasion")
    rules = bench.verifier.table.rules
    said = rules[pair["rules"][0]].say["en"]
    other = rules["occasion-workout"]
    answer = pair["messages"][-1]
    answer["content"] = answer["content"].replace(said, other.say["en"])
    # Not among the pair's rules: its words are words of their own.
    assert any("a word that is no term" in reason for reason in bench.reasons(pair))
    pair["rules"] = ["occasion-workout"]
    assert any("do not fit" in reason for reason in bench.reasons(pair))
    pair["rules"] = ["occasion-moon"]
    assert "occasion-moon: no such rule in the table" in bench.reasons(pair)


def test_a_pairing_is_not_said_of_what_it_is_not_for(bench: Bench) -> None:
    pair = bench.first("ko", "", "outfit")
    pair["item_ids"].reverse()
    assert any("a rule that is not for" in reason for reason in bench.reasons(pair))


@pytest.mark.parametrize(("language", "name"), [("en", "a workout"), ("ko", "운동")])
def test_an_occasion_that_no_rule_gives_is_found(bench: Bench, language: str, name: str) -> None:
    known = {"en": "a relaxed weekend", "ko": "편한 주말"}[language]
    found = bench.planted(language, known, name, "for_occasion")
    assert any(f"{name}: term not held by" in reason for reason in found)


@pytest.mark.parametrize(
    "change", [lambda fact: {**fact, "value": "Plaid"}, lambda fact: {**fact, "field": "clothes.x"}]
)
def test_a_declared_fact_that_the_item_does_not_hold_is_found(
    bench: Bench, change: Callable[[dict[str, str]], dict[str, str]]
) -> None:
    pair = bench.first("en", "", "question")
    pair["facts"] = [change(pair["facts"][0])]
    assert any("a fact not held by" in reason for reason in bench.reasons(pair))


def test_a_true_claim_that_is_not_declared_is_found(bench: Bench) -> None:
    pair = bench.first("en", "Its colour is", "refine")
    pair["facts"] = [f for f in pair["facts"] if f["field"] != "clothes.color"]
    assert any("not among the pair's facts" in reason for reason in bench.reasons(pair))


def test_only_the_items_that_are_asked_for_are_kept(shop: Shop) -> None:
    name = next(iter(read_items(shop.items / ITEMS))).item_id
    assert list(holdings(shop.items, [name, "nothing"])) == [name]


def test_any_term_of_any_answer_is_found_where_another_value_stands_for_it(bench: Bench) -> None:
    rng, verifier, standard = random.Random(0), bench.verifier, default_schema().standard
    terms, num_planted = load_terms(), 0
    for pair in bench.pairs:
        answer, language = pair["messages"][-1], pair["language"]
        if answer["content"].startswith("{"):
            continue
        said = {verifier.table.rules[r].say[language]: r for r in pair["rules"]}
        scanned = verifier.scanner.scan(answer["content"], pair["item_ids"], said)
        found = [piece for piece in scanned.pieces if piece.sort is Sort.TERM]
        for piece in rng.sample(found, min(1, len(found))):
            meant = {path for path, _ in piece.meanings}
            held = {fact for i in pair["item_ids"] for fact in bench.items[i].facts}
            others = [
                terms.value(role, value, language)
                for role, name in verifier.roles.standard.items()
                for value in standard[name]
                if verifier.roles.path(role) in meant
                and value not in verifier.roles.silent
                and (verifier.roles.path(role), value) not in held
            ]
            if others:
                text = answer["content"]
                text = text[: piece.start] + rng.choice(others) + text[piece.end :]
                planted = {
                    **pair,
                    "messages": [*pair["messages"][:-1], {**answer, "content": text}],
                }
                assert bench.reasons(planted), text
                num_planted += 1
    assert num_planted > 300


def test_a_value_that_is_called_like_a_word_of_a_frame_is_named_and_not_looked_up(
    tmp_path: Path,
) -> None:
    schema = Schema(standard={"style": ("cut", "plain"), "size": ("tall", "costs")}, reinforced=())
    items = [
        Item(item_id=f"{n}", clothes={"style": (s,), "size": (z,)}, metadata={"price": 900 + n})
        for n, (s, z) in enumerate((("cut", "tall"), ("plain", "costs"), ("plain", "tall")))
    ]
    folder = write_folder(tmp_path / "items", items, schema)
    assert generate(folder, tmp_path / "out", pairs=10)["pairs"] > 5
    report = check_folder(tmp_path / "out", folder)
    assert (report.num_findings, report.ambiguous) == (0, ("costs", "cut"))
