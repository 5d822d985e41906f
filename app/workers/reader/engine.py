"""RapidOCR with the models inside its wheel, loaded on first need, never downloaded."""

from __future__ import annotations

import importlib.util
import logging
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from app.core.errors import EngineError

Pixels = npt.NDArray[np.uint8]  # (height, width, 3), blue green red
Quads = npt.NDArray[np.float32]  # (n, 4, 2): x and y of the corners, from the top left

THREADS = 2
NAME = "RapidOCR"
_MODELS = {
    "Det.model_path": "PP-OCRv6_det_small.onnx",
    "Rec.model_path": "PP-OCRv6_rec_small.onnx",
    "Cls.model_path": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
}

_engine: Engine | None = None


def loaded() -> Engine:
    """Return the engine of this process, made on first need.

    Raises ``EngineError``: engine_missing without the library, engine_broken when
    one of its models is gone or damaged.
    """
    global _engine
    if _engine is None:
        _engine = Engine()
    return _engine


def models() -> Path:
    """Return the folder of the models; raise ``EngineError`` without the library."""
    found = importlib.util.find_spec("rapidocr")
    if found is None or not found.submodule_search_locations:
        raise EngineError("engine_missing", engine=NAME, why="rapidocr")
    return Path(found.submodule_search_locations[0]) / "models"


def version() -> str:
    """Return the version of the library, "" when nobody knows."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("rapidocr")
    except PackageNotFoundError:
        return ""


class Engine:
    """Three networks: where text is, which way up a line stands, what it says.

    The steps are called one by one, so that a page can be turned between them and
    the work can be stopped.
    """

    def __init__(self) -> None:
        folder = models()
        for name in _MODELS.values():
            if not (folder / name).is_file():  # the library would try to download it
                raise EngineError("engine_broken", engine=NAME, path=str(folder / name))
        try:
            self._work = _make({key: str(folder / name) for key, name in _MODELS.items()})
            for warm in (self._work._load_det_model, self._work._load_cls_model,
                         self._work._load_rec_model):  # fmt: skip
                warm()
        except ImportError as error:
            raise EngineError("engine_missing", engine=NAME, why=error.name or "") from error
        except _failures() as error:
            raise EngineError("engine_broken", engine=NAME, path=str(folder)) from error

    def find(self, image: Pixels) -> Quads:
        """Return where lines of text stand in ``image``."""
        from rapidocr.main import RapidOCRError

        try:
            _, found = self._work.detect_and_crop(image, {})
        except RapidOCRError:  # how it says that there is none
            return np.zeros((0, 4, 2), np.float32)
        except _failures() as error:
            raise EngineError("engine_failed", engine=NAME) from error
        return np.asarray(found.boxes, np.float32)

    def crop(self, image: Pixels, quads: Quads) -> list[Pixels]:
        """Cut the lines out of ``image``, straight; a tall one is turned to the left."""
        crops = self._work.crop_text_regions(image, [quad for quad in quads])
        return [crop if crop.size else np.zeros((8, 8, 3), np.uint8) for crop in crops]

    def upside_down(self, crops: list[Pixels]) -> list[bool]:
        """Return which of the lines stand on their head."""
        _, found = self._run(self._work.cls_and_rotate, crops)
        return ["180" in label and score > 0.9 for label, score in found.cls_res]

    def read(self, crops: list[Pixels]) -> list[tuple[str, float]]:
        """Return text and confidence (0 to 1) of each line."""
        found = self._run(self._work.recognize_txt, crops)
        return [
            (str(text), float(score)) for text, score in zip(found.txts, found.scores, strict=True)
        ]

    @staticmethod
    def _run(step: Any, crops: list[Pixels]) -> Any:
        try:
            return step(crops)
        except _failures() as error:
            raise EngineError("engine_failed", engine=NAME) from error


def _make(paths: dict[str, str]) -> Any:
    import cv2
    from rapidocr import RapidOCR

    cv2.setNumThreads(THREADS)
    logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
    return RapidOCR(
        params={
            **paths,
            "Global.log_level": "critical",
            "Global.use_vertical_padding": False,  # sizes are chosen here, not there
            "Det.limit_type": "max",
            "Det.limit_side_len": 100_000,
            "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def _failures() -> tuple[type[Exception], ...]:
    """Return what the libraries under this engine raise."""
    import cv2
    from onnxruntime.capi import onnxruntime_pybind11_state as runtime
    from rapidocr.inference_engine.onnxruntime.main import ONNXRuntimeError
    from rapidocr.main import RapidOCRError

    # The runtime's own exceptions share no base but Exception.
    native = [
        kind
        for kind in vars(runtime).values()
        if isinstance(kind, type) and issubclass(kind, Exception)
    ]
    return (*native, ONNXRuntimeError, RapidOCRError, cv2.error, ValueError, RuntimeError, OSError)
