"""What is on this machine besides the language server: speech, voices, sound, OCR."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import shutil
import sys

from app.adapters.transcriber import Transcriber
from app.core.engines.model import (
    NO_MODEL,
    NOT_INSTALLED,
    READY,
    SPEECH,
    VOICE,
    Engine,
    EngineReport,
    Part,
    Refused,
)
from app.core.errors import AppError
from app.core.jobs import JobContext
from app.core.meetings.recording_port import Recorder

# The draft recogniser with its English model, measured together with the voice gate.
_DRAFT_BYTES = 220 * 1024**2


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _installed(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


class LocalEngines:
    """Implements ``EngineCatalogue``. ``recorder`` is asked for sound devices."""

    def __init__(self, speech: Transcriber, recorder: Recorder | None = None):
        self._speech = speech
        self._recorder = recorder

    def look(self, ctx: JobContext) -> EngineReport:
        """Return what is there now."""
        ctx.check()
        found = self._speech.models(None)
        engines = [
            Engine(
                f"whisper/{model.name}", model.name, SPEECH, frozenset({"transcribe"}), "whisper",
                size=model.path.joinpath("model.bin").stat().st_size, fixed_memory=model.need,
            )
            for model in found.good
        ]  # fmt: skip
        if self._speech.has_draft():
            engines.append(
                Engine("draft/pocketsphinx", "pocketsphinx en-us", SPEECH,
                       frozenset({"transcribe_draft"}), "draft", fixed_memory=_DRAFT_BYTES,
                       languages=("en",))
            )  # fmt: skip
        voice = _voice()
        if voice:
            engines.append(Engine(f"system/{voice}", voice, VOICE, frozenset({"speak"}), "system"))
        parts = (self._whisper(bool(found.good)), self._draft(), _voices(voice), _ocr(),
                 self._sound())  # fmt: skip
        refused = tuple(Refused(broken.name, "broken") for broken in found.broken)
        return EngineReport(tuple(engines), parts, refused)

    @staticmethod
    def _whisper(has_model: bool) -> Part:
        state = READY if has_model else NO_MODEL
        if not _installed("faster_whisper"):
            state = NOT_INSTALLED
        return Part("whisper", state, _version("faster-whisper"))

    def _draft(self) -> Part:
        state = READY if self._speech.has_draft() else NOT_INSTALLED
        return Part("draft", state, _version("pocketsphinx"))

    def _sound(self) -> Part:
        if self._recorder is None:
            return Part("sound", READY)
        try:
            devices = self._recorder.microphones()
        except AppError as error:
            return Part("sound", NOT_INSTALLED, hint=error.code)
        names = ", ".join(device.name for device in devices[:4])
        return Part("sound", READY if devices else NO_MODEL, host=names)


def _voice() -> str:
    for program in ("espeak-ng", "espeak"):
        if shutil.which(program):
            return program
    return "" if sys.platform.startswith("linux") else "system voice"


def _voices(voice: str) -> Part:
    return Part("voices", READY if voice else NOT_INSTALLED, host=voice)


def _ocr() -> Part:
    return Part("ocr", READY if _installed("rapidocr") else NOT_INSTALLED, _version("rapidocr"))
