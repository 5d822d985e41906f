"""Minutes of a model that died half-way: what is kept of them, and beside what.

Highlights stand behind them, marked as quotes like everywhere, so that nothing that was
there before the model was asked is gone. Left out are only those of entries about which
the model itself wrote the same kind of thing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from app.core.errors import StorageError
from app.core.meetings.highlights import make_highlights
from app.core.meetings.model import Minutes, Note, Topic
from app.core.meetings.records import MeetingRepository

_LISTS = ("decisions", "actions", "questions", "dates")

log = logging.getLogger("alcove.meetings")


def keep_partial(
    meetings: MeetingRepository, number: int, partial: object, shown: Minutes | None
) -> bool:
    """Keep what a model wrote of a meeting until it died; False: what is there is better.

    ``shown`` are minutes of the same transcript by a model. The disk's errors are only
    logged: why the model died is what must be told.
    """
    kept = better(partial, shown)
    if kept is None:
        return False
    try:
        meetings.save_minutes(number, with_highlights(kept, _highlights(meetings, number)))
    except StorageError as error:
        log.warning("a partial answer could not be kept: %s", error.code)
        return False
    return True


def is_whole(minutes: Minutes) -> bool:
    """Return whether a model came to the end: the overview is what it writes last.

    Minutes whose overview could not be used are as good when every entry was read.
    """
    coverage = minutes.coverage
    return minutes.overview is not None or coverage.segments_read == coverage.segments_total


def better(partial: object, shown: Minutes | None) -> Minutes | None:
    """Return ``partial`` when it is worth keeping although ``shown`` is there, else None.

    ``shown`` are minutes of the same transcript by a model. Finished ones have an
    overview and are never given up; of two cut ones the one that read more stays.
    """
    if not isinstance(partial, Minutes) or not says_something(partial):
        return None
    if shown is None:
        return partial
    more = partial.coverage.segments_read > shown.coverage.segments_read
    return partial if more and shown.overview is None else None


def says_something(partial: Minutes) -> bool:
    """Return whether there is anything of it: an answer that was cut has read no entry."""
    return bool(partial.coverage.segments_read) or wrote_something(partial)


def wrote_something(minutes: Minutes) -> bool:
    """Return whether there is any item."""
    return bool(minutes.topics) or any(getattr(minutes, name) for name in _LISTS)


def _highlights(meetings: MeetingRepository, number: int) -> Minutes:
    meeting, transcript = meetings.get(number), meetings.transcript(number)
    if transcript is None:
        raise StorageError("meeting_missing", id=number)
    notes = tuple(Note(n.text, n.time) for n in meetings.notes(number))
    return make_highlights(transcript, title=meeting.title, notes=notes, language=meeting.language)


def with_highlights(partial: Minutes, highlights: Minutes) -> Minutes:
    """Return ``partial`` with the highlights that no item of its own stands for.

    An item stands for the highlights of the same list that cite an entry of its own.
    Its coverage stays: it counts what the model read.
    """
    lists = {
        name: (*getattr(partial, name), *_not_of(getattr(partial, name), getattr(highlights, name)))
        for name in _LISTS
    }
    written = [point for topic in partial.topics for point in topic.points]
    topics = (Topic(t.title, _not_of(written, t.points)) for t in highlights.topics)
    return replace(partial, topics=(*partial.topics, *(t for t in topics if t.points)), **lists)


def _not_of(written: Iterable[Any], quoted: Iterable[Any]) -> tuple[Any, ...]:
    """Return the quotes that cite no entry which something ``written`` cites."""
    cited = {number for item in written for number in item.segments}
    return tuple(item for item in quoted if cited.isdisjoint(item.segments))
