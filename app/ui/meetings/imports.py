"""What is imported: begun, and shown or told of once it is in the list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.ui.meetings.list_row import TITLE
from app.ui.meetings.presenter import MeetingsPresenter
from app.ui.message import MessageBar
from app.ui.reading import Then
from app.ui.rows import RowList
from app.ui.widgets import shorter
from app.words import tr, trn

if TYPE_CHECKING:
    from app.core.meetings.records import Meeting, Step

_IMPORTED = "imported"  # what a message is about


class Imports:
    """Begins imports; shows the last meeting of each, unless another one is read meanwhile."""

    def __init__(
        self,
        presenter: MeetingsPresenter,
        bar: MessageBar,
        listed: RowList,
        meetings: Callable[[], Mapping[int, Meeting]],
        shown: Callable[[], int | None],
        reads: Callable[[], bool],
        refresh: Callable[[Then], None],
    ) -> None:
        """``listed`` shows ``meetings``, of which one is ``shown``.

        ``reads`` says whether the person is in that one; ``refresh`` reads the list anew.
        """
        self._presenter, self._bar, self._list = presenter, bar, listed
        self._meetings, self._shown = meetings, shown
        self._reads, self._refresh = reads, refresh
        self._before: int | None = None
        self._news: tuple[int, ...] = ()  # what it was said of that it was imported
        presenter.imported.connect(self._imported)

    def begin(self, files: Sequence[Path], **told: Any) -> None:
        """Import ``files``; ``told`` is what is known of them."""
        self._before = self._shown()
        self._presenter.import_files(files, **told)

    def stuck(self, meeting: Meeting, step: Step) -> None:
        """Call ``meeting`` imported no longer if ``step`` is that of its sound."""
        if step.name == "sound" and meeting.id in self._news:
            if self._bar.withdraw(_IMPORTED):
                self._tell([n for n in self._news if n != meeting.id])

    def _imported(self, numbers: Sequence[int]) -> None:
        """Show what was imported, unless the person reads another meeting meanwhile."""
        shown = self._shown()
        stays = shown is not None and (self._reads() or shown != self._before)
        self._refresh(lambda: self._show(numbers, stays))

    def _show(self, numbers: Sequence[int], stays: bool) -> None:
        here = [n for n in numbers if n in self._meetings()]  # some may be deleted by now
        if stays and here and self._shown() != here[-1]:
            steps = [(n, self._meetings()[n].step("sound")) for n in here]
            self._tell([n for n, step in steps if step.state != "failed"])
        elif here:
            self._list.go_to(here[-1])

    def _tell(self, numbers: Sequence[int]) -> None:
        """Say which files were imported; of those that turned out to be none it was told why."""
        numbers = self._news = tuple(n for n in numbers if n in self._meetings())
        if not numbers:
            return
        title = shorter(self._meetings()[numbers[-1]].title, TITLE)
        text = tr("“{title}” was imported.").format(title=title)
        if len(numbers) > 1:
            text = trn("{count} file was imported.", "{count} files were imported.", len(numbers))
        show = (tr("Show it"), lambda: self._list.go_to(numbers[-1]))
        self._bar.say(text, show, about=_IMPORTED, good=True)
