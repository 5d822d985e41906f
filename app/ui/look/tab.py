"""The Look tab: a picture is read, and described aloud where a model can see."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QSize, Qt
from PySide6.QtGui import QGuiApplication, QImage, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QWidget

from app.core import paths
from app.core.errors import AppError, InputError
from app.core.jobs import Notice
from app.core.look.model import Description, Picture, Reading
from app.ui.devices.camera import Camera
from app.ui.dialogs import choose_file
from app.ui.jobs import Job, Listeners
from app.ui.kinds import PICTURES
from app.ui.look.picture import PictureView
from app.ui.look.rows import look_rows
from app.ui.overflow import ButtonLine
from app.ui.rows import RowList
from app.ui.sentences import Sentences
from app.ui.tab import House, Tab
from app.ui.widgets import Splitter, button, column, gap, inset, label, open_on_first, relabel
from app.words import look as words
from app.words import tr
from app.words.notices import notice_words

_RAW = ("image/png", "image/jpeg", "image/webp", "image/bmp", "image/gif", "image/tiff")


class LookTab(Tab):
    """The picture to the left, what is known of it to the right."""

    KEY = "look"

    def __init__(self, house: House):
        super().__init__(house)
        self._job: Job | None = None
        self._file: Path | None = None
        self._reading: Reading | None = None
        self._description = ""
        self._by = ""
        self._blind, self._whole = False, True
        self.camera = Camera(self)
        self.camera.frame.connect(self._frame)
        self.camera.failed.connect(self._camera_failed)
        self._last_frame = QImage()
        self._hints: list[Notice] = []
        self._turn: object = None
        self._build()

    @property
    def _desk(self) -> Any:
        return self.house.services.look

    def _build(self) -> None:
        self.picture = PictureView()
        self.results = RowList(tr("What is in the picture"))
        self.results.moved.connect(lambda _: self._mark_line())
        self.open_ = button(
            tr("&Open a picture…"), self.choose, role="primary", icon="add", key="Ctrl+O"
        )
        self.paste = button(tr("&Paste"), self.paste_picture)
        self.paste.setToolTip(tr("Paste a picture (Ctrl+V)"))
        self.paste.setAccessibleDescription("Ctrl+V")
        self.webcam = button(tr("&Webcam"), self.toggle_camera, icon="camera", key="Ctrl+K")
        self.take = button(tr("Ta&ke the picture"), self.take_picture, role="primary")
        self.take.hide()
        self.sample = button(tr("&Try the sample"), lambda: None)
        self.sample.setMenu(self._samples())
        self.stop_button = button(tr("Stop"), self.escape, icon="stop")
        self.stop_button.hide()
        read = button(tr("Read &aloud"), self.read_aloud, icon="speak", key="F9")
        actions = ButtonLine(
            (self.open_, self.paste, self.webcam, self.take, self.stop_button), (self.sample, read)
        )
        side = QWidget()
        side.setLayout(column(label(tr("What is in the picture"), "heading"), self.results))
        parts = Splitter(Qt.Orientation.Horizontal)
        parts.addWidget(self.picture)
        parts.addWidget(side)
        parts.setSizes([gap(120), gap(110)])
        self.setLayout(column(self.message, actions, parts, spacing=3))
        inset(self.layout())
        self.layout().setStretch(2, 1)
        self.results.show_rows(look_rows(None, "", "", (), empty=True))
        paste = QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self)
        paste.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        paste.activated.connect(self.paste_picture)

    def _samples(self) -> QMenu:
        menu = QMenu(self)
        menu.setAccessibleName(tr("Samples"))
        open_on_first(menu)
        for name, text in words.samples():
            menu.addAction(text).triggered.connect(
                lambda _=False, name=name: self.look_at(paths.samples() / "pictures" / name)
            )
        return menu

    def first_focus(self) -> QWidget | None:
        """Return the first button, or the result."""
        return self.results if self._reading is not None else self.open_

    # --- getting a picture -----------------------------------------------------------

    def choose(self) -> None:
        """Ask for a picture file."""
        kinds = " ".join(f"*{e}" for e in PICTURES)
        pictures = tr("Pictures ({kinds})").format(kinds=kinds)
        file = choose_file(self, tr("Open a picture"), pictures)
        if file is not None:
            self.look_at(file)

    def paste_picture(self) -> None:
        """Look at the picture in the clipboard; its bytes go to the reader unopened."""
        mime = QGuiApplication.clipboard().mimeData()
        files = [Path(u.toLocalFile()) for u in mime.urls() if u.isLocalFile()]
        if files:
            self.look_at(files[0])
            return
        data = _picture_bytes(mime)
        if not data:
            self.message.say(tr("There is no picture in the clipboard."))
            self.house.speech.tell(tr("There is no picture in the clipboard."))
            return
        self._keep_and_look(data)

    def _keep_and_look(self, data: bytes) -> None:
        try:
            self.look_at(self._desk.keep(data))
        except AppError as error:
            self.show_error(error)

    def toggle_camera(self) -> None:
        """Open the webcam, or close it."""
        if self.camera.running:
            self._close_camera()
            return
        try:
            self.camera.start()
        except AppError as error:
            self.show_error(error, (tr("Open a picture"), self.choose))
            return
        relabel(self.webcam, tr("Close the &webcam"))
        self.take.show()
        self.take.setFocus()
        self.house.speech.tell(tr("The webcam is on. Enter takes the picture."))

    def _close_camera(self) -> None:
        self.camera.stop()
        relabel(self.webcam, tr("&Webcam"))
        self.take.hide()
        self._last_frame = QImage()
        if self._reading is None:
            self.picture.clear()

    def _camera_failed(self, error: AppError) -> None:
        self._close_camera()
        self.show_error(error)

    def _frame(self, image: QImage) -> None:
        self._last_frame = image
        self.picture.show_frame(image)

    def take_picture(self) -> None:
        """Look at the frame that is shown now."""
        if self._last_frame.isNull():
            self.house.speech.tell(tr("The webcam shows nothing yet."))
            return
        data = _png(self._last_frame)
        self._close_camera()
        self._keep_and_look(data)

    # --- looking -----------------------------------------------------------------------

    def look_at(self, file: Path) -> None:
        """Show, read and describe a picture."""
        self.escape()
        self.message.clear()
        self._file, self._reading, self._description, self._by = file, None, "", ""
        self._hints, self._blind, self._whole = [], False, True
        self.stop_button.show()
        self.results.show_rows(look_rows(None, "", "", ()))
        self.house.speech.tell(tr("Looking."))
        told = Listeners(
            data=self._heard,
            done=self._done,
            failed=self._failed,
            cancelled=self._stopped,
            notice=self._noticed,
            ended=self._ended,
        )
        turn = self._turn = object()
        told = told.only_while(lambda: self._turn is turn)
        self._job = self.start(tr("Looking at a picture"), lambda ctx: self._desk.look(file, ctx),
                               told, waits=True)  # fmt: skip

    def _heard(self, kind: str, data: Any) -> None:
        if kind == "picture":
            self._show_picture(data)
        elif kind == "reading":
            self._reading = data
            self._show()
            self.house.speech.tell(words.found(len(data.lines), len(data.codes)))
            self.results.go_to(("l", 0) if data.lines else ("code", 0))
            self.results.setFocus()
        elif kind == "engine":
            self._by = str(data)
        elif kind == "piece":
            self._description += data
            self._show()
        elif kind == "sentence" and self.house.speech.route in ("screen_reader", "own"):
            self.house.speech.tell(Sentences.clean(data))

    def _show_picture(self, picture: Picture) -> None:
        image = QImage(str(picture.shown)) if picture.shown else QImage()
        name = tr("Picture {name}, {width} by {height} pixels").format(
            name=picture.path.name, width=picture.width, height=picture.height
        )
        self.picture.show_image(image, QSize(picture.width, picture.height), name)

    def _noticed(self, notice: Notice) -> None:
        if notice.code != "no_text":  # said with the count of lines
            self._hints.append(notice)
            self.house.speech.tell(notice_words(notice.code, notice.params))

    def _done(self, result: Description) -> None:
        self._reading = result.reading
        self._description = result.text or ""
        self._by = result.engine or ""
        self._blind, self._whole = result.engine is None, result.whole
        self._show()

    def _failed(self, error: AppError) -> None:
        partial = getattr(error, "partial", None)
        if isinstance(partial, Description):
            self._done(partial)
        elif self._reading is None:
            self.picture.clear()
            self.results.show_rows(look_rows(None, "", "", (), empty=True))
        # A file that cannot be read does not get better by itself.
        bad = isinstance(error, InputError)
        self.show_error(
            error, (tr("Another picture"), self.choose) if bad else (tr("Try again"), self._again)
        )

    def _stopped(self) -> None:
        if self._reading is None:  # nothing is being read any more
            self.picture.clear()
            self.results.show_rows(look_rows(None, "", "", (), empty=True))
        elif self._description:
            self._whole = False
            self._show()

    def _again(self) -> None:
        if self._file is not None:
            self.look_at(self._file)

    def _ended(self) -> None:
        self._job = None
        self.stop_button.hide()

    def _show(self) -> None:
        blind, whole = self._blind, self._whole
        rows = look_rows(
            self._reading, self._description, self._by, self._hints, blind=blind, whole=whole
        )
        self.results.show_rows(rows)

    def _mark_line(self) -> None:
        chosen = self.results.current_row()
        box = getattr(chosen.data, "box", None) if chosen is not None else None
        self.picture.mark(tuple(box) if box is not None else None)

    def read_aloud(self) -> None:
        """Speak everything that was found; Esc stops."""
        self.read(line.words() for line in self.results.rows.rows)

    def escape(self) -> bool:
        """Stop the description being written."""
        if self._job is None:
            return False
        self._job.cancel()
        return True

    # --- the shell -----------------------------------------------------------------------

    def accept(self, intent: str, data: Any) -> None:
        """Take a file, or the sample."""
        if intent == "files":
            self.look_at(data[0])
        elif intent == "sample":
            self.look_at(paths.samples() / "pictures" / words.samples()[0][0])

    def close_down(self) -> None:
        """Close the webcam."""
        self.camera.stop()


def _picture_bytes(mime: QMimeData) -> bytes:
    for kind in _RAW:
        if mime.hasFormat(kind):
            return bytes(mime.data(kind).data())
    if mime.hasImage():  # Windows hands over pixels, not a file
        image = mime.imageData()
        if isinstance(image, QImage) and not image.isNull():
            return _png(image)
    return b""


def _png(image: QImage) -> bytes:
    from PySide6.QtCore import QBuffer, QIODevice

    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())
