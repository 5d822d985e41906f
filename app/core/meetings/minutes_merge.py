"""The items of all parts as one list each: what says the same is said once.

Merging is done here and not by the model, which would leave things out or add some.
Two items are one only when their numbers, dates and names are the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from app.core.grounding.mentions import Reading
from app.core.grounding.rules import Rules
from app.core.meetings.minutes_parse import Item, Items
from app.core.meetings.model import (
    Action,
    Answer,
    DateItem,
    Decision,
    Point,
    Question,
    Topic,
)

WRITTEN = "written"
_SAME = 88.0
_SAME_TITLE = 90.0
_SAME_QUESTION = 60.0
_MARKS = re.compile(r"[^\w\s]")


def merge(items: Items, rules: Rules) -> Items:
    """Return the items in order of their first entries, repeated ones merged."""
    return Items(
        topics=_topics(items.topics, rules),
        decisions=_unique(items.decisions, rules),
        actions=_unique(items.actions, rules),
        questions=_answered(_unique(items.questions, rules), rules),
        dates=_unique(items.dates, rules),
    )


def _plain(text: str) -> str:
    return " ".join(_MARKS.sub(" ", text.casefold()).split())


def _facts(item: Item, rules: Rules) -> frozenset[frozenset[str]]:
    """Return what distinguishes items of like wording: numbers, dates, denials."""
    facts = {m.keys for m in Reading(item.text, rules).mentions()}
    words = set(_plain(item.text.replace("n't", " not")).split())
    if words & rules.negations:
        facts.add(frozenset({"not"}))
    return frozenset(facts)


def _unique(items: Sequence[Item], rules: Rules) -> list[Item]:
    kept: list[tuple[Item, str, frozenset[frozenset[str]]]] = []
    for item in sorted(items, key=lambda i: i.segments):
        plain, facts = _plain(item.text), _facts(item, rules)
        for at, (other, words, known) in enumerate(kept):
            same_owner = item.owner is None or other.owner is None or item.owner == other.owner
            if same_owner and facts == known and fuzz.token_sort_ratio(plain, words) >= _SAME:
                kept[at] = (_joined(other, item), words, known)
                break
        else:
            kept.append((item, plain, facts))
    return [item for item, _, _ in kept]


def _answered(questions: Sequence[Item], rules: Rules) -> list[Item]:
    """Return the questions without those that a further part heard again, with their answer.

    Both cite the same entry, in words that may differ more than those of other items.
    """
    kept = []
    for item in questions:
        same = [
            q for q in questions
            if q.answer and not item.answer and {*q.segments} & {*item.segments}
            and _facts(q, rules) == _facts(item, rules)
            and fuzz.token_set_ratio(_plain(q.text), _plain(item.text)) >= _SAME_QUESTION
        ]  # fmt: skip
        if not same:
            kept.append(item)
    return kept


def _joined(first: Item, second: Item) -> Item:
    return replace(
        first,
        segments=tuple(sorted({*first.segments, *second.segments})),
        owner=first.owner or second.owner,
        due=first.due or second.due,
        answer=first.answer or second.answer,
    )


def _topics(topics: Sequence[tuple[str, list[Item]]], rules: Rules) -> list[tuple[str, list[Item]]]:
    """Return the topics, those of like title as one, and no point twice."""
    found: list[tuple[str, list[Item]]] = []
    for title, points in topics:
        for known, others in found:
            if fuzz.token_sort_ratio(_plain(title), _plain(known)) >= _SAME_TITLE:
                others.extend(points)
                break
        else:
            found.append((title, list(points)))
    return [(title, _unique(points, rules)) for title, points in found]


def to_topics(items: Items) -> tuple[Topic, ...]:
    """Return the topics of the minutes."""
    return tuple(
        Topic(title, tuple(Point(p.text, WRITTEN, p.segments) for p in points))
        for title, points in items.topics
    )


def to_lists(items: Items) -> dict[str, tuple]:
    """Return the other lists of the minutes by their names."""

    def each(make: Callable[[Item], object], some: Sequence[Item]) -> tuple:
        return tuple(make(item) for item in some)

    return {
        "decisions": each(lambda i: Decision(i.text, WRITTEN, i.segments), items.decisions),
        "actions": each(
            lambda i: Action(i.text, i.owner, i.due, WRITTEN, i.segments), items.actions
        ),
        "questions": each(_question, items.questions),
        "dates": each(lambda i: DateItem(i.text, WRITTEN, i.segments), items.dates),
    }


def _question(item: Item) -> Question:
    answer = Answer(item.answer.text, item.answer.segments) if item.answer else None
    return Question(item.text, WRITTEN, item.segments, answer)


def outline(items: Items) -> list[str]:
    """Return the items as lines for the overview, the weightiest lists first."""
    lines = [f"Decision: {i.text}" for i in items.decisions]
    for item in items.actions:
        who = f" ({item.owner})" if item.owner else ""
        due = f", {item.due}" if item.due else ""
        lines.append(f"Action: {item.text}{who}{due}")
    lines += [f"Topic: {title}: {points[0].text}" for title, points in items.topics]
    for item in items.questions:
        answer = f" Answer: {item.answer.text}" if item.answer else " Still open."
        lines.append(f"Question: {item.text}{answer}")
    lines += [f"Date: {i.text}" for i in items.dates]
    lines += [p.text for _, points in items.topics for p in points[1:]]
    return lines
