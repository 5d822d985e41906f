"""Decisions, actions and dates, found by the cue phrases of the language."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from app.core.meetings.highlights.owners import due_of, owner_of
from app.core.meetings.highlights.units import Unit
from app.core.meetings.model import Action, DateItem, Decision
from app.core.text.cues import Hit

_LABELLED = 3.0
_MARKED = re.compile("[.?!]")
_FEWEST = 10
_WORDS_PER_ITEM = 400

Scored = tuple[float, int]


def continuation(units: Sequence[Unit], i: int) -> Unit | None:
    """Return the unit of the next segment that goes on with an unfinished sentence.

    Only where sentences are marked at all: a draft has neither capitals nor full stops.
    """
    unit = units[i]
    if not unit.is_open or unit.label or i + 1 >= len(units):
        return None
    after = units[i + 1]
    goes_on = after.at == unit.at + 1 and after.segment.speaker == unit.segment.speaker
    marked = _MARKED.search(after.segment.text) is not None
    return after if goes_on and marked and after.segment.text[after.start].islower() else None


def cited(units: Sequence[Unit], i: int) -> tuple[int, ...]:
    """Return the segment ids of a quote: its own, and the one its sentence ends in."""
    after = continuation(units, i)
    own = units[i].segment.id
    return (own,) if after is None else (own, after.segment.id)


def most_items(units: Sequence[Unit]) -> int:
    """Return how many items of one kind are shown: more in a longer meeting."""
    return max(_FEWEST, sum(u.words for u in units) // _WORDS_PER_ITEM)


def choose(units: Sequence[Unit], score: Callable[[int], float]) -> list[int]:
    """Return the indexes of the best units with a positive score, in order of time.

    Quotes with the same words are taken once.
    """
    scored = sorted(((-score(i), i) for i in range(len(units))), key=lambda s: (s[0], s[1]))
    seen: set[str] = set()
    chosen: list[int] = []
    most = most_items(units)
    for negative, i in scored:
        if negative >= 0 or len(chosen) >= most:
            break
        words = " ".join(t.norm for t in units[i].tokens)
        if words not in seen:
            seen.add(words)
            chosen.append(i)
    return sorted(chosen)


def find_decisions(units: Sequence[Unit]) -> list[Decision]:
    """Return what was decided, in the words that were said."""
    chosen = choose(units, lambda i: decision_score(units[i]))
    return [Decision(units[i].text, "quoted", cited(units, i)) for i in chosen]


def decision_score(unit: Unit) -> float:
    """Return how surely ``unit`` says a decision; 0 for none."""
    if unit.label == "decision":
        return _LABELLED
    hit = _hit(unit, "decisions")
    if hit is None or unit.is_question or not unit.stems:
        return 0.0
    enough = 2 if hit.weight < 2 else 1
    return hit.weight if len(set(unit.stems)) >= enough and unit.words > 3 else 0.0


def find_actions(units: Sequence[Unit]) -> list[Action]:
    """Return what somebody is to do, with owner and due as far as they were said."""
    chosen = choose(units, lambda i: action_score(units[i]))
    return [_action(units, i) for i in chosen]


def _action(units: Sequence[Unit], i: int) -> Action:
    unit = units[i]
    owner, due = owner_of(unit, _hit(unit, "actions")), due_of(unit, continuation(units, i))
    return Action(unit.text, owner, due, "quoted", cited(units, i))


def action_score(unit: Unit) -> float:
    """Return how surely ``unit`` gives somebody a task; 0 for none.

    A weak phrase ("we need to") counts only with a date or a person.
    """
    if unit.label == "action":
        return _LABELLED
    hit = _hit(unit, "actions")
    if hit is None or not unit.stems or unit.words < 4:
        return 0.0
    if hit.weight >= 2:
        return hit.weight + (0.5 if due_of(unit) else 0.0)
    return 1.0 if due_of(unit) or owner_of(unit, hit) else 0.0


def find_dates(units: Sequence[Unit]) -> list[DateItem]:
    """Return the quotes that name a date or a time."""
    chosen = choose(units, lambda i: date_score(units[i]))
    return [DateItem(units[i].text, "quoted", cited(units, i)) for i in chosen]


def date_score(unit: Unit) -> float:
    """Return how surely ``unit`` names a date or a time; 0 for none."""
    if unit.label == "date" and unit.stems:
        return _LABELLED
    hit = _hit(unit, "dates")
    return hit.weight if hit else 0.0


def _hit(unit: Unit, kind: str) -> Hit | None:
    cues = unit.language.cues
    return cues[kind].find(unit.stream) if cues else None
