"""Transcripts and units from a few lines, as a person would type them."""

from __future__ import annotations

from app.core.meetings.files import read_lines
from app.core.meetings.highlights.units import Unit, build_units
from app.core.meetings.model import Minutes, Transcript
from app.core.text.languages import shipped

BOARD = """
Anna: Good morning everyone, let's get started.
Tom: Morning.
Anna: So, um, first item is the website. We decided to go with the blue design, you know.
Tom: Okay, right. I'll send the new drafts to Maria by Friday.
Maria: Can you also check whether the logo works in print, Tom?
Tom: Yes, I can do that.
Anna: What does the printing cost?
Maria: Um, okay.
Maria: It costs about 300 euros for two thousand copies.
Anna: Moving on to the budget. The question is whether we can afford a new laptop this year.
Tom: I think the training budget has some money left, about five hundred euros.
Anna: Decision: The laptop is postponed until January.
Action: Maria to ask the finance office for an overview by 14 March.
Anna: Maria will prepare the slides for the board meeting next Tuesday.
Tom: Who is going to invite the speakers?
Anna: Hmm.
Anna: Next meeting is on Monday at 10:30.
"""


def spoken(text: str, engine: str = "file", **more: object) -> Transcript:
    """Return the transcript of some lines ("Anna: …")."""
    return Transcript(tuple(read_lines(text, shipped().labels)), engine, **more)


def units(text: str, code: str = "en") -> list[Unit]:
    """Return what can be quoted of some lines."""
    return build_units(spoken(text).segments, shipped().get(code))


def quotes(minutes: Minutes) -> list[tuple[str, int]]:
    """Return every quote of the minutes with the number of the segment it cites first."""
    items = [p for t in minutes.topics for p in t.points]
    items += [*minutes.decisions, *minutes.questions, *minutes.dates]
    found = [(i.text, i.segments[0]) for i in items]
    found += [(a.task, a.segments[0]) for a in minutes.actions]
    answers = [q.answer for q in minutes.questions if q.answer]
    return found + [(a.text, a.segments[0]) for a in answers]
