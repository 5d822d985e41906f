"""The mark of a process, and how its death is seen."""

from __future__ import annotations

from app.adapters.library.owners import Owner


def test_an_owner_lives_until_it_is_closed(tmp_path):
    mine, other = Owner(tmp_path), Owner(tmp_path)
    assert mine.alive(mine.name)
    assert mine.alive(other.name)
    other.close()
    assert not mine.alive(other.name)
    mine.close()


def test_nobody_is_not_alive(tmp_path):
    mine = Owner(tmp_path)
    assert not mine.alive(None)
    assert not mine.alive("")
    mine.close()


def test_only_the_lock_files_of_the_dead_are_swept(tmp_path):
    mine, other = Owner(tmp_path), Owner(tmp_path)
    (tmp_path / "owner-0000.lock").touch()
    mine.sweep()
    assert {p.stem for p in tmp_path.iterdir()} == {mine.name, other.name}
    mine.close()
    other.close()
    assert list(tmp_path.iterdir()) == []
