"""A report that only a focal point may read: sexual exploitation by staff, violence in the home, trafficking.

The bot does not probe. It gives safety information, opens the case with the words it has, calls a focal point
and only then asks whether it is safe to write. Of an incident it asks where, and which help.
Called with the answer `category`.
"""

from flows.context import Answers, Context
from flows.events import CaseDetailAdded, CaseOpened, HandoffRequested, Reply
from flows.safety import numbers, state_safe, state_unsafe
from flows.services import Place, Services
from flows.steps import Ask, Call, Choose, Do, Done, End, Flow, Say

COMPLAINTS = ("sexual_exploitation",)


def open_sealed(answers: Answers, context: Context, services: Services) -> Done:
    category = answers["category"]
    number = services.new_case_number()
    kind = "complaint" if category in COMPLAINTS else "incident"
    return Done(
        "opened",
        (
            numbers(context, services, "gender_violence", "sealed.numbers", "sealed.no_numbers"),
            CaseOpened(number, kind, category, context.text, is_sealed=True),
            HandoffRequested(category, is_urgent=True, is_sealed=True, case_number=number),
        ),
        {"number": number},
    )


def note(answers: Answers, context: Context, services: Services) -> Done:
    """More than was asked for is kept, and the question put again."""
    return Done("noted", (CaseDetailAdded(answers["number"], text=answers["safe"]), Reply("sealed.noted")))


def which_kind(answers: Answers, context: Context, services: Services) -> Done:
    return Done("complaint" if answers["category"] in COMPLAINTS else "incident")


def add_details(answers: Answers, context: Context, services: Services) -> Done:
    place = Place.from_answer(answers["place"])
    return Done("added", (CaseDetailAdded(answers["number"], place, answers["help"]),))


flow = Flow(
    "sealed",
    version=1,
    start="open",
    steps=(
        Do("open", open_sealed, {"opened": "safe"}, says=("sealed.numbers", "sealed.no_numbers")),
        Choose("safe", {"yes": "is_safe", "no": "is_unsafe"}, otherwise="note"),
        Do("note", note, {"noted": "safe"}, says=("sealed.noted",)),
        Do("is_unsafe", state_unsafe, {"stated": "end"}, says=("safety.unsafe",)),
        Do("is_safe", state_safe, {"stated": "kind"}),
        Do("kind", which_kind, {"complaint": "done", "incident": "place"}),
        Call("place", "place", next="help"),
        Ask("help", next="details", is_optional=True),
        Do("details", add_details, {"added": "done"}),
        Say("done", next="end", shows=("number",)),
        End("end"),
    ),
)
