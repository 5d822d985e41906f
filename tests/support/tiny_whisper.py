"""Whisper models made on the spot, so that the real loading and decoding code runs.

``build`` writes a whole CTranslate2 folder of well under a megabyte whose weights
are set so that each token has one successor: it "hears" the words that it was given
in every window. ``build_sized`` gives the same script to a model with the sizes of a
real one, for measuring.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

TIMESTAMPS = 1501
POSITIONS = 448
FRAMES = 1500


@dataclass(frozen=True)
class Shape:
    """Sizes of a model; ``filler`` tokens only make the vocabulary as large as a real one."""

    width: int
    heads: int
    layers: int
    mels: int = 80
    filler: int = 0


SIZES = {
    "tiny": Shape(384, 6, 4, filler=49_600),
    "base": Shape(512, 8, 6, filler=49_600),
    "small": Shape(768, 12, 12, filler=49_600),
}


def byte_letters() -> dict[int, str]:
    """Return the letter that stands for each byte in a byte-level vocabulary (GPT-2)."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [b for b in range(256) if b not in plain]
    letters = {b: chr(b) for b in plain}
    return letters | {b: chr(256 + n) for n, b in enumerate(others)}


class Vocabulary:
    """Text tokens first, then the special ones in Whisper's order."""

    def __init__(self, words: Sequence[str], *, multilingual: bool, filler: int = 0):
        from faster_whisper.tokenizer import _LANGUAGE_CODES

        letters = byte_letters()
        self.words = ["".join(letters[b] for b in w.encode()) for w in words]
        assert len(set(self.words)) == len(words), "every word needs one successor"
        text = list(letters.values())
        text += [w for w in self.words if w not in text]
        text += [f"zq{n:05d}" for n in range(filler)]
        # CTranslate2 takes a model for multilingual when it has an empty token.
        self.text = [*text, ""] if multilingual else text
        self.languages = [f"<|{c}|>" for c in list(_LANGUAGE_CODES)[:99]]
        self.special = [
            "<|endoftext|>",
            "<|startoftranscript|>",
            *self.languages,
            "<|translate|>",
            "<|transcribe|>",
            "<|startoflm|>",
            "<|startofprev|>",
            "<|nospeech|>",
            "<|notimestamps|>",
            *(f"<|{n * 0.02:.2f}|>" for n in range(TIMESTAMPS)),
        ]
        self.all = [*self.text, *self.special]
        self.number = {token: n for n, token in enumerate(self.all)}

    def tokenizer(self) -> dict:
        """Return the ``tokenizer.json`` of Hugging Face's tokenizers."""
        byte_level = {"type": "ByteLevel", "trim_offsets": True, "use_regex": True}
        added = [
            {
                "id": self.number[t],
                "content": t,
                "single_word": False,
                "lstrip": False,
                "rstrip": False,
                "normalized": False,
                "special": not t[2].isdigit(),
            }
            for t in self.special
        ]
        return {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": added,
            "normalizer": None,
            "pre_tokenizer": byte_level | {"add_prefix_space": False},
            "post_processor": None,
            "decoder": byte_level | {"add_prefix_space": True},
            "model": {
                "type": "BPE",
                "dropout": None,
                "unk_token": None,
                "continuing_subword_prefix": "",
                "end_of_word_suffix": "",
                "fuse_unk": False,
                "byte_fallback": False,
                "ignore_merges": True,
                "vocab": {t: n for n, t in enumerate(self.text)},
                "merges": [],
            },
        }

    def chain(self, language: str, seconds: float, endless: bool) -> dict[int, int]:
        """Return the successor of each token: prompt, start time, words, end time, end."""
        at = self.number
        words = [at[w] for w in self.words]
        chain = {
            at["<|startoftranscript|>"]: at[f"<|{language}|>"],
            at["<|transcribe|>"]: at["<|0.00|>"],
        }
        spoken = [at["<|0.00|>"], *words]
        if endless:
            spoken.append(words[0])
        else:
            spoken += [at[f"<|{seconds:.2f}|>"], at["<|endoftext|>"]]
        if words:
            chain[at["<|notimestamps|>"]] = words[0]
        chain.update(zip(spoken, spoken[1:], strict=False))
        return chain


def build(
    folder: Path,
    words: Sequence[str] = (" hello", " from", " the", " tiny", " model", "."),
    *,
    language: str = "en",
    seconds: float = 2.0,
    multilingual: bool = True,
    endless: bool = False,
    sharpness: float = 20.0,
    quantization: str | None = "int8",
    shape: Shape | None = None,
) -> Path:
    """Write a model that hears ``words`` in each window, in the first ``seconds`` of it.

    Words begin with a space and are all different. ``endless`` makes it repeat them
    until a window is full, as real models do on music. ``sharpness`` is how sure it is.
    """
    from ctranslate2.specs import WhisperSpec

    folder.mkdir(parents=True, exist_ok=True)
    filler = shape.filler if shape else 0
    vocabulary = Vocabulary(words, multilingual=multilingual, filler=filler)
    chain = vocabulary.chain(language, seconds, endless)
    shape = shape or Shape(_width_for(len(chain)), 2, 2)
    spec = WhisperSpec(shape.layers, shape.heads, shape.layers, shape.heads)
    _Weights(spec, shape, len(vocabulary.all)).fill(chain, sharpness)
    spec.register_vocabulary(vocabulary.all)
    _configure(spec, vocabulary, shape)
    spec.validate()
    spec.optimize(quantization=quantization)
    spec.save(str(folder))
    _write_json(folder / "tokenizer.json", vocabulary.tokenizer())
    _write_json(folder / "preprocessor_config.json", _preprocessor(shape.mels))
    return folder


def build_sized(folder: Path, size: str, words: int = 60) -> Path:
    """Write a model with the sizes of a real one that says ``words`` words per window."""
    # Words without a pattern: text that packs too well is decoded again and again.
    letters = np.array(list("bcdfghklmnprstvwaeiou"))
    random = np.random.default_rng(3)
    script = [" " + "".join(random.choice(letters, 6)) for _ in range(words)]
    return build(folder, script, seconds=30.0, quantization="float16", shape=SIZES[size])


def _width_for(tokens: int) -> int:
    width = 32
    while width <= tokens:
        width *= 2
    return width


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value), "utf-8")


def _preprocessor(mels: int) -> dict[str, int]:
    return {
        "feature_size": mels,
        "sampling_rate": 16000,
        "hop_length": 160,
        "chunk_length": 30,
        "n_fft": 400,
        "nb_max_frames": 3000,
        "n_samples": 480000,
    }


def _configure(spec, vocabulary: Vocabulary, shape: Shape) -> None:
    at = vocabulary.number
    never = ("startoftranscript", "translate", "transcribe", "startoflm", "startofprev", "nospeech")
    spec.config.suppress_ids = [at[f"<|{name}|>"] for name in never]
    spec.config.suppress_ids_begin = [at[byte_letters()[32]], at["<|endoftext|>"]]
    last = shape.layers - 1
    spec.config.alignment_heads = [(last, 0), (last, 1)]
    spec.config.lang_ids = [at[t] for t in vocabulary.languages]


class _Weights:
    """Random weights whose sub-layers add nothing, so that the embedding alone decides."""

    def __init__(self, spec, shape: Shape, tokens: int):
        self._spec = spec
        self._shape = shape
        self._tokens = tokens
        self._random = np.random.default_rng(0)

    def fill(self, chain: dict[int, int], sharpness: float) -> None:
        width = self._shape.width
        self._encoder()
        decoder = self._spec.decoder
        for layer in decoder.layer:
            self._layer(layer, cross=True)
        self._norm(decoder.layer_norm)
        codes = self._signs(self._tokens, width)
        used = list(dict.fromkeys([*chain, *chain.values()]))
        rows = _hadamard(_width_for(len(chain)))
        for row, token in enumerate(used):
            if token in chain:
                codes[token] = np.resize(rows[row + 1], width)
        projection = np.zeros((self._tokens, width), np.float32)
        for token, following in chain.items():
            projection[following] += codes[token] * (sharpness / width)
        decoder.scale_embeddings = False
        decoder.embeddings.weight = codes
        decoder.position_encodings.encodings = np.zeros((POSITIONS, width), np.float32)
        decoder.projection.weight = projection
        decoder.projection.bias = np.zeros(self._tokens, np.float32)

    def _encoder(self) -> None:
        shape, encoder = self._shape, self._spec.encoder
        encoder.conv1.weight = self._noise(shape.width, shape.mels, 3)
        encoder.conv1.bias = np.zeros(shape.width, np.float32)
        encoder.conv2.weight = self._noise(shape.width, shape.width, 3)
        encoder.conv2.bias = np.zeros(shape.width, np.float32)
        encoder.position_encodings.encodings = self._noise(FRAMES, shape.width)
        self._norm(encoder.layer_norm)
        for layer in encoder.layer:
            self._layer(layer, cross=False)

    def _layer(self, layer, *, cross: bool) -> None:
        width = self._shape.width
        inner = layer.self_attention
        self._norm(inner.layer_norm)
        self._linear(inner.linear[0], 3 * width, width)
        self._silent(inner.linear[1], width, width)
        if cross:
            self._norm(layer.attention.layer_norm)
            self._linear(layer.attention.linear[0], width, width)
            self._linear(layer.attention.linear[1], 2 * width, width)
            self._silent(layer.attention.linear[2], width, width)
        self._norm(layer.ffn.layer_norm)
        self._linear(layer.ffn.linear_0, 4 * width, width)
        self._silent(layer.ffn.linear_1, width, 4 * width)

    def _norm(self, norm) -> None:
        norm.gamma = np.ones(self._shape.width, np.float32)
        norm.beta = np.zeros(self._shape.width, np.float32)

    def _linear(self, linear, out: int, into: int) -> None:
        linear.weight = self._noise(out, into)
        linear.bias = np.zeros(out, np.float32)

    def _silent(self, linear, out: int, into: int) -> None:
        linear.weight = np.zeros((out, into), np.float32)
        linear.bias = np.zeros(out, np.float32)

    def _noise(self, *shape: int) -> np.ndarray:
        return (self._random.standard_normal(shape) * 0.02).astype(np.float32)

    def _signs(self, *shape: int) -> np.ndarray:
        return self._random.choice(np.array([-1.0, 1.0], np.float32), shape)


def _hadamard(size: int) -> np.ndarray:
    """Return rows of signs that are orthogonal; all but the first have mean zero."""
    rows = np.ones((1, 1), np.float32)
    while len(rows) < size:
        rows = np.block([[rows, rows], [rows, -rows]])
    return rows
