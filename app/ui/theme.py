"""Colours and measures: palettes of our own from small files, sizes from the system font."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

from PySide6.QtGui import QColor, QFontMetrics, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from app.core import paths

NAMES = ("light", "dark", "contrast")


@dataclass(frozen=True)
class Theme:
    """The colours of one theme, each as #rrggbb."""

    dark: bool
    window: str
    base: str
    raised: str
    text: str
    muted: str
    border: str
    line: str
    accent: str
    on_accent: str
    hover: str
    selected: str
    on_selected: str
    focus: str
    danger: str
    on_danger: str
    warn: str
    warn_ground: str
    good: str
    name: str = ""


@lru_cache(maxsize=8)
def load(name: str) -> Theme:
    """Read theme ``name`` from the resources."""
    file = paths.resources() / "themes" / f"{name}.json"
    colours = json.loads(file.read_text("utf-8"))
    colours.pop("about", None)
    return Theme(**colours, name=name)


def wanted(setting: str) -> str:
    """Return the theme that a setting means on this system."""
    if setting != "auto":
        return setting
    hints = QGuiApplication.styleHints()
    if hints.accessibility().contrastPreference().name == "HighContrast":
        return "contrast"
    return "dark" if hints.colorScheme().name == "Dark" else "light"


def apply(app: QApplication, setting: str) -> Theme:
    """Dress the whole program in the theme that ``setting`` means."""
    theme = load(wanted(setting))
    app.setPalette(palette(theme))
    app.setStyleSheet(stylesheet(theme, unit(app)))
    app.setProperty("alcove_theme", theme.name)
    return theme


def ink_on(role: str) -> str:
    """Return the colour of the text of a button: "primary", "danger", "disabled" or other."""
    app = QApplication.instance()
    name = app.property("alcove_theme") if app is not None else None
    theme = load(name or "light")
    inks = {"primary": theme.on_accent, "danger": theme.on_danger, "disabled": theme.muted}
    return inks.get(role, theme.text)


def unit(app: QApplication) -> int:
    """Return the measure everything follows: a quarter of a line of the system font."""
    return max(3, round(QFontMetrics(app.font()).height() / 4))


def palette(theme: Theme) -> QPalette:
    """Return the theme as a palette of Fusion."""
    roles = QPalette.ColorRole
    pairs = {
        roles.Window: theme.window,
        roles.WindowText: theme.text,
        roles.Base: theme.base,
        roles.AlternateBase: theme.hover,
        roles.Text: theme.text,
        roles.Button: theme.raised,
        roles.ButtonText: theme.text,
        roles.BrightText: theme.danger,
        roles.Highlight: theme.selected,
        roles.HighlightedText: theme.on_selected,
        roles.Accent: theme.accent,
        roles.Link: theme.accent,
        roles.LinkVisited: theme.accent,
        roles.PlaceholderText: theme.muted,
        roles.ToolTipBase: theme.raised,
        roles.ToolTipText: theme.text,
        roles.Light: theme.line,
        roles.Midlight: theme.line,
        roles.Mid: theme.border,
        roles.Dark: theme.border,
        roles.Shadow: theme.border,
    }
    made = QPalette()
    for role, colour in pairs.items():
        made.setColor(role, QColor(colour))
    for role in (roles.Text, roles.WindowText, roles.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.muted))
    return made


def stylesheet(theme: Theme, u: int) -> str:
    """Fill the colours and measures into the one style sheet."""
    text = (paths.resources() / "themes" / "window.qss").read_text("utf-8")
    words = {f.name: getattr(theme, f.name) for f in fields(Theme)}
    words["icons"] = _icon_folder(theme)
    words["title_size"] = f"{round(u * 5.2)}px"
    for size in (1, 2, 3, 4, 6, 12):
        words[f"u{size}"] = f"{u * size}px"
    for key in sorted(words, key=len, reverse=True):
        text = text.replace(f"@{key}", str(words[key]))
    return text


def _icon_folder(theme: Theme) -> str:
    from app.ui.icons import coloured_folder

    return Path(coloured_folder(theme)).as_posix()


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
