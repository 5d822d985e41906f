"""``transcribe FILE…``: what is said in sound and video files."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.cli import target
from app.cli.output import Output, error_object
from app.core import paths
from app.core.errors import AppError
from app.core.jobs import JobContext, Notice
from app.core.meetings.export import TRANSCRIPT_FORMATS, export_transcript
from app.core.meetings.model import Transcript
from app.core.meetings.transcribe import AUTO, ENGINES, Request, transcribe
from app.core.meetings.transcribe_keep import transcribe_and_keep
from app.core.text.speech_languages import language_code
from app.words import tr
from app.words.errors import error_words
from app.words.notices import notice_words

FORMATS = ("txt", "md", "srt", "vtt")
_OF_ONE_FILE = frozenset({"no_speech", "file_truncated"})
_KEYS = ("engine", "model", "language", "language_confidence", "duration", "segments")


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("transcribe", help=tr("Write down what is said in a file."))
    parser.add_argument(
        "files", nargs="+", type=target.name_of, metavar="FILE", help=tr("a sound or video file")
    )
    parser.add_argument("--engine", choices=ENGINES, default=AUTO, help=tr("what listens"))
    parser.add_argument(
        "--language", type=_language, default=None, help=tr("the spoken language: auto, en, de, …")
    )
    parser.add_argument("--format", choices=FORMATS, help=tr("the form of the transcript"))
    parser.add_argument(
        "--output",
        type=target.name_of,
        help=tr("where to write it: a file, or a folder for several"),
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
    """Transcribe the files one after the other."""
    model = services.settings.current.whisper_model
    request = Request(args.engine, args.language, model)
    job = _Job(services, request, bool(args.keep))
    place = _Place(args.files, args.output, args.format)
    with out.context() as ctx:
        if len(args.files) == 1:
            return _one(args.files[0], job, place, out, ctx)
        return _several(args.files, job, place, out, ctx)


def _one(file: str, job: _Job, place: _Place, out: Output, ctx: JobContext) -> int:
    done = job.run(file, ctx)
    error = place.deliver(done, out)
    if error is not None:
        out.error(error, **done.plain())
        return 1
    out.result(done.plain())
    return 0


def _several(files: Sequence[str], job: _Job, place: _Place, out: Output, ctx: JobContext) -> int:
    results: list[dict[str, Any]] = []
    failed = False
    for file in files:
        made: dict[str, Any] = {"file": file}
        try:
            done = job.run(file, ctx, None if out.json else out.say)
            made = done.plain() | {"notices": done.notice_objects()}
            error = place.deliver(done, out)
        except AppError as early:
            error = early
        if error is not None:
            failed = True
            made["error"] = error_object(error)
            if not out.json:
                out.say(f"{file}: {error_words(error).sentence()}")
        results.append(made)
    out.result({"files": results})
    return int(failed)


@dataclass
class _Done:
    """A file and what came of it."""

    file: str
    transcript: Transcript
    notices: list[Notice] = field(default_factory=list)
    meeting: int | None = None

    def plain(self) -> dict[str, Any]:
        """Return the JSON object of the file."""
        whole = self.transcript.to_json()
        plain = {"file": self.file, **{key: whole[key] for key in _KEYS}}
        plain["not_understood"] = whole["not_understood"]
        if self.meeting is not None:
            plain["meeting"] = self.meeting
        return plain

    def notice_objects(self) -> list[dict[str, str]]:
        """Return the notices of this file alone."""
        return [{"code": n.code, "message": notice_words(n.code, n.params)} for n in self.notices]


class _Job:
    """Transcribes one file after the other, into the library where that is wanted."""

    def __init__(self, services: Any, request: Request, keep: bool):
        self._services = services
        self._request = request
        self._keep = keep

    def run(self, file: str, ctx: JobContext, say: Callable[[str], None] | None = None) -> _Done:
        """Return the transcript of ``file``; its notices go to ``ctx`` as well.

        Those about the file itself go to ``say`` instead, with its name: among several
        nobody would know which one "no speech" is about.
        """
        notices: list[Notice] = []

        def hear(notice: Notice) -> None:
            notices.append(notice)
            if say is not None and notice.code in _OF_ONE_FILE:
                say(f"{file}: {notice_words(notice.code, notice.params)}")
            else:
                ctx.notice(notice.code, **notice.params)

        part = JobContext(ctx.report, hear)
        forget = ctx.on_cancel(part.cancel)
        try:
            meeting, transcript = self._transcribe(Path(file), part)
        finally:
            forget()
        return _Done(file, transcript, notices, meeting)

    def _transcribe(self, source: Path, ctx: JobContext) -> tuple[int | None, Transcript]:
        services, request = self._services, self._request
        if not self._keep:
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


class _Place:
    """Where transcripts go: standard output, one file, or a folder.

    Raises ``InputError`` or ``UsageError`` at once when the place cannot be written or
    is no transcript by its name, before hours of work are done for nothing.
    """

    def __init__(self, files: Sequence[str], output: str | None, form: str | None):
        self._form = form
        self._many = len(files) > 1
        self._path = None
        self._used: set[Path] = set()
        if output is None:
            return
        self._path = target.folder_of(output)
        if self._many:
            target.make_folder(self._path)
        target.check(self._path, [Path(f) for f in files])
        if not self._path.is_dir():
            self._form = target.form_of(self._path, TRANSCRIPT_FORMATS, "txt", form)

    def deliver(self, done: _Done, out: Output) -> AppError | None:
        """Write or print one transcript.

        What cannot be written after all is printed, and the error returned: nobody
        should have to do the work again.
        """
        if self._path is not None:
            path = self._file_for(Path(done.file))
            title = Path(done.file).stem
            try:
                text = export_transcript(done.transcript, self._form or "txt", title=title)
                target.write(path, text)
            except AppError as error:
                self._print(done, out)
                return error
            out.piece(target.written(path))
        else:
            self._print(done, out)
        return None

    def _print(self, done: _Done, out: Output) -> None:
        if out.json:
            return
        if self._many:
            out.text(f"=== {done.file}")
        text = export_transcript(done.transcript, self._form or "txt", title=Path(done.file).stem)
        out.raw(text)

    def _file_for(self, source: Path) -> Path:
        assert self._path is not None
        if not self._path.is_dir():
            return self._path
        form, number = self._form or "txt", 1
        path = self._path / f"{source.stem}.{form}"
        while path in self._used or target.is_same(path, source):
            number += 1
            path = self._path / f"{source.stem} ({number}).{form}"
        self._used.add(path)
        return path
