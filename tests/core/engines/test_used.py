"""Names of models that several programs share."""

from __future__ import annotations

from app.core.engines.used import UsedModels


def test_names_of_all_programs_are_taken_once(tmp_path) -> None:
    one, other = (UsedModels(lambda: tmp_path / "used") for _ in range(2))
    one.add("llama")
    one.add("llama")
    other.add("gemma")
    assert (tmp_path / "used").read_text() == "llama\ngemma\n"
    assert other.take() == ["gemma", "llama"]
    assert other.take() == []
    one.add("llama")  # loaded again
    assert other.take() == ["llama"]


def test_without_a_file_the_names_are_those_of_this_program(tmp_path) -> None:
    alone = UsedModels()
    alone.add("llama")
    alone.discard("gemma")
    assert alone.take() == ["llama"]


def test_a_folder_that_takes_no_file_costs_nothing_else(tmp_path) -> None:
    (tmp_path / "none").touch()
    made = UsedModels(lambda: tmp_path / "none" / "used")
    made.add("llama")
    made.put_back(["gemma"])
    assert made.take() == ["gemma", "llama"]


def test_a_name_of_two_lines_is_not_shared(tmp_path) -> None:
    made = UsedModels(lambda: tmp_path / "used")
    made.add("a\nb")
    assert not (tmp_path / "used").exists()


def test_asking_makes_no_folder(tmp_path) -> None:
    assert UsedModels(lambda: tmp_path / "run" / "used").take() == []
    assert list(tmp_path.iterdir()) == []
