"""Rights items as staff look through them: what is shown, what waits, what is too old and what is missing."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from core.db import now
from core.errors import NotFound
from core.rights import feedback, versions
from core.rights.check import PLACES, TOPICS
from core.rights.entries import Entry
from core.rights.feedback import ItemFeedback
from core.rights.versions import RightsVersion
from core.types import Language

TOLD_FOR = dt.timedelta(days=90)
"""How long back it counts what people said of an item: long enough to have been asked by some."""

MIN_UNHELPFUL = 3
"""Fewer people who were not helped say more about themselves than about the text."""


class State(StrEnum):
    """An item may be in several."""

    PUBLISHED = "published"
    DRAFT = "draft"  # waits for a second person
    STALE = "stale"  # its review date has passed
    UNHELPFUL = "unhelpful"  # a third or more of those who answered were not helped
    HIDDEN = "hidden"
    OWN = "own"  # says something else than the files
    OUTDATED = "outdated"  # and the files have changed since it was written


@dataclass(frozen=True, slots=True)
class Row:
    """An item. `entry` is what people get; of a hidden or a new one what they got or would get."""

    id: str
    entry: Entry
    file: Entry | None
    published: RightsVersion | None
    draft: RightsVersion | None
    told: ItemFeedback

    @property
    def is_unhelpful(self) -> bool:
        against = self.told.not_helped
        return against >= MIN_UNHELPFUL and against * 3 >= against + self.told.helped

    @property
    def is_shown(self) -> bool:
        return not self.published.is_hidden if self.published else self.file is not None

    def states(self, on: dt.date) -> frozenset[State]:
        own = self.published and not self.published.is_hidden and self.entry != self.file
        is_in = {
            State.PUBLISHED: self.is_shown,
            State.DRAFT: self.draft is not None,
            State.STALE: self.is_shown and self.entry.review_by < on,
            State.UNHELPFUL: self.is_shown and self.is_unhelpful,
            State.HIDDEN: self.published is not None and self.published.is_hidden,
            State.OWN: bool(own),
            State.OUTDATED: bool(own)
            and self.published is not None
            and self._file_digest != self.published.base,
        }
        return frozenset(state for state, holds in is_in.items() if holds)

    @property
    def _file_digest(self) -> str | None:
        return self.file.digest if self.file else None


@dataclass(frozen=True, slots=True)
class Filters:
    """Empty leaves everything in."""

    country: str | None = None
    topic: str | None = None
    language: Language | None = None  # in which to search
    state: State | None = None
    text: str = ""

    def has(self, row: Row, on: dt.date) -> bool:
        return (
            self.country in (None, row.entry.country)
            and self.topic in (None, row.entry.topic)
            and (self.state is None or self.state in row.states(on))
            and self._is_found(row)
        )

    def _is_found(self, row: Row) -> bool:
        wanted = _plain(self.text).split()
        said = _plain(
            " ".join(
                str(value)
                for language in ([self.language] if self.language else Language)
                for value in row.entry.texts[language].values()
            )
        )
        return all(word in said for word in wanted)


def rows(session: Session, files: Mapping[str, Entry]) -> list[Row]:
    """All items: those of the files in their order, then new ones."""
    published = {version.item_id: version for version in versions.published(session)}
    drafts = {version.item_id: version for version in versions.drafts(session)}
    shown = {**files, **{id_: version.entry for id_, version in published.items()}}
    told = {one.item_id: one for one in feedback.by_item(session, told_since())}
    known = {id_: version.entry for id_, version in drafts.items()} | shown
    return [
        Row(
            id_,
            known[id_],
            files.get(id_),
            published.get(id_),
            drafts.get(id_),
            told.get(id_, ItemFeedback(id_, 0, 0, 0)),
        )
        for id_ in dict.fromkeys((*shown, *drafts))
    ]


def row(session: Session, files: Mapping[str, Entry], item_id: str) -> Row:
    """Also a new item whose draft was thrown away. Raises NotFound."""
    found = next((one for one in rows(session, files) if one.id == item_id), None)
    if found:
        return found
    history = versions.history(session, item_id)
    if not history:
        raise NotFound("rights item")
    return Row(item_id, history[0].entry, None, None, None, ItemFeedback(item_id, 0, 0, 0))


def coverage(rows: list[Row]) -> dict[str, dict[str, int]]:
    """How many items people can get, by topic and country. Each is there in both languages."""
    counts = {topic: dict.fromkeys(PLACES, 0) for topic in TOPICS}
    for row in rows:
        if row.is_shown:
            counts[row.entry.topic][row.entry.country] += 1
    return counts


def missing(session: Session, counts: Mapping[str, Mapping[str, int]]) -> list[tuple[str, str, int]]:
    """Country, topic, and how often nothing fitted what was asked there lately; the most asked first.

    The holes of the coverage, and what has texts that do not answer.
    """
    asked = {(one.country, one.topic): one.asked for one in feedback.missed(session, told_since())}
    places = dict.fromkeys((*asked, *holes(counts)))
    found = [(*place, asked.get(place, 0)) for place in places if place[0] in PLACES and place[1] in counts]
    return sorted(found, key=lambda one: -one[2])


def told_since() -> dt.date:
    return now().date() - TOLD_FOR


def holes(counts: Mapping[str, Mapping[str, int]]) -> Iterator[tuple[str, str]]:
    """Country and topic where only what holds everywhere answers, or nothing at all."""
    return ((country, topic) for topic in counts for country in PLACES if not counts[topic][country])


def new_id(country: str, topic: str, question: str, taken: set[str]) -> str:
    """Speaking, as the ids of the files are, and of no other item: `mx-asylum-ask-again`."""
    words = re.findall(r"[a-z0-9]+", _plain(question))
    long = [word for word in words if len(word) > 3][:3]
    begin = "-".join([country.lower(), *topic.split("_"), *(long or words[:3] or ["item"])])
    numbered = (f"{begin}-{number}" for number in range(2, len(taken) + 3))
    return next(id_ for id_ in (begin, *numbered) if id_ not in taken)


def _plain(text: str) -> str:
    """Without regard to case and accents."""
    return "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
