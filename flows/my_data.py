"""What is stored about the person, and having it deleted. Consent to pass on cases is taken back here too."""

from flows.context import Answers, Context
from flows.events import DataErasureRequested, ReferralConsentWithdrawn, Reply
from flows.services import Services
from flows.steps import Choose, Consent, Do, Done, End, Flow, Say


def look(answers: Answers, context: Context, services: Services) -> Done:
    data = services.stored_data()
    stored: dict[str, str | int] = {"messages": data.messages, "cases": data.cases, "surveys": data.surveys}
    return Done("looked", (Reply("my_data.stored", stored),))


def withdraw(answers: Answers, context: Context, services: Services) -> Done:
    return Done("withdrawn", (ReferralConsentWithdrawn(), Reply("my_data.withdrawn")))


def erase(answers: Answers, context: Context, services: Services) -> Done:
    return Done("erased", (Reply("my_data.erased"), DataErasureRequested()))


flow = Flow(
    "my_data",
    version=1,
    start="look",
    steps=(
        Do("look", look, {"looked": "what"}, says=("my_data.stored",)),
        Choose("what", {"erase": "confirm", "withdraw": "withdraw", "keep": "kept"}),
        Consent("confirm", yes="erase", no="kept"),
        Do("erase", erase, {"erased": "end"}, says=("my_data.erased",)),
        Do("withdraw", withdraw, {"withdrawn": "end"}, says=("my_data.withdrawn",)),
        Say("kept", next="end"),
        End("end"),
    ),
)
