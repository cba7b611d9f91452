"""The order of precedence, as a table."""

from dataclasses import replace

import pytest

from bot.routing import Back, Begin, Heard, Resume, Route, Say, Silence, State, route
from flows.session import Frame, Position, Session
from nlu.keywords import Command
from nlu.understanding import UNKNOWN, Decision


def session(flow: str = "complaint", step: str = "what") -> Session:
    return Session(Position((Frame(flow, 1, step),)))


def heard(text: str = "algo", **more: object) -> Heard:
    plain = Heard("text", text, command=None, is_danger=False, understanding=UNKNOWN)
    return replace(plain, **more)  # type: ignore[arg-type]


def understood(intent: str, decision: Decision = Decision.ACT, **more: object) -> Heard:
    understanding = replace(UNKNOWN, intent=intent, confidence=0.9, decision=decision, **more)  # type: ignore[arg-type]
    return heard(understanding=understanding)


IDLE = State(None)
IN_FORM = State(session())
TAKEN = State(None, is_taken=True)
STOPPED = State(None, is_stopped=True)
EMERGENCY = understood("emergency")
STOP = heard("baja", command=Command.STOP)

TABLE: list[tuple[str, Heard, State, Route]] = [
    ("stop word wins over an open flow", STOP, IN_FORM, Begin("opt_out")),
    ("stop word wins over a person of the team", STOP, TAKEN, Begin("opt_out")),
    ("a second stop says nothing", STOP, STOPPED, Silence("stopped")),
    ("danger by words wins over an open flow", heard(is_danger=True), IN_FORM, Begin("emergency")),
    ("danger by the model wins over a person of the team", EMERGENCY, TAKEN, Begin("emergency")),
    ("danger is heard from whoever opted out", EMERGENCY, STOPPED, Begin("emergency")),
    ("the emergency flow is not begun anew by its answers", EMERGENCY, State(session("emergency")), Resume()),
    ("whoever opted out hears nothing", heard("hola"), STOPPED, Silence("stopped")),
    ("whoever opted out may come back", heard("alta", command=Command.START), STOPPED, Begin("opt_in")),
    ("the bot is silent while a person writes", understood("ask_rights"), TAKEN, Silence("taken")),
    ("menu leaves a form", heard("menu", command=Command.MENU), IN_FORM, Begin("menu")),
    ("back goes back in a form", heard("atras", command=Command.BACK), IN_FORM, Back()),
    ("back without a form is the menu", heard("atras", command=Command.BACK), IDLE, Begin("menu")),
    (
        "cancel leaves the form and does not opt out",
        heard("cancelar", command=Command.CANCEL),
        IN_FORM,
        Say("system.cancelled", ends=True),
    ),
    (
        "a language name",
        heard("english", command=Command.ENGLISH),
        IN_FORM,
        Begin("language", {"choose": "en"}),
    ),
    ("a form takes what is written", understood("ask_rights"), IN_FORM, Resume()),
    ("yes belongs to the form", heard("si", command=Command.YES), IN_FORM, Resume()),
    ("a voice note in a form is not an answer", heard("", kind="voice"), IN_FORM, Say("system.voice")),
    ("a photo with words is read", heard("mi casa", kind="photo"), IN_FORM, Resume()),
    ("a location answers a form", heard("", kind="location", location=(14.9, -92.2)), IN_FORM, Resume()),
    ("a location alone asks what is near", heard("", location=(14.9, -92.2)), IDLE, Begin("find_service")),
    ("a case number", understood("greet", case_number="K7PM-4XQ"), IDLE, Begin("case_status")),
    ("an intent that is sure", understood("file_complaint"), IDLE, Begin("complaint")),
    ("thanks are answered", understood("thank"), IDLE, Say("system.thank")),
    (
        "two guesses are offered",
        understood("ask_rights", Decision.OFFER, second_intent="find_service"),
        IDLE,
        Begin("not_understood", {"guesses": ["rights", "find_service"]}),
    ),
    ("nothing is guessed of nonsense", heard("asdf"), IDLE, Begin("not_understood", {"guesses": []})),
    ("an empty text gets the menu", heard(""), IDLE, Begin("menu")),
    ("a group is told once", heard("hola", kind="group"), IDLE, Say("system.private_only")),
    (
        "an edited message is not a new answer",
        heard("otra cosa", kind="edited"),
        IN_FORM,
        Say("system.edited"),
    ),
    (
        "an old yes answers no other question",
        heard("", kind="choice", old_choice=("my_data.confirm", "yes")),
        IN_FORM,
        Say("system.old_choice"),
    ),
    (
        "an old menu button still works",
        heard("", kind="choice", old_choice=("menu.choose", "rights")),
        IDLE,
        Begin("menu", {"choose": "rights"}),
    ),
]


@pytest.mark.parametrize(("label", "message", "state", "expected"), TABLE, ids=[row[0] for row in TABLE])
def test_route(label: str, message: Heard, state: State, expected: Route) -> None:
    assert route(message, state) == expected
