"""Words that say nothing about a subject; they are left out of a search.

Only the commonest of each language, and none that means something in another (the
German "die", "war", "man"): nobody says in which language a query is. A query made of
nothing else keeps them.
"""

from __future__ import annotations

_LISTS = {
    "en": """a about am an and any are as at be been but by can could did do does for from had
        has have how i if in into is it its me my no not of on or our shall should so that the
        their them then there these they this to was we were what when where which who why will
        with would you your""",
    "de": """aber als am an auch auf aus bei bin bis bist da das dass dem den der des doch du
        ein eine einem einen einer eines er es für hatte ich ihr im in ist ja kann mein
        mit nach nicht noch nur oder sein sich sie sind so über um und uns von vor was wenn
        wer wie wir wird wo zu zum zur""",
    "es": """a al como con cuando cuál de del donde el ella en entre era es esta este esto están
        fue ha hay la las le lo los mas me mi muy no nos o para pero por que qué se ser si sin
        sobre son su sus también te tu un una uno y ya yo""",
}

STOPWORDS: dict[str, frozenset[str]] = {
    language: frozenset(words.split()) for language, words in _LISTS.items()
}
ALL_STOPWORDS: frozenset[str] = frozenset().union(*STOPWORDS.values())
