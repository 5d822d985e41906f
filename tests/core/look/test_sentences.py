"""Sentences out of a stream, for speech."""

from __future__ import annotations

import pytest

from app.core.look.sentences import SentenceStream

TEXT = "A red cup stands on a table. It holds 3.5 pens, i.e. few. Dr. Hill waves!\nNobody else"


def heard(text: str, step: int) -> list[str]:
    stream = SentenceStream()
    found = [s for i in range(0, len(text), step) for s in stream.push(text[i : i + step])]
    return found + stream.end()


@pytest.mark.parametrize("step", [1, 2, 7, 1000])
def test_the_sentences_do_not_depend_on_how_the_text_was_cut(step: int) -> None:
    assert heard(TEXT, step) == [
        "A red cup stands on a table.",
        "It holds 3.5 pens, i.e. few.",
        "Dr. Hill waves!",
        "Nobody else",
    ]


def test_a_sentence_is_given_as_soon_as_the_next_one_begins() -> None:
    stream = SentenceStream()
    assert stream.push("A cup. ") == []
    assert stream.push("It") == ["A cup."]


def test_a_line_end_ends_a_sentence() -> None:
    assert SentenceStream().push("A list\nand") == ["A list"]


def test_marks_of_markdown_are_not_spoken() -> None:
    assert heard("# Kitchen\n- a **red** cup\n* two `pens`\n---\n", 3) == [
        "Kitchen", "a red cup", "two pens",
    ]  # fmt: skip


def test_nothing_is_said_of_nothing() -> None:
    assert heard(" \n\n ** \n", 2) == []
