"""The words of the doctor."""

from __future__ import annotations

from typing import Any

from app.words import tr
from app.words.engines import PARTS, part_hint

COMPONENTS: dict[str, str] = {
    "python": "Python",
    "window": "Window (Qt)",
    "decoder": "Sound and video files (FFmpeg)",
    "whisper_library": "Whisper's program",
    "documents": "PDF files",
    "index": "Search by meaning (Chroma)",
    "ocr": "Text in pictures",
    "library": "Your library",
    "memory": "Memory",
    "disk": "Free on the disk",
}

HINTS: dict[str, str] = {
    "window": "The command line works without it; install Alcove again for the window.",
    "decoder": "Install Alcove again.",
    "whisper_library": "Install Alcove again; until then the draft recogniser hears English.",
    "documents": "Install Alcove again.",
    "index": "Install Alcove again; until then documents are found by their words.",
    "ocr": "Install Alcove again.",
}

# What a part without a model needs, where no page of the window stands around the sentence.
MODELS: dict[str, str] = {
    "whisper": "Bring a model as a folder or ZIP, and add it in Engines.",
    "ollama": "Run this where there is a network: ollama pull llama3.2:3b",
}


def component(name: str) -> str:
    """Return the name of a component."""
    return tr(COMPONENTS.get(name) or PARTS.get(name, name))


def hint(name: str) -> str:
    """Return what to do about a missing library."""
    return tr(HINTS[name])


def hint_of_part(part: Any) -> str:
    """Return what to do about an engine that is not ready, empty when nothing."""
    if part.state == "no_model" and part.name in MODELS:
        return tr(MODELS[part.name])
    return part_hint(part)
