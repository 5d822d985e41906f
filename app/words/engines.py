"""The words of the Engines tab: parts, states, tasks, lines to get a model."""

from __future__ import annotations

from typing import Any

from app.words import tr, trn
from app.words.errors import ERRORS, error_words

PARTS: dict[str, str] = {
    "ollama": "Ollama (language models)",
    "whisper": "Whisper (speech to text)",
    "draft": "Draft recogniser (English only)",
    "voices": "Voices",
    "sound": "Sound devices",
    "ocr": "Text in pictures",
}

STATES: dict[str, str] = {
    "not_installed": "not installed",
    "not_running": "installed, not running",
    "no_model": "no model yet",
    "loading": "loading a model",
    "ready": "ready",
    "busy": "busy",
    "cut": "stopped half-way",
    "broken": "damaged",
}

TASKS: dict[str, str] = {
    "minutes": "Minutes and answers",
    "look": "Pictures described",
    "embeddings": "Search by meaning",
    "transcription": "Speech to text",
}

# What is done where no engine is here for a task.
INSTEAD: dict[str, str] = {
    "minutes": "None is here yet: only highlights, passages",
    "look": "None is here yet: only text is read",
    "embeddings": "None is here yet: only words are searched",
    "transcription": "None is here yet: a draft, in English",
}

KINDS: dict[str, str] = {
    "chat": "writes text",
    "vision": "describes pictures",
    "embed": "finds by meaning",
    "speech": "writes down speech",
    "transcribe": "writes down speech",
    "transcribe_draft": "writes down English as a draft",
    "thinking": "thinks first",
    "voice": "speaks",
    "speak": "speaks",
}

REASONS: dict[str, str] = {
    "cloud": "not used: it runs in the cloud",
    "broken": "not used: it is damaged",
}

# What each part lacks without it, and what to do.
HINTS: dict[str, str] = {
    "not_installed": "Install it from a file or USB stick, then look again.",
    "not_running": "Start it, then look again.",
    "no_model": "Copy a line below and run it where there is a network, or bring the model on USB.",
}

# Lines that get a model, by the memory of the machine in GB: small models first.
PULLS: tuple[tuple[str, str, int], ...] = (
    ("llama3.2:3b", "Minutes and answers on 8 GB", 8),
    ("qwen3:8b", "Minutes and answers on 16 GB", 16),
    ("granite3.2-vision:2b", "Pictures described on 8 GB", 8),
    ("nomic-embed-text", "Search by meaning, small", 8),
)


def part(name: str) -> str:
    """Return the name of a part."""
    return tr(PARTS.get(name, name))


def state(name: str) -> str:
    """Return the name of a state."""
    return tr(STATES[name])


def hint(name: str) -> str:
    """Return what to do about a state, empty when nothing."""
    return tr(HINTS[name]) if name in HINTS else ""


def part_state(part: Any) -> str:
    """Return where a part stands, in its own words."""
    if part.name == "draft" and part.state == "not_installed":
        return no_draft()
    if part.name == "sound":
        return tr("ready") if part.state == "ready" else tr("no microphone")
    return state(part.state)


def part_hint(part: Any) -> str:
    """Return what to do about a part that is not ready, empty when nothing."""
    if part.name == "draft":
        return no_draft() if part.state == "not_installed" else ""
    if part.name == "whisper" and part.state == "no_model":
        return tr("Bring a model as a folder or ZIP, and add it below.")
    if part.name == "sound" and part.state != "ready":
        return tr("Plug in a microphone, then look again.")
    if part.name == "voices" and part.state != "ready":
        return tr("Install espeak-ng, or use a screen reader.")
    if part.state == "not_installed":
        return hint(part.state)
    if part.hint in ERRORS:
        return tr(ERRORS[part.hint][1]).format_map({"host": part.host})
    return hint(part.state)


def task(name: str) -> str:
    """Return the name of a task."""
    return tr(TASKS[name])


def ability(name: str) -> str:
    """Return what an engine can do."""
    return tr(KINDS.get(name, name))


def engine_name(engine: Any) -> str:
    """Return what an engine is called: its own name, or words where that says little."""
    return part("draft") if engine.origin == "draft" else str(engine.name)


def nobody_yet(task: str, *, draft: bool = False) -> str:
    """Return what a task without an engine says: what is done in its place meanwhile.

    ``draft`` says that the draft recogniser is here.
    """
    if task == "transcription" and not draft:
        return tr("None is here yet")
    return tr(INSTEAD[task])


def reason(name: str) -> str:
    """Return why a model is not used."""
    return tr(REASONS.get(name, name))


def no_draft() -> str:
    """Return that this Python has no draft recogniser."""
    return tr("no draft recogniser for this Python")


def tried(result: Any) -> str:
    """Return what the trial of one engine gave."""
    name = engine_name(result.engine)
    if result.error is not None:
        return f"{name}: {error_words(result.error).message}"
    if result.engine.kind == "speech":
        return trn(
            "{name}: one minute of speech takes {count} second.",
            "{name}: one minute of speech takes {count} seconds.",
            max(1, round(60 * result.figure)),
            name=name,
        )
    if "embed" in result.engine.abilities:
        return trn(
            "{name}: {count} passage a second.",
            "{name}: {count} passages a second.",
            round(result.figure),
            name=name,
        )
    if result.figure:
        return tr("{name}: {n} words a second.").format(name=name, n=round(result.figure * 0.75, 1))
    return tr("{name} is here.").format(name=name)


def pulls(gigabytes: float) -> list[tuple[str, str]]:
    """Return (line, what for) of models that fit a machine of so much memory."""
    return [
        (f"ollama pull {model}", tr(text)) for model, text, need in PULLS if need <= gigabytes + 1
    ]
