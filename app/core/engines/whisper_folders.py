"""Whisper models in CTranslate2's form: finding them, checking them, choosing one.

A model is a folder. Alcove's own lie in ``models/whisper``; those that other
programs fetched lie in the Hugging Face cache and are only read. Nothing is loaded
here and nothing is downloaded: the header of ``model.bin`` tells size and kind.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.core.engines.ctranslate2_file import ModelFile, read_model_file
from app.core.errors import EngineError

KEEP_FREE = 2 * 1024**3
_VOCABULARIES = ("vocabulary.json", "vocabulary.txt", "shared_vocabulary.json")
# The largest vocabulary of a Whisper has 1.1 MB. What is read here is foreign and read in
# the window: a few megabytes of brackets become a hundred in memory.
_LARGEST_JSON = 4 * 1024 * 1024
_FIRST_WIDTH = "encoder/conv1/weight"
_EMBEDDING = "decoder/embeddings/weight"
# Measured with random weights of the sizes base and small, int8 on the processor: while
# it loads, the file and its int8 copy lie in memory; while it works, one byte for each
# weight, the libraries, and the spectrum of a row of ten minutes.
_LOADING = 1.35
_LIBRARIES = 80 * 1024**2
_WORKING = 1.1
_ROOM = 400 * 1024**2
_SIZES = {384: "tiny", 512: "base", 768: "small", 1024: "medium", 1280: "large"}


@dataclass(frozen=True)
class WhisperFolder:
    """A checked model: ``weights`` counts its parameters, ``width`` is the model's size.

    ``mels`` are the bands of its spectrum (80 or 128), ``multilingual`` says whether
    it knows more than English.
    """

    path: Path
    name: str
    weights: int
    width: int
    mels: int
    multilingual: bool
    file_bytes: int

    @property
    def size(self) -> str:
        """Return the usual name of its size ("small"), or "" for an unusual one."""
        return _SIZES.get(self.width, "")

    @property
    def need(self) -> int:
        """Return the most bytes of memory that it takes, while it loads or works."""
        loading = int(self.file_bytes * _LOADING) + _LIBRARIES
        return max(loading, int(self.weights * _WORKING) + _ROOM)


@dataclass(frozen=True)
class BrokenFolder:
    """A folder that should be a model but cannot be used, with the error that says why."""

    path: Path
    name: str
    error: EngineError


@dataclass(frozen=True)
class Found:
    """What a search found, the largest model first."""

    good: tuple[WhisperFolder, ...] = ()
    broken: tuple[BrokenFolder, ...] = ()


def hub_cache(environment: Mapping[str, str] = os.environ) -> Path:
    """Return the standard cache of the Hugging Face hub, as its own library finds it."""
    if environment.get("HF_HUB_CACHE"):
        return Path(environment["HF_HUB_CACHE"]).expanduser()
    if environment.get("HF_HOME"):
        return Path(environment["HF_HOME"]).expanduser() / "hub"
    base = environment.get("XDG_CACHE_HOME")
    cache = Path(base).expanduser() if base else Path.home() / ".cache"
    return cache / "huggingface" / "hub"


def find(own: Path, hub: Path | None = None) -> Found:
    """Return the models in Alcove's ``own`` folder and in the ``hub`` cache.

    Folders in ``own`` that are no model are reported as broken; in the cache, which
    holds much else, only those whose name says Whisper.
    """
    good: dict[Path, WhisperFolder] = {}
    broken: list[BrokenFolder] = []
    for path, name in [*_own_folders(own), *(_hub_folders(hub) if hub else ())]:
        real = path.resolve()
        if real in good:
            continue
        try:
            good[real] = check(path, name)
        except EngineError as error:
            broken.append(BrokenFolder(path, name, error))
    ordered = sorted(good.values(), key=lambda f: (-f.weights, not f.multilingual, f.name))
    return Found(tuple(ordered), tuple(broken))


def _own_folders(own: Path) -> list[tuple[Path, str]]:
    return [(p, p.name) for p in _folders(own) if not p.name.startswith((".", "_"))]


def _hub_folders(hub: Path) -> list[tuple[Path, str]]:
    """Return one snapshot per cached model: the one that "main" points to, or the newest."""
    found = []
    for model in _folders(hub):
        if not model.name.startswith("models--"):
            continue
        name = model.name.split("--")[-1]
        snapshot = _snapshot(model)
        if snapshot is None:
            continue
        if "whisper" in name.lower() and os.path.lexists(snapshot / "model.bin"):
            found.append((snapshot, name))
    return found


def _snapshot(model: Path) -> Path | None:
    folders = _folders(model / "snapshots")
    try:
        main = (model / "refs" / "main").read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        main = ""
    named = [f for f in folders if f.name == main]
    return (named or sorted(folders, key=_changed) or [None])[-1]


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _folders(path: Path) -> list[Path]:
    try:
        return sorted(p for p in path.iterdir() if p.is_dir())
    except OSError:
        return []


def check(path: Path, name: str | None = None) -> WhisperFolder:
    """Return what the model in ``path`` is, without loading it.

    Raises ``EngineError`` "whisper_folder_bad" when files are missing or it is
    another kind of model, "engine_broken" when a file is empty or breaks off.
    """
    if not path.is_dir():
        raise EngineError("whisper_folder_bad", path=str(path), why="folder")
    for needed in ("config.json", "model.bin", "tokenizer.json"):
        _expect(path, needed)
    vocabulary = next((path / v for v in _VOCABULARIES if (path / v).exists()), None)
    if vocabulary is None:
        raise EngineError("whisper_folder_bad", path=str(path), why="vocabulary.json")
    _expect(path, vocabulary.name)
    model = _model_file(path)
    mels = model.shapes[_FIRST_WIDTH][1]
    if mels != _mels_configured(path):
        raise EngineError("whisper_folder_bad", path=str(path), why="preprocessor_config.json")
    _json(path, "config.json")
    return WhisperFolder(
        path=path,
        name=name or path.name,
        weights=model.elements,
        width=model.shapes[_FIRST_WIDTH][0],
        mels=mels,
        multilingual=_knows_languages(path, vocabulary, model),
        file_bytes=model.file_bytes,
    )


def _expect(path: Path, name: str) -> None:
    """Raise unless the file is there and not empty."""
    try:
        size = (path / name).stat().st_size if (path / name).is_file() else -1
    except OSError:
        size = -1
    if size < 0:
        raise EngineError("whisper_folder_bad", path=str(path), why=name)
    if size == 0:
        raise EngineError("engine_broken", engine="whisper", path=str(path))


def _model_file(path: Path) -> ModelFile:
    try:
        model = read_model_file(path / "model.bin")
    except OSError as error:
        raise EngineError("engine_broken", engine="whisper", path=str(path)) from error
    except ValueError as error:
        raise EngineError("whisper_folder_bad", path=str(path), why="model.bin") from error
    except EOFError as error:
        raise EngineError("engine_broken", engine="whisper", path=str(path)) from error
    shapes = model.shapes
    if model.kind != "WhisperSpec" or len(shapes.get(_FIRST_WIDTH, ())) != 3:
        raise EngineError("whisper_folder_bad", path=str(path), why="model.bin")
    return model


def _json(path: Path, name: str) -> Any:
    """Return a JSON file of the folder; one that is damaged is an error."""
    file = path / name
    try:
        if file.stat().st_size > _LARGEST_JSON:
            raise ValueError("too large")
        return json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise EngineError("engine_broken", engine="whisper", path=str(path)) from error


def _mels_configured(path: Path) -> int:
    """Return the bands that faster-whisper will compute: 80 unless a file says more."""
    if not (path / "preprocessor_config.json").exists():
        return 80
    config = _json(path, "preprocessor_config.json")
    mels = config.get("feature_size", 80) if isinstance(config, dict) else 0
    return mels if isinstance(mels, int) else 0


def _knows_languages(path: Path, vocabulary: Path, model: ModelFile) -> bool:
    """Return what CTranslate2 will decide: an empty token marks the multilingual ones."""
    if vocabulary.suffix == ".json":
        with contextlib.suppress(OSError):
            facts = vocabulary.stat()
            return _has_empty_token(vocabulary, facts.st_mtime_ns, facts.st_size)
        return False
    return model.shapes.get(_EMBEDDING, (0,))[0] >= 51865


@functools.lru_cache(maxsize=64)
def _has_empty_token(vocabulary: Path, changed: int, size: int) -> bool:
    """Return whether the list of tokens has an empty one; read once for a state of the file."""
    tokens = _json(vocabulary.parent, vocabulary.name)
    return isinstance(tokens, list) and "" in tokens


def fits(folder: WhisperFolder, free: int) -> bool:
    """Return whether the model leaves two gigabytes of ``free`` bytes."""
    return folder.need + KEEP_FREE <= free


def ranked(
    folders: Iterable[WhisperFolder], free: int, language: str | None, wanted: str = ""
) -> list[WhisperFolder]:
    """Return the models that can do the work, the best first.

    ``language`` is a code, or None when it must be found out. A ``wanted`` model (its
    name or path) comes first. Then the largest that leaves two gigabytes free; those
    that leave less come last, the smallest of them first, so that a small laptop
    still gets one. At equal size an English model is the better one for English.
    """
    usable = [f for f in folders if f.multilingual or language in ("en", None)]

    def order(folder: WhisperFolder) -> tuple[Any, ...]:
        chosen = wanted not in (folder.name, str(folder.path)) or not wanted
        fit = fits(folder, free)
        # Without a language only a multilingual model can find it out.
        deaf = language is None and not folder.multilingual
        size = -folder.width if fit else folder.weights
        return (chosen, not fit, deaf, size, folder.multilingual == (language == "en"), folder.name)

    return sorted(usable, key=order)
