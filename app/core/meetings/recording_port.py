"""What the window and the command line know of the recorder: a port and its values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from app.core.errors import AppError, from_wire

IDLE, OPENING, RECORDING, PAUSED, LOST, TESTING = (
    "idle", "opening", "recording", "paused", "lost", "testing",
)  # fmt: skip
RUNNING = (OPENING, RECORDING, PAUSED, LOST)


@dataclass(frozen=True)
class Microphone:
    """A device that can be recorded from; ``name`` is what ``start`` takes.

    ``virtual`` says that it plays back what a loudspeaker or program gives.
    """

    name: str
    default: bool = False
    virtual: bool = False


@dataclass(frozen=True)
class State:
    """What the recorder does.

    ``phase`` is one of the constants of this module; ``time`` the meeting time in
    seconds; ``folder`` the recording's folder, None while there is none; ``clients``
    how many windows and command lines are attached; ``error`` why a recording ended
    by itself (disk full, disk low).
    """

    phase: str = IDLE
    time: float = 0.0
    folder: Path | None = None
    device: str = ""
    clients: int = 1
    error: AppError | None = None

    @property
    def running(self) -> bool:
        """Return whether a recording exists, paused and lost ones included."""
        return self.phase in RUNNING


def state_from_json(plain: Mapping[str, Any]) -> State:
    """Return the state that crossed the channel."""
    error = plain.get("error")
    folder = plain.get("folder")
    return State(
        phase=str(plain["phase"]),
        time=float(plain["time"]),
        folder=Path(folder) if folder else None,
        device=str(plain["device"]),
        clients=int(plain.get("clients", 1)),
        error=from_wire(error) if error else None,
    )


# Told from a thread of the client: ("state", State), ("level", {"peak", "rms"}),
# ("notice", Notice), ("ended", None) when the recorder is gone for good.
Listener = Callable[[str, Any], None]


class Recorder(Protocol):
    """The recorder process, started on first need or attached to."""

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Tell ``listener`` of everything from now on; returns how to stop that."""

    def attach(self) -> State | None:
        """Attach to a recorder that runs already; None when there is none."""

    def microphones(self) -> list[Microphone]:
        """Return what can be recorded from, the default first.

        Raises ``DeviceError`` "microphone_library", ``ChildError``.
        """

    def start(
        self, folder: Path, *, device: str = "", rate: int = 16000, seconds: float | None = None
    ) -> State:
        """Start to record into a new folder below ``folder``, for ``seconds`` at most.

        Raises ``DeviceError`` (no such microphone, a recording runs already),
        ``StorageError`` (too little room), ``ChildError``.
        """

    def pause(self) -> State:
        """Close the microphone and let the meeting's clock stand."""

    def resume(self) -> State:
        """Open the microphone again."""

    def marker(self, text: str = "") -> float:
        """Set a marker or note now; returns its meeting time in seconds."""

    def stop(self) -> State:
        """Close the recording and return its last state with its folder.

        One that has just ended, by itself or by another client, gives the same answer.
        Raises ``DeviceError`` "recording_none" or "recording_empty".
        """

    def test(self, device: str = "") -> State:
        """Open the microphone for levels alone: nothing is written."""

    def end_test(self) -> State:
        """Close the microphone of a test."""

    def state(self) -> State:
        """Return what the recorder does now."""

    def close(self) -> None:
        """Leave the recorder: a running recording goes on, an idle recorder ends."""
