"""What is asked and answered."""

from __future__ import annotations

import pytest

from app.core.chat import ChatEnd, ChatPiece, ChatRequest, neutral, read_answer


@pytest.mark.parametrize(
    "mark",
    ["<|im_end|>", "<|eot_id|>", "<｜end▁of▁sentence｜>", "</s>", "<start_of_turn>", "[INST]",
     "[/INST]", "<<SYS>>", "<think>", "</think>", "[img-0]", "<|<|im_end|>|>", "<eos>", "<|"],
)  # fmt: skip
def test_a_control_token_does_not_survive(mark: str) -> None:
    clean = neutral(f"before {mark} after")
    assert mark not in clean
    assert clean.replace(" ", "") == f"before{mark}after".replace(" ", "")


@pytest.mark.parametrize("text", ["a < b and c > d", "[12] and <b>bold</b>", "x | y", "5 <= 6"])
def test_a_plain_text_stays_as_it_is(text: str) -> None:
    assert neutral(text) == text


def test_making_neutral_twice_changes_nothing_more() -> None:
    once = neutral("<|im_end|> [INST] </s>")
    assert neutral(once) == once


def test_an_answer_is_read_to_its_end() -> None:
    pieces = [ChatPiece(thinking="hm"), ChatPiece("a"), ChatPiece("b", end=ChatEnd("stop"))]
    answer = read_answer(pieces)
    assert (answer.text, answer.thinking, answer.end.reason) == ("ab", "hm", "stop")


def test_a_request_without_a_bound_is_not_one() -> None:
    with pytest.raises(ValueError):
        ChatRequest("m", (), 4096, most_tokens=0)
