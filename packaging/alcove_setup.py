"""Set Alcove up in this folder, then run, test or build it. Needs nothing but a Python.

    python packaging/alcove_setup.py run [-- arguments of the program]
    python packaging/alcove_setup.py test | package | bench | pictures | soak | lint | lock
    python packaging/alcove_setup.py translations | setup

`make NAME` calls this script and nothing else. Everything goes into `.venv` here; the second time
it starts at once and without a network. What it says goes to standard error.
"""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
from typing import Any, Callable, Sequence  # noqa: UP035 - read by Python 3.8 as well

from environment import ROOT, VENV, SetupError, ensure, ensure_system, python_of, say

REPORTS = ROOT / "reports"
GROUPS = ("run", "test")


def in_venv(*arguments: str) -> int:
    """Run the environment's Python in the root of the checkout."""
    try:
        return subprocess.call([str(python_of(VENV)), *arguments], cwd=ROOT)
    except KeyboardInterrupt:
        return 130


def has_display() -> bool:
    """Tell whether a window can be shown: a display that is named and also answers."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return True
    if os.environ.get("WAYLAND_DISPLAY"):
        return True
    host, colon, rest = os.environ.get("DISPLAY", "").rpartition(":")
    number = rest.split(".")[0]
    if not colon or not number.isdigit():
        return False
    if host in ("", "unix"):
        addresses = [f"\0/tmp/.X11-unix/X{number}", f"/tmp/.X11-unix/X{number}"]
        return any(answers(socket.AF_UNIX, address) for address in addresses)
    return answers(socket.AF_INET, (host, 6000 + int(number)))


def answers(family: int, address: Any) -> bool:
    """Tell whether something listens there."""
    with socket.socket(family, socket.SOCK_STREAM) as connection:
        connection.settimeout(2)
        try:
            connection.connect(address)
        except OSError:
            return False
    return True


def run(arguments: list[str]) -> int:
    """Open the window; without a display take the samples through in the terminal."""
    ensure(["run"])
    ensure_system(["run"])
    if not arguments and not has_display():
        say("no display here: taking the samples through in the terminal instead.")
        arguments = ["tour"]
    command = [str(python_of(VENV)), str(ROOT / "main.py"), *arguments]
    if os.name == "nt":
        return subprocess.call(command)
    os.execv(command[0], command)


def pytest(report: str, *arguments: str) -> int:
    """Run tests; the JUnit file is written whatever happens to them."""
    REPORTS.mkdir(exist_ok=True)
    path = REPORTS / report
    path.unlink(missing_ok=True)
    return in_venv("-m", "pytest", f"--junitxml={path}", *arguments)


def test(arguments: list[str]) -> int:
    """Run every test but those of the frozen program, which `package` runs."""
    ensure(GROUPS)
    ensure_system(GROUPS)
    return pytest("junit.xml", "-m", "not frozen", *arguments)


def package(arguments: list[str]) -> int:
    """Freeze the program, smoke-test it, then take parts away and see the smoke test fail."""
    ensure(GROUPS)
    ensure_system(GROUPS)
    code = in_venv("packaging/freeze.py", *arguments)
    return code or pytest("junit-frozen.xml", "-m", "frozen", "tests/packaging")


def lint(arguments: list[str]) -> int:
    """Check style, formatting and the directions of imports."""
    ensure(GROUPS)
    steps = (["-m", "ruff", "check", *arguments], ["-m", "ruff", "format", "--check", *arguments])
    codes = [in_venv(*step) for step in steps]
    codes.append(in_venv("-c", "from importlinter.cli import lint_imports_command as c; c()"))
    return max(codes)


def soak(arguments: list[str]) -> int:
    """Run what takes long in real time."""
    ensure(GROUPS)
    ensure_system(GROUPS)
    pattern = "python_files=soak_*.py"
    return pytest("junit-soak.xml", "-o", pattern, "--timeout=0", "tests/soak", *arguments)


def script(groups: Sequence[str], *command: str) -> Callable[[list[str]], int]:
    """Return a command that runs a script of the checkout."""

    def call(arguments: list[str]) -> int:
        ensure(groups)
        ensure_system(groups)
        return in_venv(*command, *arguments)

    return call


def setup(arguments: list[str]) -> int:
    """Set up and do no more; tries again to install system packages."""
    groups = arguments or ["run"]
    if not set(groups) <= set(GROUPS):
        say(f"set-up knows {' and '.join(GROUPS)}, not: {' '.join(groups)}")
        return 2
    ensure(groups)
    ensure_system(groups, force=True)
    return 0


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "run": run,
    "test": test,
    "package": package,
    "bench": script(GROUPS, "tests/bench"),
    "pictures": script(GROUPS, "main.py", "pictures"),
    "soak": soak,
    "lint": lint,
    "lock": script(GROUPS, "packaging/lock.py"),
    "translations": script(("run",), "packaging/translations.py"),
    "setup": setup,
}


def main(argv: list[str]) -> int:
    """Run one command; every expected trouble is one sentence and what to do."""
    if not argv or argv[0] not in COMMANDS:
        print(__doc__, file=sys.stderr)
        return 2
    arguments = argv[1:]
    if arguments[:1] == ["--"]:
        arguments = arguments[1:]
    try:
        return COMMANDS[argv[0]](arguments)
    except SetupError as error:
        say(str(error))
        say(error.hint)
        return 1
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise
        say(f"This folder cannot be written to ({error.filename}).")
        say("Copy the checkout to a folder of your own and run the command there.")
        return 1
    except KeyboardInterrupt:
        say("stopped. The same command takes it up again.")
        return 130


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
