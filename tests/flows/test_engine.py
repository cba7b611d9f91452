"""The engine with small flows made for the purpose."""

import json
from dataclasses import replace
from typing import Any

import pytest

from flows.context import Answers, Context, Input
from flows.engine import FlowLoop, Session, Turn, back, begin, resume
from flows.events import (
    CaseDetailAdded,
    Choice,
    HandoffRequested,
    LanguageChosen,
    Reply,
    SessionReset,
)
from flows.run import MAX_RETRIES, MAX_TRAIL
from flows.services import Services, Text
from flows.session import Frame, Position
from flows.steps import Ask, Call, Choose, Consent, Do, Done, End, Flow, Handoff, Say, Step
from tests.flows.fakes import FakeServices, context

WORDS = {"toy.color.red": ("Rojo",), "toy.color.blue": ("Azul",), "toy.color.red.words": ("rojito",)}


def toy(*steps: Step, name: str = "toy", version: int = 1) -> Flow:
    return Flow(name, version, steps[0].name, steps)


HUMAN = toy(Handoff("handoff", topic="asked"), name="human")
MENU = toy(Ask("choose", next="end"), End("end"), name="menu")


class Chat:
    """A conversation with some flows, its session stored and loaded again between turns."""

    def __init__(self, *flows: Flow, **known: Any) -> None:
        self.flows = {flow.name: flow for flow in (*flows, HUMAN, MENU)}
        self.context = context(**known)
        self.services = FakeServices(words=WORDS)
        self.turn = Turn(None, ())

    def begins(self, flow: str = "toy", **answers: Any) -> Turn:
        self.turn = begin(flow, self.context, self.services, answers=answers, flows=self.flows)
        return self.turn

    def hears(self, text: str = "", **given: Any) -> Turn:
        self.turn = resume(
            self._stored(), Input(text, **given), self.context, self.services, flows=self.flows
        )
        return self.turn

    def goes_back(self) -> Turn:
        self.turn = back(self._stored(), self.context, self.services, flows=self.flows)
        return self.turn

    def _stored(self) -> Session:
        assert self.turn.session
        return Session.from_json(self.turn.session.to_json())

    @property
    def keys(self) -> list[str]:
        return [event.key for event in self.turn.events if isinstance(event, Reply)]


def done(*events: Any, **kept: Any) -> Any:
    return lambda answers, context, services: Done("done", events, kept)


def test_a_flow_says_asks_and_ends() -> None:
    chat = Chat(
        toy(
            Say("hello", next="name"),
            Ask("name", next="bye"),
            Say("bye", next="end", shows=("name",)),
            End("end"),
        )
    )

    chat.begins()
    assert chat.keys == ["toy.hello", "toy.name"]

    turn = chat.hears("  Ana ")
    assert turn == Turn(None, (Reply("toy.bye", {"name": "Ana"}),))


def test_the_session_survives_json() -> None:
    frames = (
        Frame("a", 1, "x", {"place": None, "seen": 2}),
        Frame("b", 3, "y", {"list": [["1", "é"]]}, into="x"),
    )
    session = Session(Position(frames, {"topic": "food"}), "hola ñ", 2, (Position(frames[:1]),))

    assert Session.from_json(session.to_json()) == session
    assert (session.flow, session.version, session.step, session.answers) == (
        "b",
        3,
        "y",
        {"list": [["1", "é"]]},
    )
    assert json.loads(session.to_json())["retries"] == 2


COLOR = Choose("color", {"red": "end", "blue": "end"})


def test_choices_are_offered_with_their_labels() -> None:
    turn = Chat(toy(COLOR, End("end"))).begins()

    choices = (Choice("red", "toy.color.red"), Choice("blue", "toy.color.blue"))
    assert turn.events == (Reply("toy.color", {}, choices),)


@pytest.mark.parametrize("said", ["1", "rojo", "ROJITO", "ro", "uno"])
def test_a_choice_is_made_in_many_ways(said: str) -> None:
    chat = Chat(toy(COLOR, Say("bye", next="end", shows=("color",)), End("end")))
    chat.begins()

    assert chat.hears(said).session is None


def test_hidden_choices_are_understood_but_have_no_number() -> None:
    chat = Chat(toy(Choose("color", {"red": "end", "blue": "end"}, shown=("red",)), End("end")))

    assert [choice.id for choice in chat.begins().events[0].choices] == ["red"]  # type: ignore[union-attr]
    assert not chat.hears("2").is_understood
    assert chat.hears("azul").is_understood


def test_an_answer_narrows_the_choices_for_good() -> None:
    chat = Chat(
        toy(
            Do("narrow", done(offered=["blue", "green"]), {"done": "color"}),
            Choose("color", {"red": "end", "blue": "end"}, only="offered"),
            End("end"),
        )
    )

    assert [choice.id for choice in chat.begins().events[0].choices] == ["blue"]  # type: ignore[union-attr]
    assert not chat.hears("rojo").is_understood
    assert chat.hears("1").is_understood


def test_choices_can_come_from_content() -> None:
    listed = [["x-1", "short", "full words"], ["x-2", "other", "other words"]]
    chat = Chat(
        toy(
            Do("look", done(found=listed), {"done": "which"}),
            Choose("which", {"red": "end"}, listed="found", listed_next="show", labels="toy.color"),
            Say("show", next="end", shows=("which",)),
            End("end"),
        )
    )

    choices = chat.begins().events[0].choices  # type: ignore[union-attr]
    assert choices[0] == Choice("x-1", Text("short", "full words"))
    assert choices[2] == Choice("red", "toy.color.red")
    assert chat.hears("other words").events == (Reply("toy.show", {"which": "x-2"}),)


def test_an_answer_that_is_not_understood_is_asked_again_and_the_bot_may_route_it_anew() -> None:
    chat = Chat(toy(COLOR, End("end")))
    chat.begins()

    turn = chat.hears("verde")

    assert not turn.is_understood
    assert chat.keys == ["toy.color.retry"]
    assert turn.session
    assert turn.session.retries == 1


@pytest.mark.parametrize("asked", [COLOR, Ask("color", next="end", parse=lambda *_: int("no number"))])
def test_after_three_answers_not_understood_a_person_is_offered(asked: Step) -> None:
    chat = Chat(toy(asked, End("end")))
    chat.begins()
    for _ in range(MAX_RETRIES - 1):
        chat.hears("verde")
        assert "human.offer" not in chat.keys

    chat.hears("verde")
    assert chat.keys == ["human.offer", "toy.color.retry"]

    turn = chat.hears("hablar con una persona")
    assert turn.session is None
    assert HandoffRequested("asked") in turn.events


def test_retries_are_forgotten_once_understood() -> None:
    flow = toy(Choose("color", {"red": "name", "blue": "end"}), Ask("name", next="end"), End("end"))
    chat = Chat(flow)
    chat.begins()
    chat.hears("verde")
    turn = chat.hears("rojo")

    assert turn.session
    assert turn.session.retries == 0


def test_what_is_none_of_optional_choices_ends_the_flow_without_a_word() -> None:
    chat = Chat(toy(Choose("color", {"red": "end"}, is_optional=True), End("end")))
    chat.begins()

    assert chat.hears("otra cosa") == Turn(None, (), is_understood=False)


def test_what_is_none_of_the_choices_can_lead_on_as_the_answer() -> None:
    told = Say("told", next="end", shows=("color",))
    chat = Chat(toy(Choose("color", {"red": "end"}, otherwise="told"), told, End("end")))
    chat.begins()

    assert chat.hears("no es rojo").events == (Reply("toy.told", {"color": "no es rojo"}),)


def test_an_optional_question_can_be_skipped_but_not_by_a_story_that_says_no() -> None:
    flow = toy(Ask("more", next="end", is_optional=True), End("end"))
    for said, kept in (
        ("no", None),
        ("1", None),
        ("saltar", None),
        ("no me dieron nada", "no me dieron nada"),
    ):
        chat = Chat(toy(Call("call", "sub", next="bye"), Say("bye", next="end", shows=("call",)), End("end")))
        chat.flows["sub"] = Flow("sub", 1, "more", (flow.steps[0], End("end", gives="more")))
        chat.begins()

        assert chat.hears(said).events == (Reply("toy.bye", {"call": kept}),)


def test_consent_is_an_explicit_yes_and_anything_else_is_no() -> None:
    flow = toy(
        Consent("refer", yes="agreed", no="kept"),
        Say("agreed", next="end"),
        Say("kept", next="end"),
        End("end"),
    )
    for said, key in (
        ("sí", "toy.agreed"),
        ("no", "toy.kept"),
        ("sí pero luego", "toy.kept"),
        ("", "toy.kept"),
    ):
        chat = Chat(flow)
        chat.begins(refer="yes")  # nobody consents in advance

        chat.hears(said)
        assert chat.keys == [key]


def test_a_hint_answers_its_question_unasked_but_only_once() -> None:
    flow = toy(
        Ask("where", next="again", fills="place"),
        Choose("again", {"red": "where"}, labels="toy.color"),
        End("end"),
    )
    chat = Chat(flow, place="Yoro")

    chat.begins()
    assert chat.keys == ["toy.again"]

    chat.hears("rojo")
    assert chat.keys == ["toy.where"]


def test_a_hint_that_comes_with_the_answer_is_used_up_by_it() -> None:
    flow = toy(Ask("where", next="sub", fills="place"), Call("sub", "place", next="end"), End("end"))
    place = toy(Ask("where", next="end", fills="place"), End("end"), name="place")
    chat = Chat(flow, place)
    session = chat.begins().session
    assert session
    chat.turn = Turn(replace(session, at=replace(session.at, hints={"place": "Yoro"})), ())

    chat.hears("en Yoro")

    assert chat.keys == ["place.where"]


def test_a_question_come_back_to_is_asked_although_there_is_a_new_hint() -> None:
    flow = toy(
        Ask("where", next="again", fills="place"), Choose("again", {"red": "where"}, labels="toy.color")
    )
    chat = Chat(flow, place="Yoro")
    session = chat.begins().session
    assert session
    chat.turn = Turn(replace(session, at=replace(session.at, hints={"place": "Danli"})), ())

    chat.hears("rojo")

    assert chat.keys == ["toy.where"]


def test_a_hint_that_is_no_answer_is_not_taken() -> None:
    chat = Chat(toy(Choose("color", {"red": "end"}, fills="topic"), End("end")), topic="asylum")

    chat.begins()

    assert chat.keys == ["toy.color"]


def test_a_sentence_in_answer_to_a_listening_choice_becomes_what_the_flow_is_about() -> None:
    def tell(answers: Answers, context: Context, services: Services) -> Done:
        return Done("done", (Reply("toy.text", {"text": context.text}),))

    flow = toy(
        Choose("color", {"red": "tell"}, fills="topic", listens=True),
        Do("tell", tell, {"done": "where"}),
        Ask("where", next="end", fills="place"),
        End("end"),
    )
    chat = Chat(flow, text="hola")
    chat.begins()

    turn = chat.hears("quiero algo rojito", place="Yoro")

    assert turn == Turn(None, (Reply("toy.text", {"text": "quiero algo rojito"}),))


def test_the_message_that_began_a_flow_is_kept_with_the_session() -> None:
    chat = Chat(toy(Ask("name", next="end"), End("end")), text="me deben un papel")
    turn = chat.begins()

    assert turn.session
    assert turn.session.text == "me deben un papel"
    chat.context = context(text="otra cosa")
    assert chat.goes_back().session == turn.session


def test_a_called_flow_gives_its_answer_to_the_caller() -> None:
    sub = toy(Ask("where", next="end"), End("end", gives="where"), name="sub")
    caller = toy(Call("place", "sub", next="bye"), Say("bye", next="end", shows=("place",)), End("end"))
    chat = Chat(caller, sub)

    chat.begins()
    assert chat.keys == ["sub.where"]
    assert chat.hears("Yoro").events == (Reply("toy.bye", {"place": "Yoro"}),)


def test_a_call_passes_answers_that_fill_the_steps_of_the_called() -> None:
    sub = toy(
        Choose("color", {"red": "bye"}, labels="toy.color"),
        Say("bye", next="end", shows=("color", "why")),
        End("end"),
        name="sub",
    )
    caller = toy(
        Do("know", done(best="red", why="so"), {"done": "go"}),
        Call("go", "sub", next="end", passes={"color": "best", "why": "why"}),
        End("end"),
    )

    assert Chat(caller, sub).begins().events == (Reply("sub.bye", {"color": "red", "why": "so"}),)


THREE = toy(Ask("a", next="b"), Ask("b", next="c"), Ask("c", next="end"), End("end"))


def test_back_returns_through_the_questions_and_forgets_their_answers() -> None:
    chat = Chat(THREE)
    chat.begins()
    chat.hears("1")
    chat.hears("2")

    turn = chat.goes_back()
    assert (chat.keys, turn.session and turn.session.answers) == (["toy.b"], {"a": "1"})
    turn = chat.goes_back()
    assert (chat.keys, turn.session and turn.session.answers) == (["toy.a"], {})
    chat.goes_back()
    assert chat.keys == ["system.no_back", "toy.a"]


def test_back_leaves_a_called_flow_for_its_caller() -> None:
    sub = toy(Ask("where", next="end"), End("end", gives="where"), name="sub")
    chat = Chat(toy(Ask("a", next="place"), Call("place", "sub", next="end"), End("end")), sub)
    chat.begins()
    chat.hears("1")
    assert chat.keys == ["sub.where"]

    chat.goes_back()

    assert chat.keys == ["toy.a"]


def test_back_does_not_pass_what_cannot_be_undone() -> None:
    def chat_with(event: Any) -> Chat:
        chat = Chat(
            toy(Ask("a", next="do"), Do("do", done(event), {"done": "b"}), Ask("b", next="end"), End("end"))
        )
        chat.begins()
        chat.hears("1")
        return chat

    for event, keys in (
        (CaseDetailAdded("X"), ["system.no_back", "toy.b"]),
        (LanguageChosen("en"), ["toy.a"]),
    ):
        chat = chat_with(event)
        chat.goes_back()
        assert chat.keys == keys


def test_back_reaches_only_so_far() -> None:
    chat = Chat(toy(Ask("a", next="a"), End("end")))
    chat.begins()
    for n in range(MAX_TRAIL + 5):
        chat.hears(str(n))

    assert chat.turn.session
    assert len(chat.turn.session.trail) == MAX_TRAIL


@pytest.mark.parametrize(
    "changed",
    [
        toy(Ask("a", next="end"), End("end"), version=2),
        toy(Ask("other", next="end"), End("end")),
    ],
)
def test_a_stored_session_of_another_version_begins_its_flow_anew_with_an_apology(changed: Flow) -> None:
    chat = Chat(toy(Ask("a", next="end"), End("end")))
    chat.begins()
    chat.flows["toy"] = changed

    before = chat.turn

    for move in (lambda: chat.hears("1"), chat.goes_back):
        chat.turn = before
        turn = move()
        assert chat.keys == ["system.changed", f"toy.{changed.start}"]
        assert turn.session
        assert turn.session.version == changed.version


def test_a_stored_session_says_what_was_lost() -> None:
    chat = Chat(THREE)
    chat.begins()
    chat.hears("1")
    del chat.flows["toy"]

    turn = chat.hears("2")

    assert turn.events == (SessionReset("toy", 1, "b"), Reply("system.changed"), Reply("menu.choose"))


def test_only_the_called_flow_begins_anew_when_only_it_changed() -> None:
    sub = toy(Ask("where", next="end"), End("end", gives="where"), name="sub")
    caller = toy(
        Ask("a", next="place"),
        Call("place", "sub", next="bye"),
        Say("bye", next="end", shows=("a", "place")),
        End("end"),
    )
    chat = Chat(caller, sub)
    chat.begins()
    chat.hears("1")
    chat.flows["sub"] = Flow("sub", 2, "where", sub.steps)

    chat.hears("Yoro")
    assert chat.keys == ["system.changed", "sub.where"]
    assert chat.hears("Yoro").events == (Reply("toy.bye", {"a": "1", "place": "Yoro"}),)


def test_a_handoff_ends_the_bots_part_unless_it_goes_on() -> None:
    chat = Chat(
        toy(Handoff("now", topic="danger", is_urgent=True, next="safe"), Ask("safe", next="end"), End("end"))
    )

    turn = chat.begins()

    assert turn.events == (Reply("toy.now"), HandoffRequested("danger", is_urgent=True), Reply("toy.safe"))
    assert turn.session
    assert Chat().begins("human").session is None


def test_a_question_may_be_put_otherwise_by_sms() -> None:
    flow = toy(Ask("where", next="end"), End("end"))
    for kind, key in (("sms", "toy.where.sms"), ("chat", "toy.where")):
        chat = Chat(flow, kind=kind)
        chat.services.words["toy.where.sms"] = ("Where?",)

        chat.begins()

        assert chat.keys == [key]


def test_a_flow_that_never_waits_is_our_bug() -> None:
    chat = Chat(toy(Say("a", next="b"), Say("b", next="a")))

    with pytest.raises(FlowLoop):
        chat.begins()
