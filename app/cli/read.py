"""``read IMAGE``: the text and the codes in a picture."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from app.cli.output import Output
from app.cli.target import name_of
from app.words import look as words
from app.words import tr


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("read", help=tr("Read the text in a picture."))
    parser.add_argument("image", type=name_of, metavar="IMAGE", help=tr("the picture"))


def run(args: argparse.Namespace, services: Any, out: Output) -> int:
    """Read the picture and print its lines in reading order."""
    with out.context() as ctx:
        reading = services.look.read(Path(args.image), ctx)
    for line in reading.lines:
        out.text(line.text)
    for code in reading.codes:
        out.text(words.code(code.kind, code.text))
    out.result(reading.to_json(args.image))
    return 0
