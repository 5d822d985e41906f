"""Where sentences and clauses end, in prose and in speech transcripts.

Speech corpora set punctuation apart ("okay , so . we start ."), prose has
abbreviations and decimals, and a recogniser may write no punctuation at all: then a
long stretch is cut in front of words that begin a clause.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Collection

from app.core.text.tokens import Token

Span = tuple[int, int]

# The look-behind keeps a run of full stops from being read anew from each of them.
_END = re.compile(
    r"""(?<![.!?…‥])[.!?…‥]+["'’”»)\]]*(?=\s|\Z)
      | [。！？]+[」』”）]*
      | \n[^\S\n]{0,80}\n
      | [\r\n]+(?=[ \t]{0,40}[-*•])""",
    re.VERBOSE,
)
_WORD_BEFORE = re.compile(r"[^\s(\[\"'“„»«]*\Z")
_NEXT_WORD = re.compile(r"\s*[\"'“„(\[]*(\S)")
_INITIAL = re.compile(r"[^\W\d_]\Z")
_BREAK = re.compile(r"[,;:—–]|\s-+\s")
# Words of their own: they shorten something only before a figure ("No. 5") or in a sentence.
_WORDS_TOO = frozenset({"no", "sat", "sun", "mar", "wed", "art", "etc", "usw", "a.m", "p.m"})
_MARK = re.compile("[.,;:!?…。？！，]")


def sentences(text: str, abbreviations: Collection[str] = ()) -> list[Span]:
    """Return the character spans of the sentences of ``text``, without outer spaces."""
    spans: list[Span] = []
    start = 0
    for match in _END.finditer(text):
        if _is_end(text, match, abbreviations):
            spans.append((start, match.end()))
            start = match.end()
    spans.append((start, len(text)))
    return [s for s in (shrink(text, *span) for span in spans) if s[0] < s[1]]


def _is_end(text: str, match: re.Match[str], abbreviations: Collection[str]) -> bool:
    if match.group().rstrip("\"'’”»)]") != ".":
        return True
    found = _WORD_BEFORE.search(text, max(0, match.start() - 40), match.start())
    before = found.group() if found else ""
    if not before:
        return True  # a full stop that stands apart
    after = _NEXT_WORD.match(text, match.end())
    following = after.group(1) if after else ""
    if _INITIAL.match(before) and before != "I":
        return not following.isalpha()  # "J. Smith"
    if before.casefold().rstrip(".") in abbreviations:
        # "e.g. this" goes on; "at 3 p.m. We" and "No. We" end.
        return before.casefold().rstrip(".") in _WORDS_TOO and following.isupper()
    return not following.islower() or not before[-1:].isalnum()


def shrink(text: str, start: int, end: int) -> Span:
    """Return the span without the white space at its edges."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def clauses(
    text: str,
    span: Span,
    tokens: list[Token],
    starts: Collection[str],
    *,
    longest: int = 36,
    shortest: int = 8,
) -> list[Span]:
    """Cut a sentence of more than ``longest`` words into clauses.

    ``tokens`` are those within ``span``. A cut is made where a word of ``starts``
    follows a comma, or without one when there are no commas; no piece is shorter than
    ``shortest`` words, and a piece that still is too long is cut at its last comma or,
    without any, after ``longest`` words.
    """
    if len(tokens) <= longest:
        return [span]
    marked = [i for i in range(1, len(tokens)) if _breaks(text, tokens, i)]
    openers = [i for i in range(1, len(tokens)) if tokens[i].norm in starts]
    strong = sorted(set(openers) & set(marked)) or (openers if not marked else [])
    cuts = _spread(strong, marked, len(tokens), longest, shortest)
    edges = [0, *cuts, len(tokens)]
    pieces: list[Span] = []
    for first, last in zip(edges, edges[1:], strict=False):
        start = span[0] if first == 0 else tokens[first].start
        end = span[1] if last == len(tokens) else tokens[last].start
        pieces.append(shrink(text, start, end))
    return pieces


def unmarked(
    text: str,
    span: Span,
    tokens: list[Token],
    begins: Callable[[int], bool],
    *,
    shortest: int = 4,
) -> list[Span]:
    """Cut words without any punctuation in front of the tokens that ``begins`` names.

    No piece is shorter than ``shortest`` words. A span with punctuation, or a short
    one, is left whole.
    """
    if len(tokens) <= 2 * shortest or _MARK.search(text, *span):
        return [span]
    cuts = [0]
    for i in range(1, len(tokens)):
        if begins(i) and i - cuts[-1] >= shortest and len(tokens) - i >= shortest:
            cuts.append(i)
    starts = [span[0], *(tokens[i].start for i in cuts[1:])]
    return [shrink(text, a, b) for a, b in zip(starts, [*starts[1:], span[1]], strict=True)]


def _breaks(text: str, tokens: list[Token], i: int) -> bool:
    return _BREAK.search(text, tokens[i - 1].end, tokens[i].start + 1) is not None and (
        tokens[i].start > tokens[i - 1].end
    )


def _latest(places: list[int], low: int, high: int) -> int:
    """Return the last of the sorted ``places`` from ``low`` to ``high``, 0 for none."""
    at = bisect_right(places, high)
    return places[at - 1] if at and places[at - 1] >= low else 0


def _spread(
    strong: list[int], marked: list[int], total: int, longest: int, shortest: int
) -> list[int]:
    """Choose cuts so that pieces are between ``shortest`` and about ``longest`` words."""
    cuts: list[int] = []
    last = 0
    while total - last > longest:
        low, high = last + shortest, min(last + longest, total - shortest)
        # The latest one keeps the most together; a hard cut is the last resort.
        last = _latest(strong, low, high) or _latest(marked, low, high) or max(high, last + 1)
        cuts.append(last)
    return cuts
