"""A model's answer, of which nothing is trusted."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.meetings.minutes_parse import Item, Items, mended, parse, read_object

KNOWN = {1, 2, 3}


def answer(**lists: object) -> str:
    base = {"topics": [], "decisions": [], "actions": [], "questions": [], "dates": []}
    return json.dumps(base | lists)


def test_items_are_read_with_what_they_cite() -> None:
    items = parse(
        answer(
            decisions=[{"text": " Move  it. ", "segments": [2, 1, 2]}],
            actions=[{"task": "Call", "owner": "Anna", "due": None, "segments": [3]}],
            questions=[
                {"text": "Who?", "segments": [1], "answer": {"text": "Tom", "segments": [2]}}
            ],
            topics=[{"title": "Move", "points": [{"text": "It moves.", "segments": [1]}]}],
        ),
        KNOWN,
    )
    assert items is not None
    assert items.decisions == [Item("Move it.", (1, 2))]
    assert items.actions == [Item("Call", (3,), "Anna", None)]
    assert items.questions[0].answer == Item("Tom", (2,))
    assert items.topics == [("Move", [Item("It moves.", (1,))])]
    assert len(list(items.all())) == 4


@pytest.mark.parametrize("segments", [[99], [], None, "none", {}, [True], [-1], [[1]]])
def test_what_cites_no_entry_of_the_part_cites_nothing(segments: object) -> None:
    items = parse(answer(decisions=[{"text": "x", "segments": segments}]), KNOWN)
    assert items is not None and items.decisions == [Item("x", ())]


@pytest.mark.parametrize("segments", ["1", ["[1]"], 1, ["entry 1"]])
def test_an_entry_written_in_another_way_is_understood(segments: object) -> None:
    items = parse(answer(decisions=[{"text": "x", "segments": segments}]), KNOWN)
    assert items is not None and items.decisions[0].segments == (1,)


@pytest.mark.parametrize(
    "decisions", [None, [], [{}], [{"text": ""}], [{"text": "", "segments": [1]}]]
)
def test_what_is_no_item_is_left_out(decisions: object) -> None:
    items = parse(answer(decisions=decisions), KNOWN)
    assert items is not None and items.decisions == []


@pytest.mark.parametrize("owner", ["null", "None", "unknown", "", 5, []])
def test_nobody_is_nobody(owner: object) -> None:
    items = parse(answer(actions=[{"task": "x", "owner": owner, "segments": [1]}]), KNOWN)
    assert items is not None and items.actions[0].owner is None


@pytest.mark.parametrize(
    "text", ["", "I am sorry.", "[]", "7", '{"a": 1}', "{", '{"topics": ', "[" * 100_000, "{]"]
)
def test_an_answer_of_another_form_is_none(text: str) -> None:
    assert parse(text, KNOWN) is None


def test_words_and_fences_around_the_object_do_not_matter() -> None:
    assert read_object('Here it is:\n```json\n{"a": 1}\n```\nGood luck!') == {"a": 1}


@pytest.mark.parametrize(
    "words",
    [
        "Sure! {{\n{0}\nHope {{that}} helps!",
        'I think {{1}} says it.\n```json\n{0}\n```\nThe form was {{"a": 1}}.',
        '{{"topics": [], "decisions": []}} is the form, so:\n{0}',
        '{0}\nWithout decisions it is {{"topics": [], "decisions": []}}.',
        '{{"minutes": {0}}}',
        "[{0}]",
    ],
)
def test_an_object_among_braces_is_found(words: str) -> None:
    said = answer(decisions=[{"text": "x {y}", "segments": [1]}])
    items = parse(words.format(said), KNOWN)
    assert items is not None and items.decisions == [Item("x {y}", (1,))]


def test_words_before_a_broken_object_do_not_matter() -> None:
    said = answer(topics=[{"title": "T", "points": [{"text": "x", "segments": [1]}]}])
    items = parse("So {it} is:\n" + said[:75], KNOWN, broken=True)
    assert items is not None and items.topics == [("T", [Item("x", (1,))])]


def test_a_broken_end_costs_only_the_item_it_broke() -> None:
    whole = answer(decisions=[{"text": f'say "{i}" \\', "segments": [1]} for i in range(5)])
    broken = whole[: whole.index("3") + 2]
    assert parse(broken, KNOWN) is None
    items = parse(broken, KNOWN, broken=True)
    assert items is not None
    assert [i.text for i in items.decisions] == [f'say "{i}" \\' for i in range(3)]


@given(st.text(alphabet='{}[]",:\\ab1 ', max_size=60))
def test_mending_never_fails(text: str) -> None:
    assert len(mended(text)) <= 2 * len(text)
    items = parse(text, KNOWN, broken=True)
    assert items is None or not list(items.all())


@given(st.integers(min_value=0, max_value=400))
def test_an_answer_broken_anywhere_is_read_or_refused(cut: int) -> None:
    whole = answer(
        topics=[{"title": "T", "points": [{"text": 'a "quoted" {word}', "segments": [1]}]}],
        decisions=[{"text": "x]", "segments": [2]}],
    )
    items = parse(whole[:cut], KNOWN, broken=True)
    assert items is None or len(list(items.all())) <= 2


def test_lists_and_texts_have_limits() -> None:
    items = parse(answer(decisions=[{"text": "x" * 999, "segments": [1]}] * 99), KNOWN)
    assert items is not None
    assert len(items.decisions) <= 60 and len(items.decisions[0].text) <= 600


@pytest.mark.parametrize(
    "lists", ['"decisions": "x"', '"actions": {"task": "x"}', '"topics": 3, "decisions": []',
              '"decisions": ["We go."]', '"decisions": [{"text": 5}]',
              '"decisions": [], "actions": [{"what": "Call Anna", "segments": [1]}]'],
)  # fmt: skip
def test_lists_of_another_type_are_no_answer(lists: str) -> None:
    assert parse("{" + lists + "}", KNOWN) is None


@pytest.mark.parametrize(
    ("name", "filler"),
    [
        ("actions", {"task": "", "owner": "none", "due": "null", "segments": []}),
        ("actions", {"task": " ", "owner": "-", "due": None, "segments": [1]}),
        ("questions", {"text": "", "answer": {"text": "", "segments": []}, "segments": []}),
        ("questions", {"text": "", "answer": {"text": "none", "segments": []}, "segments": []}),
        ("topics", {"title": "", "points": [{"text": "", "segments": []}]}),
        ("dates", {"text": "-", "segments": []}),
    ],
)
def test_a_list_with_nothing_but_fillers_costs_no_other_list(name: str, filler: object) -> None:
    good = {"decisions": [{"text": "Move it.", "segments": [1]}]}
    items = parse(answer(**good, **{name: [filler]}), KNOWN)
    assert items is not None and items.decisions == [Item("Move it.", (1,))]


@pytest.mark.parametrize(
    "entry", [{"action": "Call Anna", "owner": "Tom"}, {"text": {"said": "x"}}, {"what": 5}]
)
def test_a_list_whose_text_has_another_name_is_not_lost_unseen(entry: object) -> None:
    assert parse(answer(actions=[entry]), KNOWN) is None


def test_all_but_questions_of_entries_that_are_known_is_left_out() -> None:
    old, both = Item("old", (1, 2)), Item("new", (2, 3))
    items = Items(
        topics=[("Gone", [old]), ("Kept", [old, both])],
        decisions=[old, both],
        actions=[both, old],
        questions=[old, both],
        dates=[old],
    )
    assert items.without({1, 2}) == Items([("Kept", [both])], [both], [both], [old, both], [])
    assert items.without(set()) == items


def test_what_a_model_copies_from_the_form_it_was_shown_says_nothing() -> None:
    dots = {"text": "…", "segments": [1]}
    answer = {
        "topics": [{"title": "…", "points": [dots]}],
        "decisions": [dots, {"text": "The lamp is bought.", "segments": [2]}],
        "actions": [{"task": "Buy it", "owner": "…", "due": "...", "segments": [1, 2]}],
        "questions": [{"text": "Who?", "segments": [1], "answer": dots}],
    }
    found = parse(json.dumps(answer), {1, 2})
    assert found is not None and found.topics == []
    assert [d.text for d in found.decisions] == ["The lamp is bought."]
    assert (found.actions[0].owner, found.actions[0].due) == (None, None)
    assert found.questions[0].answer is None
