"""What to do when it is not clear what is wanted: the two best guesses as choices, else the menu.

The bot begins it with the answer `guesses`, names of flows, the best first.
"""

from flows.context import Answers, Context
from flows.events import Reply
from flows.services import Services
from flows.steps import Call, Choose, Do, Done, End, Flow

GUESSES = (
    "rights",
    "find_service",
    "complaint",
    "incident",
    "emergency",
    "case_status",
    "survey",
    "proposal",
    "human",
    "language",
    "opt_in",
    "opt_out",
    "my_data",
    "menu",
)


def offer(answers: Answers, context: Context, services: Services) -> Done:
    guesses = [guess for guess in answers.get("guesses", ()) if guess in GUESSES and guess != "menu"]
    if not guesses:
        return Done("none", (Reply("not_understood.sorry"),))
    return Done("some", answers={"offered": [*guesses[:2], "menu"]})


flow = Flow(
    "not_understood",
    version=1,
    start="offer",
    steps=(
        Do("offer", offer, {"some": "which", "none": "menu"}, says=("not_understood.sorry",)),
        Choose("which", {name: name for name in GUESSES}, only="offered", is_optional=True),
        *(Call(name, name, next="end") for name in GUESSES),
        End("end"),
    ),
)
