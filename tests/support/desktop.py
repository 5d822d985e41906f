"""A private desktop for tests: message bus, virtual screen, window manager, screen reader.

Everything is started by us, talks to private sockets, and ends with the test. What
Orca says goes to a "synthesizer" that writes it to a file.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

NEEDS = (
    "Xvfb",
    "openbox",
    "xdotool",
    "wmctrl",
    "dbus-daemon",
    "gdbus",
    "orca",
    "speech-dispatcher",
)
APT = "xvfb openbox xdotool wmctrl dbus at-spi2-core orca speech-dispatcher libglib2.0-bin"
_ATSPI = "/usr/libexec/at-spi-bus-launcher"
_PAUSE = threading.Event()


def missing() -> str:
    """Return the apt command for what is not here, empty when all is."""
    absent = [name for name in NEEDS if shutil.which(name) is None]
    return f"apt-get install {APT}" if absent or not Path(_ATSPI).exists() else ""


def until(condition: Callable[[], object], seconds: float = 20.0, what: str = "") -> None:
    """Wait until ``condition`` holds; fail with ``what`` when it does not in time."""
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, f"did not happen in {seconds} s: {what}"
        _PAUSE.wait(0.03)


class Desktop:
    """A desktop session of our own; use it with ``with``."""

    def __init__(self, *, size: str = "1280x900", reader: bool = True):
        self.folder = Path(tempfile.mkdtemp(prefix="alcove-desk-"))
        self._size = size
        self._reader = reader
        self._started: list[subprocess.Popen[bytes]] = []
        self.env = dict(os.environ)
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "AT_SPI_BUS_ADDRESS", "QT_QPA_PLATFORM"):
            self.env.pop(name, None)

    def __enter__(self) -> Desktop:
        try:
            self._session()
            self._screen()
            self._accessibility()
            if self._reader:
                self._orca()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self, *command: str, log: str = "", **env: str) -> subprocess.Popen[bytes]:
        """Start a program of this desktop; it ends with it."""
        with open(self.folder / f"{log or command[0].rsplit('/')[-1]}.log", "ab") as sink:
            process = subprocess.Popen(
                command, env={**self.env, **env}, stdout=sink, stderr=sink,
                stdin=subprocess.DEVNULL,
            )  # fmt: skip
        self._started.append(process)
        return process

    def run(self, *command: str) -> str:
        """Run a short program of this desktop and return what it printed."""
        done = subprocess.run(
            command, env=self.env, capture_output=True, text=True, timeout=30, check=False
        )
        return done.stdout

    def _session(self) -> None:
        runtime = self.folder / "run"
        runtime.mkdir(mode=0o700)
        home = self.folder / "home"
        (home / ".local/share/orca").mkdir(parents=True)
        self.env |= {"XDG_RUNTIME_DIR": str(runtime), "HOME": str(home)}
        address = self.folder / "bus"
        with open(address, "wb") as out:
            bus = subprocess.Popen(
                ["dbus-daemon", "--session", "--nofork", "--print-address=1"],
                env=self.env, stdout=out, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        self._started.append(bus)
        until(lambda: address.read_text().endswith("\n"), what="message bus")
        self.env["DBUS_SESSION_BUS_ADDRESS"] = address.read_text().strip()

    def _screen(self) -> None:
        number = self.folder / "display"
        with open(number, "wb") as out:
            process = subprocess.Popen(
                ["Xvfb", "-displayfd", str(out.fileno()), "-screen", "0", f"{self._size}x24",
                 "-nolisten", "tcp", "-noreset"],
                env=self.env, pass_fds=[out.fileno()], stderr=subprocess.DEVNULL,
            )  # fmt: skip
        self._started.append(process)
        until(lambda: number.read_text().strip(), what="virtual screen")
        self.env["DISPLAY"] = f":{number.read_text().strip()}"
        self.start("openbox", "--sm-disable")
        until(lambda: "Name:" in self.run("wmctrl", "-m"), what="window manager")

    def _accessibility(self) -> None:
        self.start(_ATSPI, "--launch-immediately")
        call = ["gdbus", "call", "--session", "--dest", "org.a11y.Bus", "--object-path",
                "/org/a11y/bus"]  # fmt: skip
        until(lambda: "unix:" in self.run(*call, "--method", "org.a11y.Bus.GetAddress"),
              what="accessibility bus")  # fmt: skip
        for flag in ("IsEnabled", "ScreenReaderEnabled"):
            self.run(*call, "--method", "org.freedesktop.DBus.Properties.Set",
                     "org.a11y.Status", flag, "<true>")  # fmt: skip
        self.env |= {"QT_ACCESSIBILITY": "1", "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}

    def _orca(self) -> None:
        self.spoken_file = self.folder / "spoken.txt"
        _write_speech(self.folder, self.spoken_file)
        _write_orca(self.folder / "home/.local/share/orca/user-settings.conf")
        (self.folder / "home/.libao").write_text("default_driver=null\n")
        self.start("speech-dispatcher", "-s", "-C", str(self.folder / "spd"), "-L",
                   str(self.folder / "spd/log"), "-t", "0")  # fmt: skip
        until(lambda: list((self.folder / "run").rglob("speechd.sock")), what="speech-dispatcher")
        # It asks pgrep for other Orcas: with --replace it would kill that of the person who
        # runs the tests, without it give way to it. Ours knows none but itself.
        alone = self.folder / "alone/pgrep"
        alone.parent.mkdir()
        alone.write_text("#!/bin/sh\n")
        alone.chmod(0o755)
        self.start("orca", PATH=f"{alone.parent}{os.pathsep}{self.env['PATH']}")
        until(lambda: self.spoken, 30, "Orca's first word")

    @property
    def spoken(self) -> list[str]:
        """Return everything that was spoken so far, a line each."""
        if not self.spoken_file.exists():
            return []
        lines = self.spoken_file.read_text("utf-8", "replace").splitlines()
        return [line.strip() for line in lines if line.strip()]

    def key(self, *keys: str) -> None:
        """Press keys as a hand does: XTest, not Qt's own test keys."""
        self.run("xdotool", "key", "--delay", "40", *keys)

    def hear(self, words: str, *, since: int = 0, seconds: float = 15.0) -> str:
        """Wait until something with ``words`` was spoken after place ``since``; return it."""
        found: list[str] = []

        def heard() -> bool:
            lines = self.spoken[since:]
            # A sentence may come in several pieces.
            lines.append(" ".join(lines))
            found[:] = [line for line in lines if words.lower() in line.lower()]
            return bool(found)

        try:
            until(heard, seconds)
        except AssertionError:
            raise AssertionError(f"never heard {words!r}; heard {self.spoken[since:]}") from None
        return found[0]

    def window(self, name: str, seconds: float = 30.0) -> str:
        """Wait for a window by its name, make it active and return its id."""
        ids: list[str] = []

        def there() -> bool:
            ids[:] = self.run("xdotool", "search", "--onlyvisible", "--name", name).split()
            return bool(ids)

        until(there, seconds, f"window {name}")
        self.run("xdotool", "windowactivate", "--sync", ids[-1])
        return ids[-1]

    def picture(self, file: Path) -> None:
        """Write a picture of the screen."""
        self.run("import", "-window", "root", str(file))

    def close(self) -> None:
        """End everything, last started first."""
        for process in reversed(self._started):
            if process.poll() is None:
                process.terminate()
        for process in reversed(self._started):
            try:
                process.wait(3)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(3)
        shutil.rmtree(self.folder, ignore_errors=True)


def _write_speech(folder: Path, spoken: Path) -> None:
    (folder / "spd/modules").mkdir(parents=True)
    (folder / "spd/log").mkdir()
    (folder / "spd/speechd.conf").write_text(
        'LogLevel 3\nDefaultVolume 100\nSymbolsPreproc "none"\nAudioOutputMethod "libao"\n'
        'AddModule "capture" "sd_generic" "capture.conf"\nDefaultModule capture\n'
    )
    script = folder / "spd/capture.sh"
    script.write_text(f"#!/bin/sh\n{{ tr '\\n' ' '; echo; }} >> {spoken}\n")
    script.chmod(0o755)
    (folder / "spd/modules/capture.conf").write_text(
        f"GenericExecuteSynth \"printf '%s' \\'$DATA\\' | {script}\"\n"
        'GenericCmdDependency "printf"\nGenericRecodeFallback "?"\n'
        'GenericLanguage "en" "en" "utf-8"\nAddVoice "en" "MALE1" "male1"\n'
        'DefaultVoice "male1"\nGenericMaxChunkLength 2000\nGenericDelimiters "\\n"\n'
    )


def _write_orca(file: Path) -> None:
    profile = {
        "profile": ["Default", "default"],
        "enableKeyEcho": False,
        "progressBarUpdateInterval": 1,
    }
    general = {**profile, "startingProfile": ["Default", "default"]}
    file.write_text(
        json.dumps(
            {
                "general": general,
                "profiles": {"default": profile},
                "pronunciations": {},
                "keybindings": {},
            }
        )
    )
