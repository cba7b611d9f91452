"""In which country the person is; asked once, and only where the answer depends on it."""

from flows.context import Answers, Context
from flows.events import CountryChosen
from flows.services import Services
from flows.steps import Choose, Do, Done, End, Flow


def known(answers: Answers, context: Context) -> str | None:
    """The country named just now or known from before, else the one of this conversation."""
    return context.country or answers.get("country")


def keep(answers: Answers, context: Context, services: Services) -> Done:
    chosen = answers["choose"]
    return Done("kept", () if chosen == context.country else (CountryChosen(chosen),))


flow = Flow(
    "country",
    version=1,
    start="choose",
    steps=(
        Choose(
            "choose",
            dict.fromkeys(("BZ", "CR", "SV", "GT", "HN", "MX", "PA"), "keep"),
            fills="country",
        ),
        Do("keep", keep, {"kept": "end"}),
        End("end", gives="choose"),
    ),
)
