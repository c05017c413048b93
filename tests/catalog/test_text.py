"""Free text loses what a page does not show, and keeps what it says."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.text import normalise


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<p>Soft&nbsp;wool<br/>A &amp; B</p>", "Soft wool A & B"),
        ("one<b>two</b><li>three", "onetwo three"),
        ("<IMG src=a.jpg alt='x y'/>Tee<BR >", "Tee"),
        ("<script>x = 1</script>coat<style type='text/css'>p {}</STYLE >", "coat"),
        ("<script>coat", "coat"),
        ("<video controls src=x>a<iframe src='y' allowfullscreen></iframe>b", "a b"),
        ("<td nowrap>one<del>two</del><o:p></o:p>", "onetwo"),
        ("<B>Sale</B> <S>9</S> <b class=x>c", "Sale 9 c"),
        ("wool<!-- 100% -->coat <!-- open", "wool coat <!-- open"),
        ("&lt;ul&gt;&lt;li&gt;wool&lt;/li&gt;&lt;/ul&gt;", "wool"),
        ("&amp;amp;lt;br&amp;amp;gt;x", "x"),
        ("&#38;&#x26;#36;", "&$"),
        ("50 &euro; &#8364; &#x20AC;", "50 € € €"),
    ],
)
def test_markup_is_taken_away(text: str, shown: str) -> None:
    assert normalise(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        *(
            "size <38",
            "a < b and c > d",
            "a <b and c> d",
            "<NEW> coat",
            "Size <S>",
            "A<B>C",
            "R&D",
            "A & B",
            "Q&A; C",
        ),
        *("&unknown; coat", "<3 wool", "می\u200cخواهم", "👩\u200d👧", "revenue 5MM", "100% wool"),
        *("30 cm", "A1cm", "3.5.1 cm", "5G", "cm 30", "한글 텍스트", "ﬁt ½ size"),
    ],
)
def test_what_is_no_markup_and_no_unit_stays(text: str) -> None:
    assert normalise(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("총장 30㎝<br>면 100 ％", "총장 30 cm 면 100%"),
        ("길이 30CM의 원피스", "길이 30 cm의 원피스"),
        ("コットン100％<br>丈30CM", "コットン100% 丈30 cm"),
        ("2.5KG, 200g, 180GSM, 750ML?", "2.5 kg, 200 g, 180 gsm, 750ML?"),
        ("12,5 cm x 3mm", "12,5 cm x 3 mm"),
    ],
)
def test_units_are_written_one_way(text: str, shown: str) -> None:
    assert normalise(text) == shown


def test_invisible_characters_go() -> None:
    assert (
        normalise("\ufeffwo\u200bo\u00adl\u2060 \u200c\x07coat\x85x\u202e\u3164") == "wool coat x"
    )


_PIECES = (
    *("<br>", "<p", ">", "&amp;", "amp;", "&lt;", "br", "30", "CM", "㎝", " ", "％", "\u200d", "&"),
    *("#35;", "#38;", "<!--", "-->", "<script>", "</script>", "=", '"', "e\u0301", "x"),
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(), st.lists(st.sampled_from(_PIECES)).map("".join)))
def test_a_second_time_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_no_character_carries_more_than_thirty_marks() -> None:
    assert normalise("a" + "\u0323\u0301" * 500 + "b") == normalise("a" + "\u0323\u0301" * 15 + "b")
    assert normalise("e\u0301" * 100) == "é" * 100
    assert normalise("·" * 100) == "·" * 100


def test_what_is_escaped_without_end_stays() -> None:
    text = "&" * 40 + "#" + "35;" * 40
    assert normalise(text) == text
