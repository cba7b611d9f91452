"""Danger now: the numbers to call before any question, and a person of the team called at once.

The bot goes on meanwhile: is it safe to write, where are you? Whatever is written goes into the case, until
the person says that it is over or somebody takes the conversation.
"""

from flows.context import Answers, Context, Input
from flows.events import CaseDetailAdded, CaseOpened, HandoffRequested
from flows.place import location_of
from flows.safety import numbers, state_safe, state_unsafe
from flows.services import Place, Services
from flows.steps import Ask, Choose, Do, Done, End, Flow, Say, Work, written


def alert(answers: Answers, context: Context, services: Services) -> Done:
    number = services.new_case_number()
    return Done(
        "alerted",
        (
            numbers(context, services, "danger", "emergency.numbers", "emergency.no_numbers"),
            CaseOpened(number, "emergency", "emergency", context.text),
            HandoffRequested("emergency", is_urgent=True, case_number=number),
        ),
        {"number": number},
    )


def words_or_place(given: Input, context: Context, services: Services) -> object:
    """All that they write, not only the place in it: it may be all they can send."""
    return location_of(given) or written(given, context, services)


def adds(answer: str) -> Work:
    """Work that puts what was told at the step of this name into the case."""

    def add(answers: Answers, context: Context, services: Services) -> Done:
        said = answers[answer]
        place = Place.from_answer(said) if isinstance(said, dict) else None
        return Done("added", (CaseDetailAdded(answers["number"], place, None if place else said),))

    return add


flow = Flow(
    "emergency",
    version=1,
    start="alert",
    steps=(
        Do("alert", alert, {"alerted": "safe"}, says=("emergency.numbers", "emergency.no_numbers")),
        Choose("safe", {"yes": "is_safe", "no": "is_unsafe"}, otherwise="told", parse=words_or_place),
        Do("is_unsafe", state_unsafe, {"stated": "end"}, says=("safety.unsafe",)),
        Do("told", adds("safe"), {"added": "more"}),
        Do("is_safe", state_safe, {"stated": "where"}),
        Ask("where", parse=words_or_place, next="told_where"),
        Do("told_where", adds("where"), {"added": "more"}),
        Choose("more", {"over": "over"}, otherwise="told_more", parse=words_or_place),
        Do("told_more", adds("more"), {"added": "more"}),
        Say("over", next="end"),
        End("end"),
    ),
)
