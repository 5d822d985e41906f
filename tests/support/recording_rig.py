"""Kills and other misfortunes for a real recorder on a real (private) sound server.

What is lost is measured against a witness: ``parec`` hears the same microphone, and
every sample of the fed ramp says which one it is.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.pulse import PERIOD, RATE, Pulse, missing, ramp

from app.adapters.recorder import RecorderClient
from app.core.meetings import recording as rec
from app.core.meetings import recording_wav as wav
from app.core.meetings.recording_port import RECORDING

ROOT = Path(__file__).resolve().parents[2]

CLIENT = """
import sys
from pathlib import Path
from app.adapters.recorder import RecorderClient
client = RecorderClient()
client.listen(lambda kind, data: print(kind, getattr(data, "phase", ""), flush=True))
client.start(Path(sys.argv[1]))
print("pid", client.pid, flush=True)
sys.stdin.read()
"""


class Events:
    """What a recorder client tells, to be waited for."""

    def __init__(self, client: RecorderClient) -> None:
        self.seen: list[tuple[str, Any]] = []
        self._queue: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        self._stop = client.listen(lambda kind, data: self._queue.put((kind, data)))

    def until(self, wanted: Any, seconds: float = 20.0) -> Any:
        """Return the data of the first event for which ``wanted(kind, data)`` is true."""
        ends = time.monotonic() + seconds
        while True:
            try:
                kind, data = self._queue.get(timeout=max(0.0, ends - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"did not happen; seen: {self.notable()}") from None
            self.seen.append((kind, data))
            if wanted(kind, data):
                return data

    def phase(self, phase: str, seconds: float = 20.0) -> Any:
        """Wait for a phase."""
        return self.until(lambda kind, data: kind == "state" and data.phase == phase, seconds)

    def recorded(self, seconds: float) -> None:
        """Wait until so many seconds are recorded."""
        self.until(lambda kind, data: kind == "level" and data["time"] >= seconds)

    def notable(self) -> list[tuple[str, Any]]:
        """Return what was seen but for levels."""
        return [event for event in self.seen if event[0] != "level"]


class Witness:
    """A second ear on the microphone with 20 ms of latency."""

    def __init__(self, pulse: Pulse) -> None:
        self._process = subprocess.Popen(
            ["parec", "--raw", "--format=s16le", f"--rate={RATE}", "--channels=1",
             "--latency-msec=20", "-d", "mic"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=pulse.environment(),
        )  # fmt: skip
        self._last = 0
        self._thread = threading.Thread(target=self._read, name="witness", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        while data := os.read(self._process.stdout.fileno(), 4096):
            if len(data) >= 2:
                self._last = int.from_bytes(data[len(data) // 2 * 2 - 2 : len(data) // 2 * 2],
                                            "little")  # fmt: skip

    @property
    def value(self) -> int:
        """Return the sample that was heard last."""
        return self._last

    def close(self) -> None:
        """Stop listening."""
        self._process.kill()
        self._process.wait()
        self._thread.join()
        assert self._process.stdout is not None
        self._process.stdout.close()


@pytest.fixture
def pulse():
    """A sound server whose microphone is awake, and this process as its client."""
    reason = missing()
    if reason:
        pytest.skip(reason)
    server = Pulse()
    witness = Witness(server)
    with use(server):
        yield server
    witness.close()
    server.close()


@contextlib.contextmanager
def use(pulse: Pulse):
    """Let this process, and the children it starts, use ``pulse``."""
    before = {key: os.environ.get(key) for key in pulse.env}
    os.environ.update(pulse.env)
    try:
        yield
    finally:
        for key, value in before.items():
            os.environ.pop(key, None) if value is None else os.environ.update({key: value})


def samples(path: Path) -> np.ndarray:
    """Return the samples of a WAV part, whatever its header says."""
    data = path.read_bytes()[wav.HEADER_BYTES :]
    return np.frombuffer(data[: len(data) // 2 * 2], "<i2").astype(int)


def ramp_seconds(earlier: int, later: int) -> float:
    """Return how long after value ``earlier`` of the ramp ``later`` comes.

    Between -0.2 and 1.8 s: the ramp repeats every two seconds, and the witness may
    be a little behind the recorder.
    """
    back = RATE // 5
    return ((later - earlier + back) % PERIOD - back) / RATE


@dataclass(frozen=True)
class Loss:
    """What one kill cost, in seconds.

    ``lost`` was heard before the kill and is not on disk; ``gap`` is what the
    recording says is missing, ``away`` what truly is until the next recorder heard.
    """

    lost: float
    gap: float
    away: float


def kill_recorder(pulse: Pulse, root: Path, after: float) -> Loss:
    """Record, ``kill -9`` the recorder after so many seconds, let it be started again."""
    pulse.play(ramp(after + 12))
    witness = Witness(pulse)
    client = RecorderClient()
    try:
        events = Events(client)
        folder = client.start(root).folder
        events.phase(RECORDING)
        events.recorded(after)
        assert client.pid is not None and folder is not None
        value, before = witness.value, client.pid
        os.kill(before, signal.SIGKILL)
        events.until(lambda kind, data: kind == "notice" and data.code == "recorder_restarted")
        events.until(lambda kind, data: kind == "state" and data.phase == RECORDING)
        events.recorded(after + 1.5)
        assert client.pid != before
        client.stop()
    finally:
        client.close()
        witness.close()
    recording = rec.load(folder)
    assert recording is not None and len(recording.gaps) == 1, recording
    first, *rest = [samples(folder / part.file) for part in recording.parts]
    whole = np.concatenate([first, *rest])
    heard = whole[whole > 0]
    at = int(np.count_nonzero(first))
    gap = recording.gaps[0].end - recording.gaps[0].start
    true = ramp_seconds(int(heard[at - 1]), int(heard[at]))
    true += 2 * round((gap - true) / 2)  # the ramp repeats every two seconds
    return Loss(max(0.0, ramp_seconds(int(first[-1]), value)), gap, true)


def kill_client(pulse: Pulse, root: Path, after: float) -> np.ndarray:
    """Record, ``kill -9`` the process that started it, attach anew; return what was recorded."""
    pulse.play(ramp(after + 12))
    window = subprocess.Popen(
        [sys.executable, "-c", CLIENT, str(root)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert window.stdin is not None and window.stdout is not None
    for line in window.stdout:
        if line.startswith("state recording"):
            break
    threading.Event().wait(after)
    window.kill()
    window.communicate()
    client = RecorderClient()
    try:
        events = Events(client)
        state = client.attach()
        assert state is not None and state.running and state.clients == 1
        events.recorded(state.time + 1.0)
        folder = client.stop().folder
    finally:
        client.close()
    assert folder is not None
    recording = rec.load(folder)
    assert recording is not None and not recording.gaps and len(recording.parts) == 1
    return samples(folder / recording.parts[0].file)
