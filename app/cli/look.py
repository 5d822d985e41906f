"""``look IMAGE``: the text in a picture, and what a vision engine says about it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from app.cli.output import Output
from app.cli.target import name_of
from app.core.errors import AnswerCut
from app.core.jobs import JobContext, Notice
from app.core.look.model import Description
from app.words import look as words
from app.words import tr


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("look", help=tr("Read and describe a picture."))
    parser.add_argument("image", type=name_of, metavar="IMAGE", help=tr("the picture"))


def run(args: argparse.Namespace, services: Any, out: Output) -> int:
    """Read the picture, then print its description as it is written."""
    with out.context() as ctx:
        heard = JobContext(ctx.report, out.notice, _Printer(out))
        ctx.on_cancel(heard.cancel)
        try:
            found: Description = services.look.look(Path(args.image), heard)
        except AnswerCut as error:
            out.text()
            _give_partial(error, args.image)
            raise
    if found.engine is None:
        out.notice(Notice("no_vision_engine"))
    if found.text is not None:
        out.text("\n\n" + words.written_by(found.engine or ""))
    out.result(found.to_json(args.image))
    return 0


class _Printer:
    """Prints the lines that were read, then the description piece by piece."""

    def __init__(self, out: Output):
        self._out = out

    def __call__(self, kind: str, data: Any) -> None:
        if kind == "reading":
            for line in data.lines:
                self._out.text(line.text)
            for code in data.codes:
                self._out.text(words.code(code.kind, code.text))
        elif kind == "engine":
            self._out.text()
        elif kind == "piece":
            self._out.piece(data)


def _give_partial(error: AnswerCut, file: str) -> None:
    """Put what had arrived into the error as plain data, with the path as given."""
    if isinstance(error.partial, Description):
        error.partial = error.partial.to_json(file)
