"""The words of the Look tab."""

from __future__ import annotations

from app.words import tr, trn

SAMPLES: tuple[tuple[str, str], ...] = (
    ("medicine-box.jpg", "A medicine box"),
    ("letter.png", "A letter"),
    ("qr-code.png", "A QR code"),
    ("dark.jpg", "A dark picture"),
    ("blurred.jpg", "A blurred picture"),
    ("cut-off.png", "A page that is cut off"),
)


def samples() -> list[tuple[str, str]]:
    """Return file and words of each sample picture."""
    return [(name, tr(text)) for name, text in SAMPLES]


def what_for() -> str:
    """Return what the tab is for."""
    return tr(
        "Open a picture, paste one, or use the webcam. The text in it is read here, without "
        "any model; with a vision model it is described as well."
    )


def reading() -> str:
    """Return that the picture is being read."""
    return tr("Reading the picture …")


def found_text(lines: int) -> str:
    """Return how much text was found."""
    if not lines:
        return tr("No text was found in this picture.")
    return trn("{count} line of text.", "{count} lines of text.", lines)


def code(kind: str, text: str) -> str:
    """Return what a code holds; it is told and never opened."""
    named = tr("QR code: {text}") if kind == "qr" else tr("Bar code: {text}")
    return named.format(text=text)


def found(lines: int, codes: int) -> str:
    """Return how much text was found, and how many codes if there are any."""
    text = found_text(lines)
    return f"{text} {trn('{count} code.', '{count} codes.', codes)}" if codes else text


def written_by(engine: str) -> str:
    """Return who wrote the description."""
    return tr("Written by the model {model}; it may be wrong.").format(model=engine or "?")


def not_whole() -> str:
    """Return that a description broke off."""
    return tr("The description broke off here.")


def unsure() -> str:
    """Return that a line was read without confidence."""
    return tr("unsure")
