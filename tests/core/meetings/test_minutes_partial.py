"""Minutes of a model that died half-way."""

from __future__ import annotations

from support.spoken import BOARD, spoken

from app.core.meetings.highlights import make_highlights
from app.core.meetings.minutes_partial import better, with_highlights
from app.core.meetings.model import Coverage, DateItem, Minutes, Point, Question, Topic

SAID = spoken(BOARD)


def _partial(read: int = 2, overview: str | None = None, **items) -> Minutes:
    count = len(SAID.segments)
    return Minutes("t", "ollama", Coverage(read, count, None, None), SAID.segments, overview,
                   **items)  # fmt: skip


def _quoted(minutes: Minutes) -> list[object]:
    points = [point for topic in minutes.topics for point in topic.points]
    lists = (getattr(minutes, n) for n in ("decisions", "actions", "questions", "dates"))
    return [i for some in (points, *lists) for i in some if i.kind == "quoted"]


def test_one_item_of_a_model_hides_no_highlight_of_another_kind_or_of_another_entry() -> None:
    highlights = make_highlights(SAID, title="t")
    last = highlights.dates[-1].segments[0]
    whole = with_highlights(_partial(dates=(DateItem("d", "written", (last,)),)), highlights)
    gone = [i for i in _quoted(highlights) if i not in _quoted(whole)]
    assert gone and all(i in highlights.dates and last in i.segments for i in gone)
    assert whole.decisions == highlights.decisions and whole.dates[0].text == "d"
    assert whole.coverage == _partial().coverage


def test_the_quotes_of_an_entry_give_way_to_what_a_model_wrote_of_it() -> None:
    highlights = make_highlights(SAID, title="t")
    point, question = highlights.topics[0].points[0], highlights.questions[0]
    whole = with_highlights(
        _partial(
            topics=(Topic("T", (Point("p", "written", point.segments),)),),
            questions=(Question("q", "written", (1, *question.segments)),),
        ),
        highlights,
    )
    assert [t.title for t in whole.topics].count("T") == 1 and whole.topics[0].title == "T"
    assert all(t.points for t in whole.topics)
    left = [p for t in whole.topics[1:] for p in t.points]
    assert left and not [p for p in left if {*p.segments} & {*point.segments}]
    assert [q.text for q in whole.questions][0] == "q" and question not in whole.questions
    assert len(whole.questions) > 1


def test_a_model_that_found_nothing_yet_hides_no_highlight() -> None:
    highlights = make_highlights(SAID, title="t")
    whole = with_highlights(_partial(), highlights)
    assert (whole.actions, whole.topics) == (highlights.actions, highlights.topics)


def test_only_minutes_that_read_more_take_the_place_of_a_models() -> None:
    assert better("half", None) is None and better(_partial(0), None) is None
    assert better(_partial(1), None) == _partial(1)
    begun = _partial(0, dates=(DateItem("d", "written", (1,)),))
    assert better(begun, None) == begun, "a first answer that was cut"
    assert better(begun, _partial(1)) is None
    assert better(_partial(3), _partial(2)) == _partial(3)
    assert better(_partial(2), _partial(2)) is None
    assert better(_partial(3), _partial(2, overview="whole")) is None
