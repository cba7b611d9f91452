"""A complaint about an institution, its staff or a service, until the person has its number.

The case is opened before the last question, so that it is not lost if the answer never comes.
"""

from flows.context import Answers, Context
from flows.events import ReferralConsentGiven, Reply
from flows.report import find_story, opens
from flows.services import Services
from flows.steps import Ask, Call, Choose, Consent, Do, Done, End, Flow, Say


def agree(answers: Answers, context: Context, services: Services) -> Done:
    consent = ReferralConsentGiven(answers["number"], "complaint.refer")
    return Done("agreed", (consent, Reply("complaint.agreed")))


flow = Flow(
    "complaint",
    version=1,
    start="category",
    steps=(
        Choose(
            "category",
            {
                "service_quality": "story",
                "discrimination": "story",
                "corruption": "story",
                "staff_misconduct": "story",
                "sexual_exploitation": "sealed",
                "infrastructure": "story",
                "other": "story",
            },
            fills="topic",
            listens=True,
        ),
        Call("sealed", "sealed", next="end", passes={"category": "category"}),
        Do("story", find_story, {"told": "more", "untold": "what"}),
        Ask("what", next="place"),
        Ask("more", next="place", is_optional=True),
        Call("place", "place", next="answer"),
        Choose("answer", {"yes": "open", "no": "open"}),
        Do("open", opens("complaint", "complaint.opened"), {"opened": "refer"}, says=("complaint.opened",)),
        Consent("refer", yes="agree", no="kept"),
        Do("agree", agree, {"agreed": "end"}, says=("complaint.agreed",)),
        Say("kept", next="end"),
        End("end"),
    ),
)
