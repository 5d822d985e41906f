"""What the window relies on, held by the real player and by the one that nobody hears."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from support.recording_rig import pulse  # noqa: F401 - a fixture
from support.sound_files import tone, write_wav
from support.stand_in_player import StandInPlayer

from app.adapters.player import ChildPlayer
from app.core.errors import Cancelled, InputError
from app.core.jobs import JobContext


@pytest.fixture(params=["stand-in", pytest.param("real", marks=pytest.mark.display)])
def player(request):
    if request.param == "stand-in":
        yield StandInPlayer()
        return
    request.getfixturevalue("pulse")
    made = ChildPlayer()
    yield made
    made.close()


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    return write_wav(tmp_path / "sound.wav", tone(1.2))


class Heard(JobContext):
    """A job that remembers the places it was told, and says when there is one."""

    def __init__(self) -> None:
        self.places: list[float] = []
        self.begun = threading.Event()
        super().__init__(on_data=self._take)

    def _take(self, kind: str, seconds: float) -> None:
        assert kind == "place"
        self.places.append(seconds)
        self.begun.set()


def test_a_sound_is_played_to_its_end_and_says_where_it_is(player, sound) -> None:
    job = Heard()
    player.play(sound, 0.0, job)
    assert job.places[0] < 0.3 and job.places[-1] == pytest.approx(1.2, abs=0.01)
    assert job.places == sorted(job.places) and len(job.places) >= 6


def test_it_begins_where_it_is_told(player, sound) -> None:
    job = Heard()
    player.play(sound, 0.9, job)
    assert min(job.places) >= 0.9


def test_behind_the_end_there_is_nothing_to_play(player, sound) -> None:
    job = Heard()
    player.play(sound, 99.0, job)
    assert job.places == [pytest.approx(1.2, abs=0.01)]


def test_cancel_stops_it_and_the_next_sound_plays(player, tmp_path, sound) -> None:
    long, job = write_wav(tmp_path / "long.wav", tone(30.0)), Heard()
    if isinstance(player, StandInPlayer):
        player.held = True

    def cancel() -> None:
        job.begun.wait(20)
        job.cancel()

    thread = threading.Thread(target=cancel)
    thread.start()
    with pytest.raises(Cancelled):
        player.play(long, 0.0, job)
    thread.join()
    assert job.places[-1] < 10
    if isinstance(player, StandInPlayer):
        player.held = False
    player.play(sound, 1.0, Heard())


def test_a_new_sound_stops_the_one_that_plays(player, tmp_path, sound) -> None:
    long, job, ended = write_wav(tmp_path / "long.wav", tone(30.0)), Heard(), []
    if isinstance(player, StandInPlayer):
        player.held = True

    def play() -> None:
        try:
            player.play(long, 0.0, job)
        except Cancelled:
            ended.append("cancelled")

    thread = threading.Thread(target=play)
    thread.start()
    assert job.begun.wait(20)
    if isinstance(player, StandInPlayer):
        player.held = False
    player.play(sound, 1.0, Heard())
    thread.join(20)
    assert ended == ["cancelled"]


@pytest.mark.parametrize("content", [None, b"", b"no sound at all" * 10])
def test_a_file_that_is_gone_or_no_sound_of_ours_is_lost(player, tmp_path, content) -> None:
    path = tmp_path / "x.wav"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match="sound_lost"):
        player.play(path, 0.0, JobContext())
