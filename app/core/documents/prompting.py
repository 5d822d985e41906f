"""What the model is given to read: rules, earlier turns, numbered passages, the question."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence

from app.core.chat import ChatMessage, neutral
from app.core.documents.citations import disarmed, uncited
from app.core.documents.model import Hit, Message
from app.core.prompts import load_prompt

# Few languages put fewer bytes of UTF-8 into a token of a common vocabulary.
_BYTES_PER_TOKEN = 2.8
_PER_MESSAGE = 12  # tokens that a chat template adds around a message
_MOST_TURNS = 4
_TURN_CHARACTERS = 600


def tokens(text: str) -> int:
    """Return how many tokens ``text`` has at most, as nearly as can be told without a model."""
    return math.ceil(len(text.encode("utf-8", "replace")) / _BYTES_PER_TOKEN)


def messages(
    question: str, hits: Sequence[Hit], earlier: Sequence[Message], room: int
) -> tuple[tuple[ChatMessage, ...], int]:
    """Return the messages to send and how many of the hits they hold: the first ones.

    ``room`` is what the prompt may take, in tokens. Passages go before earlier turns:
    of those only what still fits is sent. At least one passage is.
    """
    rules = load_prompt("answer")
    room -= tokens(rules) + tokens(question) + 3 * _PER_MESSAGE
    mark = _mark(question, hits)
    blocks: list[str] = []
    for number, hit in enumerate(hits, start=1):
        block = _block(number, hit, mark)
        room -= tokens(block)
        if blocks and room < 0:
            room += tokens(block)
            break
        blocks.append(block)
    asked = "\n".join([*blocks, "", "Question: " + neutral(question)])
    turns = _turns(earlier, room)
    sent = (ChatMessage("system", rules), *turns, ChatMessage("user", asked))
    return sent, len(blocks)


def _mark(question: str, hits: Sequence[Hit]) -> str:
    """Return a word that no passage can have been written to contain."""
    texts = "\0".join([question, *(hit.text for hit in hits)])
    return hashlib.sha256(texts.encode("utf-8", "replace")).hexdigest()[:8]


def _block(number: int, hit: Hit, mark: str) -> str:
    name = hit.path.replace("\\", "/").rpartition("/")[2]
    place = f", page {hit.page}" if hit.page is not None else ""
    about = f", under: {hit.heading}" if hit.heading else ""
    head = neutral(disarmed(f"{name}{place}{about}".replace("\n", " ")))
    text = neutral(disarmed(hit.text))
    return f"=== passage {number} {mark}: {head} ===\n{text}\n=== end {number} {mark} ==="


def _turns(earlier: Sequence[Message], room: int) -> list[ChatMessage]:
    """Return the latest turns that fit, shortened, the oldest first."""
    kept: list[ChatMessage] = []
    for turn in reversed(earlier[-_MOST_TURNS:]):
        said = uncited(turn.text) if turn.role == "assistant" else turn.text
        text = neutral(said[:_TURN_CHARACTERS])
        room -= tokens(text) + _PER_MESSAGE
        if room < 0:
            break
        kept.insert(0, ChatMessage(turn.role, text))
    return kept
