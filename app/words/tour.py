"""The words of the tour."""

from __future__ import annotations

from typing import Any

from app.words import tr

STEPS: dict[str, str] = {
    "meeting": "Meetings: the sample meeting is written down and summarised",
    "documents": "Documents: the sample manuals are read and asked",
    "look": "Look: the text in two pictures is read",
    "glossary": "Clinical glossary: a doctor's letter is explained",
    "engines": "Engines: what is here is tried",
    "pictures": "A picture of every tab is drawn",
}


def step(name: str) -> str:
    """Return what a step does."""
    return tr(STEPS[name])


def done(ok: bool, seconds: float) -> str:
    """Return how a step ended."""
    text = tr("done in {n} s") if ok else tr("failed after {n} s")
    return text.format(n=seconds)


def still_working(seconds: float) -> str:
    """Return that a tab was not done in time."""
    return tr("still at work after {n} s").format(n=round(seconds))


def error_rate(rate: float) -> str:
    """Return the measured word error rate of the sample."""
    return tr("word error rate against the script: {n} %").format(n=round(rate * 100, 1))


def summary(result: dict[str, Any]) -> str:
    """Return where everything was written."""
    lines = [
        tr("Transcript: {path}").format(path=result["transcript"] or "–"),
        tr("Minutes: {path}").format(path=result["minutes"] or "–"),
    ]
    lines += [f"{key}: {path}" for key, path in result["pictures"].items()]
    lines += [notice["message"] for notice in result["notices"]]
    return "\n".join(lines)
