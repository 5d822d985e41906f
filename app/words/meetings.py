"""The words of the Meetings tab: steps, states, headings, sentences about minutes."""

from __future__ import annotations

from app.words import tr, trn

STEP_NAMES: dict[str, str] = {
    "sound": "Sound",
    "transcript": "Transcript",
    "minutes": "Minutes",
    "export": "Export",
}

STATES: dict[str, str] = {
    "waiting": "waiting",
    "running": "working",
    "done": "done",
    "failed": "failed",
    "cancelled": "stopped",
    "blocked": "needs something",
}

HEADINGS: dict[str, str] = {
    "overview": "Overview",
    "notes": "Your notes and markers",
    "decisions": "Decisions",
    "actions": "Actions",
    "questions": "Questions",
    "dates": "Dates",
    "topics": "Topics",
    "speakers": "Who spoke",
    "unsupported": "Left out: the transcript does not say this",
}


def step_name(name: str) -> str:
    """Return the name of a step."""
    return tr(STEP_NAMES.get(name, name))


def state_name(state: str) -> str:
    """Return the name of a step's state."""
    return tr(STATES[state])


def heading(key: str) -> str:
    """Return a heading of the minutes."""
    return tr(HEADINGS[key])


def written_by(engine: str, model: str | None) -> str:
    """Return who made the minutes, plainly."""
    if engine == "extract":
        return tr(
            "Highlights: the meeting's own words, picked by rules. Nobody wrote or checked them."
        )
    return tr(
        "Written by the model {model}. Each line is linked to what was said; it may be wrong."
    ).format(model=model or "?")


def quote(text: str) -> str:
    """Return words that were said, in quotation marks."""
    return tr("“{text}”").format(text=text)


def written() -> str:
    """Return the mark of a line that a model wrote."""
    return tr("written by the model")


def heard_by_draft() -> str:
    """Return the mark of a name, number or date that the draft recogniser heard."""
    return tr("heard by draft")


def heard_by_draft_long() -> str:
    """Return the line under minutes of a meeting that the draft recogniser heard."""
    return tr("Heard by the draft recogniser: check names, numbers and dates against the sound.")


def coverage(read: int, total: int) -> str:
    """Return how much of the transcript was read."""
    if read >= total:
        return trn("The {count} entry was read.", "All {count} entries were read.", total)
    return tr("{read} of {total} entries were read.").format(read=read, total=total)


def none_heard() -> str:
    """Return what an empty section says."""
    return tr("none heard")


def not_looked_for() -> str:
    """Return what a section says that has no cues in this language."""
    return tr("not looked for in this language")


def not_understood(start: str, end: str) -> str:
    """Return the mark of a stretch that the draft recogniser did not understand."""
    return tr("[not understood {start}–{end}]").format(start=start, end=end)
