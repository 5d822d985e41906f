"""The smoke test of the frozen program: every tab, every child, one transcript, one index.

``Alcove --smoke-test --report FILE`` answers in a file, since a windowed program may have no
standard streams; the exit status is 0 only when every part did its work.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QWidget

from app.core import logs, paths
from app.core.build import build_id
from app.core.errors import AppError
from app.core.jobs import JobContext
from app.core.meetings.transcribe import Request, transcribe
from app.core.settings import write_atomically
from app.core.text.compare import word_error_rate
from app.ui.tools.own_home import home_of_its_own

# The draft recogniser makes .06 to .3 on the sample's voices; nonsense is near 1.
WORST_ERROR_RATE = 0.5


def _one_turn() -> None:
    """Let the window draw and answer what is waiting."""
    loop = QEventLoop()
    QTimer.singleShot(0, loop.quit)
    loop.exec()


class Smoke:
    """Collects what each step found, and what failed or is missing."""

    def __init__(self, services: Any) -> None:
        self.services = services
        self.failed: list[str] = []
        self.missing: list[str] = []
        self.report: dict[str, Any] = {"schema": 1, "build": build_id(), "seconds": {}}

    def step(self, name: str, work: Callable[[], Any]) -> None:
        """Do one step and keep its answer or its error under its name."""
        began = time.monotonic()
        try:
            self.report[name] = work()
        except AppError as error:
            self.fail(name, error.code)
            self.report[name] = {"error": error.to_wire()}
        except Exception as error:  # noqa: BLE001 - the job body of the smoke test
            place = logs.place_of(error)
            self.fail(name, place)
            self.report[name] = {"error": {"code": "crash", "params": {"place": place}}}
        self.report["seconds"][name] = round(time.monotonic() - began, 2)

    def fail(self, step: str, why: str) -> None:
        """Note that a step did not do its work."""
        self.failed.append(f"{step}: {why}")

    def tabs(self) -> dict[str, dict[str, int]]:
        """Open every tab and count what it shows and what the keyboard reaches."""
        from app.ui.shell import TABS, Shell
        from app.ui.start import make_application

        make_application(self.services.settings.current.theme)
        shell = Shell(self.services, ask_first=False)
        shell.show()
        counts = {}
        for key in TABS:
            tab = shell.open(key)
            _one_turn()
            counts[key] = {
                "controls": len(tab.findChildren(QWidget)),
                "reachable": sum(
                    bool(child.focusPolicy() & Qt.FocusPolicy.TabFocus)
                    for child in tab.findChildren(QWidget)
                ),
            }
            if not counts[key]["reachable"]:
                self.fail("tabs", f"{key} has nothing that the keyboard reaches")
        shell.close()
        return counts

    def children(self) -> dict[str, Any]:
        """Start every child and let it prove its parts."""
        found = {}
        for name in self.services.parts.names():
            answer = self.services.parts.ask(name, JobContext())
            found[name] = answer.to_json()
            self.missing += [part for part in answer.missing if part not in self.missing]
            if not answer.whole:
                self.fail("children", f"{name}: {', '.join(answer.missing) or answer.error}")
            elif answer.build != build_id():
                self.fail("children", f"{name} is of another build: {answer.build}")
        return found

    def neighbours(self) -> list[int]:
        """Return the ids that the index named as nearest, the nearest first."""
        answer = (self.report["children"].get("index") or {}).get("answer") or {}
        found: list[int] = answer.get("neighbours") or []
        if len(found) != 2 or found[0] != 12:
            self.fail("neighbours", f"expected 12 first of two, got {found}")
        return found

    def transcript(self) -> dict[str, Any]:
        """Transcribe the sample meeting and compare it with its script."""
        folder = paths.samples()
        script = json.loads((folder / "meeting.script.json").read_text(encoding="utf-8"))
        context = JobContext()
        heard = transcribe(folder / "meeting.ogg", Request(), self.services.transcription, context)
        said = " ".join(segment["text"] for segment in script["segments"])
        text = " ".join(segment.text for segment in heard.segments)
        rate = word_error_rate(said, text)
        if rate > WORST_ERROR_RATE:
            self.fail("transcript", f"word error rate {rate:.2f}")
        return {
            "engine": heard.engine,
            "text": text,
            "word_error_rate": round(rate, 3),
            "notices": [notice.code for notice in context.notices],
        }


def run(argv: list[str], make_services: Callable[[], Any]) -> int:
    """Do every step, write the report, and return 0 when nothing failed."""
    parser = argparse.ArgumentParser(prog="Alcove --smoke-test")
    parser.add_argument("--report", type=Path, required=True)
    target = parser.parse_args(argv).report
    with home_of_its_own("smoke-test"):
        logs.start(paths.logs(), "smoke-test")
        smoke = Smoke(make_services())
        try:
            for step in (smoke.tabs, smoke.children, smoke.neighbours):
                smoke.step(step.__name__, step)
            if not smoke.missing:  # what lacks a part has failed already
                smoke.step("transcript", smoke.transcript)
        finally:
            smoke.services.close()
    smoke.report |= {"ok": not smoke.failed, "failed": smoke.failed, "missing": smoke.missing}
    text = json.dumps(smoke.report, indent=1, ensure_ascii=False)
    write_atomically(target.absolute(), text.encode("utf-8"))
    if sys.stderr is not None and smoke.failed:
        sys.stderr.write("\n".join(smoke.failed) + "\n")
    return 1 if smoke.failed else 0
