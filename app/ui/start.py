"""How the window program starts: one window, or one of its tools."""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    QSocketNotifier,
    Qt,
    QTimer,
    QtMsgType,
    Signal,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication, QWidget

from app.core import logs, paths
from app.ui import accessible, theme
from app.ui.plain_imports import use_plain_imports
from app.words import tr

if TYPE_CHECKING:
    from app.ui.single import SingleWindow

_HAND_OVER_SECONDS = 15.0  # of trying: the other window may just have begun, on a slow laptop
_PAUSE_SECONDS = 0.1
_LISTEN_MS = 100  # after the window is there: its first keys go before
# How long a thread that computes may keep the window waiting: it asks for the lock some
# hundred times while it paints, and each time would wait for the usual 5 ms.
_SWITCH_SECONDS = 0.0005


class _Crashes(QObject):
    """Carries the place of a crash from whatever thread to the window's."""

    told = Signal(str)


_CRASHES = _Crashes()


def run(argv: list[str], make_services: Callable[[], Any]) -> int:
    """Open the window or run the tool that ``argv`` names; return the exit status."""
    tool = argv[0] if argv else ""
    if tool in ("--smoke-test", "pictures"):
        gc.enable()  # which the door switched off for the start of the window
    if tool == "--smoke-test":
        from app.ui.tools.smoke import run as smoke

        return smoke(argv[1:], make_services)
    if tool == "pictures":
        from app.ui.tools.pictures import run as pictures

        return pictures(argv[1:], make_services)
    if tool == "--first-key":
        from app.ui.tools.first_key import run as first_key

        return first_key(argv[1:], lambda shown: _window([], make_services, shown))
    return _window([a for a in argv if a != "--files"], make_services)


def make_application(setting: str) -> QApplication:
    """Make the one application: style, colours, accessible roles, Qt's messages."""
    use_plain_imports()
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    sys.setswitchinterval(_SWITCH_SECONDS)
    app.setApplicationName("Alcove")
    app.setDesktopFileName("alcove")
    app.setStyle("Fusion")
    accessible.install()
    theme.apply(app, setting)
    qInstallMessageHandler(_to_log)
    return app


def _to_log(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    """Log that Qt complained and where; its texts may hold a path or a word."""
    import logging

    level = logging.ERROR if kind == QtMsgType.QtCriticalMsg else logging.WARNING
    if kind in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg):
        return
    logging.getLogger("alcove.qt").log(level, "%s", context.category or "default")


def _window(
    files: list[str],
    make_services: Callable[[], Any],
    shown: Callable[[QWidget], Any] = lambda window: None,
) -> int:
    from app.ui.single import SingleWindow

    logs.start(paths.logs(), "window", crash=_CRASHES.told.emit)
    services = make_services()
    services.restart = _this_program()
    app = make_application(services.settings.current.theme)
    single = SingleWindow()
    if not single.acquire():
        status = _hand_over([os.path.abspath(f) for f in files], single)
        if status is not None:
            services.close()
            return status
    from app.ui.shell import Shell

    window = Shell(services)
    _CRASHES.told.connect(_show_crash, Qt.ConnectionType.QueuedConnection)
    window.runner.crashed.connect(_show_crash)
    single.handed.connect(window.take_files)
    app.commitDataRequest.connect(lambda _: window.close_now())
    keep = _close_on_signals(window)
    window.show_fitting()
    window.begin()
    _once_shown(single)
    if files:
        window.take_files(files)
    shown(window)
    try:
        return app.exec()
    finally:
        del keep
        services.close()
        single.release()


def _once_shown(single: SingleWindow) -> None:
    """Do what the first keys need not wait for, and look for garbage again."""
    QTimer.singleShot(_LISTEN_MS, single, single.listen)
    QTimer.singleShot(_LISTEN_MS, single, lambda: gc.enable())


def _hand_over(files: list[str], single: SingleWindow) -> int | None:
    """Give files to the window that runs, and return the exit status.

    It may still be starting. When it was about to close, the lock becomes free: ``single``
    has it then, and None is returned.
    """
    from app.ui.single import hand_over

    ends = time.monotonic() + _HAND_OVER_SECONDS
    while not hand_over(files):
        if single.acquire():
            return None
        if time.monotonic() >= ends:
            break
        time.sleep(_PAUSE_SECONDS)
    else:
        return 0
    from PySide6.QtWidgets import QMessageBox

    QMessageBox.warning(
        None, "Alcove", tr("Alcove is open already, but its window does not answer. Try again.")
    )
    return 1


def _this_program() -> list[str]:
    """Return the command line that opens this window again."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    return [sys.executable, str(Path(sys.argv[0]).resolve())]


def _close_on_signals(window: Any) -> Any:
    """Let SIGINT, SIGTERM and SIGHUP close the window as a click does."""
    reading, writing = socket.socketpair()
    for end in (reading, writing):
        end.setblocking(False)
    notifier = QSocketNotifier(reading.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(lambda *_: window.close_now())
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: None)
    signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)
    return reading, writing, notifier


def _show_crash(place: str) -> None:
    """Tell that something unforeseen happened, with what to send if one wants to."""
    if not isinstance(QApplication.instance(), QApplication):
        return
    from PySide6.QtWidgets import QMessageBox

    if any(isinstance(w, QMessageBox) for w in QApplication.topLevelWidgets() if w.isVisible()):
        return  # one box at a time; the log has them all
    box = QMessageBox(QApplication.activeWindow())
    box.setIcon(QMessageBox.Icon.Critical)
    box.setWindowTitle(tr("Alcove met an error"))
    box.setText(tr("Something went wrong that Alcove did not foresee. Nothing finished is lost."))
    box.setInformativeText(
        tr("The place of the error, without any of your words, is kept in {path}.").format(
            path=paths.logs()
        )
    )
    box.setDetailedText(place)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()
