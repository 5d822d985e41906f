"""Minutes of a model that died half-way: what is kept of them, and beside what.

They are of the beginning of the meeting, for a model reads in order. Highlights of the
rest stand behind them, marked as quotes like everywhere, so that nothing that was there
before the model was asked is gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from app.core.meetings.model import Minutes

_LISTS = ("decisions", "actions", "questions", "dates")


def better(partial: object, shown: Minutes | None) -> Minutes | None:
    """Return ``partial`` when it is worth keeping although ``shown`` is there, else None.

    ``shown`` are minutes of the same transcript by a model. Finished ones have an
    overview and are never given up; of two cut ones the one that read more stays.
    """
    if not isinstance(partial, Minutes) or not partial.coverage.segments_read:
        return None
    if shown is None:
        return partial
    more = partial.coverage.segments_read > shown.coverage.segments_read
    return partial if more and shown.overview is None else None


def with_highlights(partial: Minutes, highlights: Minutes) -> Minutes:
    """Return ``partial`` with the highlights of what comes after its last evidence.

    Its coverage stays: it counts what the model read.
    """
    last = max(_cited(partial), default=0)

    def after(item: Any) -> bool:
        return bool(item.segments) and min(item.segments) > last

    topics = [
        replace(topic, points=tuple(p for p in topic.points if after(p)))
        for topic in highlights.topics
    ]
    lists = {
        name: (*getattr(partial, name), *filter(after, getattr(highlights, name)))
        for name in _LISTS
    }
    return replace(partial, topics=(*partial.topics, *(t for t in topics if t.points)), **lists)


def _cited(minutes: Minutes) -> Iterator[int]:
    for topic in minutes.topics:
        for point in topic.points:
            yield from point.segments
    for name in _LISTS:
        for item in getattr(minutes, name):
            yield from item.segments
