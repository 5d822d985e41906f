"""The small pattern language of cue phrases."""

from __future__ import annotations

import pytest

from app.core.text.cues import CueBook, Hit, Stream
from app.core.text.tokens import tokenize


def book(*strong: str, never: tuple[str, ...] = (), **more: list[str]) -> CueBook:
    lists = {"who": ["I", "all of us"], "verb": ["send", "send {thing}"], "thing": ["mail"]}
    return CueBook({"kind": {"strong": list(strong), "never": list(never), **more}}, lists)


def hit(cues: CueBook, text: str, names: frozenset[int] = frozenset()) -> Hit | None:
    return cues["kind"].find(Stream(tokenize(text), {"um"}, names))


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("we|they agree", "so they agree now", True),
        ("we|they agree", "so they agreed now", False),
        ("we all? agree", "we agree", True),
        ("we all? agree", "We all agree.", True),
        ("we .. agree", "we really do finally agree", True),
        ("we .. agree", "we one two three four five agree", False),
        ("^ agree", "agree now", True),
        ("^ agree", "we agree", False),
        ("I'll go", "well I ’ll go", True),
        ("haven't|isn't done", "it isn't done", True),
        ("{who} go", "all of us go", True),
        ("{who} {verb}", "I send mail", True),
        ("page {digits}", "see page 1,200 of it", True),
        ("the {ordinal}", "on the 3rd", True),
        ("at {clock}", "at 10:30", True),
        ("at {clock}", "at 34.19", False),
        ("{clock}", "at 3.15pm", True),
        ("{dotted}", "at 10.30", True),
        ("{date}", "due 2025-03-14", True),
        ("we go", "we um go", True),
        ("we go", "we we go", True),
        ("we go", "", False),
    ],
)
def test_a_phrase_finds_what_it_describes(phrase: str, text: str, found: bool):
    assert (hit(book(phrase), text) is not None) is found


def test_the_words_of_a_further_group_are_told():
    cue = book("go", asks=["what|how many", "why"])["kind"]
    assert cue.said("asks", Stream(tokenize("So how many go, and why?"))) == "how many"
    assert cue.said("asks", Stream(tokenize("Nobody goes."))) == ""
    assert cue.said("other", Stream(tokenize("Why?"))) == ""


def test_the_words_that_count_places_stand_alone():
    assert CueBook({}, {"nth": ["first", "twenty third", "{ordinal}"]}).ordinals == {
        "first", "twenty", "third",
    }  # fmt: skip


def test_a_name_is_found_where_one_was_seen():
    cues = book("{name} will")
    assert hit(cues, "Anna Lee will", frozenset({0, 1})) == Hit(2.0, 0, 2)
    assert hit(cues, "Anna will") is None


def test_a_word_of_a_phrase_may_be_a_name():
    assert hit(book("will go"), "Will go", frozenset({0}))


def test_what_is_forbidden_is_not_found():
    cues = book("decided", never=("not decided",))
    assert hit(cues, "we decided")
    assert hit(cues, "not decided") is None
    assert cues["kind"].forbidden(Stream(tokenize("not decided")))
    assert cues["kind"].find_all(Stream(tokenize("not decided"))) == []


def test_a_strong_phrase_goes_before_a_good_one():
    cues = book("friday", good=["by"])
    found = hit(cues, "by friday")
    assert found == Hit(2.0, 1, 1)
    assert cues["kind"].find_all(Stream(tokenize("by friday"))) == [Hit(2.0, 1, 1), Hit(1.0, 0, 0)]


def test_a_hit_says_which_words_it_is_made_of():
    assert hit(book("b c"), "a um b b c d") == Hit(2.0, 2, 4)


def test_the_longer_entry_of_a_list_is_taken():
    assert hit(book("{verb}"), "send mail") == Hit(2.0, 0, 1)


def test_a_further_group_is_asked_by_name():
    cues = book("x", starts=["^ what"])
    assert cues["kind"].also("starts", Stream(tokenize("what now")))
    assert not cues["kind"].also("starts", Stream(tokenize("now what")))
    assert not cues["kind"].also("unknown", Stream(tokenize("what now")))


def test_an_unknown_kind_finds_nothing():
    assert book("x")["other"].find(Stream(tokenize("x"))) is None
