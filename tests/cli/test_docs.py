"""``docs`` on the command line: its words, its JSON, its exit status."""

from __future__ import annotations

import argparse
import io
import json
from types import SimpleNamespace

import pytest
from support.document_engines import PlainReader, ScriptedChat
from support.libraries import library, open_library

from app.cli import docs
from app.cli.main import Parser
from app.cli.output import Output
from app.core.documents.ask import Answerer
from app.core.documents.room import DocumentRoom
from app.core.errors import AnswerCut, EngineError, UsageError

__all__ = ["library", "open_library"]


@pytest.fixture
def run(library):
    """Run ``docs`` with a real library; returns exit status, standard output and error."""
    reader = PlainReader()

    def run_(*argv, chat=None):
        parser = Parser(prog="alcove")
        docs.add_parser(parser.add_subparsers(dest="command", parser_class=Parser))
        args = parser.parse_args(["docs", *map(str, argv)])
        answerer = Answerer(chat, "tiny", 4096) if chat else None
        room = DocumentRoom(reader, library.documents, library.chats, answerer=lambda ctx: answerer)
        out, err = io.StringIO(), io.StringIO()
        output = Output("--json" in argv, out, err)
        status = docs.run(args, SimpleNamespace(documents=room), output)
        return SimpleNamespace(status=status, out=out.getvalue(), err=err.getvalue())

    run_.reader = reader
    return run_


@pytest.fixture
def manuals(tmp_path):
    root = tmp_path / "m"
    root.mkdir()
    (root / "codes.pdf").write_text("Codes\n\nE-42 means low voltage.\fE-43 means the fan stopped.")
    (root / "care.md").write_text("# Care\n\nClean the pump with water.")
    (root / "notes.docx").write_text("x")
    return root


def test_adding_prints_one_object_with_every_file(run, manuals):
    done = run("add", manuals, "--json")
    plain = json.loads(done.out)
    assert (done.status, plain["schema"], plain["notices"]) == (0, 1, [])
    assert plain["files"] == [
        {"path": str(manuals / "care.md"), "state": "added", "pages": 0, "passages": 1,
         "missing": [], "error": None},
        {"path": str(manuals / "codes.pdf"), "state": "added", "pages": 2, "passages": 2,
         "missing": [], "error": None},
        {"path": str(manuals / "notes.docx"), "state": "skipped", "pages": 0, "passages": 0,
         "missing": [], "error": None},
    ]  # fmt: skip


def test_a_failed_file_has_its_error_and_the_status_is_one(run, manuals):
    (manuals / "bad.txt").write_text("BROKEN")
    done = run("add", manuals, manuals / "none.txt", "--json")
    states = {f["path"].rpartition("m/")[2]: f for f in json.loads(done.out)["files"]}
    assert done.status == 1
    assert states["care.md"]["state"] == "added"
    assert states["bad.txt"]["state"] == states["none.txt"]["state"] == "failed"
    assert states["bad.txt"]["error"]["code"] == "document_undecodable"
    assert set(states["none.txt"]["error"]) == {"code", "message", "hint"}


def test_adding_in_words_says_each_file_and_the_sum(run, manuals):
    (manuals / "bad.txt").write_text("BROKEN")
    done = run("add", manuals)
    assert f"added      {manuals / 'care.md'}" in done.out
    assert "Open it in its own program" in done.out
    assert "2 documents, 3 passages, 1 failed" in done.out
    assert "unchanged" in run("add", manuals / "care.md").out


def test_pages_that_could_not_be_read_are_named_and_tried_at_the_next_add(run, manuals):
    run.reader.faults = {2}
    done = run("add", manuals / "codes.pdf", "--json")
    assert json.loads(done.out)["files"][0]["missing"] == [2]
    assert "Pages that could not be read: 2." in run("add", manuals / "codes.pdf").out
    run.reader.faults = set()
    (now,) = json.loads(run("add", manuals / "codes.pdf", "--json").out)["files"]
    assert (now["state"], now["passages"], now["missing"]) == ("replaced", 2, [])
    assert json.loads(run("search", "fan stopped", "--json").out)["hits"][0]["page"] == 2


def test_a_search_has_exactly_the_promised_fields(run, manuals):
    run("add", manuals)
    done = run("search", "E-42", "--json")
    plain = json.loads(done.out)
    (hit,) = plain["hits"]
    assert (done.status, plain["query"]) == (0, "E-42")
    assert list(hit) == ["rank", "score", "path", "page", "start", "end", "heading", "text"]
    assert (hit["rank"], hit["page"], hit["path"]) == (1, 1, str(manuals / "codes.pdf"))
    page = (manuals / "codes.pdf").read_text().split("\f")[0]
    assert page[hit["start"] : hit["end"]] == hit["text"]


def test_no_hit_is_an_empty_list_with_a_notice(run):
    done = run("search", "zzyzx", "--json")
    plain = json.loads(done.out)
    assert (done.status, plain["hits"]) == (0, [])
    assert [n["code"] for n in plain["notices"]] == ["no_hits"]


def test_k_bounds_the_hits(run, manuals):
    run("add", manuals)
    assert len(json.loads(run("search", "means", "-k", "1", "--json").out)["hits"]) == 1


@pytest.mark.parametrize("k", ["0", "-3", "many", "99999"])
def test_a_k_that_is_no_count_is_a_usage_error(run, k):
    with pytest.raises(UsageError):
        run("search", "x", "-k", k)


def test_a_search_in_words_shows_place_heading_and_text(run, manuals):
    run("add", manuals)
    done = run("search", "fan")
    assert f"[1] {manuals / 'codes.pdf'}, page 2 · Codes" in done.out
    assert "    E-43 means the fan stopped." in done.out


def test_of_a_long_passage_the_part_with_the_word_is_shown(run, manuals):
    words = [f"word{n}" for n in range(170)]
    (manuals / "long.txt").write_text(" ".join(words[:130]) + " needle " + " ".join(words[130:]))
    run("add", manuals)
    shown = " ".join(run("search", "needle").out.split())
    assert "word129 needle word130" in shown
    assert "… word" in shown
    assert "word0 " not in shown
    start = run("search", "word1", "-k", "1").out
    assert "word0 word1" in start
    assert start.rstrip().endswith("…")


def test_of_a_long_passage_the_part_is_shown_that_says_more_than_the_line_above(run, tmp_path):
    row = "E{} The roll of labels is empty and the lamp blinks until a new one is put in. "
    table = "# Error codes\n\nTable of error codes. " + "".join(map(row.format, range(10, 24)))
    (tmp_path / "t.md").write_text(table)
    run("add", tmp_path)
    assert "E21 The roll" in " ".join(run("search", "error code E21", "-k", 1).out.split())


def test_of_a_long_passage_the_part_with_most_words_is_shown(run, tmp_path):
    filler = "The harbour is large and old. " * 30
    (tmp_path / "t.md").write_text(f"The crane. {filler} The blue crane lifts timber. {filler}")
    run("add", tmp_path)
    assert "lifts timber" in " ".join(run("search", "crane timber", "-k", 1).out.split())


def test_asking_without_a_model_gives_the_passages_and_null(run, manuals):
    run("add", manuals)
    done = run("ask", "What means E-42?", "--json")
    plain = json.loads(done.out)
    assert done.status == 0
    assert (plain["answer"], plain["citations"], plain["engine"]) == (None, [], None)
    assert plain["hits"][0]["page"] == 1
    assert [n["code"] for n in plain["notices"]] == ["no_chat_engine"]


def test_asking_with_a_model_gives_answer_citations_and_engine(run, manuals, library):
    run("add", manuals)
    done = run("ask", "What means E-42?", "--json", chat=ScriptedChat(["Low voltage [1][9]."]))
    plain = json.loads(done.out)
    assert (plain["answer"], plain["engine"]) == ("Low voltage [1].", "tiny")
    (citation,) = plain["citations"]
    assert list(citation) == ["n", "path", "page", "text"]
    assert (citation["n"], citation["path"]) == (1, str(manuals / "codes.pdf"))
    assert len(library.chats.chats()) == 1


def test_asking_in_words_streams_and_ends_with_the_sources(run, manuals):
    run("add", manuals)
    done = run("ask", "What means E-42?", chat=ScriptedChat(["Low ", "voltage [1]."]))
    assert done.out.startswith("Low voltage [1].\n")
    assert f"[1] {manuals / 'codes.pdf'}, page 1" in done.out
    assert "tiny" in done.out


def test_an_answer_without_sources_is_not_said_to_come_from_the_documents(run, manuals):
    run("add", manuals)
    done = run("ask", "What means E-42?", chat=ScriptedChat(["A fuser failure."]))
    assert "from your documents" not in done.out
    assert done.out.index("Written by tiny.") < done.out.index(f"[1] {manuals / 'codes.pdf'}")


@pytest.mark.parametrize("error", [EngineError("ollama_busy"), None])
def test_a_model_that_does_not_answer_keeps_no_passage_back(run, manuals, error):
    run("add", manuals)
    chat = [] if error is None else [error]
    done = run("ask", "What means E-42?", chat=ScriptedChat(chat))
    assert done.status == 1
    assert f"[1] {manuals / 'codes.pdf'}" in done.out
    plain = json.loads(run("ask", "What means E-42?", "--json", chat=ScriptedChat(chat)).out)
    assert plain["error"]["code"] == ("answer_malformed" if error is None else error.code)
    assert plain["hits"][0]["path"] == str(manuals / "codes.pdf")


def test_a_cut_answer_raises_with_what_came(run, manuals):
    run("add", manuals)
    with pytest.raises(AnswerCut) as caught:
        run("ask", "E-42?", "--json", chat=ScriptedChat(["Low [1]", AnswerCut()]))
    assert caught.value.partial.to_json()["answer"] == "Low [1]"


def test_a_part_is_needed():
    with pytest.raises(UsageError):
        parser = Parser(prog="alcove")
        docs.add_parser(parser.add_subparsers(dest="command", parser_class=Parser))
        parser.parse_args(["docs"])


def test_json_may_stand_before_the_part_too():
    parser = Parser(prog="alcove")
    commands = parser.add_subparsers(dest="command", parser_class=Parser)
    docs.add_parser(commands)
    commands.choices["docs"].add_argument("--json", action="store_true")
    args = parser.parse_args(["docs", "--json", "search", "x"])
    assert isinstance(args, argparse.Namespace)
    assert args.json is True
