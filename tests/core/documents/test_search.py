"""Finding passages by words and by meaning."""

from __future__ import annotations

import pytest
from support.document_engines import WordEmbedder

from app.core.documents.add import add_documents
from app.core.documents.search import ExactIndex, Meaning, give_vectors, search
from app.core.errors import Cancelled, EngineError
from app.core.jobs import JobContext

MANUALS = {
    "codes.pdf": "Codes\n\nE-42 means the supply voltage is low.\fE-43 means the fan stopped.",
    "pump.md": "# Care\n\nClean the blue pump with water.\n\n# Parts\n\nA blue hose.",
    "café.txt": "The café opens at eight. The pump is closed.",
}


@pytest.fixture
def find(library, reader, ctx, folder):
    """Add the manuals and return a search."""
    add_documents([folder(MANUALS)], reader, library.documents, ctx)

    def find_(query, k=10, ctx=ctx, **options):
        return search(query, k, library.documents, ctx, **options)

    return find_


@pytest.fixture
def meaning(library):
    embedder = WordEmbedder(same={"rinse": "clean", "motor": "fan"})
    return Meaning(embedder, ExactIndex(library.documents))


def test_a_hit_has_its_place_and_the_exact_slice(find, tmp_path):
    (hit,) = find("E-42")
    path = tmp_path / "docs" / "codes.pdf"
    assert (hit.rank, hit.path, hit.page) == (1, str(path), 1)
    page = path.read_text("utf-8").split("\f")[hit.page - 1]
    assert page[hit.start : hit.end] == hit.text
    assert "E-42" in hit.text


@pytest.mark.parametrize(("asked", "written"), [("E 42", "E42"), ("12 Nm", "12Nm")])
def test_a_code_in_two_words_finds_it_in_one(library, reader, folder, ctx, asked, written):
    files = {"a.txt": f"Here stands {written} alone.", "b.txt": "Here stands E43, or 13Nm."}
    add_documents([folder(files)], reader, library.documents, ctx)
    assert [written in hit.text for hit in search(asked, 5, library.documents, ctx)] == [True]


def test_text_without_pages_has_no_page_but_its_heading(find):
    (hit,) = find("water")
    assert (hit.page, hit.heading) == (None, "Care")


def test_all_words_come_first_then_any_and_scores_fall(find):
    hits = find("blue pump")
    assert [("blue" in h.text, "pump" in h.text) for h in hits] == [
        (True, True), (True, False), (False, True),
    ] or [("blue" in h.text, "pump" in h.text) for h in hits] == [
        (True, True), (False, True), (True, False),
    ]  # fmt: skip
    assert [h.rank for h in hits] == [1, 2, 3]
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)


@pytest.mark.parametrize("query", ["CAFE", "café", "cafe\u0301", "the cafés"])
def test_writing_does_not_matter(find, query):
    assert find(query)[0].path.endswith("café.txt")


def test_at_most_so_many(find):
    assert len(find("blue pump", 2)) == 2


@pytest.mark.parametrize("query", ["zzyzx", "", "?!", '"" AND (', "NOT", "^*:"])
def test_no_hit_is_a_notice_and_signs_are_no_commands(find, ctx, query):
    assert find(query) == ()
    assert [n.code for n in ctx.notices] == ["no_hits"]


def test_without_vectors_nothing_is_embedded(find, meaning):
    assert len(find("blue", meaning=meaning)) == 2
    assert meaning.embedder.asked == []


def test_meaning_finds_what_words_do_not(find, library, meaning, ctx):
    assert find("rinse", ctx=JobContext()) == ()
    give_vectors(library.documents, meaning, ctx)
    assert "Clean" in find("rinse", meaning=meaning)[0].text


def test_both_rankings_are_fused(find, library, meaning, ctx):
    give_vectors(library.documents, meaning, ctx)
    hits = find("motor E-42", meaning=meaning)
    assert "E-42" in hits[0].text
    assert any("fan" in h.text for h in hits)
    assert hits[0].score < 0.1  # a sum of 1 / (60 + rank)


def test_what_is_far_from_everything_is_no_hit(find, library, meaning, ctx):
    give_vectors(library.documents, meaning, ctx)
    assert find("zzyzx", meaning=meaning) == ()


def test_an_embedding_engine_that_fails_costs_only_the_meaning(find, library, meaning, ctx):
    give_vectors(library.documents, meaning, ctx)
    meaning.embedder.fails = EngineError("ollama_not_running", host="127.0.0.1")
    assert len(find("blue", meaning=meaning)) == 2
    assert [n.code for n in ctx.notices] == ["meaning_unavailable"]


def test_a_question_that_follows_another_finds_what_both_ask(find):
    assert find("and with what?", before="How do I clean the blue pump")[0].heading == "Care"


def test_a_search_can_be_stopped(find):
    ctx = JobContext()
    ctx.cancel()
    with pytest.raises(Cancelled):
        find("blue", ctx=ctx)


def test_every_passage_gets_one_vector_and_only_once(find, library, meaning, ctx):
    give_vectors(library.documents, meaning, ctx)
    asked = list(meaning.embedder.asked)
    assert len(asked) == len(set(asked)) == 5
    assert any(text.startswith("Care\n") for text in asked)
    give_vectors(library.documents, meaning, ctx)
    assert meaning.embedder.asked == asked


def test_vectors_of_another_engine_are_made_anew(find, library, meaning, ctx):
    give_vectors(library.documents, meaning, ctx)
    other = Meaning(WordEmbedder("other", 32, {"rinse": "clean"}), ExactIndex(library.documents))
    assert "Clean" not in str(find("rinse", meaning=other, ctx=JobContext()))
    give_vectors(library.documents, other, ctx)
    assert "Clean" in find("rinse", meaning=other)[0].text


def test_an_engine_that_fails_half_way_keeps_what_is_done(library, reader, folder, ctx, meaning):
    files = {f"{n:03}.txt": f"text number {n}" for n in range(100)}
    add_documents([folder(files)], reader, library.documents, ctx)
    documents = meaning.embedder.documents

    def once(texts, ctx):
        meaning.embedder.fails = EngineError("ollama_busy") if meaning.embedder.asked else None
        return documents(texts, ctx)

    meaning.embedder.documents = once
    give_vectors(library.documents, meaning, ctx)
    left = library.documents.count_without_vectors(meaning.embedder.key(ctx))
    assert 0 < left < 100
    assert ctx.notices[-1].code == "meaning_unavailable"


def test_a_passage_that_spoils_its_batch_keeps_no_other_from_its_vector(
    library, reader, folder, ctx, meaning
):
    files = {f"{n:03}.txt": f"text number {n}" for n in range(100)}
    add_documents([folder(files)], reader, library.documents, ctx)
    documents = meaning.embedder.documents

    def spoilt(texts, ctx):
        if any(text.endswith(("number 7", "number 80")) for text in texts):
            raise EngineError("answer_malformed", engine="words")
        return documents(texts, ctx)

    meaning.embedder.documents = spoilt
    give_vectors(library.documents, meaning, ctx)
    assert library.documents.count_without_vectors(meaning.embedder.key(ctx)) == 2
    asked = len(meaning.embedder.asked)
    give_vectors(library.documents, meaning, ctx)
    assert {n.code for n in ctx.notices} == {"passages_without_meaning"}
    assert ctx.notices[0].params == {"count": 2}
    anew = [text for text in meaning.embedder.asked[asked:] if "number" in text]
    assert not anew, "the others are not read anew"


def test_an_engine_that_gives_no_numbers_at_all_is_given_up(find, library, meaning, ctx):
    meaning.embedder.fails = EngineError("answer_malformed", engine="words")
    give_vectors(library.documents, meaning, ctx)
    assert [n.code for n in ctx.notices] == ["meaning_unavailable"]


def test_an_engine_that_spoils_everything_from_some_time_on_is_not_asked_for_every_passage(
    library, reader, folder, ctx, meaning
):
    files = {f"{n:03}.txt": f"text number {n}" for n in range(300)}
    add_documents([folder(files)], reader, library.documents, ctx)
    documents, asked = meaning.embedder.documents, []

    def another_model_took_the_name(texts, ctx):
        asked.append(texts)
        if len(asked) > 1:
            raise EngineError("answer_malformed", engine="words")
        return documents(texts, ctx)

    meaning.embedder.documents = another_model_took_the_name
    give_vectors(library.documents, meaning, ctx)
    assert len(asked) < 150, "of one batch at most, and then no more"
    assert [n.code for n in ctx.notices] == ["meaning_unavailable"]


def test_an_engine_that_loses_a_text_is_not_believed(find, library, meaning, ctx):
    documents = meaning.embedder.documents
    meaning.embedder.documents = lambda texts, ctx: documents(texts, ctx)[:-1]
    give_vectors(library.documents, meaning, ctx)
    assert ctx.notices[-1].code == "meaning_unavailable"
    assert library.documents.count_vectors(meaning.embedder.key(ctx)) == 0
