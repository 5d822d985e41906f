"""The four steps of a meeting: real library and draft recogniser's port scripted."""

from __future__ import annotations

import dataclasses
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.adapters.library.library import Library
from app.core.errors import AnswerCut, EngineError
from app.core.jobs import JobContext
from app.core.meetings import recording as rec
from app.core.meetings import works
from app.core.meetings.desk import MeetingDesk
from app.core.meetings.files import read_transcript
from app.core.meetings.highlights import make_highlights
from app.core.meetings.model import Coverage, Minutes, Note, Segment, Span
from app.core.meetings.pipeline import Pipeline
from app.core.meetings.ports import Listened, SpeechModels, Stretches, Trial
from app.core.meetings.speech_sound import Sound
from app.core.meetings.summarize_keep import keep_minutes, keep_transcript
from app.core.settings import Settings
from app.words.notices import notice_words

SAID = "So we decided to take the large room on Monday."


class Speech:
    """A speech service that hears one sentence (the real one has its own tests)."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.drafted = 0

    def models(self, language, wanted="") -> SpeechModels:
        return SpeechModels()

    def has_draft(self) -> bool:
        return True

    def free_memory(self) -> int:
        return 8 * 1024**3

    @contextmanager
    def work_folder(self):
        yield self.folder

    def decode(self, source, folder, ctx) -> Sound:
        from app.core.meetings import recording_wav

        path = folder / "sound.wav"
        with open(path, "wb") as out:
            out.write(recording_wav.header(16000, 1, 32000))
            out.write(b"\0\0" * 32000)
        return Sound(path, 32000)

    def gate(self, sound, ctx) -> Stretches:
        span = (Span(0.0, 2.0),)
        return Stretches(span, span)

    def draft(self, sound, spans, ctx) -> Listened:
        self.drafted += 1
        return Listened((Segment(1, 0.0, 2.0, SAID),), language="en")

    def trial(self, sound, spans, model, ctx) -> Trial:
        return Trial(1.0, 0.5)

    def rest(self) -> None:
        pass


class House:
    """Library, desk and pipeline as the bootstrap puts them together."""

    def __init__(self, tmp_path: Path, settings: Settings, writer=None):
        self.library = Library(tmp_path / "library.sqlite3", tmp_path / "run")
        self.speech = Speech(tmp_path)
        meetings = self.library.meetings
        self.desk = MeetingDesk(meetings, lambda: tmp_path / "recordings")
        self.pipeline = Pipeline(
            meetings,
            (
                works.SoundWork(meetings, self.speech, tmp_path / "sound"),
                works.TranscriptWork(meetings, self.speech, lambda: settings),
                works.MinutesWork(meetings, lambda: settings, writer or (lambda ctx: None)),
                works.ExportWork(meetings, self.desk.export),
            ),
        )
        source = tmp_path / "talk.wav"
        source.write_bytes(b"RIFF" + b"x" * 100)
        self.number = meetings.create("talk", original=str(source)).id

    def run(self, language: str | None = "en", ctx: JobContext | None = None):
        if language:
            self.library.meetings.set_language(self.number, language)
        return self.pipeline.run(self.number, ctx or JobContext())


@pytest.fixture
def make(tmp_path: Path):
    made: list[House] = []

    def build(settings: Settings | None = None, writer=None) -> House:
        made.append(House(tmp_path, settings or Settings(), writer))
        return made[-1]

    yield build
    for house in made:
        house.library.close()


def _writing(minutes: Minutes | Exception):
    def write(transcript, *, title, notes, language, ctx):
        if isinstance(minutes, Exception):
            raise minutes
        return minutes

    return lambda ctx: write


def _model_minutes() -> Minutes:
    segments = (Segment(1, 0.0, 2.0, SAID),)
    return Minutes("talk", "ollama", Coverage(1, 1, 2.0, 2.0), segments, overview="They chose.",
                   model="m")  # fmt: skip


def test_a_file_becomes_sound_transcript_highlights_and_files(make, tmp_path) -> None:
    house = make()
    meeting = house.run()
    assert [s.state for s in meeting.steps] == ["done"] * 4
    assert meeting.duration == 2.0
    minutes = house.library.meetings.minutes(house.number)
    assert minutes.engine == "extract" and SAID[3:-1] in minutes.decisions[0].text + SAID
    assert [d.text in SAID for d in minutes.decisions] == [True]
    assert len(list((tmp_path / "recordings").rglob("*minutes.md"))) == 1


def test_the_draft_does_not_run_before_the_language_was_said(make) -> None:
    house = make()
    meeting = house.run(language=None)
    step = meeting.step("transcript")
    assert (step.state, step.error, house.speech.drafted) == ("blocked", "language_needed", 0)


def test_another_language_than_english_waits_for_a_whisper_model(make) -> None:
    meeting = make().run(language="de")
    step = meeting.step("transcript")
    assert (step.state, step.error) == ("blocked", "engine_language")
    assert meeting.step("sound").state == "done"


def test_highlights_are_there_before_the_model_writes_and_give_way_when_it_is_done(make) -> None:
    seen: list[str] = []
    house = make(writer=_writing(_model_minutes()))
    ctx = JobContext(
        on_data=lambda kind, data: (
            kind == "minutes" and seen.append(house.library.meetings.minutes(house.number).engine)
        )
    )
    house.run(ctx=ctx)
    assert seen == ["extract"]
    assert house.library.meetings.minutes(house.number).overview == "They chose."


def test_a_model_that_dies_half_way_leaves_the_highlights_and_a_step_to_try_again(make) -> None:
    house = make(writer=_writing(AnswerCut(partial="half")))
    meeting = house.run()
    assert (meeting.step("minutes").state, meeting.step("minutes").error) == (
        "failed",
        "answer_cut",
    )
    assert house.library.meetings.minutes(house.number).engine == "extract"


def _nothing() -> Minutes:
    return dataclasses.replace(_model_minutes(), overview=None)


def test_highlights_stay_where_a_model_wrote_nothing(make) -> None:
    house = make(writer=_writing(_nothing()))
    assert house.run().step("minutes").state == "done"
    kept = house.library.meetings.minutes(house.number)
    assert [d.kind for d in kept.decisions] == ["quoted"]
    assert kept.engine == "extract"


def test_a_models_minutes_stay_where_it_writes_nothing_the_next_time(make) -> None:
    answers = [_model_minutes(), _nothing()]
    house = make(writer=lambda ctx: _writing(answers.pop(0))(ctx))
    house.run()
    house.pipeline.again(house.number, "minutes")
    assert house.run().step("minutes").state == "done"
    assert house.library.meetings.minutes(house.number) == _model_minutes()


def _written_then(make, error: Exception, settings: Settings | None = None):
    """Let a model write the minutes, and fail with ``error`` when it is asked again."""
    answers = [_model_minutes(), error]
    house = make(settings, lambda ctx: _writing(answers.pop(0))(ctx))
    house.run()
    house.pipeline.again(house.number, "minutes")
    return house


def test_a_models_minutes_stay_when_it_is_gone_at_the_next_attempt(make, tmp_path) -> None:
    house = _written_then(make, EngineError("ollama_not_running", host="127.0.0.1:11434"))
    shown: list[object] = []
    ctx = JobContext(on_data=lambda kind, data: shown.append(kind))
    meeting = house.run(ctx=ctx)
    assert [s.state for s in meeting.steps] == ["done"] * 4
    assert house.library.meetings.minutes(house.number) == _model_minutes()
    assert shown == [] and [n.code for n in ctx.notices] == ["minutes_kept"]
    assert [notice_words(n.code, n.params) for n in meeting.step("minutes").notices] == [
        "Ollama does not answer at 127.0.0.1:11434. The minutes from before stay."
    ]
    exported = next((tmp_path / "recordings").rglob("*minutes.txt"))
    assert "They chose." in exported.read_text(encoding="utf-8")


@pytest.mark.parametrize("engine", ["auto", "ollama"])
def test_a_models_minutes_stay_when_it_dies_half_way_at_the_next_attempt(make, engine) -> None:
    cut = AnswerCut(partial=dataclasses.replace(_model_minutes(), overview=None))
    house = _written_then(make, cut, Settings(minutes_engine=engine))
    meeting = house.run()
    assert meeting.step("minutes").state == "failed"
    assert house.library.meetings.minutes(house.number) == _model_minutes()
    assert [n.code for n in meeting.step("minutes").notices] == ["minutes_kept"]


def test_minutes_of_an_older_transcript_give_way_to_highlights_of_the_new_one(make) -> None:
    house = _written_then(make, EngineError("ollama_busy"))
    house.pipeline.again(house.number, "transcript")
    ctx = JobContext()
    house.run(ctx=ctx)
    assert house.library.meetings.minutes(house.number).engine == "extract"
    told = {n.code: n.params for n in ctx.notices}["engine_stepped_down"]
    assert (told["why"], told["params"]) == ("ollama_busy", {})


def test_highlights_that_are_chosen_later_take_the_place_of_a_models_minutes(make) -> None:
    house = make(writer=_writing(_model_minutes()))
    house.run()
    works_now = works.MinutesWork(
        house.library.meetings, lambda: Settings(minutes_engine="extract"), lambda ctx: None
    )
    house.pipeline._works = (*house.pipeline._works[:2], works_now, house.pipeline._works[3])
    house.run()
    assert house.library.meetings.minutes(house.number).engine == "extract"


def _cut(read: int) -> AnswerCut:
    half = dataclasses.replace(
        _model_minutes(), coverage=Coverage(read, 3, 2.0 * read, 6.0), overview=None
    )
    return AnswerCut(partial=half)


def test_what_a_model_wrote_before_it_died_is_kept_with_what_it_read(make) -> None:
    house = make(writer=_writing(_cut(1)))
    assert house.run().step("minutes").error == "answer_cut"
    kept = house.library.meetings.minutes(house.number)
    assert (kept.engine, kept.coverage) == ("ollama", Coverage(1, 3, 2.0, 6.0))
    assert [d.kind for d in kept.decisions] == ["quoted"], "the highlights of the rest stay"


def test_of_two_answers_that_broke_off_the_one_that_read_more_stays(make) -> None:
    answers = [_cut(1), _cut(2), _cut(1), _cut(0)]
    house = make(writer=lambda ctx: _writing(answers.pop(0))(ctx))
    read = []
    while answers:
        house.run()
        read.append(house.library.meetings.minutes(house.number).coverage.segments_read)
        house.pipeline.again(house.number, "minutes")
    assert read == [1, 2, 2, 2]


def test_minutes_that_broke_off_are_not_done_when_the_model_is_gone_at_the_next_attempt(
    make,
) -> None:
    whole = dataclasses.replace(_model_minutes(), coverage=Coverage(3, 3, 6.0, 6.0))
    answers = [_cut(1), EngineError("ollama_not_running", host="127.0.0.1:11434"), whole]
    house = make(writer=lambda ctx: _writing(answers.pop(0))(ctx))
    house.run()
    house.pipeline.again(house.number, "minutes")
    step = house.run().step("minutes")
    assert (step.state, step.error) == ("failed", "ollama_not_running")
    assert [n.code for n in step.notices] == ["minutes_kept"]
    assert house.library.meetings.minutes(house.number).coverage == Coverage(1, 3, 2.0, 6.0)
    house.pipeline.again(house.number, "minutes")
    assert house.run().step("minutes").state == "done"
    assert house.library.meetings.minutes(house.number).overview == whole.overview


def test_minutes_that_only_lack_their_overview_are_done(make) -> None:
    read = dataclasses.replace(_model_minutes(), overview=None)
    answers = [read, EngineError("ollama_busy")]
    house = make(writer=lambda ctx: _writing(answers.pop(0))(ctx))
    house.run()
    house.pipeline.again(house.number, "minutes")
    assert house.run().step("minutes").state == "done"


def test_an_answer_of_which_nothing_was_read_leaves_the_highlights(make) -> None:
    house = make(writer=_writing(_cut(0)))
    house.run()
    assert house.library.meetings.minutes(house.number).engine == "extract"


def test_automatic_steps_down_to_the_highlights_and_says_so(make) -> None:
    house = make(writer=_writing(EngineError("ollama_busy")))
    ctx = JobContext()
    meeting = house.run(ctx=ctx)
    assert meeting.step("minutes").state == "done"
    assert "engine_stepped_down" in [n.code for n in ctx.notices]


def test_a_chosen_model_never_steps_down(make) -> None:
    house = make(Settings(minutes_engine="ollama"), _writing(EngineError("ollama_busy")))
    meeting = house.run()
    assert (meeting.step("minutes").state, meeting.step("minutes").error) == (
        "failed", "ollama_busy",
    )  # fmt: skip


def test_highlights_that_were_chosen_ask_no_model(make) -> None:
    def never(ctx):
        raise AssertionError("asked")

    house = make(Settings(minutes_engine="extract"), never)
    assert house.run().step("minutes").state == "done"


@pytest.mark.parametrize("left", [None, b"", b"\0" * 4096])
def test_sound_that_is_gone_is_one_sentence_and_not_a_crash(make, tmp_path, left) -> None:
    house = make()
    house.run()
    sound = tmp_path / "sound" / str(house.number) / "sound.wav"
    sound.unlink()
    if left is not None:  # as after a power cut
        sound.write_bytes(left)
    house.pipeline.again(house.number, "transcript")
    meeting = house.pipeline.run(house.number, JobContext())
    assert (meeting.step("transcript").state, meeting.step("transcript").error) == (
        "failed", "sound_lost",
    )  # fmt: skip


def _from_text(house: House, file: Path, text: str = f"Anna: {SAID}\n") -> int:
    """Keep a transcript and its minutes, as ``summarize x.txt --keep`` does."""
    file.write_text(text)
    said = read_transcript(file)
    number = keep_transcript(house.library.meetings, file, said)
    made = make_highlights(said, title="x")
    keep_minutes(house.library.meetings, number, lambda ctx: made, JobContext())
    return number


@pytest.mark.parametrize("step", ["sound", "transcript"])
def test_a_transcript_that_was_handed_in_can_be_done_again(make, tmp_path, step) -> None:
    house = make()
    number = _from_text(house, tmp_path / "x.txt")
    house.pipeline.again(number, step)
    meeting = house.pipeline.run(number, JobContext())
    assert [s.state for s in meeting.steps] == ["done"] * 4
    assert house.library.meetings.transcript(number).segments[0].text == SAID
    assert house.library.meetings.minutes(number).decisions


def test_a_transcript_whose_file_is_gone_stays_with_a_word(make, tmp_path) -> None:
    house = make()
    number = _from_text(house, tmp_path / "x.txt")
    (tmp_path / "x.txt").unlink()
    house.pipeline.again(number, "sound")
    meeting = house.pipeline.run(number, JobContext())
    assert [s.state for s in meeting.steps] == ["done"] * 4
    assert house.library.meetings.transcript(number).segments[0].text == SAID
    said = [notice_words(n.code, n.params) for n in meeting.step("transcript").notices]
    assert len(said) == 1 and said[0].endswith("The transcript from before stays.")
    assert "x.txt" in said[0]


def test_a_transcript_that_was_never_read_fails_by_what_is_wrong_with_its_file(
    make, tmp_path
) -> None:
    house = make()
    number = house.library.meetings.create("x", original=str(tmp_path / "x.txt")).id
    step = house.pipeline.run(number, JobContext()).step("transcript")
    assert (step.state, step.error) == ("failed", "file_missing")


def test_a_recording_of_notes_alone_says_that_nothing_was_recorded(make, tmp_path) -> None:
    house = make()
    folder = tmp_path / "recordings" / "r1"
    folder.mkdir(parents=True)
    rec.save(folder, rec.Recording("x", "Headset", rec.CLOSED, markers=(Note("milk", 0.5),)))
    step = house.pipeline.run(house.desk.add_recording(folder), JobContext()).step("sound")
    assert (step.state, step.error) == ("failed", "recording_empty")
    assert step.error_params == {"device": "Headset"}


def test_before_a_long_job_its_time_is_told(make, monkeypatch) -> None:
    monkeypatch.setattr(works, "LONG_SECONDS", 1.0)
    ctx = JobContext()
    make().run(ctx=ctx)
    notice = next(n for n in ctx.notices if n.code == "time_needed")
    assert notice_words(notice.code, notice.params) == (
        "Writing this down takes about 2 seconds with the draft recogniser on this laptop."
    )


def test_what_is_done_is_not_done_again_at_the_next_start(make, tmp_path) -> None:
    house = make()
    before = house.run().steps
    house.library.close()
    again = House(tmp_path, Settings())
    after = again.pipeline.run(house.number, JobContext()).steps
    again.library.close()
    assert after == before and again.speech.drafted == 0


def test_another_title_is_exported_again_and_nothing_else_is_done(make, tmp_path) -> None:
    house = make()
    before = house.run()
    house.library.meetings.rename(house.number, "Spring plan")
    after = house.pipeline.run(house.number, JobContext())
    assert list((tmp_path / "recordings").rglob("Spring plan minutes.md"))
    assert after.steps[:3] == before.steps[:3] and after.step("export").state == "done"
