"""Three short manuals of an invented label printer, as PDF.

The older edition of the procedure contradicts the newer one on purpose: cooling
time, cleaning fluid, screw tension and test label differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from samples.pdf import Document

DEVICE = "Norvik LP-30"

_CODES = [
    ("Code", "Meaning", "What to do"),
    ("E01", "Label jam", "Open the front cover, pull the blue lever and take the label out. "
     "Close the cover and press Feed once."),
    ("E02", "Label roll empty", "Put in a new roll of 50 mm labels. The print side faces up."),
    ("E03", "Front cover open", "Close the front cover until it clicks on both sides."),
    ("E04", "Ribbon torn", "Remove both ends of the ribbon. Thread a new ribbon as the drawing "
     "inside the cover shows."),
    ("E07", "Label gap not found", "Clean the gap sensor with a dry cloth. Then hold Feed for "
     "5 seconds to measure the gap again."),
    ("E11", "Cutter blocked", "Switch the printer off. Remove paper pieces with the plastic "
     "tweezers, never with metal."),
    ("E12", "Cutter worn", "The cutter has made more than 200,000 cuts. Order part LP-5512."),
    ("E20", "Print head too hot", "Wait until the lamp stops blinking, about 10 minutes. Lower "
     "the print speed to 3 if it happens again."),
    ("E21", "Print head not found", "Switch off, open the head lever and push the cable of the "
     "print head in until it locks."),
    ("E22", "Print head worn", "Replace the print head, part LP-3007. See the procedure "
     "Replacing the print head."),
    ("E30", "No data from computer", "Check the USB cable. Switch the printer off and on, and "
     "send the label again."),
    ("E31", "Wrong label size sent", "Choose 50 by 30 mm in the print window of the computer."),
    ("E34", "Memory full", "Delete stored labels in Menu, Storage. The printer keeps at most "
     "64 labels."),
    ("E40", "Supply voltage too low", "Use only the power supply LP-24V. Do not use an "
     "extension cable longer than 3 metres."),
    ("E41", "Fan stopped", "Switch off at once. The printer must not be used until service "
     "has replaced the fan."),
    ("E50", "Clock battery empty", "Replace the coin cell CR2032 behind the service cover and "
     "set the date in Menu, Clock."),
    ("E99", "Internal error", "Note the number after the code, switch off and call service."),
]  # fmt: skip


def make(folder: Path) -> Iterator[Path]:
    """Write the three manuals into ``folder``/manuals."""
    target = folder / "manuals"
    target.mkdir(parents=True, exist_ok=True)
    for name, document in (
        ("norvik-lp30-error-codes.pdf", _error_codes()),
        ("norvik-lp30-print-head-edition-3.pdf", _print_head_new()),
        ("norvik-lp30-print-head-edition-1.pdf", _print_head_old()),
    ):
        path = target / name
        path.write_bytes(document.data())
        yield path


def _error_codes() -> Document:
    doc = Document(f"{DEVICE} error codes", f"{DEVICE} label printer - Error codes", "20250310")
    doc.heading(f"{DEVICE} label printer", 0)
    doc.heading("Error codes")
    doc.text("Edition 2, 10 March 2025. For printers with firmware 4.0 or newer.")
    doc.heading("How to read the display", 2)
    doc.text(
        "When something is wrong, the red lamp blinks and the display shows the letter E and two "
        "digits. The label that was being printed is kept in memory and is printed again when the "
        "error is cleared. Press Back for two seconds to clear an error."
    )
    doc.text(
        "If the lamp is red but the display is dark, the printer has lost its supply voltage. "
        "Check the plug first, then the power supply."
    )
    doc.heading("Table of error codes")
    doc.table((48, 130, 293), _CODES)
    doc.heading("When to call service")
    doc.text(
        "Call service for E41 and E99, and when the same code comes back three times in one day. "
        "Have the serial number ready. It stands on the silver label under the printer and begins "
        "with the letters NV."
    )
    doc.heading("Service hours", 2)
    doc.text("Monday to Friday, 8:00 to 17:30. On Saturday only by e-mail.")
    doc.text("Spare parts ordered before 14:00 leave the store on the same day.")
    return doc


def _print_head_new() -> Document:
    doc = Document(
        f"{DEVICE} print head, edition 3",
        f"{DEVICE} label printer - Replacing the print head - Edition 3",
        "20250310",
    )
    doc.heading(f"{DEVICE} label printer", 0)
    doc.heading("Replacing the print head")
    doc.text("Edition 3, 10 March 2025. This edition replaces edition 1 of 4 May 2021.")
    doc.text(
        "Replace the print head when labels show white lines that stay after cleaning, or when "
        "the display shows E22. The work takes about 20 minutes."
    )
    doc.heading("What you need", 2)
    doc.text("Print head LP-3007, cross-head screwdriver size 1, lint-free cloth, distilled water.")
    doc.heading("Warnings", 2)
    doc.text(
        "The print head gets hotter than 90 °C. Let it cool for 30 minutes before you touch it.",
        bold=True,
    )
    doc.text(
        "Never clean the print head with alcohol. Alcohol dissolves the protective layer of "
        "heads made since 2023. Use distilled water only."
    )
    _exchange(doc)
    _check(doc)
    return doc


def _exchange(doc: Document) -> None:
    doc.page()
    doc.heading("Removing the old print head")
    doc.steps(
        [
            "Switch the printer off and pull out the power plug.",
            "Wait 30 minutes until the print head is cool.",
            "Open the front cover and take out the label roll and the ribbon.",
            "Push the green head lever to the left until it clicks.",
            "Loosen the two screws beside the print head. They stay in the frame.",
            "Pull the print head forward by 2 cm, press the lock of the flat cable and pull the "
            "cable out straight.",
        ]
    )
    doc.heading("Putting in the new print head")
    doc.steps(
        [
            "Take the new print head out of its bag. Touch it at its metal sides only.",
            "Push the flat cable in until the lock clicks.",
            "Place the print head on its two pins and tighten both screws with 0.5 Nm.",
            "Push the green head lever back to the right.",
            "Put the ribbon and the label roll back in and close the front cover.",
            "Plug in the power plug and switch the printer on.",
        ]
    )


def _check(doc: Document) -> None:
    doc.page()
    doc.heading("Checking the new print head")
    doc.steps(
        [
            "Hold Feed and Back together for 3 seconds. The printer prints test label 7.",
            "Look at the grey bar. It must be even over the whole width.",
            "If the bar is darker on one side, open the cover and tighten the screw on the "
            "lighter side by a quarter of a turn.",
            "Open Menu, Service, Head counter and set it to zero.",
        ]
    )
    doc.heading("Old print heads")
    doc.text(
        "Send old print heads back in the bag of the new one. They contain a circuit board and "
        "do not belong in household waste."
    )


def _print_head_old() -> Document:
    doc = Document(
        f"{DEVICE} print head, edition 1",
        f"{DEVICE} label printer - Replacing the print head - Edition 1",
        "20210504",
    )
    doc.heading(f"{DEVICE} label printer", 0)
    doc.heading("Replacing the print head")
    doc.text("Edition 1, 4 May 2021.")
    doc.text(
        "Replace the print head when labels show white lines that stay after cleaning. The work "
        "takes about 10 minutes."
    )
    doc.heading("What you need", 2)
    doc.text("Print head LP-3005, cross-head screwdriver size 1, lint-free cloth, pure alcohol.")
    doc.heading("Warnings", 2)
    doc.text("The print head gets hot. Let it cool for 10 minutes before you touch it.", bold=True)
    doc.text("Clean the print head with pure alcohol each time you change the ribbon.")
    doc.page()
    doc.heading("Changing the print head")
    doc.steps(
        [
            "Switch the printer off. The power plug may stay in.",
            "Wait 10 minutes until the print head is cool.",
            "Open the front cover and push the green head lever to the left.",
            "Loosen the two screws and pull the print head forward.",
            "Pull the flat cable out and push it into the new print head.",
            "Place the print head on its two pins and tighten both screws with 0.8 Nm.",
            "Clean the new print head with alcohol.",
            "Close the front cover and switch the printer on.",
            "Hold Feed for 3 seconds. The printer prints test label 2.",
        ]
    )
    doc.text("Old print heads may be put into household waste.")
    return doc
