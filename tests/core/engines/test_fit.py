"""What fits into the memory of a laptop."""

from __future__ import annotations

import pytest

from app.core.engines.fit import GIGABYTE, ContextBook, best_first, choose_context, fits
from app.core.engines.model import Engine

KILO = 1024


def engine(name: str, gigabytes: float, *, loaded: bool = False, context: int = 131072) -> Engine:
    return Engine(
        f"ollama/{name}",
        name,
        "chat",
        frozenset({"chat"}),
        "ollama",
        size=int(gigabytes * GIGABYTE),
        context=context,
        context_bytes=112 * KILO,
        loaded=loaded,
    )


SMALL, MIDDLE, LARGE = engine("small", 0.8), engine("middle", 2.0), engine("large", 5.0)


def test_the_largest_that_leaves_two_gigabytes_comes_first() -> None:
    ordered = best_first([SMALL, LARGE, MIDDLE], int(5.5 * GIGABYTE))
    assert [e.name for e in ordered] == ["middle", "small", "large"]


def test_where_none_fits_the_smallest_comes_first() -> None:
    assert best_first([LARGE, MIDDLE], GIGABYTE)[0] is MIDDLE


def test_an_engine_in_memory_fits() -> None:
    assert fits(engine("loaded", 5.0, loaded=True), GIGABYTE)
    assert not fits(LARGE, GIGABYTE)


def test_a_laptop_of_eight_gigabytes_gets_a_context_of_8192() -> None:
    assert choose_context(MIDDLE, int(5.6 * GIGABYTE), int(7.6 * GIGABYTE)) == 8192


@pytest.mark.parametrize(
    ("free", "total", "context"), [(30, 32, 16384), (4.0, 7.6, 4096), (1.0, 7.6, 4096)]
)
def test_the_context_follows_free_memory(free: float, total: float, context: int) -> None:
    assert choose_context(MIDDLE, int(free * GIGABYTE), int(total * GIGABYTE)) == context


def test_a_context_is_never_longer_than_the_model_was_trained_for() -> None:
    short = engine("short", 1.0, context=2048)
    assert choose_context(short, 30 * GIGABYTE, 32 * GIGABYTE) == 2048
    assert choose_context(short, 30 * GIGABYTE, 32 * GIGABYTE, wanted=9999) == 2048


def test_the_persons_own_choice_counts() -> None:
    assert choose_context(MIDDLE, GIGABYTE, 8 * GIGABYTE, wanted=12345) == 12345


def test_the_context_of_an_engine_stays_when_memory_changes() -> None:
    free = [30 * GIGABYTE]
    book = ContextBook(lambda: (free[0], 32 * GIGABYTE), lambda: 0)
    first = book.context(MIDDLE)
    free[0] = GIGABYTE
    assert book.context(MIDDLE) == first == 16384


def test_what_a_loaded_engine_holds_counts_as_free_for_itself() -> None:
    book = ContextBook(lambda: (3 * GIGABYTE, 8 * GIGABYTE), lambda: 0)
    assert book.context(engine("loaded", 2.0, loaded=True)) == 8192


def test_memory_counts_the_context_only_up_to_what_was_trained() -> None:
    short = engine("short", 1.0, context=2048)
    assert short.memory(8192) == short.memory(2048)
    fixed = Engine("w/x", "x", "speech", frozenset(), "whisper", size=9, fixed_memory=7)
    assert fixed.memory(8192) == 7
    assert Engine("s/x", "x", "voice", frozenset(), "system").memory() == 0
