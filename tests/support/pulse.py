"""A private PulseAudio: a null sink to feed, a virtual microphone that hears it.

``Pulse`` is a sound server of its own with its own socket, never the person's. The
sound that is fed identifies itself: sample n of a ramp has the value n modulo 32000,
so a recording shows at once what is missing from it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

APT = "apt-get install pulseaudio pulseaudio-utils libasound2-plugins libportaudio2"
RATE = 16000
PERIOD = 32000


def missing() -> str:
    """Return the sentence to skip with, "" when everything is here."""
    needed = ("pulseaudio", "pactl", "paplay")
    gone = [name for name in needed if shutil.which(name) is None]
    return f"sound tests need {', '.join(gone)}: {APT}" if gone else ""


def ramp(seconds: float, start: int = 0) -> bytes:
    """Return ``seconds`` of sound whose samples count up from 1 to 32000 again and again."""
    numbers = np.arange(start, start + int(seconds * RATE))
    return (numbers % PERIOD + 1).astype("<i2").tobytes()


def jumps(samples: np.ndarray) -> np.ndarray:
    """Return the positions at which a recorded ramp does not go on as it should.

    The ramp never is 0: zeros are a feeding program that came too late on a busy
    machine, or silence that stands for a loss, behind which the ramp then has jumped.
    """
    heard = np.flatnonzero(samples)
    step = np.diff(samples[heard].astype(int))
    return heard[:-1][(step != 1) & (step != 1 - PERIOD)]


class Pulse:
    """The server; ``env`` is what its clients need in their environment."""

    def __init__(self, *, microphone: bool = True, speaker: bool = True) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pa"))
        self.folder.chmod(0o700)
        names = {
            "XDG_RUNTIME_DIR": self.folder,
            "PULSE_RUNTIME_PATH": self.folder,
            "PULSE_STATE_PATH": self.folder,
            "PULSE_COOKIE": self.folder / "cookie",
            "PULSE_SERVER": f"unix:{self.folder}/native",
        }
        self.env = {key: str(value) for key, value in names.items()}
        self._players: list[subprocess.Popen[bytes]] = []
        modules = [f"module-native-protocol-unix socket={self.folder}/native auth-anonymous=1"]
        if speaker:
            modules.append("module-null-sink sink_name=spk rate=48000 "
                           "sink_properties=device.description=TestSpeaker")  # fmt: skip
        if microphone:
            modules.append("module-null-sink sink_name=micfeed rate=16000 channels=1")
            modules.append(self._microphone())
        self.process = self._start(modules)
        if microphone:
            self.pactl("set-default-source", "mic")
        if speaker:
            self.pactl("set-default-sink", "spk")

    @staticmethod
    def _microphone() -> str:
        return ("module-remap-source master=micfeed.monitor source_name=mic channels=1 "
                "rate=16000 source_properties=device.description=TestMic")  # fmt: skip

    def _start(self, modules: list[str]) -> subprocess.Popen[bytes]:
        args = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no",
                "--disable-shm=yes", "--realtime=no", "--high-priority=no"]  # fmt: skip
        for module in modules:
            args += ["-L", module]
        with open(self.folder / "log", "wb") as log:
            process = subprocess.Popen(
                args, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.environment()
            )
        ends = time.monotonic() + 10
        while subprocess.run(["pactl", "info"], env=self.environment(), capture_output=True,
                             stdin=subprocess.DEVNULL).returncode:  # fmt: skip
            if process.poll() is not None or time.monotonic() > ends:
                raise RuntimeError((self.folder / "log").read_text(errors="replace"))
        return process

    def environment(self) -> dict[str, str]:
        """Return a whole environment for a client of this server."""
        return {**os.environ, **self.env}

    def pactl(self, *words: str) -> str:
        """Run ``pactl`` on this server."""
        done = subprocess.run(
            ["pactl", *words], env=self.environment(), capture_output=True, text=True,
            stdin=subprocess.DEVNULL, timeout=10,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"pactl {' '.join(words)}: {done.stderr}")
        return done.stdout

    def play(self, pcm: bytes, sink: str = "micfeed") -> subprocess.Popen[bytes]:
        """Feed 16 kHz mono samples into ``sink`` in the background, in place of the last."""
        self.hush()
        player = subprocess.Popen(
            ["paplay", "--raw", "--format=s16le", f"--rate={RATE}", "--channels=1",
             f"--device={sink}", "--latency-msec=200", "/dev/stdin"],
            stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, env=self.environment(),
        )  # fmt: skip
        self._players.append(player)

        def feed() -> None:
            assert player.stdin is not None
            with contextlib.suppress(OSError), player.stdin:
                player.stdin.write(pcm)

        threading.Thread(target=feed, name="feed", daemon=True).start()
        return player

    def hush(self) -> None:
        """Stop what is being fed: two ramps at once would be none."""
        while self._players:
            player = self._players.pop()
            player.kill()
            player.wait()

    def unplug(self) -> None:
        """Take the microphone away; the speaker and the sink that feeds it stay."""
        for line in self.pactl("list", "short", "modules").splitlines():
            if "module-remap-source" in line:
                self.pactl("unload-module", line.split()[0])

    def plug(self) -> None:
        """Put the microphone back."""
        name, *words = self._microphone().split()
        self.pactl("load-module", name, *words)
        self.pactl("set-default-source", "mic")

    def close(self) -> None:
        """End the players and the server."""
        self.hush()
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
