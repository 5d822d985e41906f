"""Resolve the pinned dependencies of every promised system and Python (`make lock`).

One file per system, Python and group lies in `packaging/locks/`: names, versions, markers and the
hashes of the wheels that fit, nothing else, so that the files hold on any machine and behind any
mirror. The resolver is uv; everything about where packages come from is left to its environment.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "packaging" / "locks"
VERSIONS = ("3.11", "3.12", "3.13")
# Our name of a system -> the resolver's name of it.
SYSTEMS = {
    "linux-x86_64": "x86_64-manylinux_2_34",
    "windows-x86_64": "x86_64-pc-windows-msvc",
    "macos-arm64": "aarch64-apple-darwin",
}
# The draft recogniser: 5.1.1 has few wheels, 5.0.4 more; a Python without either does without it.
DRAFT = "pocketsphinx"
DRAFT_VERSIONS = ("5.1.1", "5.0.4")


class LockError(Exception):
    """The resolver found no answer; the text is its own last words."""


@dataclass(frozen=True)
class Target:
    """One system and one Python version, for example `linux-x86_64` and `3.11`."""

    system: str
    version: str

    def file(self, group: str) -> Path:
        """Return the path of the lock of `group` ("run" or "test")."""
        return LOCKS / f"{self.system}-py{self.version.replace('.', '')}-{group}.txt"


@dataclass(frozen=True)
class Pin:
    """One package: its version, the marker it stands under, its wheels' hashes and largest size."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]
    size: int = field(compare=False)

    def text(self) -> str:
        """Return the requirement as pip reads it."""
        marker = f" ; {self.marker}" if self.marker else ""
        lines = [f"{self.name}=={self.version}{marker}"]
        lines += [f"    --hash=sha256:{digest}" for digest in self.hashes]
        return " \\\n".join(lines)


def resolver() -> list[str]:
    """Return the command of uv: beside this Python, or on PATH."""
    beside = Path(sys.executable).with_name("uv.exe" if os.name == "nt" else "uv")
    found = str(beside) if beside.exists() else shutil.which("uv")
    if not found:
        raise LockError("uv was not found. Install it (`pip install uv`) and run this again.")
    return [found]


def resolve(target: Target, requirements: Iterable[str], constraints: Iterable[str]) -> list[Pin]:
    """Return the pins for `requirements` on `target`, wheels only.

    Raises LockError when no set of wheels fits.
    """
    with tempfile.TemporaryDirectory(prefix="alcove-lock-") as folder:
        wanted, limits = Path(folder, "wanted.in"), Path(folder, "limits.txt")
        answer = Path(folder, "pylock.toml")
        wanted.write_text("\n".join(requirements) + "\n", encoding="utf-8")
        limits.write_text("\n".join(constraints) + "\n", encoding="utf-8")
        command = [*resolver(), "pip", "compile", str(wanted), "--constraints", str(limits)]
        command += ["--format", "pylock.toml", "--only-binary", ":all:", "--no-header", "--quiet"]
        command += ["--python-platform", SYSTEMS[target.system]]
        command += ["--python-version", target.version, "--output-file", str(answer)]
        environment = os.environ | {
            "UV_PYTHON_DOWNLOADS": "never",
            "MACOSX_DEPLOYMENT_TARGET": "14.0",
        }
        done = subprocess.run(
            command, env=environment, cwd=folder, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise LockError(done.stderr.strip())
        return pins(tomllib.loads(answer.read_text(encoding="utf-8")))


def pins(answer: dict[str, Any]) -> list[Pin]:
    """Turn the resolver's answer (PEP 751) into pins, in order of name."""
    found = []
    for package in answer["packages"]:
        wheels = package.get("wheels", [])
        if not wheels:
            raise LockError(f"{package['name']} {package['version']} has no wheel here.")
        found.append(
            Pin(
                name=package["name"],
                version=package["version"],
                marker=package.get("marker", ""),
                hashes=tuple(sorted(wheel["hashes"]["sha256"] for wheel in wheels)),
                size=max(wheel.get("size", 0) for wheel in wheels),
            )
        )
    return sorted(found, key=lambda pin: pin.name)


def resolve_with_draft(target: Target, requirements: list[str], limits: list[str]) -> list[Pin]:
    """Resolve with the newest draft recogniser that has a wheel for `target`, or with none."""
    for version in DRAFT_VERSIONS:
        try:
            return resolve(target, requirements, [*limits, f"{DRAFT}=={version}"])
        except LockError as error:
            if DRAFT not in str(error):
                raise
    without = [line for line in requirements if not line.startswith(DRAFT)]
    return resolve(target, without, limits)


def write(target: Target, group: str, found: list[Pin]) -> None:
    """Write one lock file; the size in its head is what an installation downloads."""
    megabytes = round(sum(pin.size for pin in found) / 1e6)
    head = [
        f"# Alcove: {target.system}, Python {target.version}, group {group}.",
        "# Made by `make lock`. Not to be edited by hand.",
        f"# packages: {len(found)}",
        f"# download: {megabytes} MB",
    ]
    text = "\n".join([*head, *(pin.text() for pin in found)]) + "\n"
    target.file(group).write_text(text, encoding="utf-8", newline="\n")
    print(f"{target.file(group).name}: {len(found)} packages, {megabytes} MB")


def lock(target: Target, project: dict[str, Any]) -> None:
    """Resolve and write both groups of one target."""
    needed: list[str] = project["project"]["dependencies"]
    tools: list[str] = project["dependency-groups"]["dev"]
    run = resolve_with_draft(target, needed, [])
    write(target, "run", run)
    fixed = [f"{pin.name}=={pin.version}" for pin in run]
    known = {pin.name for pin in run}
    both = resolve(target, [*fixed, *tools], [])
    write(target, "test", [pin for pin in both if pin.name not in known])


def main(argv: list[str] | None = None) -> int:
    """Lock every target, or those whose name holds the given text."""
    parser = argparse.ArgumentParser(description=__doc__, prog="lock.py")
    parser.add_argument("only", nargs="?", default="", help="for example linux or py311")
    only = parser.parse_args(argv).only
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    LOCKS.mkdir(exist_ok=True)
    for system in SYSTEMS:
        for version in VERSIONS:
            target = Target(system, version)
            if only in target.file("run").name:
                try:
                    lock(target, project)
                except LockError as error:
                    print(f"{system}, Python {version}: {error}", file=sys.stderr)
                    return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
