"""``summarize FILE``: the minutes of a meeting, from its sound or its transcript."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path
from typing import Any

from app.cli import target
from app.cli.output import Output
from app.core import paths
from app.core.errors import AnswerCut, AppError, EngineError
from app.core.jobs import JobContext
from app.core.meetings.export import MINUTES_FORMATS, export_minutes, outline_txt
from app.core.meetings.files import is_transcript_file, read_transcript
from app.core.meetings.labels import MeetingLabels
from app.core.meetings.minutes_partial import says_something
from app.core.meetings.model import Minutes, Transcript
from app.core.meetings.outline import outline
from app.core.meetings.summarize import AUTO, ENGINES, EXTRACT, WriterMaker, summarize
from app.core.meetings.summarize_keep import keep_minutes, keep_transcript
from app.core.meetings.transcribe import Request, transcribe
from app.core.meetings.transcribe_keep import transcribe_and_keep
from app.core.text.speech_languages import language_code
from app.words import tr
from app.words.meeting_labels import meeting_labels

_WIDEST = 96
_NO_SUCH_MODEL = frozenset({"ollama_no_model", "ollama_model_missing"})


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("summarize", help=tr("Make the minutes of a meeting."))
    parser.add_argument(
        "file",
        type=target.name_of,
        metavar="FILE",
        help=tr("sound, video, or a transcript in txt, vtt, srt or json"),
    )
    parser.add_argument(
        "--engine", choices=ENGINES, default=AUTO, help=tr("extract shows quotes, ollama writes")
    )
    parser.add_argument("--model", default="", help=tr("the language model, by its name"))
    parser.add_argument(
        "--language", type=_language, default=None, help=tr("the spoken language: auto, en, de, …")
    )
    parser.add_argument(
        "--output", type=target.name_of, help=tr("where to write it: .md, .txt or .json")
    )
    parser.add_argument("--keep", action="store_true", help=tr("Keep it in the library."))


def _language(text: str) -> str | None:
    try:
        return language_code(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            tr("{text} is no language code that Whisper knows").format(text=text)
        ) from error


def run(args: argparse.Namespace, services: Any, out: Output) -> int:
    """Print or write the minutes of one file."""
    source = Path(args.file)
    file, form = (None, "") if args.output is None else _target(args.output, source)
    with out.context() as ctx:
        if not is_transcript_file(source) and not args.keep:
            _check_engine(args, services, ctx)
        number, transcript = _transcript(source, args, services, ctx)

        def make(part: JobContext) -> Minutes:
            return _minutes(transcript, source, args, services, part)

        try:
            minutes = (
                make(ctx) if number is None else keep_minutes(services.meetings, number, make, ctx)
            )
        except AnswerCut as error:  # what had arrived is all that there is of it
            if isinstance(error.partial, Minutes) and says_something(error.partial):
                out.piece(_shown(error.partial) + "\n")
            raise
    plain = {"file": args.file, **minutes.to_json()} | _kept(number)
    labels, shown = _labels(minutes), _shown(minutes)
    try:
        if file is not None:
            target.write(file, export_minutes(minutes, form, labels=labels))
            shown = target.written(file)
    except AppError as error:  # what was made is handed over all the same
        out.error(error, **plain)
        out.piece(shown)
        return 1
    out.piece(shown)
    out.result(plain)
    return 0


def _labels(minutes: Minutes) -> MeetingLabels:
    return meeting_labels(paths.resources() / "translations", minutes.language)


def _shown(minutes: Minutes) -> str:
    return outline_txt(outline(minutes, _labels(minutes)), _width())


def _kept(number: int | None) -> dict[str, int]:
    return {} if number is None else {"meeting": number}


def _check_engine(args: argparse.Namespace, services: Any, ctx: JobContext) -> None:
    """Say that a named engine is not there before an hour of sound is transcribed."""
    if args.engine not in (AUTO, EXTRACT):
        _made_writer(args.model, services, ctx)


def _transcript(
    source: Path, args: argparse.Namespace, services: Any, ctx: JobContext
) -> tuple[int | None, Transcript]:
    """Return the transcript of the file, and its number where it is kept."""
    if is_transcript_file(source):
        transcript = read_transcript(source)
        number = keep_transcript(services.meetings, source, transcript) if args.keep else None
        return number, transcript
    request = Request(language=args.language, model=services.settings.current.whisper_model)
    if not args.keep:
        return None, transcribe(source, request, services.transcription, ctx)
    return transcribe_and_keep(
        source,
        request,
        services.desk,
        services.meetings,
        services.transcription,
        paths.sound(),
        ctx,
    )


def _minutes(
    transcript: Transcript,
    source: Path,
    args: argparse.Namespace,
    services: Any,
    ctx: JobContext,
) -> Minutes:
    return summarize(
        transcript,
        title=source.stem,
        engine=args.engine,
        language=args.language,
        writer=_writer(args.model, services),
        ctx=ctx,
    )


def _writer(model: str, services: Any) -> WriterMaker:
    return lambda ctx: _made_writer(model, services, ctx)


def _made_writer(model: str, services: Any, ctx: JobContext) -> Any:
    """Return what writes with ``model``; raises ``EngineError`` that says what is missing."""
    try:
        return services.minutes_writer(ctx, model)
    except EngineError as error:
        if not model or error.code not in _NO_SUCH_MODEL:
            raise
        _need_server(services, ctx)
        raise EngineError("ollama_model_missing", model=model) from error


def _need_server(services: Any, ctx: JobContext) -> None:
    """Raise when there is no Ollama to have any model: its absence comes before theirs."""
    try:
        services.minutes_writer(ctx)
    except EngineError as error:
        if error.code not in _NO_SUCH_MODEL:
            raise


def _target(output: str, source: Path) -> tuple[Path, str]:
    """Return the file to write and its form, checked before any work is done for nothing."""
    path = target.folder_of(output)
    file = path / f"{source.stem}.md" if path.is_dir() else path
    target.check(file, [source])
    return file, target.form_of(file, MINUTES_FORMATS, "md")


def _width() -> int:
    """Return how wide the text may be; 0, not folded, where nobody reads it on a screen."""
    if sys.stdout is None or not sys.stdout.isatty():
        return 0
    return max(40, min(_WIDEST, shutil.get_terminal_size().columns))
