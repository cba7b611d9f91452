"""Neighborhoods and hamlets, which no list knows: "colonia la planeta" is kept as it is written."""

from __future__ import annotations

from collections.abc import Sequence

from nlu.components.place_names import NEIGHBORHOOD, TABLES, Names
from nlu.components.words import Word

MAX_WORDS = 5  # of a name: "flor del campo"

_ARTICLES = frozenset(("el", "la", "los", "las"))
_OF_ARTICLE = frozenset(TABLES["neighborhood_of_article"])
_BEGINS = _ARTICLES | {"san", "santa", "santo", "nueva", "nuevo", "villa"}
_JOINED = frozenset(TABLES["joined"])
_SMALL = _ARTICLES | {"de", "del"}
_NOT = frozenset(TABLES["no_neighborhood"])


def neighborhood_length(words: Sequence[Word], at: int, names: Names) -> int:
    """How many words from here on are a neighborhood with its name; 0 if none is named."""
    kind = words[at].folded
    behind = words[at + 1 : at + 2]
    if kind not in NEIGHBORHOOD or not behind or behind[0].is_new_phrase:
        return 0
    if kind in _OF_ARTICLE and behind[0].folded not in _BEGINS:
        return 0
    name = _name(words[at + 1 : at + 1 + MAX_WORDS], names)
    return 1 + len(name) if _is_named(name, names) else 0


def _name(words: Sequence[Word], names: Names) -> list[Word]:
    name: list[Word] = []
    for word in words:
        has_begun = any(one.folded not in _SMALL for one in name)
        goes_on = not name or name[-1].folded in _JOINED or name[-1].folded.isdigit()
        is_other = word.folded in _NOT or (bool(name) and word.is_new_phrase)
        if is_other or not goes_on or (has_begun and names.is_unmistakable(word.folded)):
            break
        name.append(word)
    while name and name[-1].folded in _SMALL:
        name.pop()
    return name


def _is_named(name: list[Word], names: Names) -> bool:
    """A name is known, written large or no common word: not "la aldea pide", "la colonia los vecinos"."""
    first = next((word for word in name if word.folded not in _SMALL), None)
    if first is None or name[0].folded in ("de", "del"):
        return False
    whole = " ".join(word.folded for word in name)
    if first.is_capital or first.folded.isdigit() or names.is_name(whole) or names.is_name(first.folded):
        return True
    return name[0].folded in _BEGINS and (first.folded in _BEGINS or not names.is_word(first.folded))
