"""Minutes of a model that died half-way."""

from __future__ import annotations

from support.spoken import BOARD, spoken

from app.core.meetings.highlights import make_highlights
from app.core.meetings.minutes_partial import better, with_highlights
from app.core.meetings.model import Coverage, Decision, Minutes, Point, Topic

SAID = spoken(BOARD)


def _partial(read: int = 2, overview: str | None = None, **items) -> Minutes:
    count = len(SAID.segments)
    return Minutes("t", "ollama", Coverage(read, count, None, None), SAID.segments, overview,
                   **items)  # fmt: skip


def test_highlights_stand_behind_what_the_model_read() -> None:
    highlights = make_highlights(SAID, title="t")
    middle = len(SAID.segments) // 2
    whole = with_highlights(
        _partial(
            topics=(Topic("T", (Point("p", "written", (1,)),)),),
            decisions=(Decision("d", "written", (1, middle)),),
        ),
        highlights,
    )
    for name in ("decisions", "actions", "questions", "dates"):
        late = [i for i in getattr(highlights, name) if min(i.segments) > middle]
        assert [i for i in getattr(whole, name) if i.kind == "quoted"] == late
    assert whole.decisions[0].text == "d" and whole.topics[0].title == "T"
    late_points = [p for t in whole.topics[1:] for p in t.points]
    assert late_points and min(p.segments[0] for p in late_points) > middle
    assert whole.coverage == _partial().coverage


def test_a_model_that_found_nothing_yet_hides_no_highlight() -> None:
    highlights = make_highlights(SAID, title="t")
    whole = with_highlights(_partial(), highlights)
    assert (whole.actions, whole.topics) == (highlights.actions, highlights.topics)


def test_only_minutes_that_read_more_take_the_place_of_a_models() -> None:
    assert better("half", None) is None and better(_partial(0), None) is None
    assert better(_partial(1), None) == _partial(1)
    assert better(_partial(3), _partial(2)) == _partial(3)
    assert better(_partial(2), _partial(2)) is None
    assert better(_partial(3), _partial(2, overview="whole")) is None
