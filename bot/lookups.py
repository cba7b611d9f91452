"""What flows may look up, answered from the database and the content, for one person in one turn."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.cards import card
from bot.content import Content
from core import cases, rights
from core.contacts import Contact
from core.conversations import Conversation
from core.db import now
from core.directory.search import FOR_WHOM, LANGUAGES, Asker, search
from core.messages import Message
from core.places import Town, fold
from core.surveys import SurveyResponse
from core.types import Direction, Language
from flows.services import CaseStatus, Place, RightsFound, RightsItem, ServiceCard, StoredData, Text

MAX_WRONG_NUMBERS = 5
WRONG_NUMBERS_FOR = timedelta(hours=1)
"""Enough for typing errors; with 34 thousand million numbers, hopeless for guessing."""


GROUPS_OF_NEED = {
    "gender_violence": frozenset({"women", "survivors"}),
    "child_protection": frozenset({"children"}),
    "disability_elderly": frozenset({"disability", "older"}),
}


class Lookups:
    """Implements `flows.services.Services`."""

    def __init__(
        self,
        session: Session,
        contact: Contact,
        language: Language,
        content: Content,
        *,
        likely_country: str | None = None,
    ) -> None:
        """`likely_country` is a guess, good enough only where asking would cost time that nobody has."""
        self._session = session
        self._contact = contact
        self._language = language
        self._content = content
        self._likely_country = likely_country

    def find_rights(
        self, country: str, topic: str, text: str, *, situation: str | None, any_topic: bool
    ) -> RightsFound:
        key = f"rights.topic.{topic}"
        found = self._content.ranker.rank(
            {language: self._content.rights.texts(self._session, language) for language in Language},
            self._language,
            country,
            topic,
            text,
            situation=situation,
            named=" ".join((*self.wordings(key), *self.wordings(f"{key}.words"))),
            any_topic=any_topic,
        )
        return RightsFound([_rights_item(item) for item in found.items], found.fits, found.depends)

    def find_services(
        self, need: str, place: Place | None, country: str | None, text: str
    ) -> Sequence[ServiceCard]:
        asker = Asker(
            country,
            position=place.location if place else None,
            department=place.department if place else None,
            groups=self._groups(need, text),
            languages=self._languages(text),
            local=self._local_time(country, place),
        )
        found = search(self._session, need, asker)
        catalog, gazetteer = self._content.catalog, self._content.gazetteer
        return [card(one, self._language, catalog, at=now(), gazetteer=gazetteer) for one in found]

    def _groups(self, need: str, text: str) -> frozenset[str]:
        """For whom a service may be that this person is shown first: by what they look for, or say."""
        by_words = self._said(text, "card.for_whom", FOR_WHOM)
        return by_words | GROUPS_OF_NEED.get(need, frozenset())

    def _languages(self, text: str) -> frozenset[str]:
        """The languages that they say they speak; Spanish is spoken nearly everywhere."""
        return self._said(text, "card.language", LANGUAGES)

    def _said(self, text: str, key: str, codes: Sequence[str]) -> frozenset[str]:
        """Of which codes a text has one of the words."""
        said = f" {fold(text)} "
        return frozenset(
            code
            for code in codes
            for words in self.wordings(f"{key}.{code}.words")
            if any(f" {fold(word)} " in said for word in words.split(","))
        )

    def _local_time(self, country: str | None, place: Place | None) -> datetime | None:
        zone = self._content.gazetteer.timezone(country or "", place.department if place else None)
        return now().astimezone(ZoneInfo(zone)) if zone else None

    def find_places(self, text: str, country: str | None) -> Sequence[Place]:
        """A likely country only tells apart what has the same name."""
        gazetteer = self._content.gazetteer
        if gazetteer.is_elsewhere(text):
            return [Place("", text)]
        if region := gazetteer.region(text):
            name = region.name if region.id else ""
            return [Place(region.id or region.country, name, region.country, is_region=True)]
        return [place_of(town) for town in gazetteer.find(text, country or self._likely_country)]

    def locate(self, location: tuple[float, float]) -> Sequence[Place]:
        return [place_of(town) for town in self._content.gazetteer.near(*location)]

    def new_case_number(self) -> str:
        while cases.by_number(self._session, number := cases.new_number()):
            pass
        return number

    def find_case(self, number: str) -> CaseStatus | None:
        """Whoever has the number may ask, but for a sealed case only from where it was written."""
        if self._has_no_tries_left():
            return None
        case = cases.by_number(self._session, number)
        if case is None or (case.is_sealed and case.contact_id != self._contact.id):
            self._contact.wrong_numbers += 1
            return None
        latest = max((event.at for event in case.events), default=case.created_at)
        return CaseStatus(case.number, case.status.value, latest.date())

    def _has_no_tries_left(self) -> bool:
        since = self._contact.wrong_numbers_since
        if since is None or since < now() - WRONG_NUMBERS_FOR:
            self._contact.wrong_numbers, self._contact.wrong_numbers_since = 0, now()
        return self._contact.wrong_numbers >= MAX_WRONG_NUMBERS

    def stored_data(self) -> StoredData:
        theirs = Conversation.contact_id == self._contact.id
        messages = (
            select(func.count(Message.id)).join(Conversation).where(theirs, Message.direction == Direction.IN)
        )
        own_cases = select(func.count(cases.Case.id)).where(cases.Case.contact_id == self._contact.id)
        surveys = select(func.count(SurveyResponse.id)).where(SurveyResponse.contact_id == self._contact.id)
        return StoredData(
            messages=self._session.scalar(messages) or 0,
            cases=self._session.scalar(own_cases) or 0,
            surveys=self._session.scalar(surveys) or 0,
        )

    def emergency_numbers(self, country: str | None, purpose: str) -> Text | None:
        """For danger the general lines first, else the special ones, which know better what to do.

        Of lines for survivors only the numbers: their names would tell on a shared phone.
        """
        lines = self._content.emergency_numbers.get(country or self._likely_country or "", ())
        own = [line for line in lines if purpose in line.purposes]
        if not own:
            return None
        if purpose != "danger":
            own.sort(key=lambda line: len(line.purposes))
            return Text(*[" / ".join(line.number for line in own)] * 2)
        own.sort(key=lambda line: -len(line.purposes))
        named = [f"{line.number} {line.names[self._language]}" for line in own]
        return Text(", ".join(named[:2]), "\n".join(named))

    def wordings(self, key: str) -> Sequence[str]:
        return self._content.catalog.wordings(key, self._language)


def _rights_item(item: rights.RightsItem) -> RightsItem:
    answer = Text(item.short_text, item.full_text)
    return RightsItem(item.id, item.question, answer, item.need, item.topic)


def place_of(town: Town) -> Place:
    return Place(town.id, town.name, town.country, (town.latitude, town.longitude), town.department)
