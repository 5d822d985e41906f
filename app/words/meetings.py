"""The words of the Meetings tab: steps, states, headings, sentences about minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.words import tr, trn

if TYPE_CHECKING:
    from app.core.meetings.records import Step

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


# What a step that cannot go on waits for, by the code of its error.
BLOCKED: dict[str, str] = {
    "language_needed": "waits for the language",
    "engine_language": "needs a Whisper model",
    "engine_missing": "needs an engine",
}

# What stands in place of a transcript or of minutes that are not there, by the step's state.
AWAITED: dict[str, dict[str, str]] = {
    "transcript": {
        "waiting": "What was said will stand here.",
        "running": "What was said appears here as it is written down.",
        "done": "No speech was heard.",
        "failed": "There is no transcript. The line above says why; “Try again” makes it anew.",
        "cancelled": "The transcript was stopped. “Try again” above makes it once more.",
        "blocked": "There is no transcript yet. The line above says what it waits for.",
    },
    "minutes": {
        "waiting": "Decisions, actions and questions will stand here once all is written down.",
        "running": "Decisions, actions and questions will stand here in a moment.",
        "done": "Nothing was said that could stand here.",
        "failed": "There are no minutes. The line above says why; “Try again” makes them anew.",
        "cancelled": "The minutes were stopped. “Try again” above makes them once more.",
        "blocked": "There are no minutes yet. The line above says what they wait for.",
    },
}


# Why there is nothing to play, by the state of the step that makes the sound.
NO_SOUND: dict[str, str] = {
    "text": "This meeting was made from a text, so there is no sound to play.",
    "waiting": "The sound is not ready to be played yet.",
    "running": "The sound is not ready to be played yet.",
    "done": "The sound is no longer where Alcove kept it. “Again” beside Sound makes it anew if "
    "the file it came from is still there.",
    "failed": "There is no sound to play. The line above says why.",
    "cancelled": "There is no sound to play: it was stopped. “Try again” above makes it.",
    "blocked": "There is no sound to play yet. The line above says what it waits for.",
}


def no_sound(state: str) -> str:
    """Return why a meeting cannot be played whose sound step is in ``state``.

    ``state`` "text": it was made from a transcript.
    """
    return tr(NO_SOUND[state])


def awaited(step: str, state: str) -> str:
    """Return what stands in place of the results of ``step`` while there are none."""
    return tr(AWAITED[step][state])


def step_state(step: Step) -> str:
    """Return where a step stands; of one that is blocked what it waits for."""
    if step.state == "blocked" and step.error in BLOCKED:
        return tr(BLOCKED[step.error])
    return state_name(step.state)


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
    if not total:
        return tr("There are no words in the transcript.")
    if read >= total:
        return trn("The {count} entry was read.", "All {count} entries were read.", total)
    return trn(
        "{count} of {total} entries was read.",
        "{count} of {total} entries were read.",
        read,
        total=total,
    )


def none_heard() -> str:
    """Return what an empty section says."""
    return tr("none heard")


def none_in_part() -> str:
    """Return what an empty section says of a meeting that a model did not read to its end."""
    return tr("none in the part that was read")


def not_looked_for() -> str:
    """Return what a section says that has no cues in this language."""
    return tr("not looked for in this language")


def not_read() -> str:
    """Return what a section says where nothing was read, because too little was understood."""
    return tr("not looked for: too little was understood")


def not_understood(start: str, end: str) -> str:
    """Return the mark of a stretch that the draft recogniser did not understand."""
    return tr("[not understood {start}–{end}]").format(start=start, end=end)


def not_understood_aloud(start: str, end: str) -> str:
    """Return the same for the ear."""
    return tr("not understood from {start} to {end}").format(start=start, end=end)


def not_recorded(start: str, end: str) -> str:
    """Return the mark of a stretch in which the microphone was away."""
    return tr("[not recorded {start}–{end}]").format(start=start, end=end)


def not_recorded_aloud(start: str, end: str) -> str:
    """Return the same for the ear."""
    return tr("not recorded from {start} to {end}").format(start=start, end=end)
