"""Ask each child for its parts: its libraries by loading them, its models by using them."""

from __future__ import annotations

import base64
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from app.adapters import children
from app.adapters.recorder import RecorderClient
from app.core import paths
from app.core.errors import AppError, DeviceError
from app.core.jobs import JobContext
from app.core.parts import ChildAnswer
from app.core.vectors import Vectors

_SECONDS = 90.0
# What each child cannot work without: module, and the name that a person may search for.
MODULES: dict[str, dict[str, str]] = {
    "transcriber": {
        "av": "PyAV",
        "ctranslate2._ext": "ctranslate2",  # the package alone loads without it
        "faster_whisper": "faster-whisper",
        "onnxruntime": "onnxruntime",
    },
    "index": {
        "chromadb_rust_bindings": "Chroma bindings",
        "chromadb": "chromadb",
    },
    "reader": {
        "PIL": "Pillow",
        "onnxruntime": "onnxruntime",
        "pypdfium2": "pypdfium2",
        "rapidocr": "rapidocr",
    },
    "player": {},
}
OCR_MODELS = "OCR models"
# On Linux PortAudio belongs to the system: a machine without it is whole without a microphone.
_SYSTEM_SOUND = sys.platform.startswith("linux")


class ChildParts:
    """Implements ``Parts`` with a fresh child for each question."""

    def names(self) -> Sequence[str]:
        """Return the names of all children."""
        return ("recorder", *MODULES)

    def ask(self, name: str, ctx: JobContext) -> ChildAnswer:
        """Start child ``name``, let it prove its parts, and end it. Raises ``Cancelled``."""
        program = Path(children.command(name)[0])
        if not program.exists():
            return ChildAnswer(name, missing=(program.name,), error="child_unstartable")
        try:
            return _recorder() if name == "recorder" else _worker(name, ctx)
        except AppError as error:
            return ChildAnswer(name, error=error.code)


def _worker(name: str, ctx: JobContext) -> ChildAnswer:
    child = children.Child(name, instance="parts", nice=False)
    try:
        told = child.call("ping", {"modules": list(MODULES[name])}, ctx, seconds=_SECONDS)
        found = told["modules"]
        missing = [MODULES[name][module] for module in found if found[module] is None]
        answer: dict[str, Any] = {"modules": found}
        prove = _PROOFS.get(name)
        error = None
        if prove is not None and not missing:
            try:
                answer.update(prove(child, ctx))
            except AppError as trouble:
                missing += [OCR_MODELS] if name == "reader" else []
                error = trouble.code
        return ChildAnswer(name, told["pid"], told["build"], answer, tuple(missing), error)
    finally:
        child.close()


def _near(child: children.Child, ctx: JobContext) -> dict[str, Any]:
    """Add three vectors to an index of its own and return the ids near the second."""
    vectors = Vectors.of([float(place == row) for place in range(8)] for row in range(3))
    with tempfile.TemporaryDirectory(prefix="alcove-parts-", dir=paths.home()) as folder:
        place = {"folder": folder, "key": "parts"}
        child.call("add", {**place, **_packed(vectors), "ids": [11, 12, 13]}, ctx, seconds=_SECONDS)
        query = {**place, **_packed(vectors[1:2]), "k": 2}
        hits = child.call("query", query, ctx, seconds=_SECONDS)["hits"]
        child.close()  # before its folder goes
    return {"neighbours": [number for number, _ in hits]}


def _packed(vectors: Vectors) -> dict[str, Any]:
    data = base64.b64encode(vectors.data).decode("ascii")
    return {"vectors": data, "dimension": vectors.dimension}


def _read(child: children.Child, ctx: JobContext) -> dict[str, Any]:
    """Load the models that read text in pictures; raises ``EngineError`` without them."""
    return {"ocr": child.call("trial", {}, ctx, seconds=_SECONDS)}


def _loudspeaker(child: children.Child, ctx: JobContext) -> dict[str, Any]:
    """Look for a loudspeaker; to have none is an answer too."""
    return {"sound": child.call("trial", {}, ctx, seconds=_SECONDS)}


_PROOFS: dict[str, Callable[[children.Child, JobContext], dict[str, Any]]] = {
    "index": _near,
    "reader": _read,
    "player": _loudspeaker,
}


def _recorder() -> ChildAnswer:
    """Ask for microphones, of a recorder that runs already if there is one.

    To have none is an answer too.
    """
    client = RecorderClient()
    try:
        found, error = len(client.microphones()), None
    except DeviceError as trouble:
        found, error = 0, trouble.code
    finally:
        client.close()
    fact = error == "microphone_none" or (error == "microphone_library" and _SYSTEM_SOUND)
    answer = {"microphones": found} if error is None else {"microphones": 0, "error": error}
    return ChildAnswer("recorder", client.pid, client.build, answer, error=None if fact else error)
