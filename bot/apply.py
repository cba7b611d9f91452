"""What a turn causes becomes rows: one function for each event of the flows, all in the turn's
transaction."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy.orm import Session

from bot.content import Content
from core import cases, consents, contacts, conversations, erasure, messages, questions, surveys
from core.contacts import Contact
from core.conversations import Conversation
from core.db import now
from core.rights import feedback
from core.types import CaseKind, Language, Priority
from flows import events
from flows.services import Place

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Effects:
    """What the events of one turn have come to so far."""

    session: Session
    conversation: Conversation
    content: Content
    language: Language
    is_sms: bool
    replies: list[tuple[Language, events.Reply]] = field(default_factory=list)
    priority: Priority = Priority.REPLY
    is_private: bool = False
    even_if_stopped: bool = False

    @property
    def contact(self) -> Contact:
        return self.conversation.contact

    @property
    def channel_kind(self) -> Literal["sms", "chat"]:
        return "sms" if self.is_sms else "chat"

    def apply(self, turn_events: tuple[events.Event, ...]) -> None:
        for event in turn_events:
            APPLY[type(event)](self, event)


def _reply(effects: Effects, event: events.Reply) -> None:
    effects.replies.append((effects.language, event))


def _privacy_notice_given(effects: Effects, event: events.PrivacyNoticeGiven) -> None:
    effects.contact.privacy_notice_at = now()


def _language_chosen(effects: Effects, event: events.LanguageChosen) -> None:
    effects.language = effects.contact.language = Language(event.language)
    effects.contact.has_chosen_language = True


def _country_chosen(effects: Effects, event: events.CountryChosen) -> None:
    effects.contact.country = event.country


def _opted_out(effects: Effects, event: events.OptedOut) -> None:
    contacts.stop(effects.contact)
    messages.drop_waiting(effects.session, effects.contact)
    effects.even_if_stopped = True


def _opted_in(effects: Effects, event: events.OptedIn) -> None:
    contacts.resume(effects.contact)
    effects.contact.subscribed_at = now()


def _safety_stated(effects: Effects, event: events.SafetyStated) -> None:
    effects.contact.unsafe_since = None if event.is_safe_to_write else now()
    effects.priority = Priority.SAFETY


def _handoff_requested(effects: Effects, event: events.HandoffRequested) -> None:
    conversations.open_for_person(effects.conversation, event.topic)
    if event.is_urgent:
        effects.priority = Priority.SAFETY
    if event.is_sealed:
        _seal(effects)


def _case_opened(effects: Effects, event: events.CaseOpened) -> None:
    cases.open_case(
        effects.session,
        effects.conversation,
        CaseKind(event.kind),
        event.category,
        number=event.number,
        narrative=event.narrative or None,
        place=_place_text(event.place),
        place_name=_place_name(event.place),
        is_sealed=event.is_sealed,
        wants_answer=event.wants_answer,
    )
    effects.is_private = True
    if event.is_sealed:
        _seal(effects)


def _case_detail_added(effects: Effects, event: events.CaseDetailAdded) -> None:
    case = cases.by_number(effects.session, event.number)
    if case is not None:
        place, name = _place_text(event.place), _place_name(event.place)
        cases.add_detail(effects.session, case, text=event.text, place=place, place_name=name)


def _referral_consent_given(effects: Effects, event: events.ReferralConsentGiven) -> None:
    case = cases.by_number(effects.session, event.number)
    wording = effects.content.catalog.text(event.wording_key, effects.language)
    consents.give(effects.session, effects.contact.id, "referral", wording, case_id=case.id if case else None)


def _referral_consent_withdrawn(effects: Effects, event: events.ReferralConsentWithdrawn) -> None:
    consents.withdraw(effects.session, effects.contact.id)


def _survey_answered(effects: Effects, event: events.SurveyAnswered) -> None:
    surveys.record(
        effects.session,
        effects.contact.id,
        event.survey,
        event.started_at,
        event.answers,
        is_complete=event.is_complete,
    )


def _services_searched(effects: Effects, event: events.ServicesSearched) -> None:
    department, town_id = _counted_at(effects, event.place)
    questions.count(effects.session, event.need, event.country, department, town_id, is_met=event.has_near)


def _counted_at(effects: Effects, place: Place | None) -> tuple[str, str]:
    """Department and town; of a place that is no town of ours, what is known to be around it."""
    if place is None or not place.id:
        return "", ""
    if place.is_region:
        return ("" if place.id == place.country else place.name), ""
    town = effects.content.gazetteer.by_id.get(place.id)
    is_known_enough = town is not None and town.population >= questions.MIN_PEOPLE
    return place.department or "", place.id if is_known_enough else ""


def _rights_answered(effects: Effects, event: events.RightsAnswered) -> None:
    feedback.count_shown(effects.session, event.item, effects.language, effects.channel_kind)


def _rights_rated(effects: Effects, event: events.RightsRated) -> None:
    feedback.count_rated(
        effects.session, event.item, effects.language, effects.channel_kind, helped=event.helped
    )


def _rights_missing(effects: Effects, event: events.RightsMissing) -> None:
    feedback.count_missed(effects.session, event.country, event.topic, effects.language, effects.channel_kind)


def _data_erasure_requested(effects: Effects, event: events.DataErasureRequested) -> None:
    erasure.erase(effects.session, effects.contact)


def _session_reset(effects: Effects, event: events.SessionReset) -> None:
    logger.warning("session reset: flow %s version %s step %s", event.flow, event.version, event.step)


def _seal(effects: Effects) -> None:
    """From now on only focal points read the thread, since the story stands in it."""
    effects.conversation.is_sealed = True
    effects.is_private = True


def _place_text(place: Place | None) -> str | None:
    if place is None:
        return None
    position = ", ".join(f"{degrees:.2f}" for degrees in place.location) if place.location else ""
    return place.words or place.name or position


def _place_name(place: Place | None) -> str | None:
    """Only a recognized municipality: whatever else the person wrote may point at them."""
    return place.name if place and place.id else None


APPLY: dict[type[Any], Callable[[Effects, Any], None]] = {
    events.Reply: _reply,
    events.PrivacyNoticeGiven: _privacy_notice_given,
    events.LanguageChosen: _language_chosen,
    events.CountryChosen: _country_chosen,
    events.OptedOut: _opted_out,
    events.OptedIn: _opted_in,
    events.SafetyStated: _safety_stated,
    events.HandoffRequested: _handoff_requested,
    events.CaseOpened: _case_opened,
    events.CaseDetailAdded: _case_detail_added,
    events.ReferralConsentGiven: _referral_consent_given,
    events.ReferralConsentWithdrawn: _referral_consent_withdrawn,
    events.SurveyAnswered: _survey_answered,
    events.ServicesSearched: _services_searched,
    events.RightsAnswered: _rights_answered,
    events.RightsRated: _rights_rated,
    events.RightsMissing: _rights_missing,
    events.DataErasureRequested: _data_erasure_requested,
    events.SessionReset: _session_reset,
}
