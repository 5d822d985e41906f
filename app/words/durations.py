"""Times and sizes in words."""

from __future__ import annotations

from app.words import tr, trn


def clock(seconds: float) -> str:
    """Return a time as 00:12 or 1:02:03."""
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, second = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{second:02}" if hours else f"{minutes:02}:{second:02}"


def spoken(seconds: float) -> str:
    """Return a duration as a voice should say it: "1 hour 2 minutes"."""
    whole = max(0, round(seconds))
    if whole < 60:
        return trn("{count} second", "{count} seconds", whole)
    hours, minutes = divmod(whole // 60, 60)
    parts = []
    if hours:
        parts.append(trn("{count} hour", "{count} hours", hours))
    if minutes:
        parts.append(trn("{count} minute", "{count} minutes", minutes))
    return " ".join(parts)


def moment(seconds: float) -> str:
    """Return a place in the sound as a voice should say it, as exact as ``clock`` shows it."""
    whole = max(0, int(seconds))
    second = whole % 60
    parts = [spoken(whole - second)] if whole >= 60 else []
    if second or not parts:
        parts.append(trn("{count} second", "{count} seconds", second))
    return " ".join(parts)


def time_left(seconds: float) -> str:
    """Return the time left in words that do not pretend to be exact."""
    if seconds < 55:
        return trn("{count} second left", "{count} seconds left", max(1, round(seconds)))
    return trn("{count} minute left", "{count} minutes left", round(seconds / 60) or 1)


def size(count: float) -> str:
    """Return a number of bytes as 12 GB or 340 MB."""
    if count >= 1e9:
        return tr("{n} GB").format(n=f"{count / 1e9:.1f}".removesuffix(".0"))
    if count >= 1e6:
        return tr("{n} MB").format(n=round(count / 1e6))
    return tr("{n} kB").format(n=max(1, round(count / 1e3)))
