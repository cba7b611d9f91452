"""One turn in the making: what a message leads to, within the transaction that `bot.turn` has opened."""

from dataclasses import replace
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.apply import Effects
from bot.content import Content
from bot.hearing import hear
from bot.lookups import Lookups
from bot.routing import Back, Begin, Resume, Route, Say, Silence, State, afresh, is_danger, route
from core import erasure
from core.conversations import Conversation
from core.db import now
from core.messages import Message
from core.places import country_in, country_of_number, country_stated, is_only_statement
from core.types import ContactStatus, ConversationStatus, Language, MessageStatus, Priority
from flows import engine, events
from flows.context import Context, Input
from flows.session import Session as FlowSession
from nlu.understanding import Decision, Understanding

ONCE = ("system.private_only",)
"""Said once in a conversation: a bot that repeats itself in a group is a nuisance."""

MIN_WORDS_FOR_LANGUAGE = 3
"""Fewer words do not change a language that is known; "ok" and "no" are both."""


class Turn:
    """One turn in the making."""

    def __init__(
        self,
        session: Session,
        conversation: Conversation,
        message: Message,
        understanding: Understanding | None,
        content: Content,
        *,
        country: str | None,
        is_sms: bool,
    ) -> None:
        self.message = message
        self.flow_session = FlowSession.from_json(conversation.session) if conversation.session else None
        self.heard = hear(message, self.flow_session, understanding)
        self._note_language(conversation)
        language = conversation.contact.language or Language.SPANISH
        self.effects = Effects(session, conversation, content, language, is_sms)
        self._content = content
        self._country = country

    def run(self) -> None:
        contact = self.effects.contact
        if contact.erase_at:
            erasure.come_back(contact)
        state = State(
            session=self.flow_session,
            is_stopped=contact.status is ContactStatus.STOPPED,
            is_taken=self._is_taken(),
        )
        chosen: Route | None = self._note_country(route(self.heard, state))
        urgent = is_danger(self.heard, state)
        if urgent:
            # they wrote first, and it may be for their life
            self.effects.even_if_stopped, self.effects.priority = True, Priority.SAFETY
        if contact.privacy_notice_at is None and not urgent and not isinstance(chosen, Silence):
            chosen = self._welcome(chosen)
        if chosen is not None:
            self._take(chosen)
        if self.heard.is_cut and not isinstance(chosen, Silence):
            self.effects.apply((events.Reply("system.too_long"),))
        self.message.decision = self.message.decision or _name(chosen)

    def close(self) -> None:
        """Save where the conversation stands. After an erasure nothing of the message is kept."""
        conversation, heard = self.effects.conversation, self.heard
        conversation.session = self.flow_session.to_json() if self.flow_session else None
        self.message.status, self.message.handled_at = MessageStatus.HANDLED, now()
        if self.effects.contact.erase_at is None:
            known = heard.understanding.confidence > 0
            self.message.intent = heard.understanding.intent if known else None
            self.message.topic = heard.understanding.topic
            self.message.confidence = heard.understanding.confidence if known else None

    def _note_country(self, chosen: Route) -> Route:
        """ "Ahora estoy en Guatemala" is heard at any time; where it is all that was said, it is answered."""
        stated = country_stated(self.heard.text)
        if stated is None or isinstance(chosen, Silence):
            return chosen
        self.effects.apply((events.CountryChosen(stated),))
        asks_anew = isinstance(chosen, Begin) and chosen.flow != "emergency"
        return self._afresh() if asks_anew else chosen

    def _afresh(self) -> Route:
        if is_only_statement(self.heard.text):
            stated = country_stated(self.heard.text)
            return self._again(stated) or Begin("country", {"choose": stated, "is_all": True})
        return afresh(self.heard)

    def _again(self, country: str | None) -> Begin | None:
        """The question on rights that was answered last, for the country where they are now."""
        frame = self.flow_session.at.frames[-1] if self.flow_session else None
        topic = frame.answers.get("about") if frame and frame.flow == "rights" else None
        return Begin("rights", {"topic": topic, "country": country}) if topic else None

    def _take(self, chosen: Route) -> None:
        match chosen:
            case Begin(flow, answers):
                answers, context = {**self._told_before(), **answers}, self._context()
                if self.flow_session and is_only_statement(self.heard.text):
                    context = replace(context, text=self.flow_session.text)
                self._done(engine.begin(flow, context, self._lookups(), answers=answers))
            case Resume():
                self._resume()
            case Back() if self.flow_session:
                self._done(
                    engine.back(self.flow_session, self._context(self.flow_session.text), self._lookups())
                )
            case Say(key, ends):
                if not (key in ONCE and self._was_said(key)):
                    self.effects.apply((events.Reply(key),))
                self.flow_session = None if ends else self.flow_session

    def _told_before(self) -> dict[str, str]:
        """The situation is told once in a conversation. It is in the session only, and goes with it."""
        at = self.flow_session.at if self.flow_session else None
        told = [at.hints, *(frame.answers for frame in at.frames)] if at else []
        situation = next((one["situation"] for one in told if "situation" in one), None)
        return {"situation": situation} if situation else {}

    def _resume(self) -> None:
        """An answer that the flow does not understand may be a new matter that the NLU does."""
        if self.flow_session is None:
            return
        given = Input(
            text=self.heard.text,
            choice=self.heard.choice,
            location=self.heard.location,
            intent=self.heard.understanding.intent,
            topic=self._topic(),
            place=self.heard.understanding.place,
            case_number=self.heard.understanding.case_number,
        )
        context = self._context(self.flow_session.text)
        turn = engine.resume(self._with_hints(self.flow_session), given, context, self._lookups())
        anew = self._afresh()
        if not turn.is_understood and (turn.session is None or self._is_another_matter(anew)):
            self._take(anew)
        else:
            self._done(turn)

    def _done(self, turn: engine.Turn) -> None:
        self.flow_session = turn.session
        self.effects.apply(turn.events)

    def _welcome(self, chosen: Route | None) -> Route | None:
        """The notice first; then the first message is answered, unless it asks for nothing yet."""
        if isinstance(chosen, Begin) and chosen.flow in ("opt_out", "emergency"):
            return chosen
        if self.heard.kind == "group":
            return chosen
        # the flow goes on to language and menu when nothing was asked for yet
        context = replace(self._context(), intent="greet" if _asks_nothing(chosen) else "ask_rights")
        self._done(engine.begin("welcome", context, self._lookups()))
        return None if self.flow_session else chosen

    def _context(self, begun_with: str = "") -> Context:
        """A country that is named only in what the flow under way began with is the one that it is about."""
        heard = self.heard
        asks = heard.understanding.decision is not Decision.MENU or heard.understanding.case_number
        named = country_in(heard.text)
        return Context(
            language=self.effects.language,
            now=now(),
            channel_kind=self.effects.channel_kind,
            country=named or country_in(begun_with) or self._own_country(),
            named_country=named,
            likely_country=self._likely_country(),
            text=heard.text,
            intent=heard.understanding.intent if asks else None,
            topic=self._topic(),
            place=self._place(),
            case_number=heard.understanding.case_number,
        )

    def _own_country(self) -> str | None:
        """What they told before, unless they write from somewhere else now."""
        own, of_place = self.effects.contact.country or self._country, self._country_of_place
        if country_stated(self.heard.text):
            return own
        return own if of_place in (None, own) else None

    @cached_property
    def _said_place(self) -> str | None:
        return self._content.gazetteer.place_in(self.heard.text)

    @cached_property
    def _country_of_place(self) -> str | None:
        """Of the place in this message, else in the one that this conversation began with."""
        begun_with = self.flow_session.text if self.flow_session else ""
        place = self._said_place or self._content.gazetteer.place_in(begun_with)
        if place is None:
            return None
        region = self._content.gazetteer.region(place)
        towns = self._content.gazetteer.find(place, self.effects.contact.country)
        countries = {region.country} if region else {town.country for town in towns}
        return countries.pop() if len(countries) == 1 else None

    def _likely_country(self) -> str | None:
        return self._country_of_place or country_of_number(self.effects.conversation.urn.urn)

    def _place(self) -> str | None:
        """A location sent, else where they say that they are, else any place that the NLU saw."""
        if self.heard.location:
            return "{:.4f}, {:.4f}".format(*self.heard.location)
        return self._said_place or self.heard.understanding.place

    def _is_another_matter(self, anew: Route) -> bool:
        """Something that the NLU makes sense of, other than what is being talked about already."""
        if not isinstance(anew, Begin):
            return True
        if anew.flow == "not_understood":
            under_way = {frame.flow for frame in self.flow_session.at.frames} if self.flow_session else set()
            return bool(anew.answers.get("guesses")) and not under_way & set(anew.answers["guesses"])
        return anew.flow != "menu"

    def _with_hints(self, session: FlowSession) -> FlowSession:
        """An answer may say more than was asked: "asilo en México" has named the country too."""
        understanding = self.heard.understanding
        told = {
            "country": country_in(self.heard.text),
            "topic": self._topic(),
            "place": self._place(),
            "case_number": understanding.case_number,
        }
        hints = {**session.at.hints, **{name: value for name, value in told.items() if value}}
        return replace(session, at=replace(session.at, hints=hints))

    def _lookups(self) -> Lookups:
        return Lookups(
            self.effects.session,
            self.effects.contact,
            self.effects.language,
            self._content,
            likely_country=self._likely_country(),
        )

    def _topic(self) -> str | None:
        """A topic belongs to its intent; of a guess that is not even offered it says nothing.

        "Other" is no answer to what it is about: "I want to complain" is asked about what.
        """
        heard = self.heard.understanding
        return None if heard.decision is Decision.MENU or heard.topic == "other" else heard.topic

    def _is_taken(self) -> bool:
        conversation = self.effects.conversation
        return conversation.status is ConversationStatus.OPEN and conversation.assignee_id is not None

    def _was_said(self, key: str) -> bool:
        said = select(Message.id).where(
            Message.conversation_id == self.effects.conversation.id, Message.key == key
        )
        return self.effects.session.scalar(said.limit(1)) is not None

    def _note_language(self, conversation: Conversation) -> None:
        """Follow what they write, until they choose."""
        contact, language = conversation.contact, self.heard.understanding.language
        is_clear = contact.language is None or len(self.heard.text.split()) >= MIN_WORDS_FOR_LANGUAGE
        if language in tuple(Language) and is_clear and not contact.has_chosen_language:
            contact.language = Language(language)


def _asks_nothing(chosen: Route | None) -> bool:
    """Where a first message leads that is only a greeting, or that nobody can make anything of."""
    match chosen:
        case Say() | Begin("menu"):
            return True
        case Begin("not_understood", answers):
            return not answers.get("guesses")
    return False


def _name(chosen: Route | None) -> str:
    """For statistics: what became of the message, in one word."""
    match chosen:
        case None:
            return "welcome"
        case Begin(flow):
            return flow
        case Say(key):
            return key
        case Silence(reason):
            return reason
        case _:
            return type(chosen).__name__.lower()
