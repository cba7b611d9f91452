"""Where a message goes: one function, pure, with the order of precedence from top to bottom.

opt-out words → danger → a human has the conversation → global words → the active flow → case numbers → the
NLU's intent → its two best guesses as choices → the menu.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flows.session import Session
from nlu.keywords import Command
from nlu.understanding import Decision, Understanding

KINDS_WITHOUT_WORDS = ("voice", "photo", "video", "document", "sticker", "contact")
"""What the bot cannot understand and says so, unless words came with it."""

FLOW_OF_INTENT: Mapping[str, str] = {
    "greet": "menu",
    "help": "menu",
    "affirm": "menu",
    "deny": "menu",
    "ask_rights": "rights",
    "find_service": "find_service",
    "file_complaint": "complaint",
    "report_incident": "incident",
    "emergency": "emergency",
    "check_case": "case_status",
    "take_survey": "survey",
    "talk_to_human": "human",
    "change_language": "language",
    "subscribe": "opt_in",
    "unsubscribe": "opt_out",
    "manage_data": "my_data",
    "make_proposal": "proposal",
}

FLOW_OF_COMMAND: Mapping[Command, str] = {
    Command.START: "opt_in",
    Command.HELP: "menu",
    Command.MENU: "menu",
    Command.HUMAN: "human",
    Command.ERASE: "my_data",
}

LANGUAGE_OF_COMMAND = {Command.SPANISH: "es", Command.ENGLISH: "en"}

NAVIGATION = ("menu", "not_understood", "rights", "find_service")
"""Flows whose old buttons may still be pressed: they ask for something. In all others an old "yes" might
be taken for the answer to another question."""

RATINGS = ("yes", "no")
"""Of an answer, pressed when the talk has gone on: nobody knows of which one."""

SMALL_TALK = {"thank": "system.thank", "goodbye": "system.goodbye"}


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as the router sees it."""

    kind: str
    text: str
    command: Command | None
    is_danger: bool
    understanding: Understanding
    choice: str | None = None  # of the question that the session waits for
    old_choice: tuple[str, str] | None = None  # an old button: the question it belonged to, and the choice
    is_cut: bool = False  # the text was longer than what is read
    location: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class State:
    session: Session | None
    is_stopped: bool = False
    is_taken: bool = False  # a member of staff writes with the person


@dataclass(frozen=True, slots=True)
class Begin:
    flow: str
    answers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Resume:
    pass


@dataclass(frozen=True, slots=True)
class Back:
    pass


@dataclass(frozen=True, slots=True)
class Say:
    """One text of the catalogue; `ends` the flow that was under way."""

    key: str
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing is answered; `reason` is for statistics."""

    reason: str


Route = Begin | Resume | Back | Say | Silence


def route(heard: Heard, state: State) -> Route:
    if heard.kind == "group":
        return Say("system.private_only")
    return _safety(heard, state) or _staff(state) or _bot(heard, state)


def _safety(heard: Heard, state: State) -> Route | None:
    """What is heard whatever goes on: no more messages, danger, and silence for whoever opted out."""
    if heard.command is Command.STOP:
        return Silence("stopped") if state.is_stopped else Begin("opt_out")
    if is_danger(heard, state):
        return Begin("emergency")
    if state.is_stopped:
        return Begin("opt_in") if heard.command is Command.START else Silence("stopped")
    return None


def _staff(state: State) -> Route | None:
    return Silence("taken") if state.is_taken else None


def _bot(heard: Heard, state: State) -> Route:
    if heard.kind == "edited":
        return Say("system.edited")
    if heard.old_choice:
        return _old_choice(*heard.old_choice)
    return _command(heard, state) or _active_flow(heard, state) or afresh(heard)


def is_danger(heard: Heard, state: State) -> bool:
    """By words, or as it was understood. In the emergency flow itself they answer our questions."""
    if state.session and any(frame.flow == "emergency" for frame in state.session.at.frames):
        return False
    by_model = heard.understanding.intent == "emergency" and heard.understanding.decision is Decision.ACT
    return heard.is_danger or by_model


def afresh(heard: Heard) -> Route:
    """As if no flow were under way: also for an answer that the flow did not understand."""
    if heard.location:
        return Begin("find_service")
    if heard.kind in KINDS_WITHOUT_WORDS and not heard.text.strip():
        return Say(f"system.{heard.kind}")
    if not heard.text.strip():
        return Begin("menu")
    return _by_understanding(heard.understanding)


def _command(heard: Heard, state: State) -> Route | None:
    if heard.command in LANGUAGE_OF_COMMAND:
        return Begin("language", {"choose": LANGUAGE_OF_COMMAND[heard.command]})
    if heard.command is Command.BACK and state.session:
        return Back()
    if heard.command is Command.CANCEL and state.session:
        return Say("system.cancelled", ends=True)
    if heard.command in (Command.BACK, Command.CANCEL):
        return Begin("menu")
    flow = FLOW_OF_COMMAND.get(heard.command) if heard.command else None
    return Begin(flow) if flow else None


def _old_choice(question: str, choice: str) -> Route:
    flow, _, step = question.partition(".")
    if choice in RATINGS and flow == "rights":
        return Say("system.thank")
    return Begin(flow, {step: choice}) if flow in NAVIGATION else Say("system.old_choice")


def _active_flow(heard: Heard, state: State) -> Route | None:
    if state.session is None:
        return None
    has_answer = heard.text.strip() or heard.choice or heard.location
    if heard.kind in KINDS_WITHOUT_WORDS and not has_answer:
        return Say(f"system.{heard.kind}")
    return Resume()


def _by_understanding(understanding: Understanding) -> Route:
    if understanding.case_number:
        return Begin("case_status")
    if understanding.decision is Decision.ACT:
        return by_intent(understanding.intent)
    return Begin("not_understood", {"guesses": _guesses(understanding)})


def _guesses(understanding: Understanding) -> list[str]:
    """Flows of the two best intents, the better first; none when even they are mostly wrong."""
    if understanding.decision is not Decision.OFFER:
        return []
    flows = (
        FLOW_OF_INTENT.get(intent or "") for intent in (understanding.intent, understanding.second_intent)
    )
    return list(dict.fromkeys(flow for flow in flows if flow))


def by_intent(intent: str) -> Route:
    if intent in SMALL_TALK:
        return Say(SMALL_TALK[intent])
    flow = FLOW_OF_INTENT.get(intent)
    return Begin(flow) if flow else Begin("not_understood", {"guesses": []})
