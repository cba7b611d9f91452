"""Harm, threat or risk that is over or not of this minute. Safety information comes first.

Violence in the home and trafficking take the sealed way: no story is asked for.
"""

from flows.context import Answers, Context
from flows.events import ReferralConsentGiven, Reply
from flows.report import find_story, opens
from flows.safety import give_numbers
from flows.services import Services
from flows.steps import Ask, Call, Choose, Consent, Do, Done, End, Flow, Say

# A gang may have ears in an office: who is threatened or recruited is read about by focal points only.
SEALED = frozenset({"threats_extortion", "recruitment"})

TOLD = (
    "threats_extortion",
    "recruitment",
    "violence",
    "missing_person",
    "forced_displacement",
    "property_taken",
    "theft_fraud",
    "hate_xenophobia",
    "other",
)


def agree(answers: Answers, context: Context, services: Services) -> Done:
    consent = ReferralConsentGiven(answers["number"], "incident.refer")
    return Done("agreed", (consent, Reply("incident.agreed")))


flow = Flow(
    "incident",
    version=1,
    start="category",
    steps=(
        Choose(
            "category",
            {**dict.fromkeys(TOLD, "safety"), "gender_violence": "sealed", "trafficking": "sealed"},
            shown=(
                "threats_extortion",
                "violence",
                "gender_violence",
                "trafficking",
                "missing_person",
                "forced_displacement",
                "theft_fraud",
                "other",
            ),
            fills="topic",
            listens=True,
        ),
        Call("sealed", "sealed", next="end", passes={"category": "category"}),
        Do(
            "safety",
            give_numbers("danger", "safety.numbers", "safety.no_numbers"),
            {"given": "story"},
            says=("safety.numbers", "safety.no_numbers"),
        ),
        Do("story", find_story, {"told": "more", "untold": "what"}),
        Ask("what", next="place"),
        Ask("more", next="place", is_optional=True),
        Call("place", "place", next="open"),
        Do(
            "open",
            opens("incident", "incident.opened", SEALED),
            {"opened": "refer"},
            says=("incident.opened",),
        ),
        Consent("refer", yes="agree", no="kept"),
        Do("agree", agree, {"agreed": "end"}, says=("incident.agreed",)),
        Say("kept", next="end"),
        End("end"),
    ),
)
