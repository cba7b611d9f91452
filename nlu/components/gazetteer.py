"""Places in a text: names that are nothing else anywhere, others where the words around speak of a place.

Without Rasa, read by both environments. The words that decide stand in places.yml.
"""

from __future__ import annotations

from dataclasses import dataclass

from nlu.components.neighborhoods import neighborhood_length
from nlu.components.place_names import TABLES, Name, Names, Need
from nlu.components.sounds import sound
from nlu.components.words import Word, words_of

MAX_FUZZY_WORDS = 3

_WHERE, _PERHAPS_WHERE = frozenset(TABLES["where"]), frozenset(TABLES["perhaps_where"])
_TELLS_WHERE, _BETWEEN = frozenset(TABLES["tells_where"]), frozenset(TABLES["between"])
_TITLES, _HOLY = frozenset(TABLES["titles"]), frozenset(TABLES["holy"])
_ELSEWHERE = frozenset(TABLES["elsewhere"])
_BEHIND, _FILLERS = frozenset(TABLES["behind"]), frozenset(TABLES["fillers"])
_WITH_ARTICLE = {"del": "el", "al": "el"}


@dataclass(frozen=True)
class Found:
    name: str
    start: int
    end: int
    is_neighborhood: bool = False


class Gazetteer:
    """Ignores accents and capitals; the longest name wins."""

    def __init__(self, common_words: set[str]) -> None:
        self._names = Names(common_words)

    def resolve(self, written: str) -> str:
        """What a name alone means, folded; a name that is not known stands for itself."""
        return self._names.resolve(written)

    def places(self, text: str) -> list[Found]:
        """In the order of the text, but neighborhoods last: the town is what help can be found by."""
        found = _Reading(self._names, text).places()
        return sorted(found, key=lambda place: place.is_neighborhood)


class _Reading:
    """One text, read from its first word to its last; `end` is where the place before ended."""

    def __init__(self, names: Names, text: str) -> None:
        self._names = names
        self._text = text
        self._words: list[Word] = words_of(text)
        self._folded = [word.folded for word in self._words]
        self._heard = [sound(word) for word in self._folded]
        self._end: int | None = None

    def places(self) -> list[Found]:
        found, at = [], 0
        while at < len(self._words):
            name, length, is_neighborhood = self._at(at)
            if length:
                start, end = self._words[at].start, self._words[at + length - 1].end
                found.append(Found(name or self._text[start:end], start, end, is_neighborhood))
                self._end = at + length
            at += length or 1
        return found

    def _at(self, at: int) -> tuple[str, int, bool]:
        """The place that begins here, and how many words it has; 0 if none does."""
        length = neighborhood_length(self._words, at, self._names)
        if length:
            return "", length, True
        found = self._region(at) or self._exact(at) or self._misspelled(at) or ("", 0)
        return *found, False

    def _name(self, at: int, length: int) -> str:
        return " ".join(self._folded[at : at + length])

    def _lengths(self, at: int, longest: int) -> range:
        return range(min(longest, len(self._words) - at), 0, -1)

    def _region(self, at: int) -> tuple[str, int] | None:
        """The department right behind a town: "cuautla morelos"."""
        if at != self._end:
            return None
        for length in self._lengths(at, longest=3):
            name = self._name(at, length)
            named = self._names.exact(name) if name in self._names.regions else None
            if named:
                return named.place, length
        return None

    def _exact(self, at: int) -> tuple[str, int] | None:
        article = _WITH_ARTICLE.get(self._folded[at - 1]) if at else None
        if not article and not self._names.begins(self._heard[at]):
            return None
        for length in self._lengths(at, self._names.longest):
            name = self._name(at, length)
            # "del progreso" speaks of El Progreso
            named = self._names.exact(f"{article} {name}") if article else None
            named = named or self._names.exact(name, " ".join(self._heard[at : at + length]))
            if named and self._is_meant(at, length, named):
                return named.place, length
        return None

    def _is_meant(self, at: int, length: int, named: Name) -> bool:
        behind = at + length
        if self._is_person(at) or self._goes_on_elsewhere(behind):
            return False
        if self._goes_on(behind):
            return True
        name = self._name(at, length)
        if name in _ELSEWHERE:
            return False
        if named.need == Need.NOTHING or self._says_where(at) or self._is_joined(at):
            return True
        is_likely = length > 1 or named.need == Need.PREPOSITION or not self._names.is_word_or_person(name)
        is_behind_preposition = at > 0 and self._folded[at - 1] in _PERHAPS_WHERE
        return (is_likely and self._is_alone(at, behind)) or (
            named.need == Need.PREPOSITION and is_behind_preposition
        )

    def _is_person(self, at: int) -> bool:
        """ "don david", "la virgen de guadalupe"."""
        if at and self._folded[at - 1] in _TITLES:
            return True
        return at > 1 and self._folded[at - 1] in ("de", "del", "a") and self._folded[at - 2] in _HOLY

    def _goes_on(self, at: int) -> bool:
        """With its department or country, or with what kind of place it is."""
        at += self._folded[at : at + 1] == ["de"]
        if at == len(self._words):
            return False
        names = (self._name(at, length) for length in self._lengths(at, longest=3))
        return self._folded[at] in _BEHIND or any(map(self._names.is_unmistakable, names))

    def _goes_on_elsewhere(self, at: int) -> bool:
        return any(self._name(at, length) in self._names.elsewhere for length in self._lengths(at, longest=2))

    def _is_joined(self, at: int) -> bool:
        """To the place before: "entre colon y david"."""
        return self._end is not None and self._end == at - 1 and self._folded[at - 1] in _BETWEEN

    def _is_alone(self, at: int, behind: int) -> bool:
        """Between marks, or with nothing but words such as "estoy" and "aqui"."""
        if set(self._folded[:at] + self._folded[behind:]) <= _FILLERS:
            return True
        is_end = behind == len(self._words) or self._words[behind].is_new_phrase
        return is_end and self._words[at].is_new_phrase

    def _says_where(self, at: int) -> bool:
        """Whether the words before say that a place follows: "en", "soy de", "el hospital de"."""
        before = [word for word in self._folded[max(at - 3, 0) : at] if word != "the"]
        if not before:
            return False
        tells = before[-1] in _PERHAPS_WHERE and len(before) > 1 and before[-2] in _TELLS_WHERE
        return before[-1] in _WHERE or tells

    def _misspelled(self, at: int) -> tuple[str, int] | None:
        if self._folded[at] in _PERHAPS_WHERE or self._folded[at] in _WHERE:
            return None
        best: tuple[int, str, int] | None = None
        for length in self._lengths(at, MAX_FUZZY_WORDS):
            name = self._name(at, length)
            is_plain = all(map(self._names.is_word, self._folded[at : at + length]))
            if is_plain or name in self._names.elsewhere:
                continue
            like = self._names.like(name, is_place=self._says_where(at))
            if like and (best is None or like[1] < best[0]):
                best = (like[1], like[0].place, length)
        return best[1:] if best else None
