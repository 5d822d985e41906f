"""Chapters as topics: their most distinctive words and their best quotes."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from app.core.meetings.highlights.across import cited
from app.core.meetings.highlights.chapters import Chapter
from app.core.meetings.highlights.ranking import Ranking
from app.core.meetings.highlights.terms import Terms, cosine
from app.core.meetings.highlights.units import Unit
from app.core.meetings.model import Point, Topic
from app.core.text.tokens import tokenize

_TITLE_WORDS = 3
_FEWEST, _MOST = 2, 5
_WORDS_PER_POINT = 350
_SHORT, _LONG = 6, 45
_TOO_ALIKE = 0.55
_FRESH = 0.3
_MOST_CANDIDATES = 200
_WEAK = 0.3


def find_topics(
    ranking: Ranking,
    chapters: Sequence[Chapter],
    terms: Terms,
    shown: Collection[int],
    speakers: Collection[str],
) -> list[Topic]:
    """Return a topic per chapter; ``shown`` are units that already stand in other lists."""
    # Who speaks is no subject: their names stay out of the titles.
    said = {t.norm for name in speakers for t in tokenize(name)}
    named = {u.tokens[i].norm for u in ranking.units for i in u.names}
    topics: list[Topic] = []
    for chapter in chapters:
        subject = _distinctive(ranking.units, chapter, terms, said, named)
        chosen = _best(ranking, chapter, shown, subject)
        title = _title(ranking.units, chapter, chosen, subject)
        if title:
            points = (
                Point(ranking.units[i].text, "quoted", cited(ranking.units, i)) for i in chosen
            )
            topics.append(Topic(title, tuple(points)))
    return topics


def _distinctive(
    units: Sequence[Unit],
    chapter: Chapter,
    terms: Terms,
    speakers: Collection[str],
    named: Collection[str],
) -> dict[str, float]:
    """Return the stems of a chapter with how much they set it apart, the best first."""
    inside_units = units[chapter.first : chapter.last]
    counts = Counter(s for u in inside_units for s in u.stems)
    inside, total = sum(counts.values()), sum(terms.counts.values())
    language = units[chapter.first].language
    weak = {language.stem(n) for n in named} | _verbs(inside_units)
    cues = language.cues
    counted = cues.numbers | {language.stem(t) for t in cues.vague} if cues else frozenset()
    found: dict[str, float] = {}
    for stem, count in counts.items():
        if stem in speakers or stem in counted:
            continue
        share = (count + 0.5) / (inside + 1)
        elsewhere = (terms.counts[stem] - count + 0.5) / (total - inside + 1)
        ratio = math.log(1 + share / elsewhere) if total > inside else 1.0
        found[stem] = count * ratio * terms.weight(stem) * (_WEAK if stem in weak else 1.0)
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _verbs(units: Sequence[Unit]) -> set[str]:
    """Return the stems that are said more often with a verb's ending than without."""
    balance: Counter[str] = Counter()
    for unit in units:
        language = unit.language
        for token in unit.tokens:
            if language.verb_endings and language.is_content(token.norm):
                ends = token.norm.endswith(language.verb_endings)
                balance[language.stem(token.norm)] += 1 if ends else -1
    return {stem for stem, lean in balance.items() if lean > 0}


def _best(
    ranking: Ranking, chapter: Chapter, shown: Collection[int], subject: Mapping[str, float]
) -> list[int]:
    """Return the units to quote, in order of time: on the subject, no two of them alike."""
    units = ranking.units
    inside = range(chapter.first, chapter.last)
    words = sum(units[i].words for i in inside)
    wanted = max(_FEWEST, min(_MOST, round(words / _WORDS_PER_POINT)))
    fresh = set(list(subject)[:_TITLE_WORDS])
    left = _candidates(ranking, inside, shown, fresh)
    chosen: list[int] = []
    while left and len(chosen) < wanted:
        best = max(left, key=lambda i: (left[i] + _FRESH * len(fresh & set(units[i].stems)), -i))
        del left[best]
        if all(cosine(ranking.vectors[best], ranking.vectors[j]) < _TOO_ALIKE for j in chosen):
            chosen.append(best)
            fresh -= set(units[best].stems)
    return sorted(chosen)


def _candidates(
    ranking: Ranking, inside: range, shown: Collection[int], subject: Collection[str]
) -> dict[int, float]:
    """Return the most promising units with their worth; a chapter may have thousands."""
    quotable = (i for i in inside if ranking.units[i].stems and ranking.scores[i] > 0)
    worth = {i: _worth(ranking, i, shown) for i in quotable}
    promise = {
        i: value + _FRESH * len(set(subject) & set(ranking.units[i].stems))
        for i, value in worth.items()
    }
    best = sorted(worth, key=lambda i: (-promise[i], i))[:_MOST_CANDIDATES]
    return {i: worth[i] for i in best}


def _worth(ranking: Ranking, i: int, shown: Collection[int]) -> float:
    unit = ranking.units[i]
    worth = ranking.scores[i] * unit.fluency
    if not _SHORT <= unit.words <= _LONG:
        worth *= 0.5
    if i in shown or unit.is_question:
        worth *= 0.6
    return worth


def _title(
    units: Sequence[Unit], chapter: Chapter, chosen: Sequence[int], subject: Mapping[str, float]
) -> str:
    """Return the distinctive words of a chapter, each standing in a segment it cites."""
    forms = _forms(units, chosen)
    stems = [stem for stem in subject if stem in forms][:_TITLE_WORDS]
    words = [forms[stem].most_common(1)[0][0] for stem in stems]
    return ", ".join(_in_order(words, units, chapter))


def _forms(units: Sequence[Unit], chosen: Sequence[int]) -> dict[str, Counter[str]]:
    """Return, by stem, the words as they stand in the segments that are cited."""
    forms: dict[str, Counter[str]] = {}
    for segment in {units[i].at: units[i].segment for i in chosen}.values():
        language = units[chosen[0]].language
        for token in tokenize(segment.text):
            if language.is_content(token.norm):
                word = segment.text[token.start : token.end]
                forms.setdefault(language.stem(token.norm), Counter())[word] += 1
    return forms


def _in_order(words: list[str], units: Sequence[Unit], chapter: Chapter) -> list[str]:
    """Put words that are said side by side ("remote control") in the order of speech."""
    pairs: Counter[tuple[str, str]] = Counter()
    wanted = {w.casefold(): w for w in words}
    for unit in units[chapter.first : chapter.last]:
        norms = [t.norm for t in unit.tokens]
        pairs.update(
            (a, b) for a, b in zip(norms, norms[1:], strict=False) if a in wanted and b in wanted
        )
    ordered = list(words)
    for (a, b), count in pairs.most_common():
        first, second = wanted[a], wanted[b]
        if count > 1 and ordered.index(first) > ordered.index(second):
            ordered.remove(first)
            ordered.insert(ordered.index(second), first)
    return ordered
