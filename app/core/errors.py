"""The one tree of errors that people may meet.

    AppError
    ├── UsageError        the command line was called wrongly
    ├── InputError        a file or a text that was handed in
    ├── EngineError       a model, or what runs it
    │   └── AnswerCut     the engine died half-way; what came is in ``partial``
    ├── DeviceError       microphone, camera, loudspeaker
    ├── ChildError        a child process
    ├── StorageError      disk, database, settings
    └── Unforeseen        a defect of Alcove itself, met by a catch-all

An error carries a code and parameters, no sentence: message and hint stand in
``app.words.errors`` under that code, and a test proves that every code has them.
Adapters translate foreign exceptions at their edge and chain the cause.
``Cancelled`` stands beside the tree: it is what the person asked for.
"""

from __future__ import annotations

from typing import Any, ClassVar


class Cancelled(Exception):
    """The person (or the end of the program) stopped the work."""


class AppError(Exception):
    """What went wrong, as a code of ``CODES`` and the parameters of its sentence.

    Raises ``ValueError`` when the code is not one of its class, so that a code
    without wording cannot be raised at all.
    """

    CODES: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, code: str, **params: Any):
        if code not in self.CODES:
            raise ValueError(f"{code!r} is not a code of {type(self).__name__}")
        super().__init__(code, params)
        self.code = code
        self.params: dict[str, Any] = params

    def to_wire(self) -> dict[str, Any]:
        """Return the plain form that crosses a child's channel."""
        return {"code": self.code, "params": self.params}


class UsageError(AppError):
    """The command line was called wrongly: exit status 2."""

    CODES = frozenset({"usage"})


class InputError(AppError):
    """A file or text that was handed in cannot be used as it is."""

    CODES = frozenset(
        {
            "file_missing",  # path
            "recording_elsewhere",  # path: who made it has moved it
            "file_is_folder",  # path
            "file_unreadable",  # path: no permission, or the disk says no
            "file_empty",  # path
            "file_too_large",  # path, limit
            "file_name",  # path: its name is no text that can be kept
            "sound_lost",  # path: the converted sound of a meeting is gone
            "sound_none",  # path: nothing in it is sound
            "sound_undecodable",  # path
            "sound_protected",  # path: DRM
            "picture_undecodable",  # path
            "picture_too_large",  # path
            "document_undecodable",  # path
            "document_encrypted",  # path
            "document_type",  # path
            "transcript_empty",  # path
            "transcript_undecodable",  # path
            "output_not_writable",  # path
            "export_no_times",  # format: captions of a transcript without times
            "unknown_setting",  # key
            "bad_setting",  # key, value, possible: what it takes, where that is known
        }
    )


class EngineError(AppError):
    """A model, or the program that runs it, cannot do what was asked."""

    CODES = frozenset(
        {
            "engine_missing",  # engine, why
            "engine_language",  # language
            "language_needed",
            "engine_broken",  # engine, path
            "engine_failed",  # engine
            "whisper_folder_bad",  # path, why
            "ollama_not_installed",
            "ollama_not_running",  # host
            "ollama_no_model",
            "ollama_model_missing",  # model
            "ollama_busy",
            "ollama_memory",  # model
            "ollama_failed",  # detail
            "ollama_too_long",  # needed, limit
            "ollama_cloud_refused",  # model
            "ollama_unconfirmed",  # host
            "ollama_redirected",  # host
            "ollama_old",  # model
            "answer_malformed",  # engine
            "answer_only_thought",  # engine
            "ability_missing",  # model, ability
        }
    )


class AnswerCut(EngineError):
    """The engine ended before its answer did; ``partial`` is what had arrived.

    ``why`` is "lost", "ended", "error", or the code of the error that it ended with.
    """

    CODES = frozenset({"answer_cut", "answer_empty"})

    def __init__(self, code: str = "answer_cut", *, partial: Any = "", **params: Any):
        super().__init__(code, **params)
        self.partial = partial


class DeviceError(AppError):
    """A microphone, camera or loudspeaker is not there or stopped."""

    CODES = frozenset(
        {
            "microphone_none",
            "microphone_missing",  # device
            "microphone_lost",  # device
            "microphone_failed",  # device
            "microphone_library",  # PortAudio cannot be loaded
            "sound_stuck",  # the sound system does not answer
            "recording_running",
            "recording_none",
            "recording_held",  # path: another program keeps it
            "recording_empty",  # device
            "loudspeaker_none",
            "camera_none",
            "camera_failed",
            "voice_none",
        }
    )


class ChildError(AppError):
    """A child process could not be started, died or passed its limit."""

    CODES = frozenset(
        {
            "child_unstartable",  # child
            "child_died",  # child
            "child_time",  # child, seconds
            "child_memory",  # child, megabytes
            "child_mismatch",  # child
        }
    )


class StorageError(AppError):
    """The disk, the database or the settings refuse."""

    CODES = frozenset(
        {
            "disk_full",  # path
            "disk_low",  # path, free
            "disk_low_stopped",  # path, free
            "folder_not_writable",  # path
            "library_newer",  # found, known
            "library_damaged",  # path
            "library_busy",
            "index_damaged",  # path
            "meeting_missing",  # id
            "step_taken",  # step
            "document_missing",  # id
            "chat_missing",  # id
            "glossary_damaged",  # path, why
        }
    )


class Unforeseen(AppError):
    """A defect of Alcove: no code of the tree stood for what happened."""

    CODES = frozenset({"unforeseen"})  # place


_CLASSES: tuple[type[AppError], ...] = (
    UsageError,
    InputError,
    EngineError,
    AnswerCut,
    DeviceError,
    ChildError,
    StorageError,
    Unforeseen,
)


def all_codes() -> frozenset[str]:
    """Return every code of the tree."""
    return frozenset().union(*(cls.CODES for cls in _CLASSES))


def from_wire(data: dict[str, Any]) -> AppError:
    """Build the error again that ``to_wire`` of another process wrote.

    Raises ``ValueError`` for a code that this build does not know.
    """
    for cls in _CLASSES:
        if data.get("code") in cls.CODES:
            return cls(data["code"], **dict(data.get("params") or {}))
    raise ValueError(f"unknown error code {data.get('code')!r}")
