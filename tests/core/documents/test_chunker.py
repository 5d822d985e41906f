"""Pages into passages."""

from __future__ import annotations

import pytest

from app.core.documents.chunker import MOST, passages_of
from app.core.documents.model import Page

LONG = " ".join(f"This is sentence number {n} of a long paragraph." for n in range(120))


def chunks(*texts, **options):
    pages = [Page(n if len(texts) > 1 else None, t) for n, t in enumerate(texts, start=1)]
    found = list(passages_of(pages, **options))
    by_number = {page.page: page.text for page in pages}
    for passage in found:
        assert by_number[passage.page][passage.start : passage.end] == passage.text
        assert passage.text == passage.text.strip() != ""
    return found


@pytest.mark.parametrize("text", ["", "   \n\n\t ", "\r\n\x0c\r\n"])
def test_no_text_gives_no_passage(text):
    assert chunks(text) == []


def test_small_paragraphs_come_together():
    (one,) = chunks("First words.\n\nSecond words.\n\n\nThird words.\n")
    assert one.text == "First words.\n\nSecond words.\n\n\nThird words."


def test_a_passage_ends_where_a_paragraph_ends():
    paragraphs = [f"paragraph {n} " + "word " * 60 + "end." for n in range(8)]
    found = chunks("\n\n".join(paragraphs))
    assert len(found) > 1
    assert all(p.text.endswith("end.") and p.text.startswith("paragraph") for p in found)
    assert all(len(p.text) <= MOST for p in found)


def test_a_long_paragraph_is_cut_between_sentences():
    found = chunks(LONG)
    assert all(len(p.text) <= MOST for p in found)
    assert all(p.text.startswith("This") and p.text.endswith("paragraph.") for p in found)
    assert " ".join(p.text for p in found) == LONG


def test_without_sentences_it_is_cut_between_lines_then_words_then_anywhere():
    lines = "\n".join(f"code {n} means something" for n in range(100))
    assert all(p.text.startswith("code") for p in chunks(lines))
    words = " ".join(["letters"] * 500)
    assert all(p.text.endswith("letters") for p in chunks(words))
    solid = "x" * 5000
    assert [len(p.text) for p in chunks(solid)] == [1200, 1200, 1200, 1200, 200]


def test_nothing_between_the_spaces_is_lost():
    text = "\n\n".join([LONG, "# Head", "short", "x" * 3000, LONG])
    kept = "".join("".join(p.text.split()) for p in chunks(text))
    assert kept == "".join(text.split())


def test_a_heading_begins_a_passage_and_names_it():
    one, two = chunks("# Setting up\n\nPlug it in.\n\n## Cleaning ##\n\nUse water.\n")
    assert (one.heading, two.heading) == ("Setting up", "Cleaning")
    assert one.text == "# Setting up\n\nPlug it in."
    assert two.text.startswith("## Cleaning")


def test_an_underlined_line_is_a_heading():
    (one,) = chunks("Cleaning\n========\n\nUse water.")
    assert one.heading == "Cleaning"


def test_headings_without_text_between_them_stay_together_under_the_last():
    (one,) = chunks("# Printer\n\n## Errors\n\n### Jam\n\nOpen the cover.")
    assert one.heading == "Jam"
    assert one.text.startswith("# Printer")


def test_a_heading_stays_with_the_long_text_below_it():
    assert chunks("# Long\n\n" + LONG)[0].text.startswith("# Long\n\nThis is")


def test_signs_in_a_code_block_are_no_headings():
    (one,) = chunks("Run this:\n\n```\n# comment\n\nmake\n```\n\nDone.")
    assert one.heading == ""


def test_a_heading_goes_on_over_the_page():
    found = chunks("# Warnings\n\nIt is hot.", "and heavy too.")
    assert [(p.page, p.heading) for p in found] == [(1, "Warnings"), (2, "Warnings")]


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("Changing the head\r\nSwitch the printer off and wait for a time.", "Changing the head"),
        ("Changing the head\r\n1. Switch off.\r\n2. Wait.", "Changing the head"),
        ("2.1 The head\r\nSwitch the printer off and wait for it.", "2.1 The head"),
        ("WARNINGS\n\nIt is hot.", "WARNINGS"),
        ("Über die Pumpe\n\nSie ist rot und steht im Keller.", "Über die Pumpe"),
    ],
)  # fmt: skip
def test_a_title_is_told_by_its_looks(text, heading):
    assert chunks(text)[0].heading == heading


@pytest.mark.parametrize(
    "text",
    [
        "This line goes on without an end in the\nnext line that begins small.",
        "1. Switch it off\n2. Wait until it is cold\n3. Open the cover of the printer",
        "• A point of a list\nAnother thing that is longer than it.",
        "Careful!\nIt is hot and will stay so for quite some time.",
        "12345 678\nNumbers are no title for what stands below them.",
        "A line of far too many words to be the title of anything at all here\nText. " + "x" * 60,
    ],
)
def test_other_lines_are_no_titles(text):
    assert chunks(text)[0].heading == ""


def test_a_title_in_the_middle_needs_an_ended_sentence_above_it():
    text = (
        "The pump is driven by a motor of the\r\nGerman company\r\n"
        "Siemens and it runs day and night.\r\n"
        "Care of the pump\r\nClean it every week with a soft cloth and water."
    )
    assert [p.heading for p in chunks(text)] == ["", "Care of the pump"]


def test_the_line_at_the_top_of_every_page_hides_no_title():
    top = "Printer manual, edition 3, for all of our very many customers, page {}\r\n"
    found = chunks(
        top.format(1) + "Setting up\r\nPlug the printer in and wait for the lamp.",
        top.format(2) + "Cleaning\r\nUse distilled water only, never alcohol.",
    )
    assert [p.heading for p in found] == ["Setting up", "Cleaning"]
    assert "edition 3" in found[1].text


def test_a_huge_text_without_lines_is_cut_quickly():
    assert len(chunks("word " * 400_000)) > 1500


def set_larger(*pages):
    """Return pages of (text, headings) whose headings are set in larger letters."""
    found = []
    for number, (text, headings) in enumerate(pages, start=1):
        starts = tuple(text.index(heading) for heading in headings)
        found.append(Page(number, text, headings=starts))
    return list(passages_of(found))


def test_a_line_in_larger_letters_is_a_heading_whatever_it_looks_like():
    text = "cleaning the unit.\nWipe it with a cloth.\nStorage\nKeep it dry."
    found = set_larger((text, ["cleaning the unit.", "Storage"]))
    assert [p.heading for p in found] == ["cleaning the unit.", "Storage"]


def test_beside_larger_letters_looks_make_no_heading():
    text = "Error codes\nCode Meaning\nE01 Lid not locked, press it\nE04 Imbalance, load it evenly"
    (one,) = set_larger((text, ["Error codes"]))
    assert (one.heading, one.text) == ("Error codes", text)


def test_a_large_title_alone_does_not_take_the_other_headings():
    title = ("The manual", ["The manual"])
    inside = [(f"Part {n}\nThis is the text of the part.", []) for n in "abcd"]
    found = set_larger(title, *inside)
    assert [p.heading for p in found] == ["The manual", "Part a", "Part b", "Part c", "Part d"]


def test_all_running_lines_stay_with_the_text_below_them():
    pages = [(f"The HX-200\nPage {n}\nPart {c}\nSome text.", [f"Part {c}"])
             for n, c in enumerate("abc", start=1)]  # fmt: skip
    found = set_larger(*pages)
    assert [(p.start, p.heading) for p in found] == [(0, "Part a"), (0, "Part b"), (0, "Part c")]


def test_a_large_line_above_every_page_is_no_heading():
    pages = [(f"THE WARD\nPart {c}\nThis is the text of part {c}.", ["THE WARD"]) for c in "abcd"]
    assert [p.heading for p in set_larger(*pages)] == ["Part a", "Part b", "Part c", "Part d"]
