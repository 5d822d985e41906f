"""The tasks that engines do, and which engine does which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.core.engines.fit import best_first, fits
from app.core.engines.model import Engine, EngineReport, is_cloud_name
from app.core.errors import EngineError
from app.core.settings import Settings

MINUTES = "minutes"
ANSWERS = "answers"
LOOK = "look"
EMBEDDINGS = "embeddings"
TRANSCRIPTION = "transcription"
SPEECH_OUTPUT = "speech_output"


@dataclass(frozen=True)
class Task:
    """A task: the ability it needs and the setting that names its engine ("": none)."""

    ability: str
    setting: str
    largest: bool = True


TASKS: Mapping[str, Task] = {
    MINUTES: Task("chat", "chat_model"),
    ANSWERS: Task("chat", "chat_model"),
    LOOK: Task("vision", "vision_model"),
    EMBEDDINGS: Task("embed", "embedding_model", largest=False),
    TRANSCRIPTION: Task("transcribe", "whisper_model"),
    SPEECH_OUTPUT: Task("speak", "", largest=False),
}


@dataclass(frozen=True)
class Choice:
    """The engine of a task; ``fits`` is False when less than two gigabytes stay free."""

    engine: Engine
    fits: bool = True
    named: bool = False


def able(report: EngineReport, task: str) -> list[Engine]:
    """Return the engines that can do ``task``."""
    return [e for e in report.engines if TASKS[task].ability in e.abilities]


def choose(
    task: str, report: EngineReport, settings: Settings, free: int, name: str = ""
) -> Choice | None:
    """Return the engine for ``task``, or None when there is none.

    ``name`` (of the command line) or else the setting names one; otherwise it is the
    largest that leaves two gigabytes of ``free`` bytes, or the first that was found
    where size is no virtue. Raises ``EngineError`` "ollama_cloud_refused" or
    "ollama_model_missing" for a named one that cannot be used.
    """
    kind = TASKS[task]
    wanted = name or (getattr(settings, kind.setting) if kind.setting else "")
    if wanted:
        return _named(wanted, kind, report, free)
    engines = able(report, task)
    if not engines:
        return None
    engine = best_first(engines, free)[0] if kind.largest else engines[0]
    return Choice(engine, fits(engine, free))


def _named(wanted: str, kind: Task, report: EngineReport, free: int) -> Choice:
    engine = report.engine(wanted, kind.ability)
    if engine is not None:
        return Choice(engine, fits(engine, free), named=True)
    if report.engine(wanted) is not None:
        raise EngineError("ability_missing", model=wanted, ability=kind.ability)
    stubs = {r.name for r in report.refused if r.reason == "cloud"}
    if is_cloud_name(wanted) or wanted in stubs or f"{wanted}:latest" in stubs:
        raise EngineError("ollama_cloud_refused", model=wanted)
    raise EngineError("ollama_model_missing", model=wanted)
