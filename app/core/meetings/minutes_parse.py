"""A model's answer to plain items: nothing in it is trusted.

Kept is what has a text and cites entries of the part that was asked about. A broken
end, as an answer at its length limit has, costs only the item that it broke.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

_LONGEST_TEXT = 600
_LONGEST_ANSWER = 200_000
_MOST_ITEMS = 60
_MOST_TRIES = 500  # places at which an object may begin
_MOST_SEGMENTS = 12
_LISTS = ("topics", "decisions", "actions", "questions", "dates")
# What a model fills in because the form asks for it, also beside an empty text.
_BESIDE = frozenset({"segments", "owner", "due", "answer", "kind"})
_BEGINNING = re.compile(r'\{\s*"')
_NUMBER = re.compile(r"\d{1,9}")
_NOBODY = frozenset({"", "null", "none", "unknown", "n/a", "-", "nobody", "unbekannt", "keine"})


@dataclass(frozen=True)
class Item:
    """One statement with the entries that it cites; what else depends on its list."""

    text: str
    segments: tuple[int, ...]
    owner: str | None = None
    due: str | None = None
    answer: Item | None = None


@dataclass
class Items:
    """What the answers said, list by list; topics are (title, points)."""

    topics: list[tuple[str, list[Item]]] = field(default_factory=list)
    decisions: list[Item] = field(default_factory=list)
    actions: list[Item] = field(default_factory=list)
    questions: list[Item] = field(default_factory=list)
    dates: list[Item] = field(default_factory=list)

    def add(self, other: Items) -> None:
        """Take in the items of a further part."""
        for name in ("topics", "decisions", "actions", "questions", "dates"):
            getattr(self, name).extend(getattr(other, name))

    def without(self, known: Set[int]) -> Items:
        """Return the questions, and of the others those that cite more than ``known``."""

        def new(items: list[Item]) -> list[Item]:
            return [i for i in items if not known >= {*i.segments}]

        topics = [(title, new(points)) for title, points in self.topics]
        return Items(
            topics=[(title, points) for title, points in topics if points],
            decisions=new(self.decisions),
            actions=new(self.actions),
            questions=self.questions,
            dates=new(self.dates),
        )

    def all(self) -> Iterator[Item]:
        """Give every item."""
        for _, points in self.topics:
            yield from points
        for name in ("decisions", "actions", "questions", "dates"):
            yield from getattr(self, name)


def parse(text: str, known: Collection[int], *, broken: bool = False) -> Items | None:
    """Return the items of an answer, or None when it is not of the form.

    ``known`` are the entries that were given; others are no citation. ``broken`` says
    that the answer ended at its limit, so that its end may be missing.
    """
    raw = read_object(text, broken=broken)
    if raw is None or not _of_form(raw):
        return None
    found = Items(
        topics=_topics(raw.get("topics"), known),
        decisions=_items(raw.get("decisions"), known, "text"),
        actions=_items(raw.get("actions"), known, "task"),
        questions=_items(raw.get("questions"), known, "text"),
        dates=_items(raw.get("dates"), known, "text"),
    )
    return None if any(_lost(raw.get(k), getattr(found, k)) for k in _LISTS) else found


def _lost(raw: Any, items: Sequence[Any]) -> bool:
    """Return whether all entries of a list say something that is no text of ours.

    They would be lost unseen. An entry with an empty text says nothing: that is how
    some models write an empty list, with "none" as its owner, because the form asks for one.
    """
    return any(_says(entry) for entry in _objects(raw)) and not items


def _says(entry: dict[str, Any]) -> bool:
    """Return whether an entry has a text of its own, under whatever name."""
    for key, value in entry.items():
        if key in _BESIDE:
            continue
        if isinstance(value, str):
            if any(sign.isalnum() for sign in value):
                return True
        elif isinstance(value, list) and all(isinstance(one, dict) for one in value):
            if any(_says(one) for one in value):
                return True
        elif value not in (None, "", [], {}):
            return True
    return False


def _of_form(raw: dict[str, Any]) -> bool:
    """Return whether the lists are lists of objects: what is not would be lost unseen."""
    if not any(key in raw for key in ("topics", "decisions", "actions")):
        return False
    found = [raw.get(key) for key in _LISTS]
    return all(
        value is None
        or (isinstance(value, list) and (not value or any(isinstance(e, dict) for e in value)))
        for value in found
    )


def read_object(text: str, *, broken: bool = False) -> dict[str, Any] | None:
    """Return the JSON object in ``text``, also between words or within a code fence.

    Of several it is the last one of the form that is filled: models think aloud, or show
    what they mean.
    """
    text = text[:_LONGEST_ANSWER]
    found = [part for whole in _objects_in(text) for part in (whole, *whole.values())]
    found = [part for part in found if isinstance(part, dict)]
    good = [part for part in found if _of_form(part)]
    filled = [part for part in good if any(part.get(key) for key in _LISTS)]
    if good or (found and not broken):
        return (filled or good)[-1] if good else found[0]
    start = _BEGINNING.search(text) if broken else None
    if start is None:
        return None
    try:
        value = json.loads(mended(text[start.start() :]))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _objects_in(text: str) -> Iterator[dict[str, Any]]:
    """Give each whole object in ``text`` that stands in no other."""
    decoder, at = json.JSONDecoder(), 0
    for _ in range(_MOST_TRIES):
        at = text.find("{", at)
        if at < 0:
            return
        try:
            value, at = decoder.raw_decode(text, at)
            yield value
        except (ValueError, RecursionError):
            at += 1


def mended(text: str) -> str:
    """Return broken JSON cut behind its last whole object, with all brackets closed."""
    stack: list[str] = []
    best, closing = 0, ""
    in_text = escaped = False
    for i, sign in enumerate(text):
        if in_text:
            escaped = sign == "\\" and not escaped
            in_text = sign != '"' or (i > 0 and text[i - 1] == "\\" and not _ends(text, i))
            continue
        if sign == '"':
            in_text = True
        elif sign in "{[":
            stack.append("}" if sign == "{" else "]")
        elif sign in "}]":
            if not stack or stack.pop() != sign:
                break
            best, closing = i + 1, "".join(reversed(stack))
    return text[:best] + closing


def _ends(text: str, i: int) -> bool:
    """Return whether the quote at ``i`` ends a text: an even number of backslashes."""
    count = 0
    while i - 1 - count >= 0 and text[i - 1 - count] == "\\":
        count += 1
    return count % 2 == 0


def _topics(raw: Any, known: Collection[int]) -> list[tuple[str, list[Item]]]:
    found = []
    for entry in _objects(raw):
        points = _items(entry.get("points"), known, "text")
        title = _text(entry.get("title"))
        if points or title:
            found.append((title, points))
    return found


def _items(raw: Any, known: Collection[int], key: str) -> list[Item]:
    return [i for i in (_item(entry, known, key) for entry in _objects(raw)) if i is not None]


def _objects(raw: Any) -> list[dict[str, Any]]:
    return [e for e in raw if isinstance(e, dict)][:_MOST_ITEMS] if isinstance(raw, list) else []


def _item(entry: dict[str, Any], known: Collection[int], key: str) -> Item | None:
    text = _text(entry.get(key) or entry.get("text"))
    if not text:
        return None
    answer = entry.get("answer")
    return Item(
        text,
        _segments(entry.get("segments"), known),
        _somebody(entry.get("owner")),
        _somebody(entry.get("due")),
        _item(answer, known, "text") if isinstance(answer, dict) else None,
    )


def _text(raw: Any) -> str:
    """Return what ``raw`` says, "" for the "…" that a model copies from the form it was shown."""
    text = " ".join(raw.split())[:_LONGEST_TEXT] if isinstance(raw, str) else ""
    return text if any(map(str.isalnum, text)) else ""


def _somebody(raw: Any) -> str | None:
    text = _text(raw)
    return None if text.casefold() in _NOBODY else text


def _segments(raw: Any, known: Collection[int]) -> tuple[int, ...]:
    """Return the cited entries that exist, in order, each once."""
    numbers: list[int] = []
    for entry in raw if isinstance(raw, list) else [raw]:
        if isinstance(entry, bool):
            continue
        if isinstance(entry, int):
            numbers.append(entry)
        elif isinstance(entry, str):
            numbers += [int(n) for n in _NUMBER.findall(entry)]
    return tuple(sorted({n for n in numbers if n in known}))[:_MOST_SEGMENTS]
