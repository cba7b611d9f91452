"""Which rights items answer a question, best first: by meaning, and by the words they share with it.

Meaning needs the sentence vectors of the NLU, which bring both languages together. While it is away, or an
item is too new, words alone decide. The numbers were chosen on questions other than those that measure them,
tests/core/rights_pairs.csv.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.rights import RightsItem, RightsTexts, items_for
from core.rights.profiles import ASKING, Profile, Profiles, stems
from core.rights.vectors import Embed, Vectors, likeness
from core.types import Language

IN_QUESTION = 3  # what a word counts that stands in a question and not only in its answer
OVERLAP = 0.01  # what the overlap of words counts beside likeness, which is at most 1
OWN_COUNTRY = 0.1  # ahead of what holds everywhere, when both answer about equally
OWN_COUNTRY_BY_WORDS = 0.02
SITUATION = 0.1  # ahead for whom it was written for, behind for others

FITS = 0.35  # below, nothing answers the question
FITS_BY_WORDS = 0.02
ELSEWHERE = 0.6, 0.15  # how well an answer of another topic must fit, and how much better than the topic's
ELSEWHERE_BY_WORDS = 0.2, 0.1
CLOSE = 0.06  # the answer depends on the situation when the next one is as good as the first but for this


@dataclass(frozen=True, slots=True)
class Ranking:
    """`fits`: the first item answers the question, or no question was asked. `depends`: which item is right
    depends on the person's situation, and the text does not tell it."""

    items: tuple[RightsItem, ...]
    fits: bool = True
    depends: bool = False


@dataclass(frozen=True, slots=True)
class Scored:
    profile: Profile
    fit: float  # how well it answers the question
    score: float  # the same, and how well it suits the person


class Ranker:
    """Safe between threads. Without `embed` words alone decide."""

    def __init__(self, embed: Embed | None = None) -> None:
        self.vectors = Vectors(embed) if embed else None
        self._profiles = Profiles({})

    def profiles(self, texts: Mapping[Language, RightsTexts]) -> Profiles:
        """Prepared once for as long as the texts are the same."""
        known = self._profiles
        if any(known.texts.get(language) is not own for language, own in texts.items()):
            known = self._profiles = Profiles(dict(texts))
        return known

    def learn(self, texts: Mapping[Language, RightsTexts], embed: Embed) -> bool:
        """Embed the items that are new, ahead of any turn; False when the model is away."""
        return self.vectors is None or self.vectors.learn(self.profiles(texts).all(), embed)

    def remember(self, questions: Sequence[str]) -> None:
        """Embed questions together, before their turns begin."""
        if self.vectors:
            self.vectors.remember(questions)

    def rank(
        self,
        texts: Mapping[Language, RightsTexts],
        language: Language,
        country: str | None,
        topic: str,
        text: str,
        *,
        situation: str | None = None,
        named: str = "",
        any_topic: bool = False,
    ) -> Ranking:
        """`named` are the words for the topic itself. With `any_topic` a clearly better answer of another one
        goes first: people and the NLU do not always agree on what a question is about."""
        profiles = self.profiles(texts)
        own = profiles.of_topic(country, topic, language)
        if not stems(text) - ASKING - stems(named):
            return Ranking(items_for(texts[language], country, topic))
        question = Question(text, self.vectors, situation)
        ranked = question.scored(own)
        found = [one.profile for one in ranked]
        best = ranked[0] if ranked else None
        if any_topic and (other := question.elsewhere(own, profiles.of_country(country, language))):
            return Ranking(tuple(one.items[language] for one in (other, *found)))
        fits = best is not None and best.fit >= (FITS if question.by_meaning(own) else FITS_BY_WORDS)
        items = tuple(one.items[language] for one in found)
        return Ranking(items, fits, fits and situation is None and _depends(ranked))


class Question:
    """A text to which items are compared."""

    def __init__(self, text: str, vectors: Vectors | None, situation: str | None) -> None:
        self._stems = stems(text)
        self._vectors = vectors
        self._vector = vectors.of_question(text) if vectors else None
        self._situation = situation

    def by_meaning(self, profiles: Sequence[Profile]) -> bool:
        """Whether meaning can be compared: of all of them, since otherwise words are weighed against it."""
        vectors, vector = self._vectors, self._vector
        return bool(vectors and vector and all(vectors.of_item(one) for one in profiles))

    def scored(self, profiles: Sequence[Profile]) -> list[Scored]:
        """Best first; equal ones keep their order."""
        by_meaning = self.by_meaning(profiles)
        found = []
        for profile, overlap in zip(profiles, self._overlaps(profiles), strict=True):
            fit = OVERLAP * overlap + (self._likeness(profile) if by_meaning else 0.0)
            suits = self._suits(profile)
            if not profile.is_everywhere:
                suits += OWN_COUNTRY if by_meaning else OWN_COUNTRY_BY_WORDS
            found.append(Scored(profile, fit, fit + suits))
        return sorted(found, key=lambda one: -one.score)

    def elsewhere(self, own: Sequence[Profile], everything: Sequence[Profile]) -> Profile | None:
        """What answers the question clearly better than all of the topic."""
        ranked = self.scored(everything)
        least, ahead = ELSEWHERE if self.by_meaning(everything) else ELSEWHERE_BY_WORDS
        best = next((one.fit for one in ranked if one.profile in own), 0.0)
        first = next(iter(ranked), None)
        if first is None or first.profile in own or first.fit < max(least, best + ahead):
            return None
        return first.profile

    def _overlaps(self, profiles: Sequence[Profile]) -> list[float]:
        """A word counts more the fewer items have it."""
        spread = Counter(stem for one in profiles for stem in self._stems & one.words)
        return [
            sum(
                math.log(1 + len(profiles) / spread[stem]) * (IN_QUESTION if stem in one.asked else 1)
                for stem in self._stems & one.words
            )
            for one in profiles
        ]

    def _likeness(self, profile: Profile) -> float:
        vector = self._vectors.of_item(profile) if self._vectors else None
        return likeness(vector, self._vector) if vector and self._vector else 0.0

    def _suits(self, profile: Profile) -> float:
        if not self._situation or not profile.situations:
            return 0.0
        return SITUATION if self._situation in profile.situations else -SITUATION


def _depends(ranked: Sequence[Scored]) -> bool:
    """The first two answer equally well, but people in different situations."""
    if len(ranked) < 2:
        return False
    first, second = ranked[:2]
    one, other = set(first.profile.situations), set(second.profile.situations)
    return bool(one and other and not one & other) and first.score - second.score < CLOSE
