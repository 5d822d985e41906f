"""``define`` on the command line: its words, its JSON, its exit status."""

from __future__ import annotations

import io
import json
from types import SimpleNamespace

import pytest

from app.cli import define
from app.cli.main import Parser
from app.cli.output import Output
from app.core.errors import UsageError
from app.core.glossary.starter import starter_glossary


def run(*argv):
    parser = Parser(prog="alcove")
    commands = parser.add_subparsers(dest="command", parser_class=Parser)
    define.add_parser(commands)
    commands.choices["define"].add_argument("--json", action="store_true")
    out, err = io.StringIO(), io.StringIO()
    args = parser.parse_args(["define", *argv])
    status = define.run(
        args, SimpleNamespace(glossary=starter_glossary()), Output(args.json, out, err)
    )
    assert err.getvalue() == ""
    return status, out.getvalue()


@pytest.mark.parametrize("term", ["stroke", "high blood pressure", "MS", "diabetis", "qwxz", ""])
def test_every_answer_is_a_success(term):
    assert run(term)[0] == 0 == run(term, "--json")[0]


@pytest.mark.parametrize(
    ("term", "match"),
    [("stroke", "exact"), ("heart attack", "synonym"), ("MS", "abbreviation"), ("qwxz", "none")],
)
def test_the_json_says_how_it_was_found(term, match):
    data = json.loads(run(term, "--json")[1])
    assert (data["query"], data["match"]) == (term, match)


def test_the_json_of_a_misspelling_has_suggestions_alone():
    data = json.loads(run("neumonia", "--json")[1])
    assert data["senses"] == [] and data["suggestions"][0]["term"] == "pneumonia"


def test_the_json_of_nonsense_is_all_empty():
    data = json.loads(run("florbinate", "--json")[1])
    assert data["senses"] == data["suggestions"] == []


def test_a_phrase_needs_no_quotes():
    assert "myocardial infarction" in run("heart", "attack")[1]


def test_a_person_reads_every_meaning_and_its_source():
    text = run("OD")[1]
    assert text.startswith("OD: 3 meanings")
    assert "1. overdose: condition" in text and "3. once daily: abbreviation, UK" in text
    assert text.count("Source: Alcove starter glossary, 2026") == 3


def test_a_person_reads_the_warnings():
    text = run("hydralazine")[1]
    assert "! Looks or sounds like hydroxyzine." in text


def test_an_emergency_is_said_first():
    lines = run("anaphylaxis")[1].splitlines()
    assert lines[3].strip() == "! This can be an emergency."


def test_a_person_reads_near_names_with_their_kind():
    text = run("metphormin")[1]
    assert "not in the installed glossary" in text
    assert "metformin (diabetes medicine (biguanide))" in text


def test_a_person_reads_that_nothing_is_near():
    assert "Nothing in it comes near." in run("qwxz")[1]


def test_no_line_is_wider_than_a_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    assert max(map(len, run("MS")[1].splitlines())) <= 60


def test_a_term_is_needed():
    with pytest.raises(UsageError):
        run()
