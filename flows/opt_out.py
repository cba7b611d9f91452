"""No more messages: done at once, without a question."""

from flows.context import Answers, Context
from flows.events import OptedOut, Reply
from flows.services import Services
from flows.steps import Do, Done, End, Flow


def leave(answers: Answers, context: Context, services: Services) -> Done:
    return Done("left", (OptedOut(), Reply("opt_out.done")))


flow = Flow(
    "opt_out",
    version=1,
    start="leave",
    steps=(Do("leave", leave, {"left": "end"}, says=("opt_out.done",)), End("end")),
)
