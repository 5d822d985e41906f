"""The tour: the samples of every tab, taken through by the real parts, and shown.

``main.py tour`` needs no display, no network and no input. It works in a library of
its own that is thrown away; transcript, minutes and a picture of each tab stay in the
folder ``tour`` of the data folder. Qt is loaded only for the pictures.
"""

from __future__ import annotations

import argparse
import gc
import json
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.core import logs, paths
from app.core.errors import AppError, StorageError
from app.core.glossary.letter import find_terms
from app.core.jobs import JobContext, Notice
from app.core.meetings.records import DONE
from app.core.text.compare import word_error_rate
from app.ui.display import qt_loads
from app.ui.tools.console import Console
from app.ui.tools.own_home import home_of_its_own
from app.words import documents as document_words
from app.words import engines as engine_words
from app.words import tour as words
from app.words.errors import error_words
from app.words.notices import notice_words


class Tour:
    """One tour: its steps, what each gave, and where the results lie."""

    def __init__(self, services: Any, folder: Path, console: Console):
        self._services = services
        self._folder = folder
        self._console = console
        self._notices: list[Notice] = []
        self.result: dict[str, Any] = {
            "schema": 1,
            "transcript": None,
            "minutes": None,
            "pictures": {},
            "word_error_rate": None,
            "steps": [],
        }

    def context(self) -> JobContext:
        """Return a context that shows progress and keeps notices."""
        return JobContext(self._console.progress, self._keep)

    def _keep(self, notice: Notice) -> None:
        if notice not in self._notices:
            self._notices.append(notice)

    def step(self, name: str, work: Callable[[], bool | None]) -> None:
        """Do one step; a failed one is reported and the rest goes on.

        ``work`` fails by an error, or by returning False after saying what is wrong.
        """
        self._console.line(words.step(name))
        began, ok = time.monotonic(), True
        try:
            ok = work() is not False
        except AppError as error:
            ok = False
            self._console.line("  " + error_words(error).sentence())
        except Exception as error:  # noqa: BLE001 - the job body of the tour
            ok = False
            self._console.line("  " + logs.place_of(error))
        seconds = round(time.monotonic() - began, 1)
        self.result["steps"].append({"name": name, "ok": ok, "seconds": seconds})
        self._console.line("  " + words.done(ok, seconds))

    @property
    def ok(self) -> bool:
        """Return whether every step did its work."""
        return all(step["ok"] for step in self.result["steps"])

    # --- the steps --------------------------------------------------------------------

    def meeting(self) -> None:
        """Import the sample meeting and take it through all its steps."""
        services = self._services
        number = services.desk.add(paths.samples() / "meeting.ogg", language="en")
        meeting = services.pipeline.run(number, self.context())
        for step in meeting.steps:
            if step.state != DONE:
                from app.core.errors import from_wire

                raise from_wire({"code": step.error, "params": step.error_params})
        for file in services.desk.export(number, self._folder):
            if file.name.endswith("transcript.txt"):
                self.result["transcript"] = str(file)
            elif file.name.endswith("minutes.md"):
                self.result["minutes"] = str(file)
        self._compare(number)

    def _compare(self, number: int) -> None:
        script = json.loads((paths.samples() / "meeting.script.json").read_text("utf-8"))
        said = " ".join(s["text"] for s in script["segments"])
        transcript = self._services.meetings.transcript(number)
        heard = " ".join(s.text for s in transcript.segments)
        rate = round(word_error_rate(said, heard), 3)
        self.result["word_error_rate"] = rate
        self._console.line("  " + words.error_rate(rate))

    def documents(self) -> None:
        """Index the sample manuals and ask one question."""
        room = self._services.documents
        results = room.add([paths.samples() / "manuals"], self.context())
        self._console.line("  " + document_words.added(results))
        for result in results:
            if result.error is not None:
                raise result.error
        answer = room.ask(document_words.sample_question(), self.context())
        self._console.line("  " + document_words.found(len(answer.hits)))

    def look(self) -> None:
        """Read the sample pictures."""
        for name in ("medicine-box.jpg", "letter.png"):
            found = self._services.look.look(paths.samples() / "pictures" / name, self.context())
            self._console.line(f"  {name}: " + " | ".join(found.reading.text.splitlines()[:3]))

    def glossary(self) -> None:
        """Explain the words of the sample letter."""
        letter = (paths.samples() / "letters" / "letter_en.txt").read_text("utf-8")
        spans = find_terms(letter, self._services.glossary).spans
        self._console.line("  " + ", ".join(dict.fromkeys(s.text for s in spans[:8])))

    def engines(self) -> bool:
        """Look for engines and try each for some seconds; one that does not work is told."""
        results = self._services.try_engines(self.context())
        for result in results:
            self._console.line("  " + engine_words.tried(result))
        return all(result.error is None for result in results)

    def pictures(self) -> bool:
        """Open every tab in a window without a screen and draw it.

        A tab that shows an error, or is still at work, is drawn and fails the step.
        """
        if not qt_loads():
            self._keep(Notice("tour_no_pictures"))
            return True
        from app.ui.tools.stage import draw_tabs

        drawn = draw_tabs(self._services, self._folder)
        self.result["pictures"] = {key: str(file) for key, file in drawn.files.items()}
        for key, trouble in drawn.troubles.items():
            self._console.line(f"  {key}: {trouble}")
        return not drawn.troubles

    def finished(self) -> dict[str, Any]:
        """Return the result with its notices."""
        notices = [
            {"code": n.code, "message": notice_words(n.code, n.params)} for n in self._notices
        ]
        return {**self.result, "notices": notices}


def run(argv: list[str], make_services: Callable[[], Any]) -> int:
    """Take the tour, say where its results are, and return 0 when every step worked."""
    gc.enable()  # which the door switched off for the start of the window
    parser = argparse.ArgumentParser(prog="alcove tour")
    parser.add_argument("--json", action="store_true")
    as_json = parser.parse_args(argv).json
    console = Console()
    folder = _fresh(paths.home() / "tour")
    with home_of_its_own("tour"):
        logs.start(paths.logs(), "tour")
        services = make_services()
        tour = Tour(services, folder, console)
        try:
            for step in (tour.meeting, tour.documents, tour.look, tour.glossary, tour.engines,
                         tour.pictures):  # fmt: skip
                tour.step(step.__name__, step)
        finally:
            services.close()
    result = tour.finished()
    if as_json:
        sys.stdout.write(json.dumps(result, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write(words.summary(result) + "\n")
    return 0 if tour.ok else 1


def _fresh(folder: Path) -> Path:
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)
    except OSError as error:
        raise StorageError("folder_not_writable", path=str(folder)) from error
    return folder
