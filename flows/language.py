"""Which language to write in."""

from flows.context import Answers, Context
from flows.events import LanguageChosen, Reply
from flows.services import Services
from flows.steps import Choose, Do, Done, End, Flow


def keep(answers: Answers, context: Context, services: Services) -> Done:
    return Done("kept", (LanguageChosen(answers["choose"]), Reply("language.done")))


flow = Flow(
    "language",
    version=1,
    start="choose",
    steps=(
        Choose("choose", {"es": "keep", "en": "keep"}),
        Do("keep", keep, {"kept": "end"}, says=("language.done",)),
        End("end"),
    ),
)
