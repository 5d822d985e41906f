"""The sentence of every notice code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.words import tr

NOTICES: dict[str, str] = {
    "settings_damaged": "The settings file was damaged. It was set aside as {path}, "
    "and the defaults are in use.",
    "setting_reset": "The setting {key} held something unusable and is back at its default.",
    "no_speech": "No speech was found in this sound.",
    "file_truncated": "The file breaks off early. What could be read of it was used.",
    "engine_stepped_down": "{wanted} could not be used, so {used} did the work.",
    "language_assumed": "The language was not known, so English was assumed.",
    "no_cues": "Decisions, actions, questions and dates are not looked for in this language.",
    "heard_by_draft": "This was heard by the draft recogniser. "
    "Check names, numbers and dates against the sound.",
    "no_hits": "Nothing in your documents matches these words.",
    "no_text": "No text was found in this picture.",
}


def notice_words(code: str, params: Mapping[str, Any] | None = None) -> str:
    """Return the sentence of ``code`` with its parameters filled in."""
    return tr(NOTICES[code]).format_map(_Missing(params or {}))


class _Missing(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"
