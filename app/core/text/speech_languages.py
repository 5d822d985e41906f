"""The languages that Whisper knows, by their codes, and what people type for them."""

from __future__ import annotations

AUTO = "auto"
CODES = frozenset(
    "af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu ha haw "
    "he hi hr ht hu hy id is it ja jw ka kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr ms mt my "
    "ne nl nn no oc pa pl ps pt ro ru sa sd si sk sl sn so sq sr su sv sw ta te tg th tk tl tr tt "
    "uk ur uz vi yi yo yue zh".split()
)
# Codes of today for what Whisper calls by an older or a wider one.
_OTHER = {"nb": "no", "jv": "jw", "fil": "tl", "iw": "he", "cmn": "zh", "in": "id"}


def language_code(text: str) -> str | None:
    """Return the code for ``text`` ("de", "en-GB"), None for "auto".

    Raises ``ValueError`` for a language that Whisper does not know.
    """
    code = text.strip().lower().replace("_", "-").split("-")[0]
    code = _OTHER.get(code, code)
    if code == AUTO:
        return None
    if code not in CODES:
        raise ValueError(f"unknown language {text!r}")
    return code
