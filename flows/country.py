"""In which country the person is; asked once, and only where the answer depends on it.

Where there is a guess it is put to them, since one tap is less than a list of seven. A guess is never kept.
"""

from flows.context import Answers, Context
from flows.events import CountryChosen, Event, Reply
from flows.services import Services
from flows.steps import Choose, Do, Done, End, Flow

COUNTRIES = ("BZ", "CR", "SV", "GT", "HN", "MX", "PA")


def known(answers: Answers, context: Context) -> str | None:
    """The country named just now, else the one that this conversation is about, else the person's own."""
    return context.named_country or answers.get("country") or context.country


def guess(answers: Answers, context: Context, services: Services) -> Done:
    names = services.wordings(f"country.choose.{context.likely_country}")
    if not context.likely_country or not names:
        return Done("none")
    return Done("some", answers={"guess": context.likely_country, "name": names[0]})


def keep(answers: Answers, context: Context, services: Services) -> Done:
    """Said to be noted where a country was all that they wrote."""
    chosen = answers["guess"] if answers["choose"] == "yes" else answers["choose"]
    events: tuple[Event, ...] = () if chosen == context.country else (CountryChosen(chosen),)
    if answers.get("is_all"):
        events += (Reply("country.noted", {"name": services.wordings(f"country.choose.{chosen}")[0]}),)
    return Done("kept", events, {"choose": chosen})


flow = Flow(
    "country",
    version=2,
    start="guess",
    steps=(
        Do("guess", guess, {"some": "confirm", "none": "choose"}),
        Choose(
            "confirm",
            {"yes": "keep", "no": "choose", **dict.fromkeys(COUNTRIES, "keep")},
            shown=("yes", "no"),
            shows=("name",),
            fills="country",
            answer="choose",
            labels="country.choose",
        ),
        Choose("choose", dict.fromkeys(COUNTRIES, "keep"), fills="country"),
        Do("keep", keep, {"kept": "end"}, says=("country.noted",)),
        End("end", gives="choose"),
    ),
)
