"""What a job is doing, by the key that ``Progress.step`` carries."""

from __future__ import annotations

from app.words import tr

STEPS: dict[str, str] = {
    "convert": "Converting the sound",
    "load_model": "Loading the model",
    "listen": "Finding speech",
    "transcribe": "Writing the transcript",
    "trial": "Measuring this machine",
    "wait_memory": "Waiting for memory that other work is using",
    "wait_engine": "Waiting for the model to begin",
    "wait_process": "Waiting for another Alcove on this laptop to finish",
    "minutes": "Writing the minutes",
    "merge": "Merging the minutes",
    "overview": "Writing the overview",
    "highlights": "Collecting highlights",
    "export": "Writing the files",
    "read": "Reading",
    "read_text": "Reading the text in the picture",
    "index": "Indexing",
    "embed": "Computing meanings",
    "search": "Searching",
    "answer": "Writing the answer",
    "describe": "Describing the picture",
    "record": "Recording",
    "rebuild": "Rebuilding the index",
    "check": "Checking",
    "copy": "Copying",
}

# Steps in which nothing is done yet.
WAITS = frozenset({"load_model", "wait_engine", "wait_memory", "wait_process"})


def step_words(step: str) -> str:
    """Return what a job at ``step`` is doing."""
    return tr(STEPS.get(step, step))
