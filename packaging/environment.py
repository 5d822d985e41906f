"""The environment `.venv`: made once from pinned packages, checked in a moment ever after.

A stamp in it says what it holds. Whatever is half-made (the stamp says "pending") or pinned
otherwise today is made anew; a set-up that was killed leaves nothing that is taken for whole.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Iterator, Sequence  # noqa: UP035 - read by Python 3.8 as well

import pythons
import system_packages

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "alcove.json"
WORK = ROOT / "build"
LOG = WORK / "setup.log"
# Measured on Linux after an installation, in MB; pip's downloads come on top of it while it works.
DISK = {"run": 1800, "test": 100}
TICK_SECONDS = 15
# What is taken over from a person's own pip: where packages come from and how they are reached.
# All else could put packages elsewhere (target, prefix), add some of its own, or install nothing.
SOURCES = ("index-url", "extra-index-url", "find-links", "no-index", "trusted-host", "proxy",
           "cert", "client-cert", "keyring-provider", "timeout", "default-timeout", "retries",
           "cache-dir", "no-cache-dir")  # fmt: skip


class SetupError(Exception):
    """Set-up cannot go on: one sentence, and what to do."""

    def __init__(self, sentence: str, hint: str) -> None:
        super().__init__(sentence)
        self.hint = hint


def say(text: str) -> None:
    """Tell the person something on standard error, which belongs to set-up alone."""
    print(f"alcove: {text}", file=sys.stderr, flush=True)


def python_of(venv: Path) -> Path:
    """Return the Python of an environment."""
    return venv / "Scripts" / "python.exe" if os.name == "nt" else venv / "bin" / "python"


def base_of(venv: Path) -> str:
    """Return the Python that an environment rests on, "" when that is gone."""
    if os.name != "nt":
        python = python_of(venv)
        return os.path.realpath(python) if python.exists() else ""
    with contextlib.suppress(OSError):
        for line in (venv / "pyvenv.cfg").read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition("=")
            if name.strip() == "home" and Path(value.strip()).is_dir():
                return value.strip()
    return ""


def read_stamp() -> dict[str, Any]:
    """Return what the last set-up left behind, {} when there was none."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def write_stamp(stamp: dict[str, Any]) -> None:
    """Replace the stamp in one step, so that a kill leaves the old or the new one."""
    fresh = STAMP.with_suffix(".new")
    with fresh.open("w", encoding="utf-8") as file:
        json.dump(stamp, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(STAMP)


def lock_file(system: str, version: str, group: str) -> Path:
    """Return the path of the pinned packages of one group."""
    name = f"{system}-py{version.replace('.', '')}-{group}.txt"
    return ROOT / "packaging" / "locks" / name


def digest(path: Path) -> str:
    """Return a name for the content of a lock, "" when it is not there."""
    with contextlib.suppress(OSError):
        return hashlib.sha256(path.read_bytes()).hexdigest()
    return ""


def fits(stamp: dict[str, Any], group: str) -> bool:
    """Tell whether `.venv` holds `group` whole, as pinned today."""
    if not stamp or stamp.get("pending") or stamp.get("base") != base_of(VENV):
        return False
    wanted = digest(lock_file(stamp["system"], stamp["version"], group))
    return bool(wanted) and stamp["groups"].get(group) == wanted


def ready(groups: Sequence[str]) -> bool:
    """Tell whether nothing needs to be done."""
    stamp = read_stamp()
    return all(fits(stamp, group) for group in groups)


@contextlib.contextmanager
def only_one() -> Iterator[int]:
    """Hold this folder's set-up lock and yield its file; a second set-up waits here.

    The lock ends with its last holder, so a killed set-up whose pip lives on still holds it.
    """
    WORK.mkdir(exist_ok=True)
    with (WORK / "setup.lock").open("a+b") as file:
        if os.name == "nt":
            import msvcrt

            def take() -> None:
                file.seek(0)
                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            def take() -> None:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

        told = False
        while True:
            try:
                take()
                break
            except OSError:
                if not told:
                    say("another set-up is at work in this folder; waiting for it …")
                    told = True
                time.sleep(0.2)
        yield file.fileno()


def ensure(groups: Sequence[str]) -> None:
    """Make `.venv` hold `groups`, doing only what is missing. Raises SetupError."""
    if ready(groups):
        return
    with only_one() as lock:
        if not ready(groups):
            build(groups, lock)


def build(groups: Sequence[str], lock: int) -> None:
    """Make or complete the environment while holding the lock."""
    LOG.write_text("", encoding="utf-8")
    stamp = read_stamp()
    half = stamp.get("pending") == "test" and fits({**stamp, "pending": ""}, "run")
    if not (half or fits(stamp, "run")):
        stamp = new_environment(groups, lock)
    for group in groups:
        if not fits(stamp, group):
            again = stamp.get("pending") == group
            stamp["pending"] = group
            write_stamp(stamp)
            pinned = lock_file(stamp["system"], stamp["version"], group)
            check_disk([pinned], DISK[group] if stamp["groups"] else 0)
            Installer(pinned, lock, again).run()
            stamp["groups"][group] = digest(pinned)
            stamp["pending"] = ""
            write_stamp(stamp)
    say("set up.")


def new_environment(groups: Sequence[str], lock: int) -> dict[str, Any]:
    """Make an empty `.venv` with pip, in place of a half-made or outdated one; return its stamp."""
    python = find_python()
    pinned = [lock_file(python.system, python.version, group) for group in groups]
    megabytes = sum(DISK[group] for group in groups)
    say(
        f"setting up in {VENV} with Python {python.full}: about {megabytes / 1000:.1f} GB of disk "
        f"and {download(pinned)} MB to download, once. Nothing will be asked."
    )
    set_aside_foreign()
    check_disk(pinned, megabytes)
    remove(VENV)
    VENV.mkdir()
    stamp = {"system": python.system, "version": python.version, "groups": {}, "pending": "run"}
    write_stamp(stamp)
    run_logged([python.executable, "-m", "venv", str(VENV)], lock, "make the environment")
    stamp["base"] = base_of(VENV)
    stamp["pending"] = ""
    return stamp


def find_python() -> pythons.Python:
    """Return a usable Python, on Debian and Ubuntu after adding its venv. Raises SetupError."""
    python, refused = pythons.find(str(VENV))
    apt = system_packages.Apt(LOG)
    if python is None and os.name != "nt" and apt.present():
        system_packages.install_missing(["python"], apt, say)
        python, refused = pythons.find(str(VENV))
    if python is None:
        for line in refused:
            say(f"not taken: {line}")
        lists = system_packages.read()
        here = f" ({system_packages.command_here(lists['python'], apt)})" if apt.present() else ""
        raise SetupError(
            "No usable Python 3.11, 3.12 or 3.13 was found.",
            f"Install one of them{here} and run the same command again.",
        )
    return python


def set_aside_foreign() -> None:
    """Keep a `.venv` that somebody else made under another name: nothing of theirs is deleted."""
    if VENV.exists() and not STAMP.exists() and any(VENV.iterdir()):
        number = 1
        while (kept := ROOT / f".venv-{number}").exists():
            number += 1
        VENV.rename(kept)
        say(f"the .venv that was here before is kept as {kept.name}")


def remove(folder: Path) -> None:
    """Delete an environment of ours. Raises SetupError when a program still uses it."""
    if folder.is_dir():
        try:
            shutil.rmtree(folder)
        except OSError as error:
            raise SetupError(
                f"The old environment cannot be removed ({error.strerror}: {error.filename}).",
                "Close every Alcove that runs from this folder and try again.",
            ) from error


def heading(pinned: Path, name: str) -> int:
    """Return a number from the head of a lock, for example "packages" or "download" (MB)."""
    for line in pinned.read_text(encoding="utf-8").splitlines():
        if line.startswith(f"# {name}: "):
            return int(line.split()[2])
    return 0


def download(pinned: Sequence[Path]) -> int:
    """Return the megabytes that the locks download."""
    return sum(heading(path, "download") for path in pinned)


def check_disk(pinned: Sequence[Path], megabytes: int) -> None:
    """Raise SetupError when the disk has no room for the packages and their downloads."""
    needed = megabytes + download(pinned)
    free = shutil.disk_usage(ROOT).free // 1_000_000
    if free < needed:
        raise SetupError(
            f"The disk is too full: set-up needs {needed / 1000:.1f} GB while it works, "
            f"{free / 1000:.1f} GB are free in {ROOT}.",
            "Free some space, or move this folder to a larger disk, and run the command again.",
        )


def start(command: Sequence[str], lock: int, **more: Any) -> subprocess.Popen[str]:
    """Start a program of set-up: no input, text out, the set-up lock held with us."""
    environment = more.pop("env", None) or dict(os.environ)
    for name in ("PYTHONHOME", "PYTHONPATH"):
        environment.pop(name, None)
    if os.name != "nt":
        more["pass_fds"] = (lock,)
    return subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        **more,
    )


def run_logged(command: Sequence[str], lock: int, what: str) -> None:
    """Run a quiet step into the log. Raises SetupError with its last words."""
    process = start(command, lock)
    text = process.communicate()[0]
    with LOG.open("a", encoding="utf-8") as log:
        log.write(text)
    if process.returncode:
        raise explain(text, what)


def explain(text: str, what: str) -> SetupError:
    """Turn a tool's complaint into one sentence and what to do."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if "No space left on device" in text or "Not enough space" in text:
        return SetupError(
            "The disk filled up while setting up.",
            "Free some space and run the same command again; it starts from a clean state.",
        )
    if "DO NOT MATCH THE HASHES" in text:
        return SetupError(
            "A downloaded package is not the one that was pinned, so it was not installed.",
            f"Run the command again; if it happens twice, do not use that source ({LOG}).",
        )
    signs = ("NewConnectionError", "name resolution", "ConnectTimeout", "ReadTimeout")
    signs += ("Connection", "No matching distribution", "Could not find a version", "SSLError")
    if any(sign in text for sign in signs):
        return SetupError(
            "The packages could not be downloaded: no connection to the package server.",
            f"Check the network (set-up needs it this once) and run the command again. Log: {LOG}",
        )
    last = lines[-1] if lines else "no message"
    return SetupError(f"Set-up could not {what}: {last}", f"The whole log is in {LOG}.")


def pip_environment(lock: int) -> dict[str, str]:
    """Return the environment for pip: a person's sources of packages, none of their other settings.

    A file of theirs that pip cannot read is passed over; the log then says why.
    """
    named = {f"PIP_{name.upper().replace('-', '_')}": name for name in SOURCES}
    taken = (*named, "PIP_CONFIG_FILE")
    own = {k: v for k, v in os.environ.items() if v and k.upper() in taken}
    bare = {k: v for k, v in os.environ.items() if not k.upper().startswith("PIP_")}
    command = [str(python_of(VENV)), "-m", "pip", "config", "list"]
    process = start(command, lock, env={**bare, **own, "PIP_QUIET": "0"})
    told = process.communicate()[0]
    found = {}
    for section in ("global", "install"):  # the later wins, as in pip itself
        for variable, name in named.items():
            for line in told.splitlines() if not process.returncode else ():
                place, _, value = line.partition("=")
                if place == f"{section}.{name}":
                    found[variable] = str(ast.literal_eval(value))
    if process.returncode:
        with LOG.open("a", encoding="utf-8") as log:
            log.write(told)
    return {**bare, **found, **own, "PIP_CONFIG_FILE": os.devnull}


class Installer:
    """One run of pip over one lock, with progress by package."""

    def __init__(self, pinned: Path, lock: int, again: bool) -> None:
        self.pinned = pinned
        self.lock = lock
        self.again = again
        self.total = heading(pinned, "packages")
        self.seen = 0
        self.before = self.count()
        self.phase = "downloading"
        self.done = threading.Event()

    def run(self) -> None:
        """Install, showing what is done. Raises SetupError; the stamp then still says "pending"."""
        temporary = VENV / "tmp"
        temporary.mkdir(exist_ok=True)
        environment = pip_environment(self.lock)
        environment.update({"PIP_USER": "0", "TMPDIR": str(temporary), "TEMP": str(temporary)})
        command = [str(python_of(VENV)), "-m", "pip", "install", "--require-hashes", "--no-deps"]
        command += ["--only-binary", ":all:", "--no-input", "--disable-pip-version-check"]
        command += ["--no-warn-script-location", "--progress-bar", "off"]
        command += ["--ignore-installed"] if self.again else []
        process = start([*command, "-r", str(self.pinned)], self.lock, env=environment)
        ticker = threading.Thread(target=self.tick, daemon=True)
        ticker.start()
        try:
            text = self.follow(process)
        except BaseException:
            process.kill()
            raise
        finally:
            self.done.set()
            ticker.join()
            shutil.rmtree(temporary, ignore_errors=True)
        if process.returncode:
            raise explain(text, "install the packages")

    def follow(self, process: subprocess.Popen[str]) -> str:
        """Show pip's own lines as steps and keep them in the log."""
        lines = []
        with LOG.open("a", encoding="utf-8") as log:
            for line in process.stdout or ():
                log.write(line)
                lines.append(line)
                if line.startswith(("Collecting ", "Processing ")):
                    self.seen += 1
                    name = line.split()[1].replace("\\", "/").rpartition("/")[2]
                    say(f"[{self.seen}/{self.total}] {name}")
                elif line.startswith("Installing collected packages"):
                    self.phase = "installing"
                    say(f"unpacking {self.total} packages …")
        process.wait()
        return "".join(lines)

    def tick(self) -> None:
        """Say now and then that something still happens, and how far it is."""
        while not self.done.wait(TICK_SECONDS):
            if self.phase == "installing":
                say(f"[{self.count() - self.before}/{self.total}] unpacked …")
            else:
                say(f"[{self.seen}/{self.total}] downloading …")

    @staticmethod
    def count() -> int:
        """Return how many packages lie in the environment."""
        place = "Lib" if os.name == "nt" else "lib/python3.*"
        return sum(1 for _ in VENV.glob(f"{place}/site-packages/*.dist-info"))


def ensure_system(names: Sequence[str], force: bool = False) -> None:
    """Install missing packages of Debian or Ubuntu, one attempt per set of missing ones."""
    apt = system_packages.Apt(LOG)
    if os.name == "nt" or not apt.present():
        return
    left = system_packages.missing(names, apt)
    tried = read_stamp().get("system_packages", [])
    try_now = force or any(entry not in tried for entry in left)
    if left and try_now and os.access(VENV, os.W_OK):  # not ours to write to: another's set-up
        with only_one():
            left = system_packages.install_missing(names, apt, say)
            stamp = read_stamp()
            if stamp:
                stamp["system_packages"] = left
                write_stamp(stamp)
    elif left:
        say(f"some system packages are missing: {system_packages.command_here(left, apt)}")
