"""Numbers and dates as they stand in a text."""

from __future__ import annotations

from app.core.text.cues import Stream
from app.core.text.languages import Language
from app.core.text.sentences import Span
from app.core.text.tokens import tokenize


def find_numbers(text: str, language: Language) -> list[Span]:
    """Return the character spans of numbers, in figures and in words ("twenty five")."""
    words = language.cues.numbers if language.cues else frozenset()
    spans: list[Span] = []
    joined = False
    for token in tokenize(text):
        is_word = token.norm in words or all(p in words for p in token.norm.split("-"))
        if is_word and joined and spans and not text[spans[-1][1] : token.start].strip():
            spans[-1] = (spans[-1][0], token.end)
        elif is_word or token.norm[0].isdigit():
            spans.append((token.start, token.end))
        joined = is_word
    return spans


def find_dates(text: str, language: Language) -> list[Span]:
    """Return the character spans of dates and times of day; none without cues."""
    if language.cues is None:
        return []
    tokens = tokenize(text)
    hits = language.cues["dates"].find_all(Stream(tokens, language.unheard))
    return sorted((tokens[h.first].start, tokens[h.last].end) for h in hits)
