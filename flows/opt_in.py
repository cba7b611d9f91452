"""Messages again."""

from flows.context import Answers, Context
from flows.events import OptedIn, Reply
from flows.services import Services
from flows.steps import Do, Done, End, Flow


def join(answers: Answers, context: Context, services: Services) -> Done:
    return Done("joined", (OptedIn(), Reply("opt_in.done")))


flow = Flow(
    "opt_in",
    version=1,
    start="join",
    steps=(Do("join", join, {"joined": "end"}, says=("opt_in.done",)), End("end")),
)
