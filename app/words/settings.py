"""Title and help of every setting, and the words of its choices."""

from __future__ import annotations

from collections.abc import Sequence

from app.words import tr
from app.words.languages import LANGUAGES, by_name

# key: (title, help)
SETTINGS: dict[str, tuple[str, str]] = {
    "theme": ("Colours", "Automatic follows the system."),
    "speech": (
        "Who speaks",
        "Automatic leaves speaking to your screen reader, and is silent without one "
        "except for what you ask to hear.",
    ),
    "speech_rate": ("Speed of Alcove's voice", "Words per minute."),
    "spoken_language": (
        "Language of your meetings",
        "Without a Whisper model only English can be written down, as a draft.",
    ),
    "minutes_engine": (
        "Who writes the minutes",
        "Automatic takes a language model where there is one, else shows highlights.",
    ),
    "microphone": ("Microphone", "Automatic takes the one that the system uses."),
    "recordings_folder": (
        "Folder for recordings",
        "Empty takes Alcove's own. A folder that is copied to a cloud is not private.",
    ),
    "whisper_model": ("Whisper model", "Automatic takes the largest that fits."),
    "chat_model": ("Model for minutes and answers", "Automatic takes the largest that fits."),
    "vision_model": ("Model that describes pictures", "Automatic takes the largest that fits."),
    "embedding_model": (
        "Model for search by meaning",
        "Automatic takes the first that is found.",
    ),
    "context_tokens": ("Context length", "Tokens a model reads at once. 0 chooses from memory."),
    "ollama_host": (
        "Address of Ollama",
        "Empty is this laptop. Another machine must be confirmed and is shown in every tab.",
    ),
    "ollama_token": ("Token of that Ollama", "Sent only to the confirmed machine."),
    "ollama_confirmed": ("Confirmed machine", ""),
    "speech_asked": ("First question was answered", ""),
}

CHOICES: dict[str, dict[str, str]] = {
    "theme": {
        "auto": "Automatic",
        "light": "Light",
        "dark": "Dark",
        "contrast": "High contrast",
    },
    "speech": {
        "auto": "Automatic",
        "screen_reader": "Screen reader",
        "own": "Alcove's voice",
        "quiet": "Quiet",
    },
    "minutes_engine": {
        "auto": "Automatic",
        "ollama": "A language model in Ollama",
        "extract": "Highlights, written by nobody",
    },
    "spoken_language": {"": "Not said yet", **LANGUAGES},
}

PAGES: dict[str, str] = {
    "look": "Appearance",
    "speech": "Speech",
    "meetings": "Meetings",
    "engines": "Engines",
}


def title(key: str) -> str:
    """Return the title of setting ``key``."""
    return tr(SETTINGS[key][0])


def help_text(key: str) -> str:
    """Return the help of setting ``key``; empty where none is needed."""
    return tr(SETTINGS[key][1]) if SETTINGS[key][1] else ""


def choice(key: str, value: str) -> str:
    """Return the words of one choice of ``key``."""
    return tr(CHOICES[key][value])


def in_order(key: str, values: Sequence[str]) -> list[str]:
    """Return the choices of ``key`` as they are shown: languages by name, what is unset first."""
    if key != "spoken_language":
        return list(values)
    return [*(v for v in values if not v), *by_name([v for v in values if v])]


def elsewhere(host: str) -> str:
    """Return what holds while the language model of another machine is used."""
    return tr(
        "Not on this laptop: questions, transcripts and pictures for the language model go to "
        "{host}."
    ).format(host=host)
