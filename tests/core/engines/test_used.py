"""Names of models that several programs share."""

from __future__ import annotations

from app.core.engines.used import UsedModels


def test_names_of_all_programs_are_known_until_they_are_forgotten(tmp_path) -> None:
    one, other = (UsedModels(lambda: tmp_path / "used") for _ in range(2))
    one.add("llama")
    one.add("llama")
    other.add("gemma")
    assert (tmp_path / "used").read_text() == "llama\ngemma\n"
    assert other.names() == other.names() == ["gemma", "llama"]
    other.forget(["gemma"])
    assert other.names() == ["llama"]
    other.forget(["llama"])
    assert other.names() == []
    assert not (tmp_path / "used").exists()
    one.add("llama")  # loaded again
    assert other.names() == ["llama"]


def test_forgetting_nothing_leaves_the_file_as_it_is(tmp_path) -> None:
    made = UsedModels(lambda: tmp_path / "used")
    made.add("llama")
    made.add("gemma")
    made.forget([])
    assert (tmp_path / "used").read_text() == "llama\ngemma\n"


def test_without_a_file_the_names_are_those_of_this_program(tmp_path) -> None:
    alone = UsedModels()
    alone.add("llama")
    alone.forget(["gemma"])
    assert alone.names() == ["llama"]


def test_a_folder_that_takes_no_file_costs_nothing_else(tmp_path) -> None:
    (tmp_path / "none").touch()
    made = UsedModels(lambda: tmp_path / "none" / "used")
    made.add("llama")
    assert made.names() == ["llama"]
    made.forget(["llama"])
    assert made.names() == []


def test_a_name_of_two_lines_is_not_shared(tmp_path) -> None:
    made = UsedModels(lambda: tmp_path / "used")
    made.add("a\nb")
    assert not (tmp_path / "used").exists()


def test_asking_makes_no_folder(tmp_path) -> None:
    assert UsedModels(lambda: tmp_path / "run" / "used").names() == []
    assert list(tmp_path.iterdir()) == []
