from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import sound_files as made
from support import tiny_whisper
from support.fake_speech import FakeSpeech, model

from app.adapters.children import Child
from app.adapters.transcriber import Transcriber
from app.core import paths
from app.core.engines.places import Place
from app.core.engines.plan import MemoryPlan
from app.core.errors import Cancelled, ChildError, EngineError, InputError
from app.core.jobs import JobContext
from app.core.meetings.model import Segment, Span
from app.core.meetings.ports import SpeechService
from app.core.meetings.transcribe import Request, transcribe, transcribe_sound

SPANS = (Span(0.0, 5.0),)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> Path:
    return tiny_whisper.build(tmp_path_factory.mktemp("whisper") / "tiny")


@pytest.fixture
def real(tmp_path, tiny) -> Iterator[Transcriber]:
    own = paths.models() / "whisper"
    own.mkdir(parents=True)
    (own / "tiny").symlink_to(tiny, target_is_directory=True)
    service = Transcriber(Child("transcriber", idle_seconds=20), hub=tmp_path / "no-hub")
    yield service
    service.close()


@pytest.fixture
def source(tmp_path) -> Path:
    return made.write_wav(tmp_path / "meeting.wav", made.speech(5.0))


@pytest.fixture(params=["real", "fake"])
def service(request) -> SpeechService:
    """Give the real adapter and its stand-in in turn: both must keep the contract."""
    if request.param == "fake":
        return FakeSpeech(good=[model("tiny")])
    return request.getfixturevalue("real")


# --- the contract --------------------------------------------------------------------


def test_models_are_listed_by_name(service):
    models = service.models(None)
    assert [m.name for m in models.good] == ["tiny"] and models.broken == ()
    assert models.good[0].need > 0 and service.free_memory() > 0


def test_a_working_folder_is_there_and_then_gone(service):
    with service.work_folder() as folder:
        assert folder.is_dir()
    assert not folder.exists()


def test_sound_is_decoded_into_the_folder_and_its_speech_is_found(service, source):
    with service.work_folder() as folder:
        sound = service.decode(source, folder, JobContext())
        assert sound.path.parent == folder and sound.duration == pytest.approx(5.0, abs=0.1)
        stretches = service.gate(sound, JobContext())
    assert stretches.whisper and all(0 <= s.start < s.end <= 5.0 for s in stretches.draft)


def test_whisper_hands_segments_out_as_they_come_and_returns_the_same(service, source):
    seen = []
    ctx = JobContext(on_data=lambda kind, data: seen.append(data) if kind == "segment" else None)
    with service.work_folder() as folder:
        sound = service.decode(source, folder, ctx)
        heard = service.whisper(sound, service.models(None).good[0], SPANS, None, ctx)
    assert heard.segments == tuple(seen) and isinstance(seen[0], Segment)
    assert [s.id for s in heard.segments] == list(range(1, len(seen) + 1))
    assert heard.language and 0 < heard.language_confidence <= 1


def test_a_cancelled_job_raises_cancelled(service, source):
    ctx = JobContext()
    with service.work_folder() as folder:
        sound = service.decode(source, folder, JobContext())
        ctx.cancel()
        with pytest.raises(Cancelled):
            service.whisper(sound, service.models(None).good[0], SPANS, None, ctx)


# --- the real one --------------------------------------------------------------------


def test_a_meeting_goes_through_the_child_by_core(real, source):
    transcript = transcribe(source, Request(engine="whisper"), real, JobContext())
    assert transcript.segments[0].text == "hello from the tiny model."
    assert (transcript.engine, transcript.model, transcript.language) == ("whisper", "tiny", "en")
    assert transcript.segments[0].words


def test_the_errors_of_the_child_arrive_as_they_are(real, tmp_path):
    text = tmp_path / "text.mp3"
    text.write_text("no sound at all " * 1000)
    with pytest.raises(InputError) as caught:
        transcribe(text, Request(language="en"), real, JobContext())
    assert caught.value.code == "sound_undecodable" and caught.value.params["path"] == str(text)


def test_a_model_that_breaks_between_check_and_load_is_told(real, source):
    good = real.models(None).good[0]
    with real.work_folder() as folder:
        sound = real.decode(source, folder, JobContext())
        torn = folder / "torn"
        tiny_whisper.build(torn)
        (torn / "model.bin").write_bytes((torn / "model.bin").read_bytes()[:9000])
        broken = type(good)("torn", torn, good.need)
        with pytest.raises(EngineError) as caught:
            real.whisper(sound, broken, SPANS, None, JobContext())
    assert caught.value.code == "engine_broken"


def test_a_broken_folder_is_listed_with_its_error(real):
    (paths.models() / "whisper" / "empty").mkdir()
    (broken,) = real.models(None).broken
    assert (broken.name, broken.error.code) == ("empty", "whisper_folder_bad")


def test_a_child_that_is_killed_while_it_works_is_told_and_replaced(real, source):
    def kill(kind: str, data: object) -> None:
        real._child.kill()

    with real.work_folder() as folder:
        sound = real.decode(source, folder, JobContext())
        spans = (Span(0.0, 5.0),)
        with pytest.raises(ChildError):
            real.whisper(sound, real.models(None).good[0], spans, None, JobContext(on_data=kill))
        heard = real.whisper(sound, real.models(None).good[0], spans, None, JobContext())
    assert heard.segments


def test_cancel_from_another_thread_ends_the_call(real, tmp_path):
    source = made.write_wav(tmp_path / "long.wav", made.noise(600.0))
    ctx = JobContext()
    started = threading.Event()
    ctx_part = ctx.child(lambda progress: started.set())

    def cancel() -> None:
        started.wait(20)
        ctx.cancel()

    thread = threading.Thread(target=cancel)
    thread.start()
    try:
        with real.work_folder() as folder, pytest.raises(Cancelled):
            sound = real.decode(source, folder, ctx_part)
            real.gate(sound, ctx_part)
    finally:
        thread.join()


def test_rest_leaves_a_child_alone_that_works(real, source):
    seen = []

    def rest(kind: str, data: object) -> None:
        real.rest()
        seen.append(real.pid)

    with real.work_folder() as folder:
        sound = real.decode(source, folder, JobContext())
        model = real.models(None).good[0]
        heard = real.whisper(sound, model, SPANS, None, JobContext(on_data=rest))
    assert heard.segments and None not in seen


def test_a_question_asked_while_a_file_is_imported_waits_and_the_import_goes_on(real, tmp_path):
    source = made.write_wav(tmp_path / "long.wav", made.speech(60.0))
    plan = MemoryPlan(
        unload_language=lambda ctx: None,
        end_speech=lambda: service.rest(),
        place=Place(lambda: tmp_path / "models.lock"),
    )
    service = Transcriber(real._child, hub=tmp_path / "none", around=plan.speech)
    asked, answered = JobContext(), []

    def ask() -> None:
        with plan.language(asked, urgent=True):
            answered.append(service.pid)

    thread = threading.Thread(target=ask)
    importing = JobContext(lambda progress: thread.ident or thread.start())
    with service.work_folder() as folder:
        sound = service.decode(source, folder, importing)
        assert service.gate(sound, importing).draft
    thread.join(20)
    assert answered == [None]


def test_the_memory_of_the_child_is_held_only_while_it_works(source, tmp_path, real):
    held: list[str] = []

    class Hold:
        def __enter__(self) -> None:
            held.append("taken")

        def __exit__(self, *_: object) -> None:
            held.append("given back")

    service = Transcriber(real._child, hub=tmp_path / "none", around=lambda ctx: Hold())
    with service.work_folder() as folder:
        sound = service.decode(source, folder, JobContext())
        assert held == ["taken", "given back"]
        transcribe_sound(sound, Request(engine="whisper"), service, JobContext())
    assert held == ["taken", "given back"] * 3  # decoded, looked through, transcribed


def test_rest_ends_the_child(real, source):
    with real.work_folder() as folder:
        real.decode(source, folder, JobContext())
    assert real.pid is not None
    real.rest()
    assert real.pid is None


def test_a_trial_measures_an_engine(real, source):
    with real.work_folder() as folder:
        sound = real.decode(source, folder, JobContext())
        trial = real.trial(sound, SPANS, real.models(None).good[0], JobContext())
    assert trial.factor > 0 and trial.estimate(100) > trial.load


def test_a_loaded_model_does_not_count_against_the_next_file(real, source, monkeypatch):
    limits = []
    call = real._child.call

    def watch(op, args, ctx, **limit):
        limits.append((op, limit.get("megabytes")))
        return call(op, args, ctx, **limit)

    monkeypatch.setattr(real._child, "call", watch)
    large = real.models(None).good[0]
    large = type(large)(large.name, large.path, 4_000_000_000)
    with real.work_folder() as folder:
        sound = real.decode(source, folder, JobContext())
        real.whisper(sound, large, SPANS, "en", JobContext())
        real.decode(source, folder, JobContext())
    before, after = (limit for op, limit in limits if op == "decode")
    assert after - before >= 3_000
