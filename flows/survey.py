"""Five questions on a service that the person used; each can be skipped, and each answer counts at once.

The bot may begin it with the answer `service`, when it knows which service the person was sent to.
"""

from flows.context import Answers, Context
from flows.events import Reply, SurveyAnswered
from flows.services import Services
from flows.steps import Ask, Choose, Do, Done, End, Flow, Say

NAME = "service"
SERVICES = ("shelter", "food", "health", "legal", "documents", "education", "other")
QUESTIONS = ("service", "received", "treatment", "wait", "comment")


def start(answers: Answers, context: Context, services: Services) -> Done:
    return Done("started", answers={"started_at": context.now.isoformat()})


def keep(answers: Answers, context: Context, services: Services) -> Done:
    return Done("kept", (_answered(answers, is_complete=False),))


def finish(answers: Answers, context: Context, services: Services) -> Done:
    """Who was treated badly is told how to complain; everyone is thanked."""
    key = "survey.sorry" if answers["treatment"] == "badly" else "survey.done"
    return Done("finished", (_answered(answers, is_complete=True), Reply(key)))


def _answered(answers: Answers, *, is_complete: bool) -> SurveyAnswered:
    given = {name: answers[name] for name in QUESTIONS if name in answers}
    known = {name: None if answer == "skip" else answer for name, answer in given.items()}
    return SurveyAnswered(NAME, answers["started_at"], known, is_complete)


flow = Flow(
    "survey",
    version=1,
    start="start",
    steps=(
        Do("start", start, {"started": "intro"}),
        Choose("intro", {"yes": "service", "no": "declined"}),
        Say("declined", next="end"),
        Choose(
            "service",
            dict.fromkeys((*SERVICES, "skip"), "keep_service"),
        ),
        Do("keep_service", keep, {"kept": "received"}),
        Choose("received", dict.fromkeys(("yes", "partly", "no", "skip"), "keep_received")),
        Do("keep_received", keep, {"kept": "treatment"}),
        Choose("treatment", dict.fromkeys(("well", "fair", "badly", "skip"), "keep_treatment")),
        Do("keep_treatment", keep, {"kept": "wait"}),
        Choose("wait", dict.fromkeys(("short", "fair", "long", "skip"), "keep_wait")),
        Do("keep_wait", keep, {"kept": "comment"}),
        Ask("comment", next="finish", is_optional=True),
        Do("finish", finish, {"finished": "end"}, says=("survey.done", "survey.sorry")),
        End("end"),
    ),
)
