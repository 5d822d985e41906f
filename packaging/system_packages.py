"""Install the system packages of Debian and Ubuntu that are missing, where nothing speaks against.

Only as root or where `sudo -n` works, without questions, without recommended packages, and never
when a package would be removed for it: then the command is only shown. Elsewhere nothing happens.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Callable, Sequence  # noqa: UP035 - read by Python 3.8 as well

LISTS = Path(__file__).resolve().parent / "system-packages.txt"
QUIET = {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C", "LANGUAGE": "C"}
INSTALL = ["install", "--yes", "--no-install-recommends", "--no-remove"]
WAIT = ["-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Options::=--force-confold"]
UPDATE = ["-o", "Acquire::Retries=2", "update"]


class Apt:
    """The package tools of this machine, found on PATH."""

    def __init__(self, log: Path | None = None) -> None:
        self.log = log
        self.sudo: list[str] | None = None

    def present(self) -> bool:
        """Tell whether this is a system with dpkg and apt."""
        return bool(shutil.which("dpkg-query") and shutil.which("apt-get"))

    def allowed(self) -> bool:
        """Tell whether packages can be installed without asking anybody."""
        if os.geteuid() == 0:
            self.sudo = []
        elif shutil.which("sudo") and self._run(["sudo", "-n", "true"])[0] == 0:
            assignments = [f"{name}={value}" for name, value in QUIET.items()]
            self.sudo = ["sudo", "-n", "env", *assignments]
        return self.sudo is not None

    def installed(self, names: Sequence[str]) -> set[str]:
        """Return those of `names` that dpkg has installed."""
        form = "${Package} ${db:Status-Status}\n"
        _, text = self._run(["dpkg-query", "--show", f"--showformat={form}", *names])
        rows = (line.split() for line in text.splitlines())
        return {row[0] for row in rows if len(row) == 2 and row[1] == "installed"}

    def known(self, names: Sequence[str]) -> set[str]:
        """Return those of `names` that apt could install."""
        _, text = self._run(["apt-cache", "policy", *names])
        found, name = set(), ""
        for line in text.splitlines():
            if line and not line.startswith(" "):
                name = line.rstrip(":").split(":")[0]
            elif line.strip().startswith("Candidate:") and "(none)" not in line:
                found.add(name)
        return found

    def removals(self, names: Sequence[str]) -> list[str] | None:
        """Return what installing `names` would remove; None when apt cannot install them."""
        command = ["apt-get", "--simulate", "install", "--no-install-recommends", *names]
        code, text = self._run(command)
        if code:
            return None
        return [line.split()[1] for line in text.splitlines() if line.startswith("Remv ")]

    def install(self, names: Sequence[str]) -> bool:
        """Install `names` and return whether that worked."""
        return self._run([*(self.sudo or []), "apt-get", *WAIT, *INSTALL, *names])[0] == 0

    def update(self) -> bool:
        """Fetch the lists of packages."""
        return self._run([*(self.sudo or []), "apt-get", *UPDATE])[0] == 0

    def _run(self, command: list[str]) -> tuple[int, str]:
        done = subprocess.run(
            command,
            env={**os.environ, **QUIET},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        text = done.stdout.decode("utf-8", "replace")
        if self.log:
            with contextlib.suppress(OSError), self.log.open("a", encoding="utf-8") as log:
                log.write(f"$ {' '.join(command)}\n{text}\n")
        return done.returncode, text


def read(path: Path = LISTS) -> dict[str, list[list[str]]]:
    """Return the lists by name; each entry is a list of alternatives."""
    lists: dict[str, list[list[str]]] = {}
    name = ""
    for raw in path.read_text(encoding="utf-8").splitlines():
        line = raw.split("#")[0].strip()
        if line.startswith("["):
            name = line.strip("[]")
            lists[name] = []
        elif line:
            lists[name].append(line.split("|"))
    return lists


def missing(names: Sequence[str], apt: Apt, path: Path = LISTS) -> list[list[str]]:
    """Return the entries of the named lists of which no alternative is installed."""
    lists = read(path)
    entries = [entry for name in names for entry in lists[name]]
    there = apt.installed([choice for entry in entries for choice in entry])
    return [entry for entry in entries if not there.intersection(entry)]


def command(entries: Sequence[Sequence[str]], known: set[str] | None = None) -> str:
    """Return what a person types to install `entries`, with the names that apt knows."""
    names = [next((n for n in entry if n in (known or ())), entry[0]) for entry in entries]
    return f"sudo apt-get install --no-install-recommends {' '.join(names)}"


def command_here(entries: Sequence[Sequence[str]], apt: Apt) -> str:
    """Return what a person types on this machine, whose apt is asked which names it knows."""
    return command(entries, apt.known([name for entry in entries for name in entry]))


def choose(entries: Sequence[list[str]], known: set[str]) -> tuple[list[str], list[list[str]]]:
    """Return (the first known alternative of each entry, the entries nobody knows)."""
    chosen, unknown = [], []
    for entry in entries:
        names = [name for name in entry if name in known]
        if names:
            chosen.append(names[0])
        else:
            unknown.append(entry)
    return chosen, unknown


def harmless(names: list[str], apt: Apt) -> list[str]:
    """Return those of `names` that can be installed together without removing anything."""
    if apt.removals(names) == []:
        return names
    safe: list[str] = []
    for name in names:
        if apt.removals([*safe, name]) == []:
            safe.append(name)
    return safe


def install_missing(
    names: Sequence[str], apt: Apt, say: Callable[[str], None], path: Path = LISTS
) -> list[list[str]]:
    """Install what is missing of the named lists and return the entries still missing.

    Says in one line what it does, and the command to type for what it leaves alone.
    """
    wanted = missing(names, apt, path)
    if not wanted:
        return []
    every = [choice for entry in wanted for choice in entry]
    known = apt.known(every)
    if not apt.allowed():
        say(f"Some system packages are missing. To install them: {command(wanted, known)}")
        return wanted
    chosen, unknown = choose(wanted, known)
    if unknown:
        say("Fetching the lists of system packages …")
        apt.update()
        known = apt.known(every)
        chosen, unknown = choose(wanted, known)
    safe = harmless(chosen, apt) if chosen else []
    if safe:
        say(f"Installing {len(safe)} system packages: {' '.join(safe)} …")
        if not apt.install(safe) and apt.update():
            apt.install(safe)
    left = missing(names, apt, path)
    if left:
        risky = [name for name in chosen if name not in safe]
        why = f" ({', '.join(risky)} would remove others)" if risky else ""
        say(f"Some system packages are still missing{why}. To install them: {command(left, known)}")
    return left
