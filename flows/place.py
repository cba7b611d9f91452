"""A place, by name or by a location sent from the phone. Gives None if the person would rather not say."""

from typing import Any

from flows.context import Answers, Context, Input
from flows.services import Place, Services
from flows.steps import Ask, Choose, Do, Done, End, Flow, written

# Two decimals are about one kilometer: enough to find help near by, too coarse to find a home.
LOCATION_DECIMALS = 2


def location_of(given: Input) -> Any:
    """The location that was sent as an answer to keep, if one was."""
    if not given.location:
        return None
    latitude, longitude = (round(degrees, LOCATION_DECIMALS) for degrees in given.location)
    return Place("", "", location=(latitude, longitude)).to_answer()


def place_or_words(given: Input, context: Context, services: Services) -> Any:
    """A location; or the place that the NLU saw in the words; or the words."""
    return location_of(given) or given.place or written(given, context, services)


def resolve(answers: Answers, context: Context, services: Services) -> Done:
    """Words that name no known place are asked for once more, then kept as they are."""
    said = answers.get("again") or answers["where"]
    if said is None or isinstance(said, dict):
        return Done("found", answers={"place": said})
    found = services.find_places(said, context.country)
    if len(found) == 1:
        return Done("found", answers={"place": found[0].to_answer()})
    if found:
        listed = [[place.id, place.name, place.name] for place in found]
        return Done("several", answers={"found": listed, "places": {p.id: p.to_answer() for p in found}})
    if "again" not in answers:
        return Done("unknown")
    return Done("found", answers={"place": Place("", said).to_answer()})


def settle(answers: Answers, context: Context, services: Services) -> Done:
    return Done("found", answers={"place": answers["places"][answers["which"]]})


flow = Flow(
    "place",
    version=1,
    start="where",
    steps=(
        Ask("where", parse=place_or_words, next="resolve", fills="place", is_optional=True),
        Do("resolve", resolve, {"found": "end", "several": "which", "unknown": "again"}),
        Ask("again", parse=place_or_words, next="resolve", is_optional=True),
        Choose("which", {"other": "again"}, listed="found", listed_next="settle"),
        Do("settle", settle, {"found": "end"}),
        End("end", gives="place"),
    ),
)
