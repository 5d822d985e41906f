"""The sentences and clauses of a transcript: what can be quoted.

A turn of four hundred words is no quote. Each segment is cut into sentences, long
sentences into clauses, and filler is cut off their edges. A unit's text is always a
slice of its segment's text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from app.core.jobs import JobContext
from app.core.meetings.model import Segment
from app.core.text.cues import Stream
from app.core.text.fillers import trim
from app.core.text.languages import Language
from app.core.text.names import NameBook
from app.core.text.sentences import Span, clauses, sentences, unmarked
from app.core.text.tokens import Token, plain, tokenize

_LABEL = re.compile(r"(?:[-*•–]\s{0,3})?([^\W\d_][^:\n]{0,30}?)\s{0,3}:\s{0,3}")
_BULLET = re.compile(r"(?:[-*•–]|\d{1,2}[.)])\s")
_CLOSED = re.compile(r"[.!?…。！？][\"'’”»)\]]*\s*\Z")  # searched in a few characters only
_ASKS = re.compile(r"[?？][\"'’”»)\]\s]*\Z")
_CHECK_EVERY = 200
# Seconds of silence: between sentences, and what may be one in front of a likely start.
_LONG_PAUSE = 0.25
_SHORT_PAUSE = 0.08
_MOST_BETWEEN = 40


@dataclass(frozen=True)
class Unit:
    """A quotable stretch of one segment.

    ``at`` is the segment's place in the transcript, ``start`` and ``end`` are
    characters of its text, ``tokens`` lie between them; ``names`` are indexes of
    tokens that are names. ``label`` is what a word before a colon made of it
    ("decision"). ``turn`` counts the words of its segment.
    """

    at: int
    segment: Segment
    start: int
    end: int
    tokens: tuple[Token, ...]
    language: Language
    names: frozenset[int] = frozenset()
    is_question: bool = False
    is_open: bool = False
    label: str | None = None
    turn: int = 0

    @property
    def text(self) -> str:
        """Return the quote."""
        return self.segment.text[self.start : self.end]

    @property
    def words(self) -> int:
        """Return how many words the quote has."""
        return len(self.tokens)

    @cached_property
    def stream(self) -> Stream:
        """Return the words as cue phrases see them."""
        return Stream(self.tokens, self.language.unheard, self.names)

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """Return the stems of the words that carry meaning, repeats included."""
        language = self.language
        return tuple(language.stem(t.norm) for t in self.tokens if language.is_content(t.norm))

    @cached_property
    def fluency(self) -> float:
        """Return 1 for a clean sentence, down to 0.4 for one of repeats and broken words."""
        language, norms = self.language, [t.norm for t in self.tokens]
        broken = sum(a == b for a, b in zip(norms, norms[1:], strict=False))
        broken += sum(n in language.hesitations or _is_broken(n, language) for n in norms)
        return max(0.4, 1.0 - 2.0 * broken / len(norms))

    def slice(self, first: int, last: int) -> str:
        """Return the text from token ``first`` to token ``last``, both included."""
        return self.segment.text[self.tokens[first].start : self.tokens[last].end]


def _is_broken(norm: str, language: Language) -> bool:
    """Return whether a word is so short that it is the beginning of one ("th", "d")."""
    return len(norm) < 3 and norm.isascii() and norm.isalpha() and norm not in language.stopwords


def build_units(
    segments: Sequence[Segment], language: Language, ctx: JobContext | None = None
) -> list[Unit]:
    """Return every quotable stretch of ``segments`` in order."""
    names = NameBook(
        (s.text for s in segments), {s.speaker for s in segments if s.speaker}, language
    )
    units: list[Unit] = []
    for at, (label, begin) in enumerate(_labels(segments, language)):
        if ctx and at % _CHECK_EVERY == 0:
            ctx.check()
        units += _units_of(at, segments[at], label, begin, names, language)
    return units


def _labels(segments: Sequence[Segment], language: Language) -> Iterator[tuple[str | None, int]]:
    """Yield what each segment is labelled as, and where its text begins after the label.

    A label that stands alone in a segment is handed on to the next one, or to the
    list of bullets that follows.
    """
    pending: str | None = None
    in_list = False
    for segment in segments:
        found = _LABEL.match(segment.text)
        kind = language.labels.get(plain(found.group(1))) if found else None
        if kind and found and found.end() == len(segment.text):
            pending, in_list = kind, False
            yield None, len(segment.text)
        elif kind and found:
            pending = None
            yield kind, found.end()
        else:
            bullet = bool(_BULLET.match(segment.text))
            yield (pending if bullet or not in_list else None), 0
            in_list = in_list or bullet
            pending = pending if bullet else None


def _units_of(
    at: int, segment: Segment, label: str | None, begin: int, names: NameBook, language: Language
) -> Iterator[Unit]:
    text = segment.text
    tokens = tokenize(text)
    starts = [t.start for t in tokens]
    pauses = _pauses(segment)

    def within(low: int, high: int) -> list[Token]:
        return tokens[bisect_left(starts, low) : bisect_left(starts, high)]

    for number, (low, high) in enumerate(_spans(text, begin, within, pauses, language)):
        for piece in clauses(text, (low, high), within(low, high), language.clause_starts):
            own = within(*piece)
            quote = trim(text, own, language, piece[1])
            if quote is None:
                continue
            kept = tuple(t for t in own if quote[0] <= t.start < quote[1])
            asks = piece[1] == high and _ASKS.search(_tail(text, low, high)) is not None
            yield Unit(
                at,
                segment,
                *quote,
                kept,
                language,
                names.find(text, kept),
                is_question=asks and _keeps_end(own, kept, language),
                is_open=own[-1] == tokens[-1] and not _closes(text, piece),
                label=label if number == 0 else None,
                turn=len(tokens),
            )


def _spans(
    text: str,
    begin: int,
    within: Callable[[int, int], list[Token]],
    pauses: Mapping[int, float],
    language: Language,
) -> Iterator[Span]:
    """Yield the sentences behind ``begin``, as far as anything marks them."""
    for low, high in sentences(text[begin:], language.abbreviations):
        span = (low + begin, high + begin)
        inside = within(*span)

        def begins(i: int, inside: list[Token] = inside) -> bool:
            pause = pauses.get(inside[i].start, 0.0)
            opens = _opens(inside, i, language)
            after_content = language.is_content(inside[i - 1].norm)
            return pause >= _LONG_PAUSE or (opens and (after_content or pause >= _SHORT_PAUSE))

        yield from unmarked(text, span, inside, begins)


def _opens(tokens: Sequence[Token], i: int, language: Language) -> bool:
    """Return whether a sentence may begin here; "and" begins one only with its subject."""
    following = tokens[i + 1].norm if i + 1 < len(tokens) else ""
    joins = tokens[i].norm in language.start_words
    return tokens[i].norm in language.sentence_starts and (
        not joins or following in language.sentence_starts
    )


def _pauses(segment: Segment) -> dict[int, float]:
    """Return the silence in front of words by the place where the word begins."""
    found: dict[int, float] = {}
    place, last = 0, segment.start
    for word in segment.words:
        said = word.text.strip()
        at = segment.text.find(said, place, place + len(said) + _MOST_BETWEEN)
        if said and at >= 0:
            found[at] = word.start - last if last is not None else 0.0
            place = at + len(said)
        last = word.end
    return found


def _tail(text: str, low: int, high: int) -> str:
    return text[max(low, high - 8) : high]


def _closes(text: str, piece: Span) -> bool:
    return _CLOSED.search(_tail(text, *piece)) is not None


def _keeps_end(own: Sequence[Token], kept: Sequence[Token], language: Language) -> bool:
    """Return whether the question mark belongs to the quote, not to a tag (", right ?")."""
    return all(t.norm in language.hesitations for t in own if t.start > kept[-1].start)
