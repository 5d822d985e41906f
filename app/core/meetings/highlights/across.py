"""Sentences that a recorder cut between segments: captions end where their line is full."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from app.core.meetings.highlights.units import Unit
from app.core.text.tokens import Token, tokenize

_MARKED = re.compile("[.?!]")
_MOST_PARTS = 4

Score = Callable[[Unit], float]


def parts(units: Sequence[Unit], i: int) -> range:
    """Return the indexes of the units that hold the sentence which goes on from ``i``."""
    last = i
    while last - i + 1 < _MOST_PARTS and _goes_on(units, last):
        last += 1
    return range(i, last + 1)


def _goes_on(units: Sequence[Unit], i: int) -> bool:
    """Return whether the next unit finishes the sentence of unit ``i``, in a new segment.

    Only where sentences are marked at all: a draft has neither capitals nor full stops.
    """
    if not units[i].is_open or units[i].label or i + 1 >= len(units):
        return False
    unit, after = units[i], units[i + 1]
    # Captions name a speaker once: the next line has the same name or none.
    same = after.segment.speaker in (unit.segment.speaker, None)
    follows = same and after.at == unit.at + 1
    ahead = {u.at: u.segment.text for u in units[i + 1 : i + _MOST_PARTS]}
    marked = any(_MARKED.search(text) for text in ahead.values())
    return follows and marked and after.segment.text[after.start].islower()


def cited(units: Sequence[Unit], i: int) -> tuple[int, ...]:
    """Return the segment ids of a quote: its own, and those its sentence goes on in."""
    return tuple(units[k].segment.id for k in parts(units, i))


def whole(units: Sequence[Unit], i: int) -> Unit:
    """Return the unit ``i`` with the rest of its sentence, as if nothing had cut it.

    To be looked at, never to be quoted: its text stands in no segment.
    """
    within = parts(units, i)
    if len(within) == 1:
        return units[i]
    first, text = units[i], units[i].segment.text.rstrip()
    tokens, names = [*first.tokens, *_cut_off(first, text)], set(first.names)
    for k in within[1:]:
        part, offset = units[k], len(text) + 1 - units[k].start
        names |= {len(tokens) + n for n in part.names}
        tokens += [Token(t.start + offset, t.end + offset, t.norm) for t in part.tokens]
        text += " " + part.text
    return replace(
        first,
        segment=replace(first.segment, text=text),
        end=len(text),
        tokens=tuple(tokens),
        names=frozenset(names),
        is_question=units[within[-1]].is_question,
        is_open=units[within[-1]].is_open,
    )


def _cut_off(unit: Unit, text: str) -> list[Token]:
    """Return the words behind a unit that would end a quote badly: "I'll take care of"."""
    rest = tokenize(text[unit.end :])
    return [Token(t.start + unit.end, t.end + unit.end, t.norm) for t in rest]


def scores(
    units: Sequence[Unit], score: Score, begins: Callable[[Unit], bool] = lambda unit: False
) -> list[float]:
    """Return what ``score`` gives each unit, a sentence that was cut read as one.

    Its parts are shown where they stand for themselves; where none does, or where the
    whole ``begins`` what is looked for, its first part is.
    """
    found = [0.0] * len(units)
    for within in _sentences(units):
        own = [score(units[k]) for k in within]
        if len(within) > 1 and (not any(own) or begins(whole(units, within[0]))):
            own = [score(whole(units, within[0]))] + [0.0] * (len(within) - 1)
        found[within[0] : within[-1] + 1] = own
    return found


def _sentences(units: Sequence[Unit]) -> Iterator[range]:
    i = 0
    while i < len(units):
        within = parts(units, i)
        yield within
        i = within[-1] + 1
