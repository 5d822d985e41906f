"""The webcam: one picture at a time, seen through one video sink.

Everything downstream listens to the sink, so a test hands frames to it as a real
camera does. The media library is loaded on first use.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.core.errors import DeviceError


class Camera(QObject):
    """Shows live frames and takes one."""

    frame = Signal(QImage)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        self._session: Any = None
        self._camera: Any = None
        self.sink: Any = None

    def _make_sink(self) -> Any:
        if self.sink is None:
            from PySide6.QtMultimedia import QVideoSink

            self.sink = QVideoSink(self)
            self.sink.videoFrameChanged.connect(self._arrived)
        return self.sink

    @staticmethod
    def names() -> list[str]:
        """Return the cameras of this machine."""
        from PySide6.QtMultimedia import QMediaDevices

        return [device.description() for device in QMediaDevices.videoInputs()]

    @property
    def running(self) -> bool:
        """Return whether the camera is open."""
        return self._camera is not None

    def start(self) -> None:
        """Open the default camera; raise ``DeviceError`` "camera_none" without one."""
        from PySide6.QtMultimedia import QCamera, QMediaCaptureSession, QMediaDevices

        if QMediaDevices.defaultVideoInput().isNull():
            raise DeviceError("camera_none")
        self._camera = QCamera(QMediaDevices.defaultVideoInput(), self)
        self._camera.errorOccurred.connect(self._error)
        self._session = QMediaCaptureSession(self)
        self._session.setCamera(self._camera)
        self._session.setVideoSink(self._make_sink())
        self._camera.start()

    def _arrived(self, frame: Any) -> None:
        if frame.isValid():
            image = frame.toImage()
            if not image.isNull():
                self.frame.emit(image)

    def _error(self, *_: Any) -> None:
        self.stop()
        self.failed.emit(DeviceError("camera_failed"))

    def stop(self) -> None:
        """Close the camera; its light goes out."""
        if self._camera is not None:
            self._camera.stop()
            self._camera.deleteLater()
            self._session.deleteLater()
            self._camera = self._session = None
