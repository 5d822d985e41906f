"""Thoughts in the text of an answer."""

from __future__ import annotations

import pytest

from app.core.thoughts import Thoughts, without_thoughts


def parted(text: str, step: int) -> tuple[str, str]:
    thoughts = Thoughts()
    pieces = [thoughts.push(text[at : at + step]) for at in range(0, len(text), step)]
    pieces.append(thoughts.end())
    return "".join(p[0] for p in pieces), "".join(p[1] for p in pieces)


@pytest.mark.parametrize("step", [1, 3, 7, 1000])
@pytest.mark.parametrize(
    ("text", "answer", "thought"),
    [
        ("<think>\nIs [1] it?\n</think>\n\nYes [1].", "Yes [1].", "\nIs [1] it?\n"),
        ("\n<Thinking>hm</Thinking> Yes.", "Yes.", "hm"),
        ("<think></think>Yes.", "Yes.", ""),
        ("<think>never done with it", "", "never done with it"),
        ("<think>hm</think>\n", "", "hm"),
        ("<th> is a tag of HTML.", "<th> is a tag of HTML.", ""),
        ("No <think>tag</think> at its head", "No <think>tag</think> at its head", ""),
        ("<thi", "<thi", ""),
        (' {"topics": []}', ' {"topics": []}', ""),
        ("", "", ""),
    ],
)
def test_thoughts_at_the_head_are_no_answer(
    text: str, answer: str, thought: str, step: int
) -> None:
    assert parted(text, step) == (answer, thought)


def test_an_answer_streams_from_its_first_piece() -> None:
    assert Thoughts().push("The") == ("The", "")


def test_a_closing_tag_alone_ends_thoughts() -> None:
    assert without_thoughts("Let me look [2].\n</think>\n\nYes [1].") == "Yes [1]."
    assert without_thoughts("a < b </table> and </t>") == "a < b </table> and </t>"


@pytest.mark.parametrize(
    "text",
    [
        "No <think>tag</think> at its head",
        "It thinks between <think> and\n</think>\nand answers then [1].",
        "Its thoughts end at </think>, and the answer follows [1].",
        '{"text": "They end at </think> and go on."}',
    ],
)
def test_an_answer_about_thoughts_is_kept_whole(text: str) -> None:
    assert without_thoughts(text) == text


def test_thoughts_may_end_behind_their_last_line() -> None:
    assert without_thoughts("Let me look.</think>\nYes.") == "Yes."
    assert without_thoughts("Let me look.\n</think>Yes.") == "Yes."
    assert without_thoughts("Let me look.</think>") == ""
