"""A small QR code maker: byte mode, level M, versions 1 to 6 (ISO/IEC 18004).

All eight masks are tried and the one with the lowest penalty of the standard is kept.
"""

from __future__ import annotations

import numpy as np

# version: data codewords, blocks, error correction codewords per block (level M)
_VERSIONS = {1: (16, 1, 10), 2: (28, 1, 16), 3: (44, 1, 26), 4: (64, 2, 18), 5: (86, 2, 24),
             6: (108, 4, 16)}  # fmt: skip
_MASKS = (
    lambda r, c: (r + c) % 2,
    lambda r, c: r % 2,
    lambda r, c: c % 3,
    lambda r, c: (r + c) % 3,
    lambda r, c: (r // 2 + c // 3) % 2,
    lambda r, c: r * c % 2 + r * c % 3,
    lambda r, c: (r * c % 2 + r * c % 3) % 2,
    lambda r, c: ((r + c) % 2 + r * c % 3) % 2,
)


def make(text: str) -> np.ndarray:
    """Return the modules of a QR code, True is dark, with the quiet zone of four.

    Raises ``ValueError`` when the text needs more than version 6.
    """
    data = text.encode("utf-8")
    version = next((v for v, (n, _, _) in _VERSIONS.items() if len(data) + 2 <= n), 0)
    if not version:
        raise ValueError("too long for version 6")
    bits = _bits(_codewords(data, version))
    best: np.ndarray | None = None
    for mask in range(8):
        modules = _drawn(version, bits, mask)
        if best is None or _penalty(modules) < _penalty(best):
            best = modules
    assert best is not None
    return np.pad(best, 4)


def _codewords(data: bytes, version: int) -> list[int]:
    total, blocks, extra = _VERSIONS[version]
    text = f"0100{len(data):08b}" + "".join(f"{b:08b}" for b in data)
    text += "0" * min(4, total * 8 - len(text))
    text += "0" * (-len(text) % 8)
    words = [int(text[i : i + 8], 2) for i in range(0, len(text), 8)]
    words += [(0xEC, 0x11)[i % 2] for i in range(total - len(words))]
    size = total // blocks
    parts = [words[i * size : (i + 1) * size] for i in range(blocks)]
    checks = [_remainder(part, extra) for part in parts]
    return [w for row in zip(*parts, strict=True) for w in row] + [
        w for row in zip(*checks, strict=True) for w in row
    ]


def _times(a: int, b: int) -> int:
    """Multiply in GF(256) with the polynomial 0x11D."""
    product = 0
    while b:
        if b & 1:
            product ^= a
        a = a << 1 ^ (0x11D if a & 0x80 else 0)
        b >>= 1
    return product


def _remainder(words: list[int], count: int) -> list[int]:
    """Return the Reed-Solomon codewords of one block."""
    generator, root = [1], 1
    for _ in range(count):
        longer = [*generator, 0]
        for i, factor in enumerate(generator):
            longer[i + 1] ^= _times(factor, root)
        generator, root = longer, _times(root, 2)
    rest = [*words] + [0] * count
    for i in range(len(words)):
        factor = rest[i]
        for j, g in enumerate(generator):
            rest[i + j] ^= _times(g, factor)
    return rest[len(words) :]


def _bits(words: list[int]) -> list[int]:
    return [word >> (7 - i) & 1 for word in words for i in range(8)]


def _drawn(version: int, bits: list[int], mask: int) -> np.ndarray:
    modules, taken = _patterns(version)
    size = len(modules)
    place, up = 0, True
    for right in range(size - 1, 0, -2):
        right -= right <= 6  # the timing column is left out
        rows = range(size - 1, -1, -1) if up else range(size)
        for row in rows:
            for column in (right, right - 1):
                if taken[row, column]:
                    continue
                bit = bits[place] if place < len(bits) else 0
                modules[row, column] = bool(bit) != (_MASKS[mask](row, column) == 0)
                place += 1
        up = not up
    _write_format(modules, mask)
    return modules


def _patterns(version: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the fixed patterns and which modules they take."""
    size = 17 + 4 * version
    modules = np.zeros((size, size), dtype=bool)
    taken = np.zeros((size, size), dtype=bool)
    modules[6, ::2] = modules[::2, 6] = True
    taken[6, :] = taken[:, 6] = True
    ring = np.ones((7, 7), dtype=bool)
    ring[1:6, 1:6] = False
    ring[2:5, 2:5] = True
    for row, column in ((0, 0), (0, size - 7), (size - 7, 0)):
        area = np.s_[max(row - 1, 0) : row + 8, max(column - 1, 0) : column + 8]
        modules[area], taken[area] = False, True
        modules[row : row + 7, column : column + 7] = ring
    if version > 1:
        at = size - 9
        modules[at : at + 5, at : at + 5] = True
        modules[at + 1 : at + 4, at + 1 : at + 4] = False
        modules[at + 2, at + 2] = True
        taken[at : at + 5, at : at + 5] = True
    taken[8, :9] = taken[:9, 8] = taken[8, size - 8 :] = taken[size - 8 :, 8] = True
    return modules, taken


def _write_format(modules: np.ndarray, mask: int) -> None:
    size = len(modules)
    word = mask << 10  # level M is 00
    for shift in range(4, -1, -1):
        if word >> (10 + shift) & 1:
            word ^= 0b10100110111 << shift
    word = (mask << 10 | word) ^ 0b101010000010010
    bits = [bool(word >> (14 - i) & 1) for i in range(15)]
    first = [(8, c) for c in (0, 1, 2, 3, 4, 5, 7, 8)] + [(r, 8) for r in (7, 5, 4, 3, 2, 1, 0)]
    second = [(size - 1 - i, 8) for i in range(7)] + [(8, size - 8 + i) for i in range(8)]
    for place, bit in zip(first, bits, strict=True):
        modules[place] = bit
    for place, bit in zip(second, bits, strict=True):
        modules[place] = bit
    modules[size - 8, 8] = True


def _penalty(modules: np.ndarray) -> int:
    score = 0
    for lines in (modules, modules.T):
        for line in lines:
            text = "".join("1" if m else "0" for m in line)
            runs = text.replace("01", "0 1").replace("10", "1 0").split()
            score += sum(len(run) - 2 for run in runs if len(run) >= 5)
            score += 40 * (text.count("10111010000") + text.count("00001011101"))
    same = modules[:-1, :-1]
    blocks = (same == modules[1:, :-1]) & (same == modules[:-1, 1:]) & (same == modules[1:, 1:])
    dark = modules.mean() * 100
    return score + 3 * int(blocks.sum()) + 10 * int(abs(dark - 50) // 5)
