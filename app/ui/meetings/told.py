"""What was told of each meeting, so that it comes back with it until it is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.core.errors import AppError, from_wire
from app.core.jobs import PASSING, Notice
from app.words.errors import error_words
from app.words.notices import notice_words

if TYPE_CHECKING:
    from app.core.meetings.records import Meeting, Step


def sentence(what: AppError | Notice) -> str:
    """Return an error or a notice in words."""
    if isinstance(what, AppError):
        return error_words(what).sentence()
    return notice_words(what.code, what.params)


def stuck_sentence(step: Step) -> str:
    """Return why a step failed or what it waits for; of an error of a newer program nothing."""
    plain: dict[str, Any] = {"code": step.error, "params": step.error_params}
    try:
        return error_words(from_wire(plain)).sentence()
    except ValueError:
        return ""


class Told:
    """Errors and notices by meeting; the person closes them, or the work begins anew."""

    def __init__(self) -> None:
        self._of: dict[int, list[AppError | Notice]] = {}
        self._known: set[int] = set()

    def add(self, meeting: int, what: AppError | Notice) -> None:
        """Remember ``what``; a passing notice is over before anybody comes back."""
        said = self._of.setdefault(meeting, [])
        # One code may be told of two steps, in other words.
        if what.code not in PASSING and sentence(what) not in map(sentence, said):
            said.append(what)

    def learn(self, meeting: Meeting) -> bool:
        """Take up what is kept with the steps; return whether there is anything new.

        A meeting is asked once, and again after its work began anew: what is told from
        then on is heard, and what the person closed does not come back with a reading that
        was under way.
        """
        if meeting.id in self._known:
            return False
        self._known.add(meeting.id)
        before = len(self._of.get(meeting.id, []))
        for step in meeting.steps:
            for notice in step.notices:
                self.add(meeting.id, notice)
        return len(self._of.get(meeting.id, [])) > before

    def begin_anew(self, meeting: int) -> None:
        """Forget what may be so no longer; what is kept with a step that stays is learned again."""
        self.forget(meeting)
        self._known.discard(meeting)

    def forget(self, meeting: int) -> None:
        """Forget what was told of ``meeting``."""
        self._of.pop(meeting, None)

    def close(self, meeting: int) -> bool:
        """Forget what ``of`` gives; return whether notices were among it, which are kept."""
        shown = self.of(meeting)
        hidden = [one for one in self._of.get(meeting, []) if not isinstance(one, AppError)]
        if any(isinstance(one, AppError) for one in shown):
            self._of[meeting] = hidden  # an earlier error is no news beside the last one
            return False
        self.forget(meeting)
        return bool(shown)

    def keep_only(self, meetings: set[int]) -> None:
        """Forget meetings that are gone."""
        self._of = {number: said for number, said in self._of.items() if number in meetings}

    def of(self, meeting: int) -> list[AppError | Notice]:
        """Return what is to be shown: the last error alone, else every notice."""
        said = self._of.get(meeting, [])
        errors = [one for one in said if isinstance(one, AppError)]
        return errors[-1:] or list(said)
