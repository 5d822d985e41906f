"""Decisions, actions and dates, found by the cue phrases of the language."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.meetings.highlights.across import cited, scores, whole
from app.core.meetings.highlights.owners import due_of, owner_of
from app.core.meetings.highlights.units import Unit
from app.core.meetings.model import Action, DateItem, Decision
from app.core.text.cues import Hit

_LABELLED = 3.0
_FEWEST = 10
_WORDS_PER_ITEM = 400

Scored = tuple[float, int]


def most_items(units: Sequence[Unit]) -> int:
    """Return how many items of one kind are shown: more in a longer meeting."""
    return max(_FEWEST, sum(u.words for u in units) // _WORDS_PER_ITEM)


def choose(units: Sequence[Unit], found: Sequence[float], further: float = 0.0) -> list[int]:
    """Return the indexes of the best units with a positive score, in order of time.

    Quotes with the same words are taken once. A list is longer than ten only for quotes
    that score ``further`` or more.
    """
    scored = sorted((-score, i) for i, score in enumerate(found))
    seen: set[str] = set()
    chosen: list[int] = []
    most = most_items(units)
    for negative, i in scored:
        enough = len(chosen) >= _FEWEST and -negative < further
        if negative >= 0 or len(chosen) >= most or enough:
            break
        words = " ".join(t.norm for t in units[i].tokens)
        if words not in seen:
            seen.add(words)
            chosen.append(i)
    return sorted(chosen)


def find_decisions(units: Sequence[Unit]) -> list[Decision]:
    """Return what was decided, in the words that were said."""
    chosen = choose(units, scores(units, decision_score))
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
    chosen = choose(units, scores(units, action_score))
    return [_action(units, i) for i in chosen]


def _action(units: Sequence[Unit], i: int) -> Action:
    sentence = whole(units, i)
    hit = _hit(sentence, "actions")
    owner, due = owner_of(sentence, hit), due_of(sentence, hit)
    return Action(units[i].text, owner, due, "quoted", cited(units, i))


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
    chosen = choose(units, scores(units, date_score))
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
