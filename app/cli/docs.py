"""``docs``: take documents in, find passages in them, ask them questions."""

from __future__ import annotations

import argparse
import re
import textwrap
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.cli.output import Output, error_object
from app.cli.target import name_of
from app.core.documents.model import (
    ADDED,
    FAILED,
    REPLACED,
    SKIPPED,
    UNCHANGED,
    AddResult,
    Answer,
    Hit,
)
from app.core.documents.room import DocumentRoom
from app.core.errors import AnswerCut, EngineError
from app.core.jobs import JobContext
from app.core.search.lexical import words_of
from app.words import tr, trn
from app.words.documents import missing_pages
from app.words.errors import error_words

_WIDTH = 88
_MOST_HITS = 1000
_SHOWN_CHARACTERS = 600


def add_parser(commands: Any) -> None:
    """Add the command with its three parts."""
    parser = commands.add_parser("docs", help=tr("Search and ask your own documents."))
    parts = parser.add_subparsers(dest="part", required=True, metavar="add|search|ask")
    add = parts.add_parser("add", help=tr("Take files and folders in (.txt, .md, .pdf)."))
    add.add_argument("paths", nargs="+", type=name_of, metavar="PATH")
    search = parts.add_parser("search", help=tr("Find passages."))
    search.add_argument("query", metavar="QUERY")
    search.add_argument("-k", type=_count, default=10, metavar="N", help=tr("At most so many."))
    ask = parts.add_parser("ask", help=tr("Have a question answered from the documents."))
    ask.add_argument("question", metavar="QUESTION")
    for part in (add, search, ask):
        part.add_argument(
            "--json",
            action="store_true",
            default=argparse.SUPPRESS,  # or it would undo a --json in front of the part
            help=tr("Print one JSON object."),
        )


def _count(text: str) -> int:
    if len(text) < 9 and text.isdecimal() and 1 <= (number := int(text)) <= _MOST_HITS:
        return number
    raise argparse.ArgumentTypeError(tr("a whole number between 1 and 1000"))


def run(args: argparse.Namespace, services: Any, out: Output) -> int:
    """Run the part that was asked for."""
    room: DocumentRoom = services.documents
    if args.part == "add":
        return _add([Path(path) for path in args.paths], room, out)
    if args.part == "search":
        return _search(args.query, args.k, room, out)
    return _ask(args.question, room, out)


def _add(paths: Sequence[Path], room: DocumentRoom, out: Output) -> int:
    with out.context() as ctx:
        results = room.add(paths, _heard(ctx, file=lambda result: out.text(_line(result))))
    out.result({"files": [_plain(result) for result in results]})
    failed = sum(result.state == FAILED for result in results)
    there = [r for r in results if r.state in (ADDED, UNCHANGED, REPLACED)]
    counted = [
        trn("{count} document", "{count} documents", len(there)),
        trn("{count} passage", "{count} passages", sum(r.passages for r in there)),
    ]
    if failed:
        counted.append(trn("{count} failed", "{count} failed", failed))
    out.text("\n" + ", ".join(counted))
    return 1 if failed else 0


def _heard(ctx: JobContext, **listeners: Any) -> JobContext:
    """Return a context that hands data of each kind to its listener as well."""

    def data(kind: str, value: Any) -> None:
        if kind in listeners:
            listeners[kind](value)

    return ctx.child(ctx.report, data)


def _plain(result: AddResult) -> dict[str, Any]:
    return {
        "path": result.path,
        "state": result.state,
        "pages": result.pages,
        "passages": result.passages,
        "missing": list(result.missing),
        "error": error_object(result.error) if result.error else None,
    }


def _line(result: AddResult) -> str:
    states = {
        ADDED: tr("added"),
        UNCHANGED: tr("unchanged"),
        REPLACED: tr("replaced"),
        SKIPPED: tr("skipped"),
        FAILED: tr("failed"),
    }
    line = f"{states[result.state]:<10} {result.path}"
    told = error_words(result.error).sentence() if result.error else missing_pages(result.missing)
    return f"{line}\n           {told}" if told else line


def _search(query: str, k: int, room: DocumentRoom, out: Output) -> int:
    with out.context() as ctx:
        hits = room.search(query, ctx, k)
    out.result({"query": query, "hits": [hit.to_json() for hit in hits]})
    _show(hits, query, out)
    return 0


def _show(hits: Sequence[Hit], query: str, out: Output) -> None:
    for hit in hits:
        above = _place(hit.path, hit.page) + (f" · {hit.heading}" if hit.heading else "")
        out.text(f"[{hit.rank}] {above}")
        shown = _around(hit.text, _not_in(above, query))
        out.text(textwrap.indent(textwrap.fill(shown, _WIDTH), "    "))
        out.text()


def _not_in(above: str, query: str) -> list[str]:
    """Return the words of a query that the line above does not show; all if it shows each."""
    words = [word.casefold() for word in words_of(query)]
    return [word for word in words if word not in above.casefold()] or words


def _around(text: str, words: Sequence[str]) -> str:
    """Return the part of a passage that holds the most of what was looked for."""
    plain = " ".join(text.split())
    if len(plain) <= _SHOWN_CHARACTERS:
        return plain
    first = _densest(plain.casefold(), words)
    start = max(0, min(first - _SHOWN_CHARACTERS // 4, len(plain) - _SHOWN_CHARACTERS))
    if start:
        start = plain.find(" ", start) + 1
    end = start + _SHOWN_CHARACTERS
    if end < len(plain):
        end = plain.rfind(" ", start, end)
    cut = plain[start:end].strip()
    return ("… " if start else "") + cut + (" …" if end < len(plain) else "")


def _densest(text: str, words: Sequence[str]) -> int:
    """Return where the stretch begins that holds the most of ``words``, the rare ones first."""
    found = [(m.start(), word) for word in words for m in re.finditer(re.escape(word), text)]
    often = Counter(word for _, word in found)
    best, worth = 0, 0.0
    for place, _ in sorted(found):
        inside = {word for at, word in found if place <= at < place + _SHOWN_CHARACTERS * 3 // 4}
        score = sum(1 / often[word] for word in inside)
        if score > worth:
            best, worth = place, score
    return best


def _place(path: str, page: int | None) -> str:
    return path if page is None else tr("{path}, page {page}").format(path=path, page=page)


def _ask(question: str, room: DocumentRoom, out: Output) -> int:
    found: list[Hit] = []
    try:
        with out.context() as ctx:
            answer = room.ask(question, _heard(ctx, hits=found.extend, piece=out.piece))
    except AnswerCut:
        out.text()
        raise
    except EngineError as error:  # the passages need no model
        out.error(error, question=question, hits=[hit.to_json() for hit in found])
        _show(found, question, out)
        return 1
    out.result({"question": question, **answer.to_json()})
    if answer.text is not None:
        _show_sources(answer, out)
    if not answer.citations:
        _show(answer.hits, question, out)
    return 0


def _show_sources(answer: Answer, out: Output) -> None:
    out.text("\n")
    if not answer.citations:
        written = tr("Written by {engine}. What your documents say to this question:")
        out.text(written.format(engine=answer.engine) + "\n")
        return
    for citation in answer.citations:
        out.text(f"[{citation.n}] {_place(citation.path, citation.page)}")
    out.text(tr("Written by {engine} from your documents.").format(engine=answer.engine))
