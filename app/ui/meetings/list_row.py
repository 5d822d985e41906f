"""A meeting as a row of the list to the left."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from app.ui.rows import Row
from app.ui.widgets import shorter
from app.words import meetings as words
from app.words.durations import clock, moment

if TYPE_CHECKING:
    from app.core.meetings.records import Meeting

TITLE = 90  # characters of a title that are shown; a screen reader says all


def meeting_row(meeting: Meeting) -> Row:
    """Return title, date, length and, unless all are done, the first step that is not."""
    from app.core.meetings.records import DONE

    when = datetime.datetime.fromtimestamp(meeting.created).strftime("%Y-%m-%d %H:%M")
    state = next((s for s in meeting.steps if s.state != DONE), None)
    # A recording without a title is called by its time: said once.
    parts = [] if meeting.title == when else [when]
    said = [meeting.title, *parts]
    if meeting.duration is not None:
        parts.append(clock(meeting.duration))
        said.append(moment(meeting.duration))
    if state is not None:
        stands = f"{words.step_name(state.name)}: {words.step_state(state)}"
        parts.append(stands)
        said.append(stands)
    name, number = shorter(meeting.title, TITLE), meeting.id
    return Row(name, "  ·  ".join(parts), spoken=", ".join(said), key=number, data=number)
