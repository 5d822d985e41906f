"""The one place that builds real services, inside functions, per mode.

``Services`` is what the window and the command line receive: ports of core behind
lazy attributes, so that a command pays only for what it uses.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.adapters import machine
from app.core import logs, paths, work_folder
from app.core.confirmed import ConfirmedServer
from app.core.errors import AppError
from app.core.jobs import JobContext
from app.core.settings import Settings, SettingsStore

if TYPE_CHECKING:
    from app.adapters.chroma import ChromaIndex
    from app.adapters.library.library import Library
    from app.adapters.reader import Reader
    from app.adapters.recorder import RecorderClient
    from app.adapters.transcriber import Transcriber
    from app.core.documents.room import DocumentRoom
    from app.core.engines.model import Engine, EngineReport
    from app.core.engines.plan import MemoryPlan
    from app.core.engines.room import EngineRoom
    from app.core.look.desk import LookDesk
    from app.core.meetings.desk import MeetingDesk
    from app.core.meetings.pipeline import Pipeline
    from app.core.meetings.records import MeetingRepository
    from app.core.parts import Parts
    from app.core.playing import SoundPlayer

WORKERS = ("recorder", "transcriber", "index", "reader", "player")
_ASKS = frozenset({"-h", "--help", "--version"})


class made_once:
    """A lazy attribute that is made once, whichever threads ask for it first.

    ``functools.cached_property`` has had no lock since Python 3.12, and two memory
    plans would each let their own kind of engine in.
    """

    def __init__(self, make: Callable[[Any], Any]):
        self._make = make
        self._lock = threading.RLock()
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, owner: Any, kind: type | None = None) -> Any:
        if owner is None:
            return self
        with self._lock:
            if self._name not in owner.__dict__:
                owner.__dict__[self._name] = self._make(owner)
        return owner.__dict__[self._name]


class Services:
    """Everything that the window and the command line may use, made on first use."""

    def __init__(self) -> None:
        self._closers: list[Callable[[], None]] = []
        self._making = threading.RLock()
        self._closed = False
        self._index: ChromaIndex | None = None
        self._confirmed = ConfirmedServer()
        self.restart: list[str] = []  # what a recorder runs, once, should the window die

    def closing(self, close: Callable[[], None]) -> None:
        """Have ``close`` called when the services end, last made first.

        What a job makes after the end is closed at once.
        """
        if self._closed:
            close()
        else:
            self._closers.append(close)

    def close(self) -> None:
        """End what was made, children, threads and files: all of it, even when one fails."""
        self._closed = True
        with contextlib.ExitStack() as stack:
            while self._closers:
                stack.callback(self._closers.pop(0))

    @made_once
    def settings(self) -> SettingsStore:
        """Return the settings, with the confirmed server let through the guard."""
        store = SettingsStore(paths.settings_file())
        store.on_change(lambda settings: self._confirmed.tell(settings.ollama_confirmed))
        self._confirmed.tell(store.current.ollama_confirmed)
        return store

    def _settings_of_server(self) -> Settings:
        """Return the settings once the guard knows the confirmed server."""
        current = self.settings.current
        self._confirmed.wait()
        return current

    # --- memory -------------------------------------------------------------------

    free_memory = staticmethod(machine.free_memory)
    total_memory = staticmethod(machine.total_memory)

    def free_disk(self) -> int:
        """Return the bytes that are free where recordings go."""
        return machine.free_disk(self.recordings_root())

    # --- children -------------------------------------------------------------------

    @made_once
    def transcription(self) -> Transcriber:
        """Return the speech service: decoding, voice gate, Whisper, draft."""
        from app.adapters.transcriber import Transcriber

        made = Transcriber(around=lambda ctx: self.plan.speech(ctx))
        self.closing(made.close)
        return made

    @made_once
    def reader(self) -> Reader:
        """Return the reader of foreign files: one instance for key presses, one for imports."""
        from app.adapters.children import Child
        from app.adapters.reader import Reader
        from app.core.engines.places import ReadingPlace

        urgent = Child("reader", instance="urgent", nice=False)
        made = Reader(urgent, Child("reader", instance="import"), ReadingPlace(paths.turn))
        self.closing(made.close)
        return made

    @made_once
    def recorder(self) -> RecorderClient:
        """Return the recorder's client."""
        from app.adapters.recorder import RecorderClient

        made = RecorderClient(restart=self.restart)
        self.closing(made.close)
        return made

    @made_once
    def sounds(self) -> SoundPlayer:
        """Return the player of our own sound."""
        from app.adapters.player import ChildPlayer

        made = ChildPlayer()
        self.closing(made.close)
        return made

    @made_once
    def parts(self) -> Parts:
        """Return who asks each child whether all its parts are there."""
        from app.adapters.parts import ChildParts

        return ChildParts()

    # --- engines --------------------------------------------------------------------

    @made_once
    def ollama(self) -> Any:
        """Return the language server."""
        from app.adapters.ollama import Ollama
        from app.core.engines.used import UsedModels

        made = Ollama(self._settings_of_server, used=UsedModels(paths.used_models))
        self.closing(made.close)
        return made

    @made_once
    def plan(self) -> MemoryPlan:
        """Return the one memory plan, which other processes on this data folder see."""
        from app.core.engines.places import Place
        from app.core.engines.plan import MemoryPlan

        made = MemoryPlan(
            place=Place(lambda: paths.turn("models")),
            unload_language=lambda ctx: self.ollama.unload_used(ctx),
            end_speech=lambda: self.transcription.rest(),
            roomy=lambda: self.total_memory() > 24 * 1024**3,
            speech_up=lambda: self.transcription.up,
        )
        self.closing(made.close)
        return made

    @made_once
    def engines(self) -> EngineRoom:
        """Return what is here and who does what."""
        from app.adapters.local_engines import LocalEngines
        from app.adapters.memory import free_and_total
        from app.core.engines.room import EngineRoom

        local = LocalEngines(self.transcription, self.recorder)
        return EngineRoom(self.ollama, [local], lambda: self.settings.current, free_and_total)

    def language_model(self) -> str | None:
        """Return the model that is set or was chosen last, "" for none, None: not known yet."""
        room = vars(self).get("engines")  # not made for this question
        return self.settings.current.chat_model or (room.last_chat if room else None)

    def _chat(self, *, urgent: bool) -> Any:
        from app.core.engines.room import HeldChat

        return HeldChat(self.ollama, self.plan, urgent=urgent)

    # --- library and rooms ------------------------------------------------------------

    @made_once
    def library(self) -> Library:
        """Open the library; the first use makes or migrates it."""
        from app.adapters.library.library import Library

        made = Library(
            paths.library_file(),
            paths.run(),
            own=(paths.sound(), self.recordings_root()),
            scanned=(paths.logs(), paths.index()),
        )
        self.closing(made.close)
        return made

    def recordings_root(self) -> Path:
        """Return the folder that recordings go into."""
        from app.core.meetings import recording

        return recording.root(self.settings.current.recordings_folder)

    @property
    def meetings(self) -> MeetingRepository:
        """Return where meetings live."""
        return self.library.meetings

    @made_once
    def desk(self) -> MeetingDesk:
        """Return the meeting room's desk: imports, recordings, exports."""
        from app.core.meetings.desk import MeetingDesk
        from app.words.meeting_labels import meeting_labels

        catalogues = paths.resources() / "translations"
        return MeetingDesk(self.meetings, self.recordings_root, partial(meeting_labels, catalogues))

    @made_once
    def pipeline(self) -> Pipeline:
        """Return the way of a meeting through its steps."""
        from app.core.meetings import works
        from app.core.meetings.pipeline import Pipeline

        meetings, settings = self.meetings, lambda: self.settings.current
        return Pipeline(
            meetings,
            (
                works.SoundWork(meetings, self.transcription, paths.sound()),
                works.TranscriptWork(meetings, self.transcription, settings),
                works.MinutesWork(meetings, settings, self.minutes_writer),
                works.ExportWork(meetings, self.desk.export),
            ),
        )

    def minutes_writer(self, ctx: JobContext, model: str = "") -> Any:
        """Return what writes minutes with a language model; raises ``EngineError`` without."""
        from app.core.engines.tasks import MINUTES

        engine = self.engines.needed(MINUTES, ctx, model)
        from app.core.meetings.minutes import writer

        return writer(self._chat(urgent=False), engine.name, self.engines.context(engine))

    @made_once
    def documents(self) -> DocumentRoom:
        """Return the document room."""
        from app.core.documents.room import DocumentRoom

        library = self.library
        return DocumentRoom(
            self.reader, library.documents, library.chats, self._meaning, self._answerer
        )

    def _meaning(self, ctx: JobContext) -> Any:
        from app.adapters.children import Child
        from app.adapters.chroma import ChromaIndex
        from app.core.documents.search import Meaning
        from app.core.embedding import PrefixedEmbedder
        from app.core.engines.tasks import EMBEDDINGS

        choice = self.engines.chosen(EMBEDDINGS, ctx)
        if choice is None:
            return None
        with self._making:
            if self._index is None:
                self._index = ChromaIndex(Child("index"), self.library.documents, paths.index())
                self.closing(self._index.close)
        return Meaning(PrefixedEmbedder(self._vectors(choice.engine)), self._index)

    def _vectors(self, engine: Engine) -> Any:
        from app.core.engines.room import HeldVectors

        return HeldVectors(self.ollama.vectors(engine.name), self.plan)

    def _answerer(self, ctx: JobContext) -> Any:
        from app.core.documents.ask import Answerer
        from app.core.engines.tasks import ANSWERS

        choice = self.engines.chosen(ANSWERS, ctx)
        if choice is None:
            return None
        engine = choice.engine
        return Answerer(self._chat(urgent=True), engine.name, self.engines.context(engine))

    @made_once
    def look(self) -> LookDesk:
        """Return the look room."""
        from app.core.look.desk import LookDesk

        made = LookDesk(self.reader, self._vision)
        self.closing(made.close)
        return made

    def _vision(self, ctx: JobContext) -> Any:
        from app.core.engines.tasks import LOOK
        from app.core.look.look import Vision

        choice = self.engines.chosen(LOOK, ctx)
        if choice is None:
            return None
        return Vision(
            self._chat(urgent=True), choice.engine.name, self.engines.context(choice.engine)
        )

    @made_once
    def glossary(self) -> Any:
        """Return the clinical glossary."""
        from app.core.glossary.starter import starter_glossary

        return starter_glossary()

    # --- the engines tab --------------------------------------------------------------

    def look_for_engines(self, ctx: JobContext) -> EngineReport:
        """Look for engines again."""
        return self.engines.look(ctx)

    def add_whisper(self, source: Path, ctx: JobContext) -> Any:
        """Check and copy a Whisper model."""
        from app.core.engines.adding import add_whisper

        return add_whisper(source, paths.whisper(), ctx)

    def try_engines(self, ctx: JobContext) -> Any:
        """Try each engine for some seconds; see ``try_all``."""
        from app.core.engines.tryout import try_all

        report = self.engines.look(ctx)
        return try_all([(e, partial(self._try, e)) for e in report.engines], ctx)

    def _try(self, engine: Engine, ctx: JobContext) -> float:
        from app.core.engines.trial import try_chat, try_vectors

        if engine.kind == "speech":
            return self._try_speech(engine, ctx)
        if "embed" in engine.abilities:
            return try_vectors(self._vectors(engine), ctx)
        if "chat" in engine.abilities:
            chat = self._chat(urgent=True)
            return try_chat(chat, engine.name, self.engines.context(engine), ctx).write
        return 0.0

    def _try_speech(self, engine: Engine, ctx: JobContext) -> float:
        speech = self.transcription
        models = [m for m in speech.models(None).good if m.name == engine.name]
        with speech.work_folder() as folder:
            sound = speech.decode(paths.samples() / "meeting.ogg", folder, ctx)
            spans = speech.gate(sound, ctx)
            model = models[0] if models else None
            chosen = spans.whisper if model else spans.draft
            return speech.trial(sound, chosen, model, ctx).factor


def run_child(argv: list[str]) -> int:
    """Run the child that ``argv`` names until its parent ends it."""
    import argparse

    parser = argparse.ArgumentParser(prog="alcove --child", add_help=False)
    parser.add_argument("name", choices=WORKERS)
    parser.add_argument("--endpoint", type=Path)
    parser.add_argument("--nice", action="store_true")
    parser.add_argument("--log", default="")
    args, rest = parser.parse_known_args(argv)
    logs.start(paths.logs(), f"{args.log or args.name}-child")
    logs.watch_output()
    if args.nice:
        _step_back()
    module = importlib.import_module(f"app.workers.{args.name}")
    if hasattr(module, "main"):
        return int(module.main(args.endpoint, rest))
    from app.workers.serve import serve

    return serve(args.name, module.OPS, args.endpoint)


def _step_back() -> None:
    """Lower the priority of this process, so that the window stays quick."""
    if sys.platform == "win32":
        import psutil

        psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
    else:
        os.nice(10)


def run_cli(argv: list[str]) -> int:
    """Run one command of the command line."""
    from app import words

    words.use_language(paths.resources() / "translations")
    if argv[:1] == ["tour"]:
        return _tour_from_console(argv)
    from app.cli.main import run

    try:
        logs.start(paths.logs(), "command-line")
    except AppError as error:
        # What only prints needs no data folder.
        return run(argv, Services) if _ASKS & set(argv) else _refuse(argv, error)
    work_folder.sweep_all()
    return run(argv, Services)


def _refuse(argv: list[str], error: AppError) -> int:
    """Say what kept the program from starting at all."""
    from app.cli.output import Output

    Output("--json" in argv).error(error)
    return 1


def _tour_from_console(argv: list[str]) -> int:
    """Take the tour with the program that has the window, which draws the pictures."""
    import subprocess

    if not getattr(sys, "frozen", False):
        return run_window(argv)
    program = "Alcove.exe" if sys.platform == "win32" else "Alcove"
    window = Path(sys.executable).with_name(program)
    return subprocess.call([str(window), *argv])


def run_window(argv: list[str]) -> int:
    """Open the window, or run one of the tools that need it."""
    from app import words

    words.use_language(paths.resources() / "translations")
    made: list[Services] = []

    def make() -> Services:
        made.append(Services())
        return made[-1]

    try:
        return _run_window(argv, make)
    except AppError as error:  # before there was a window to show it in
        for services in made:
            services.close()
        status = _refuse(argv, error)
        if argv[:1] in ([], ["--files"]):
            from app.ui.refusal import refuse

            refuse(error)
        return status


def _run_window(argv: list[str], make: Callable[[], Services]) -> int:
    from app.ui.display import has_display

    if argv[:1] == ["tour"] or (not argv and not has_display()):
        from app.cli.main import check_tour, guarded
        from app.ui.tools.tour import run as tour

        def work(_: object) -> int:
            check_tour(["tour", *argv[1:]])
            return tour(argv[1:], make)

        return guarded(argv, work)
    from app.ui.start import run

    work_folder.sweep_all()
    return run(argv, make)
