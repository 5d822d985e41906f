"""Small dialogs: one line of text, files and folders."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QApplication, QFileDialog, QInputDialog, QWidget

from app.ui.widgets import gap
from app.words import tr

_LAST = "alcove_folder"  # where the last choice was made, as long as the program runs


def ask_text(parent: QWidget, title: str, what: str, text: str = "") -> tuple[str, bool]:
    """Ask for a line, wide enough for a sentence; return it and whether it was given."""
    dialog = QInputDialog(parent)
    dialog.setInputMode(QInputDialog.InputMode.TextInput)
    dialog.setWindowTitle(title)
    dialog.setLabelText(what)
    dialog.setTextValue(text)
    dialog.setOkButtonText(title)  # a button says what it does
    dialog.setCancelButtonText(tr("Cancel"))
    dialog.resize(gap(140), dialog.sizeHint().height())
    given = dialog.exec() == QInputDialog.DialogCode.Accepted
    answer = dialog.textValue()
    dialog.deleteLater()
    return answer, given


def choose_files(parent: QWidget, title: str, kinds: str) -> list[Path]:
    """Ask for files; none when the person thought better of it."""
    names, _ = QFileDialog.getOpenFileNames(parent, title, _begin(), kinds)
    return _remember([Path(name) for name in names])


def choose_file(parent: QWidget, title: str, kinds: str) -> Path | None:
    """Ask for one file."""
    name, _ = QFileDialog.getOpenFileName(parent, title, _begin(), kinds)
    return next(iter(_remember([Path(name)] if name else [])), None)


def choose_folder(parent: QWidget, title: str, begin: str = "") -> Path | None:
    """Ask for a folder, beginning at ``begin`` where that is given."""
    name = QFileDialog.getExistingDirectory(parent, title, begin or _begin())
    return next(iter(_remember([Path(name)] if name else [])), None)


def _begin() -> str:
    """Return where people keep their files, not where the program happens to be started."""
    last = QApplication.instance().property(_LAST)
    places = QStandardPaths.StandardLocation
    documents = QStandardPaths.writableLocation(places.DocumentsLocation)
    found = (folder for folder in (last, documents) if folder and Path(folder).is_dir())
    return next(found, QStandardPaths.writableLocation(places.HomeLocation))


def _remember(chosen: list[Path]) -> list[Path]:
    for path in chosen[:1]:
        folder = path if path.is_dir() else path.parent
        QApplication.instance().setProperty(_LAST, str(folder))
    return chosen
