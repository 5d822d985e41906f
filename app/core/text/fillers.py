"""Cutting filler off the edges of a quote.

Inside a quote every word stays, also the "um". At its edges go: sounds of hesitation,
always; words such as "okay" at the start, and at the end where a comma or a full stop
sets them apart; words such as "right" only where something sets them apart ("on the
right ." keeps its word); and words that only join ("and", "but").
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.core.text.languages import Language
from app.core.text.sentences import Span
from app.core.text.tokens import Token

_APART = re.compile(r"[.,;:!?…—–-]")
# The beginning of a word that was not finished ("th", "d"), or a clitic left alone.
_BROKEN = re.compile(r"(?:[b-df-hj-np-tv-xz]{1,2}|'\w{1,2})\Z")
_MARK = re.compile(r"\s{0,3}[?!？！]+|[.…。]+|[)\]\"”»]+[.?!]*")
_ASKED = re.compile(r"\s{0,3}[?？]")
_LONGEST_FILLER = 6


def trim(
    text: str, tokens: Sequence[Token], language: Language, limit: int | None = None
) -> Span | None:
    """Return the span from the first to the last of ``tokens`` that is no filler.

    A mark that ends the sentence ("?", "." without a space before it) stays, as far as
    it lies before ``limit``. None when nothing but filler is there.
    """
    first, last = _trim_start(text, tokens, language), len(tokens)
    while last > first:
        cut = _end_filler(text, tokens, first, last, language)
        if not cut:
            break
        last -= cut
    if first >= last:
        return None
    return tokens[first].start, _with_mark(
        text, tokens, last, len(text) if limit is None else limit
    )


def _asks_last(text: str, token: Token, language: Language) -> bool:
    """Return whether a question ends in this word: "Who is it for?" is not broken off."""
    return token.norm in language.asked_last and _ASKED.match(text, token.end) is not None


def _trim_start(text: str, tokens: Sequence[Token], language: Language) -> int:
    first = 0
    while first < len(tokens):
        cut = _start_filler(text, tokens, first, language)
        if not cut:
            break
        first += cut
    return first


def _start_filler(text: str, tokens: Sequence[Token], at: int, language: Language) -> int:
    """Return how many tokens of filler begin at ``at``."""
    norm = tokens[at].norm
    if norm in language.hesitations:
        return 1
    words = tuple(t.norm for t in tokens[at : at + _LONGEST_FILLER])
    if any(words[: len(keep)] == keep for keep in language.start_keeps):
        return 0
    for length in range(len(words), 0, -1):
        if words[:length] in language.fillers:
            return length
        if words[:length] in language.apart and _ends_apart(text, tokens, at + length, language):
            return length
    broken = _BROKEN.match(norm) is not None and norm not in language.abbreviations
    return 1 if broken or norm in language.start_words else 0


def _ends_apart(text: str, tokens: Sequence[Token], after: int, language: Language) -> bool:
    """Return whether a pause, other filler, a subject or nothing stands at ``after``."""
    if after >= len(tokens):
        return True
    between = text[tokens[after - 1].end : tokens[after].start]
    following = tokens[after].norm
    return (
        bool(_APART.search(between))
        or following in language.hesitations
        or following in language.apart_before
        or (following,) in language.fillers
    )


def _end_filler(
    text: str, tokens: Sequence[Token], first: int, last: int, language: Language
) -> int:
    """Return how many tokens of filler end in front of ``last``."""
    norm = tokens[last - 1].norm
    if norm in language.hesitations:
        return 1
    if norm in language.end_words and not _asks_last(text, tokens[last - 1], language):
        return 1
    words = tuple(t.norm for t in tokens[max(first, last - _LONGEST_FILLER) : last])
    for length in range(len(words), 0, -1):
        phrase = words[-length:]
        if phrase in language.end_fillers:
            return length
        known = phrase in language.fillers or phrase in language.apart
        if known and (
            last - length == first or _begins_apart(text, tokens, last - length, language)
        ):
            return length
    return 0


def _begins_apart(text: str, tokens: Sequence[Token], at: int, language: Language) -> bool:
    before = tokens[at - 1]
    between = text[before.end : tokens[at].start]
    return bool(_APART.search(between)) or before.norm in language.hesitations


def _with_mark(text: str, tokens: Sequence[Token], last: int, limit: int) -> int:
    """Return where the quote ends: with its own closing mark, where that closes the quote."""
    end = tokens[last - 1].end
    if last == len(tokens):
        mark = _MARK.match(text, end, limit)
        if mark:
            return mark.end()
    elif text[end : end + 1] in (".", "?", "!"):
        return end + 1
    return end
