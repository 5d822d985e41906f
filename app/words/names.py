"""What engines are called inside a sentence."""

from __future__ import annotations

from app.words import tr

ENGINES: dict[str, str] = {
    "draft": "the draft recogniser",
    "extract": "the highlights",
    "ollama": "a language model",
    "whisper": "a Whisper model",
    "Whisper": "a Whisper model",
}


def engine_in_words(name: str) -> str:
    """Return an engine's id in words; the name of a model stays as it is."""
    return tr(ENGINES[name]) if name in ENGINES else name
