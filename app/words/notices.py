"""The sentence of every notice code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.core.errors import from_wire
from app.words import counted, tr
from app.words.durations import spoken
from app.words.errors import error_words
from app.words.names import engine_in_words

NOTICES: dict[str, str] = {
    "settings_damaged": "The settings file was damaged. It was set aside as {path}, "
    "and the defaults are in use.",
    "setting_reset": "The setting {key} held something unusable and is back at its default.",
    "no_speech": "No speech was found in this sound.",
    "file_truncated": "The file breaks off early. What could be read of it was used.",
    "engine_stepped_down": "{wanted} could not be used, so {used} did the work.",
    "minutes_kept": "{why} The minutes from before stay.",
    "transcript_kept": "{why} The transcript from before stays.",
    "time_needed": "Writing this down takes {times} on this laptop.",
    "language_assumed": "The language was not known, so English was assumed.",
    "no_cues": "Decisions, actions, questions and dates are not looked for in this language.",
    "heard_by_draft": "This was heard by the draft recogniser. "
    "Check names, numbers and dates against the sound.",
    "too_little_understood": "More than half of what was said was not understood, "
    "so no highlights were made of it.",
    "partly_read": "The transcript is too long: only its beginning was read.",
    "minutes_nothing": "The model wrote nothing about this meeting that could be kept. "
    "Another model may do better.",
    "minutes_no_overview": "The model wrote no overview that could be used.",
    "ollama_host_ignored": "OLLAMA_HOST names another machine ({host}) that was not confirmed, "
    "so the Ollama on this laptop is used.",
    "no_hits": "Nothing in your documents matches these words.",
    "document_without_text": "No text was found in {path}. It may be a scan.",
    "meaning_unavailable": "The embedding engine could not be used, so only words were searched.",
    "no_chat_engine": "There is no language model here, so the passages are shown "
    "without an answer.",
    "no_vision_engine": "There is no model here that sees pictures, so only the text in it "
    "was read.",
    "passages_left_out": "{shown} of {found} passages fitted into what the model reads at once.",
    "answer_uncited": "The answer names no passage, so nothing shows where it comes from. "
    "Check it against the passages.",
    "citations_invented": "The answer named passages that there are not: {numbers}. "
    "What stands before these numbers has no source.",
    "answer_long": "The answer reached its longest length and stops there.",
    "answer_repeats": "The model began to repeat itself, so it was stopped there.",
    "description_long": "The description reached its longest length and stops there.",
    "tour_no_pictures": "The system libraries that a window needs are not here, "
    "so no pictures were drawn.",
    "no_text": "No text was found in this picture.",
    "picture_dark": "The picture is very dark. More light would help.",
    "picture_blurred": "The picture is blurred. Hold the camera still, or further away.",
    "text_cut_off": "Text runs out of the picture: {side}. Move back a little.",
    "picture_moves": "This picture moves. Its first frame was used.",
    "microphone_lost": "The microphone {device} gives no sound any more. "
    "What was recorded is kept. Alcove looks for the microphone and goes on once it is back.",
    "microphone_back": "The microphone {device} is back. What it missed is marked as a gap.",
    "microphone_changed": "The recording now comes from {device}.",
    "microphone_silent": "The microphone {device} gives complete silence. Is it muted?",
    "disk_filling": "Only {free} is left on the disk. The recording stops before it is full.",
    "recorder_restarted": "The recorder stopped unexpectedly and was started again. "
    "What it missed is marked as a gap.",
    "recording_attached": "A recording was still running without a window. This is it.",
    "recording_notes": "The notes and markers of this recording are in {path}",
    "recording_recovered": "A recording that was cut off earlier was repaired: {path}",
}

# The sentence for one, and for several.
COUNTED: dict[str, tuple[str, str]] = {
    "minutes_partly_read": (
        "The model could use only {read} of {total} entries. "
        "The minutes are mostly about that one.",
        "The model could use only {read} of {total} entries. The minutes are mostly about those.",
    ),
    "passages_without_meaning": (
        "The embedding engine could not read {count} passage. Its words are found all the same.",
        "The embedding engine could not read {count} passages. Their words are found all the same.",
    ),
    "pages_damaged": (
        "{count} page of {path} is damaged and was left out.",
        "{count} pages of {path} are damaged and were left out.",
    ),
    "pages_scanned": (
        "{count} page of {path} is a scan. Its text was read by OCR.",
        "{count} pages of {path} are scans. Their text was read by OCR.",
    ),
}


SIDES: dict[str, str] = {
    "left": "on the left",
    "right": "on the right",
    "top": "at the top",
    "bottom": "at the bottom",
}


# Plain sentences for the usual steps down: (wanted, used), then what they cost.
STEPS_DOWN: dict[tuple[str, str], str] = {
    ("Whisper", "draft"): "There is no Whisper model here, so the draft recogniser wrote this "
    "down (English only).",
    ("ollama", "extract"): "There is no language model that could write, so these are "
    "highlights: the meeting's own words, picked by rules.",
}


# Why there are highlights: these all mean that no model is here, which STEPS_DOWN says.
_NO_MODEL = frozenset({"engine_missing", "ollama_no_model", "ollama_not_installed"})
_HIGHLIGHTS_SINCE = "{why} So these are highlights: the meeting's own words, picked by rules."


def notice_words(code: str, params: Mapping[str, Any] | None = None) -> str:
    """Return the sentence of ``code`` with its parameters filled in."""
    known = _Missing(params or {})
    if "side" in known:
        sides = [SIDES[side] for side in str(known["side"]).split() if side in SIDES]
        known["side"] = ", ".join(tr(side) for side in sides)
    if code in COUNTED:
        return counted(COUNTED[code], known)
    text = NOTICES[code]
    if code == "engine_stepped_down":
        text = _stepped_down(known) or text
    if code in ("minutes_kept", "transcript_kept"):
        known["why"] = _reason(known)
    for key in ("wanted", "used"):
        if key in known:
            known[key] = engine_in_words(str(known[key]))
    if isinstance(known.get("times"), list):
        known["times"] = ", ".join(_time_of(entry) for entry in known["times"])
    return tr(text).format_map(known)


def _stepped_down(params: dict[str, Any]) -> str | None:
    """Return the sentence of a usual step down; ``params`` gets the reason it names."""
    step = (params.get("wanted", ""), params.get("used", ""))
    if step == ("ollama", "extract") and params.get("params") is not None:
        if params.get("why") not in _NO_MODEL:
            params["why"] = _reason(params)
            return _HIGHLIGHTS_SINCE
    return STEPS_DOWN.get(step)


def _reason(params: Mapping[str, Any]) -> str:
    """Return the sentence of the error that a notice tells of."""
    error = {"code": params.get("why"), "params": params.get("params")}
    try:
        return error_words(from_wire(error)).message
    except ValueError:  # kept by another build of Alcove
        return tr("This could not be done again.")


def _time_of(entry: Mapping[str, Any]) -> str:
    """Return "about 25 minutes with small"."""
    name = str(entry["engine"])
    return tr("about {time} with {engine}").format(
        time=spoken(float(entry["seconds"])), engine=engine_in_words(name)
    )


class _Missing(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"
