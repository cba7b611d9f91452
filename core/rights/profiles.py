"""What rights items are compared by: the words and the wordings of both languages, prepared once."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from core.place_words import COUNTRY_NAMES
from core.rights import EVERYWHERE, RightsItem, RightsTexts
from core.types import Language

STEM = 5  # letters that must agree: trabajo and trabajar, worker and working


def stems(text: str) -> frozenset[str]:
    """The words of a text that can tell items apart, cut to their beginnings."""
    return frozenset(word for word in _cut(text) if len(word) > 1) - STOP_WORDS - COUNTRIES


def _cut(text: str) -> list[str]:
    plain = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    return [word[:STEM] for word in re.findall(r"\w+", plain)]


# Words that stand in every question and say nothing about which one.
STOP_WORDS = frozenset(
    _cut(
        """a al an and are as at be by can como con cual cuando de del do does el en es esta for from ha
        hay how i if in is it la las le lo los me mi mis my no o of on or para pero por puede pueden
        puedo q que quien se si sin sobre soy su sus te tengo the there they this to un una was we what
        when where which who will with y yo you your"""
    )
)

# The country is known, and stands in most of its questions.
COUNTRIES = frozenset(word for name in COUNTRY_NAMES for word in _cut(name))

# Words with which people ask for a topic and not yet for anything in it: "información sobre mis derechos".
ASKING = frozenset(
    _cut(
        """acerca algo ayuda ayudar ayudenme buenas buenos dias favor gracias hola informacion info derecho
        derechos menu necesito quiero quisiera saber tema tardes about help hello hi information know like me
        need please right rights some tell thanks topic want would"""
    )
)


@dataclass(frozen=True)
class Profile:
    """One item in the languages it is written in."""

    items: Mapping[Language, RightsItem]

    @property
    def id(self) -> str:
        return next(iter(self.items.values())).id

    @property
    def is_everywhere(self) -> bool:
        return next(iter(self.items.values())).country == EVERYWHERE

    @property
    def situations(self) -> tuple[str, ...]:
        return next(iter(self.items.values())).situations

    @cached_property
    def questions(self) -> tuple[str, ...]:
        return tuple(text for item in self.items.values() for text in (item.question, *item.asked_as))

    @cached_property
    def answers(self) -> tuple[str, ...]:
        return tuple(item.short for item in self.items.values())

    @cached_property
    def asked(self) -> frozenset[str]:
        return stems(" ".join(self.questions))

    @cached_property
    def words(self) -> frozenset[str]:
        return self.asked | stems(" ".join(self.answers))


class Profiles:
    """Of all items, by country and topic; asked for one language, since others may lack an item."""

    def __init__(self, texts: Mapping[Language, RightsTexts]) -> None:
        self.texts = texts
        found: dict[tuple[str, str], dict[str, dict[Language, RightsItem]]] = {}
        for language, by_place in texts.items():
            for place, items in by_place.items():
                for item in items:
                    found.setdefault(place, {}).setdefault(item.id, {})[language] = item
        self._by_place = {
            place: tuple(Profile(own) for own in by_id.values()) for place, by_id in found.items()
        }

    def of_topic(self, country: str | None, topic: str, language: Language) -> list[Profile]:
        """What the country says first, then what holds everywhere."""
        places = [(place, topic) for place in (country, EVERYWHERE) if place]
        return [one for place in places for one in self._by_place.get(place, ()) if language in one.items]

    def of_country(self, country: str | None, language: Language) -> list[Profile]:
        """The same for all topics."""
        topics = dict.fromkeys(topic for _, topic in self._by_place)
        return [one for topic in topics for one in self.of_topic(country, topic, language)]

    def all(self) -> list[Profile]:
        return [one for own in self._by_place.values() for one in own]
