"""The player child on a real sound server: what is heard, and what is not."""

from __future__ import annotations

import subprocess
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from support.pulse import RATE, Pulse
from support.recording_rig import pulse, use  # noqa: F401 - pulse is a fixture
from support.sound_files import tone, write_wav

from app.adapters import loudspeaker
from app.adapters.player import ChildPlayer
from app.core.errors import DeviceError
from app.core.jobs import JobContext

pytestmark = [pytest.mark.display, pytest.mark.timeout(120)]


@pytest.fixture
def player(pulse):  # noqa: F811
    made = ChildPlayer()
    yield made
    made.close()


class Ear:
    """Hears what the loudspeaker plays, at 16 kHz."""

    def __init__(self, server: Pulse) -> None:
        self._process = subprocess.Popen(
            ["parec", "--raw", "--format=s16le", f"--rate={RATE}", "--channels=1",
             "--latency-msec=20", "-d", "spk.monitor"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=server.environment(),
        )  # fmt: skip
        self._data = bytearray()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        while piece := self._process.stdout.read1(4096):
            self._data += piece

    def close(self) -> np.ndarray:
        """Stop, and return what was heard without the silence around it."""
        ends = time.monotonic() + 10
        while time.monotonic() < ends:  # until what is on its way to the sink has come
            if not any(self._data[-RATE // 2 :]) and len(self._data) > RATE:
                break
            threading.Event().wait(0.05)
        self._process.kill()
        self._process.wait()
        self._thread.join()
        assert self._process.stdout is not None
        self._process.stdout.close()
        samples = np.frombuffer(bytes(self._data[: len(self._data) // 2 * 2]), "<i2").astype(float)
        loud = np.flatnonzero(np.abs(samples) > 200)
        return samples[loud[0] : loud[-1] + 1] if len(loud) else samples[:0]


def pitch(samples: np.ndarray) -> float:
    """Return the strongest frequency in hertz."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum) * RATE / len(samples))


@pytest.fixture
def two_tones(tmp_path: Path) -> Path:
    """A second of 440 Hz, then a second of 880 Hz."""
    return write_wav(tmp_path / "two.wav", np.concatenate([tone(1.0, 440), tone(1.0, 880)]))


def test_the_very_first_sound_is_heard_from_where_it_was_asked_for(
    player,
    pulse,  # noqa: F811
    two_tones,
):
    ear = Ear(pulse)
    player.play(two_tones, 1.0, JobContext())
    heard = ear.close()
    assert len(heard) == pytest.approx(RATE, rel=0.1)
    assert pitch(heard[:4000]) == pytest.approx(880, abs=10)


def test_the_whole_sound_is_heard(player, pulse, two_tones):  # noqa: F811
    ear = Ear(pulse)
    player.play(two_tones, 0.0, JobContext())
    heard = ear.close()
    assert len(heard) == pytest.approx(2 * RATE, rel=0.1)
    assert [round(pitch(part) / 440) for part in (heard[:8000], heard[-8000:])] == [1, 2]


def test_a_machine_without_a_loudspeaker_says_so(tmp_path, two_tones):
    server = Pulse(microphone=False, speaker=False)
    with use(server):
        made = ChildPlayer()
        with pytest.raises(DeviceError, match="loudspeaker_none"):
            made.play(two_tones, 0.0, JobContext())
        made.close()
    server.close()


def test_a_sound_system_that_hangs_is_told_and_what_it_hangs_on_is_looked_at(monkeypatch):
    over, asked = threading.Event(), []
    real = loudspeaker.threading.Thread

    class Hanging(real):
        def run(self) -> None:
            over.wait(30)

    monkeypatch.setattr(loudspeaker.threading, "Thread", Hanging)
    monkeypatch.setattr(loudspeaker.jack, "STUCK_SECONDS", 0.1)
    monkeypatch.setattr(loudspeaker.jack, "set_aside", lambda: asked.append(1))
    with pytest.raises(DeviceError, match="sound_stuck"):
        loudspeaker.Loudspeaker(16_000, 1)
    monkeypatch.undo()
    over.set()
    assert asked == [1]
