"""Freeze Alcove into `dist/Alcove` with PyInstaller, make it small, and smoke-test the result."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "dist" / "Alcove"
REPORT = ROOT / "reports" / "smoke.json"
SUFFIX = ".exe" if os.name == "nt" else ""
SMOKE_SECONDS = 300
# The smallest environment in which a program started by a double click may find itself.
KEPT = ("HOME", "TMPDIR", "XDG_RUNTIME_DIR", "DISPLAY", "WAYLAND_DISPLAY", "SYSTEMROOT", "TEMP",
        "TMP", "LOCALAPPDATA", "USERPROFILE", "USERNAME", "QT_QPA_PLATFORM")  # fmt: skip


def freeze() -> None:
    """Run PyInstaller over the spec. Raises CalledProcessError."""
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    command += ["--distpath", str(ROOT / "dist"), "--workpath", str(ROOT / "build" / "frozen")]
    subprocess.run([*command, str(ROOT / "packaging" / "alcove.spec")], cwd=ROOT, check=True)


def strip(folder: Path) -> None:
    """Remove debug symbols from shared libraries on Linux.

    Libraries in `*.libs` were rewritten by their makers and break when stripped; the programs
    carry their archive behind the code and are left alone as well.
    """
    tool = shutil.which("strip")
    if not sys.platform.startswith("linux") or not tool:
        return
    libraries = [
        path
        for path in folder.rglob("*.so*")
        if path.is_file() and not path.is_symlink() and ".libs" not in path.parent.name
    ]
    for number in range(0, len(libraries), 50):
        names = [str(path) for path in libraries[number : number + 50]]
        subprocess.run([tool, "--strip-unneeded", *names], capture_output=True, check=False)


def megabytes(folder: Path) -> int:
    """Return the size of a folder's files."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return round(sum(path.stat().st_size for path in files) / 1e6)


def smoke(folder: Path, report: Path, seconds: float = SMOKE_SECONDS) -> int:
    """Run the frozen program's smoke test as a double click would, and return its exit status.

    From another folder, with no standard streams and no PATH; offscreen where nothing shows it.
    """
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    if sys.platform.startswith("linux") and not (
        environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    ):
        environment["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory(prefix="alcove-smoke-") as elsewhere:
        environment["ALCOVE_HOME"] = str(Path(elsewhere, "home"))
        command = [str(folder / f"Alcove{SUFFIX}"), "--smoke-test", "--report", str(report)]
        return subprocess.run(
            without_streams(command), cwd=elsewhere, env=environment, timeout=seconds, check=False
        ).returncode


def without_streams(command: list[str]) -> list[str]:
    """Return a command that runs `command` with its three streams closed, not merely empty."""
    if os.name == "nt":
        return command  # a windowed program of Windows has none anyway
    return ["/bin/sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", *command]


def told(report: Path) -> dict[str, Any]:
    """Return what the smoke test wrote, {} when it wrote nothing."""
    try:
        answer = json.loads(report.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return answer if isinstance(answer, dict) else {}


def main(argv: list[str] | None = None) -> int:
    """Freeze, make small, smoke-test; say what came out."""
    parser = argparse.ArgumentParser(description=__doc__, prog="freeze.py")
    parser.add_argument("--no-smoke-test", action="store_true")
    arguments = parser.parse_args(argv)
    began = time.monotonic()
    try:
        freeze()
    except subprocess.CalledProcessError as error:
        print(f"freeze: PyInstaller failed with status {error.returncode}", file=sys.stderr)
        return 1
    strip(FOLDER)
    print(f"freeze: {FOLDER}, {megabytes(FOLDER)} MB, {time.monotonic() - began:.0f} s")
    if arguments.no_smoke_test:
        return 0
    began = time.monotonic()
    try:
        code = smoke(FOLDER, REPORT)
    except subprocess.TimeoutExpired:
        print(f"freeze: the smoke test took more than {SMOKE_SECONDS} s", file=sys.stderr)
        return 1
    print(json.dumps(told(REPORT), indent=1, ensure_ascii=False))
    print(f"freeze: smoke test: exit status {code}, {time.monotonic() - began:.0f} s")
    return code


if __name__ == "__main__":
    raise SystemExit(main())
