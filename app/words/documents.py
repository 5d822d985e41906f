"""The words of the Documents tab."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from app.words import tr, trn
from app.words.errors import error_words

_KINDS = {".pdf": "PDF", ".md": "Markdown", ".txt": "Text"}


def kind(suffix: str, pages: int) -> str:
    """Return what kind of file a document is, with its pages where it has any."""
    name = tr(_KINDS.get(suffix.lower(), suffix))
    return f"{name}  ·  {trn('{count} page', '{count} pages', pages)}" if pages else name


def sample_question() -> str:
    """Return the question that the sample asks."""
    return tr("What does error E07 mean?")


def no_chats() -> str:
    """Return what the empty list of earlier questions says."""
    return tr("Questions that a language model answered are kept here.")


def passages_appear() -> str:
    """Return what the empty list of answers and passages says."""
    return tr("Passages that match your question appear here, each with its file and page.")


def passage_appears() -> str:
    """Return what the empty passage says."""
    return tr("The passage you choose, with the words of your question marked.")


def question_missing() -> str:
    """Return what is said when nothing was asked."""
    return tr("Write your question first.")


def found(count: int) -> str:
    """Return how many passages were found."""
    if not count:
        return tr("Nothing in your documents matches these words.")
    return trn("{count} passage found.", "{count} passages found.", count)


def page(number: int | None) -> str:
    """Return the name of a page, empty where there are none."""
    return "" if number is None else tr("page {n}").format(n=number)


_MOST_NUMBERS = 12


def missing_pages(pages: Sequence[int]) -> str:
    """Return which pages could not be read and what to do, empty where all were."""
    if not pages:
        return ""
    return tr(
        "Pages that could not be read: {pages}. Add the file again to try them once more."
    ).format(pages=_numbers(pages))


def missing_short(pages: Sequence[int]) -> str:
    """Return which pages are missing, for the row of a document."""
    return tr("missing pages: {pages}").format(pages=_numbers(pages))


def _numbers(pages: Sequence[int]) -> str:
    numbers = ", ".join(str(n) for n in pages[:_MOST_NUMBERS])
    return f"{numbers} …" if len(pages) > _MOST_NUMBERS else numbers


_MOST_REASONS = 4


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
    failed = [r for r in results if r.state == "failed"]
    whole = ", ".join(parts) + "."
    torn = [r for r in results if r.missing]
    told = [_why(r) for r in failed] + [_lacking(r) for r in torn]
    return "\n".join([whole, *told[:_MOST_REASONS]])


def _lacking(result: Any) -> str:
    """Return which pages of a file could not be read."""
    name = PurePath(result.path).name
    return tr(
        "{name}: pages that could not be read: {pages}. "
        "“Read missing pages again” tries them once more."
    ).format(name=name, pages=_numbers(result.missing))


def _why(result: Any) -> str:
    """Return which file could not be read, and why."""
    name, error = PurePath(result.path).name, result.error
    if error is None:
        return name
    return error_words(type(error)(error.code, **{**error.params, "path": name})).sentence()


def no_model() -> str:
    """Return what stands where an answer would be."""
    return tr("No language model is here, so the passages speak for themselves.")


def written_by(engine: str, cites: bool = True) -> str:
    """Return who wrote an answer; ``cites``: it names passages that it comes from."""
    if not cites:
        return tr("Written by the model {model}. {uncited}").format(model=engine, uncited=uncited())
    return tr("Written by the model {model} from the passages below; it may be wrong.").format(
        model=engine
    )


def uncited() -> str:
    """Return that nothing shows where an answer comes from."""
    return tr("It names no passage that it comes from; it may be made up.")


def not_whole() -> str:
    """Return that an answer broke off."""
    return tr("The answer broke off here.")
