"""The words of the Documents tab."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.words import tr, trn


def sample_question() -> str:
    """Return the question that the sample asks."""
    return tr("What does error E07 mean?")


def no_chats() -> str:
    """Return what the empty list of earlier questions says."""
    return tr("Your questions are kept here, with their answers.")


def found(count: int) -> str:
    """Return how many passages were found."""
    if not count:
        return tr("Nothing in your documents matches these words.")
    return trn("{count} passage found.", "{count} passages found.", count)


def page(number: int | None) -> str:
    """Return the name of a page, empty where there are none."""
    return "" if number is None else tr("page {n}").format(n=number)


def added(results: Sequence[Any]) -> str:
    """Return what became of the files that were added."""
    counts = {
        state: sum(r.state == state for r in results)
        for state in ("added", "replaced", "unchanged", "skipped", "failed")
    }
    parts = [
        trn("{count} document added", "{count} documents added", counts["added"]),
    ]
    names = {
        "replaced": tr("{n} brought up to date"),
        "unchanged": tr("{n} unchanged"),
        "skipped": tr("{n} of other types left out"),
        "failed": tr("{n} could not be read"),
    }
    parts += [text.format(n=counts[state]) for state, text in names.items() if counts[state]]
    failed = [r.path.rsplit("/", 1)[-1] for r in results if r.state == "failed"][:3]
    end = f": {', '.join(failed)}" if failed else ""
    return ", ".join(parts) + end + "."


def no_model() -> str:
    """Return what stands where an answer would be."""
    return tr("No language model is here, so the passages speak for themselves.")


def written_by(engine: str) -> str:
    """Return who wrote an answer."""
    return tr("Written by the model {model} from the passages below; it may be wrong.").format(
        model=engine
    )


def not_whole() -> str:
    """Return that an answer broke off."""
    return tr("The answer broke off here.")
