"""Danger now: the numbers to call before any question, and a person of the team called at once.

The bot goes on while that person is on the way: is it safe to write, and where are you?
"""

from flows.context import Answers, Context, Input
from flows.events import CaseDetailAdded, CaseOpened, HandoffRequested
from flows.place import place_or_words
from flows.safety import numbers, state_safe, state_unsafe
from flows.services import Place, Services
from flows.steps import Ask, Choose, Do, Done, End, Flow, Say


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


def words_and_place(given: Input, context: Context, services: Services) -> object:
    """All that they write, not only the place in it: it may be all they can send."""
    return place_or_words(given, context, services) if given.location else given.text.strip() or None


def add_details(answers: Answers, context: Context, services: Services) -> Done:
    said = answers["where"]
    place = Place.from_answer(said) if isinstance(said, dict) else None
    return Done("added", (CaseDetailAdded(answers["number"], place, None if place else said),))


flow = Flow(
    "emergency",
    version=1,
    start="alert",
    steps=(
        Do("alert", alert, {"alerted": "safe"}, says=("emergency.numbers", "emergency.no_numbers")),
        Choose("safe", {"yes": "is_safe", "no": "is_unsafe"}),
        Do("is_unsafe", state_unsafe, {"stated": "end"}, says=("safety.unsafe",)),
        Do("is_safe", state_safe, {"stated": "where"}),
        Ask("where", parse=words_and_place, next="details"),
        Do("details", add_details, {"added": "done"}),
        Say("done", next="end"),
        End("end"),
    ),
)
