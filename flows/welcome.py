"""The first message of a person: who writes here, then the language.

A first message that already asks something is not held up: the flow ends, and the bot answers it.
"""

from flows.context import Answers, Context
from flows.events import PrivacyNoticeGiven
from flows.services import Services
from flows.steps import Call, Do, Done, End, Flow, Say

SMALL_TALK = (None, "greet", "help", "thank", "goodbye", "affirm", "deny", "out_of_scope", "subscribe")


def give_notice(answers: Answers, context: Context, services: Services) -> Done:
    return Done("greeted" if context.intent in SMALL_TALK else "asked", (PrivacyNoticeGiven(),))


flow = Flow(
    "welcome",
    version=1,
    start="notice",
    steps=(
        Say("notice", next="given"),
        Do("given", give_notice, {"greeted": "language", "asked": "end"}),
        Call("language", "language", next="menu"),
        Call("menu", "menu", next="end"),
        End("end"),
    ),
)
