"""How likely each 32 ms of a sound is voice: Silero's network, streamed.

The network (version 6, MIT) lies inside the wheel of faster-whisper; only its file
is used here, so that the gate costs neither CTranslate2 nor PyAV. Its state and the
last 64 samples go from block to block: the result is the same for any block size.
"""

from __future__ import annotations

import importlib.util
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from app.core.errors import EngineError
from app.core.jobs import JobContext, Progress
from app.core.meetings.speech_gate import WINDOW, Probabilities
from app.core.meetings.speech_sound import RATE, Samples, Sound, as_float, blocks

_CONTEXT = 64
_BLOCK = 1000 * WINDOW  # 32 s: a quarter of a second of work between two looks at Cancel


def network_file() -> Path | None:
    """Return where the network lies, or None when faster-whisper is not installed."""
    spec = importlib.util.find_spec("faster_whisper")
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(next(iter(spec.submodule_search_locations))) / "assets"
    return max(folder.glob("silero_vad*.onnx"), default=None)


@lru_cache(maxsize=1)
def _session() -> Any:
    path = network_file()
    if path is None:
        raise EngineError("engine_missing", engine="Silero", why="network")
    try:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.inter_op_num_threads = 1
        options.intra_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 4
        return onnxruntime.InferenceSession(
            str(path), providers=["CPUExecutionProvider"], sess_options=options
        )
    except ImportError as error:
        raise EngineError("engine_missing", engine="Silero", why="onnxruntime") from error
    except Exception as error:  # its own exceptions share no base
        raise EngineError("engine_broken", engine="Silero", path=str(path)) from error


class VoiceNetwork:
    """The network with its state between blocks."""

    def __init__(self) -> None:
        self._session = _session()
        self._state = (np.zeros((1, 1, 128), np.float32), np.zeros((1, 1, 128), np.float32))
        self._tail = np.zeros(_CONTEXT, np.float32)

    def hear(self, samples: Samples) -> Probabilities:
        """Return one probability per 512 samples; a rest is filled up with silence."""
        floats = as_float(samples)
        floats = np.pad(floats, (0, -len(floats) % WINDOW))
        windows = floats.reshape(-1, WINDOW)
        before = np.concatenate([self._tail[None, :], windows[:-1, -_CONTEXT:]])
        self._tail = windows[-1, -_CONTEXT:].copy()
        feed = {"input": np.hstack([before, windows])}
        feed["h"], feed["c"] = self._state
        out, hidden, cell = self._session.run(None, feed)
        self._state = (hidden, cell)
        return np.asarray(out, np.float32).reshape(-1)


def probabilities(sound: Sound, ctx: JobContext) -> Probabilities:
    """Return the voice probability of each 32 ms of ``sound``, float32, shape (n,).

    Raises ``EngineError`` when the network is missing or broken, ``Cancelled``.
    """
    if not sound.samples:
        return np.zeros(0, np.float32)
    network = VoiceNetwork()
    parts = []
    for start, samples in blocks(sound, _BLOCK):
        ctx.check()
        parts.append(network.hear(samples))
        ctx.report(Progress("listen", (start + len(samples)) / RATE, sound.duration))
    return np.concatenate(parts)
