"""What the tab says of the meeting that is shown: in its message bar, and aloud."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import TYPE_CHECKING, Any

from app.core.errors import AppError
from app.core.jobs import PASSING, Notice
from app.ui.meetings.told import Told, sentence
from app.ui.message import Action, MessageBar
from app.ui.speech import Speech

if TYPE_CHECKING:
    from app.core.meetings.records import Meeting

WayOn = Callable[[str, Mapping[str, Any]], Action | None]
# What a word about a meeting may be about that is over as soon as another is shown.
NOTHING, NO_SOUND = "nothing to export", "no sound"
# The receipt of a meeting that was deleted: what its neighbour has to say waits for it.
DELETED = "deleted"


class MeetingMessages:
    """Errors and notices by meeting, each shown with its meeting until it is closed or over."""

    def __init__(
        self, bar: MessageBar, speech: Speech, way_on: WayOn, forget: Callable[[int], None]
    ) -> None:
        self.told = Told()
        self.shown: int | None = None
        self._bar = bar
        self._speech = speech
        self._way_on = way_on
        self._forget = forget
        bar.closed.connect(self._closed)

    def show(self, meeting: int) -> None:
        """Take away what is said of the meeting that was shown, and say what there is of this."""
        if self.shown is not None:
            for about in (
                self.shown,
                *((self.shown, kind) for kind in (*PASSING, NOTHING, NO_SOUND)),
            ):
                self._bar.withdraw(about)
        self.shown = meeting
        self.again()

    def again(self) -> None:
        """Show what was told of the meeting: several notices as one message."""
        said = [] if self.shown is None else self.told.of(self.shown)
        if len(said) == 1:
            self._show(said[0], self.shown)
        elif said:
            ways = (self._way_on(one.code, one.params) for one in said)
            way = next((found for found in ways if found), None)
            self._bar.say(" ".join(map(sentence, said)), way, about=self.shown)

    def learn(self, meeting: Meeting) -> None:
        """Say what is kept with the steps, and what a passing word had hidden."""
        if meeting.step("transcript").state == "done":
            self.over(meeting.id, *PASSING)
        news = self.told.learn(meeting) and self._bar.about != DELETED
        if news or not self._bar.text:
            self.again()

    def begin_anew(self, meeting: int) -> None:
        """What was wrong with a meeting may be so no longer: it is tried again."""
        self.told.begin_anew(meeting)
        self._bar.withdraw(meeting)

    def tell(self, what: AppError | Notice, about: int | None, title: str = "") -> None:
        """Say what is wrong; what is about another meeting waits until that is shown."""
        if about is not None:
            self.told.add(about, what)
        if about is not None and about != self.shown:
            self._speech.tell(f"{title}: {sentence(what)}")
            return
        if about is None or what.code in PASSING:
            self._show(what, about if about is None else (about, what.code))
        else:
            self.again()
        self._speech.tell(sentence(what), urgent=isinstance(what, AppError))

    def say(self, text: str, kind: str) -> None:
        """Say something about the shown meeting that nobody needs to find later."""
        self._bar.say(text, about=(self.shown, kind))
        self._speech.tell(text)

    def over(self, meeting: int, *kinds: str) -> None:
        """Take away what was said for the moment."""
        for kind in kinds:
            self._bar.withdraw((meeting, kind))

    def _show(self, what: AppError | Notice, about: Hashable) -> None:
        way = self._way_on(what.code, what.params)
        if isinstance(what, AppError):
            self._bar.error(what, way, about=about)
        else:
            self._bar.notice(what, way, about=about)

    def _closed(self, about: Hashable) -> None:
        if isinstance(about, int) and self.told.close(about):
            self._forget(about)
        if not self._bar.text:
            self.again()  # what the message had hidden
