"""``transcribe FILE…``: what is said in sound and video files."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.cli.output import Output, error_object
from app.core import paths
from app.core.errors import AppError, InputError
from app.core.jobs import JobContext, Notice
from app.core.meetings.export import TRANSCRIPT_FORMATS, export_transcript
from app.core.meetings.model import Transcript
from app.core.meetings.speech_languages import language_code
from app.core.meetings.transcribe import AUTO, ENGINES, Request, transcribe
from app.core.meetings.transcribe_keep import transcribe_and_keep
from app.core.settings import write_atomically
from app.words import tr
from app.words.errors import error_words
from app.words.notices import notice_words

FORMATS = ("txt", "md", "srt", "vtt")
_KEYS = ("engine", "model", "language", "language_confidence", "duration", "segments")


def add_parser(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("transcribe", help=tr("Write down what is said in a file."))
    parser.add_argument("files", nargs="+", metavar="FILE", help=tr("a sound or video file"))
    parser.add_argument("--engine", choices=ENGINES, default=AUTO, help=tr("what listens"))
    parser.add_argument(
        "--language", type=_language, default=None, help=tr("the spoken language: auto, en, de, …")
    )
    parser.add_argument("--format", choices=FORMATS, help=tr("the form of the transcript"))
    parser.add_argument("--output", help=tr("where to write it: a file, or a folder for several"))
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
    target = _Target(args.files, args.output, args.format)
    with out.context() as ctx:
        if len(args.files) == 1:
            done = job.run(args.files[0], ctx)
            target.deliver(done, out)
            out.result(done.plain())
            return 0
        return _several(args.files, job, target, out, ctx)


def _several(files: Sequence[str], job: _Job, target: _Target, out: Output, ctx: JobContext) -> int:
    results: list[dict[str, Any]] = []
    failed = False
    for file in files:
        try:
            done = job.run(file, ctx)
            target.deliver(done, out)
            results.append(done.plain() | {"notices": done.notice_objects()})
        except AppError as error:
            failed = True
            results.append({"file": file, "error": error_object(error)})
            if not out.json:
                out.say(f"{file}: {error_words(error).sentence()}")
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

    def run(self, file: str, ctx: JobContext) -> _Done:
        """Return the transcript of ``file``; its notices go to ``ctx`` as well."""
        notices: list[Notice] = []

        def hear(notice: Notice) -> None:
            notices.append(notice)
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


class _Target:
    """Where transcripts go: standard output, one file, or a folder.

    Raises ``InputError`` at once when the place cannot be written, before hours of
    work are done for nothing.
    """

    def __init__(self, files: Sequence[str], output: str | None, form: str | None):
        self._form = form
        self._many = len(files) > 1
        self._path = None if output is None else Path(output)
        self._used: set[Path] = set()
        if self._path is None:
            return
        if self._many:
            _make_folder(self._path)
        folder = self._path if self._path.is_dir() else self._path.parent
        writable = folder.is_dir() and os.access(folder, os.W_OK)
        if not writable or any(_same(self._path, Path(f)) for f in files):
            raise InputError("output_not_writable", path=str(output))

    def deliver(self, done: _Done, out: Output) -> None:
        """Write or print one transcript."""
        if self._path is None:
            if not out.json:
                self._print(done, out)
            return
        path = self._file_for(Path(done.file))
        text = export_transcript(done.transcript, self._form_of(path), title=Path(done.file).stem)
        write_atomically(path, text.encode("utf-8"))
        out.text(tr("Written: {path}").format(path=path))

    def _print(self, done: _Done, out: Output) -> None:
        if self._many:
            out.text(f"=== {done.file}")
        text = export_transcript(done.transcript, self._form or "txt", title=Path(done.file).stem)
        out.raw(text)

    def _form_of(self, path: Path) -> str:
        ending = path.suffix.lower().lstrip(".")
        return self._form or (ending if ending in TRANSCRIPT_FORMATS else "txt")

    def _file_for(self, source: Path) -> Path:
        assert self._path is not None
        if not self._path.is_dir():
            return self._path
        form, number = self._form or "txt", 1
        path = self._path / f"{source.stem}.{form}"
        while path in self._used or _same(path, source):
            number += 1
            path = self._path / f"{source.stem} ({number}).{form}"
        self._used.add(path)
        return path


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError("output_not_writable", path=str(path)) from error


def _same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:
        return False
