"""A place, by name or by a location sent from the phone. Gives None if the person would rather not say."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flows.context import Answers, Context, Input
from flows.services import Place, Services
from flows.steps import Ask, Choose, Do, Done, End, Flow, written

# Two decimals are about one kilometer: enough to find help near by, too coarse to find a home.
LOCATION_DECIMALS = 2

COORDINATES = re.compile(r"(-?\d{1,2}\.\d+),\s*(-?\d{1,3}\.\d+)")
"""Also within the link of a map that was shared."""


def location_of(given: Input) -> Any:
    """The location that was sent as an answer to keep, if one was."""
    written_out = COORDINATES.search(given.text)
    location = given.location or (written_out and tuple(map(float, written_out.groups())))
    if not location:
        return None
    latitude, longitude = (round(degrees, LOCATION_DECIMALS) for degrees in location)
    return Place("", "", location=(latitude, longitude)).to_answer()


def place_or_words(given: Input, context: Context, services: Services) -> Any:
    """A location; or the words, with the place that the NLU saw in them."""
    location = location_of(given)
    if location:
        return location
    words = written(given, context, services)
    return {"words": words, "name": given.place or words}


def resolve(answers: Answers, context: Context, services: Services) -> Done:
    """Words that name no known place are asked for once more, then kept as they are."""
    asked = answers.get("asked", "where")
    said = answers[asked]
    if said is None:
        return Done("found", answers={"place": answers.get("region")})
    if "location" in said:
        return _located(said["location"], asked, services)
    found = services.find_places(said["name"], context.country)
    words = ", ".join(dict.fromkeys(filter(None, (answers.get("words"), said["words"]))))
    if not found:
        return _unknown(answers, asked, words)
    if not found[0].id:
        return _outside(asked, words)
    if found[0].is_region:
        return _wide(found[0], asked, services)
    return _named(found, words, services)


def _located(location: Sequence[float], asked: str, services: Services) -> Done:
    """The river may lie between two towns: nobody is taken to be on the wrong side of a border."""
    point = (location[0], location[1])
    found = [replace(place, location=point) for place in services.locate(point)]
    if not found:
        return _outside(asked, "")
    return (
        Done("found", answers={"place": found[0].to_answer()})
        if len(found) == 1
        else _offer("sides", found, services)
    )


def _named(found: Sequence[Place], words: str, services: Services) -> Done:
    places = [replace(place, words="" if words == place.name else words) for place in found]
    return (
        Done("found", answers={"place": places[0].to_answer()})
        if len(places) == 1
        else _offer("several", places, services)
    )


def _offer(outcome: str, places: Sequence[Place], services: Services) -> Done:
    is_abroad = len({place.country for place in places}) > 1
    listed = [[place.id, *[_label(place, services, with_country=is_abroad)] * 2] for place in places]
    return Done(outcome, answers={"found": listed, "places": {p.id: p.to_answer() for p in places}})


def _label(place: Place, services: Services, *, with_country: bool) -> str:
    country = services.wordings(f"country.choose.{place.country}")[:1] if with_country else ()
    return ", ".join(filter(None, (place.name, place.department, *country)))


def _unknown(answers: Answers, asked: str, words: str) -> Done:
    if answers.get("region"):
        return Done("found", answers={"place": {**answers["region"], "words": words}})
    if asked == "again":
        return Done("found", answers={"place": Place("", words).to_answer()})
    return Done("unknown", answers={"asked": "again", "words": words})


def _outside(asked: str, words: str) -> Done:
    """Asked once where they are now; who says it again may tell of something that happened there."""
    if asked == "outside":
        return Done("found", answers={"place": Place("", words).to_answer()})
    return Done("outside", answers={"asked": "outside", "words": ""})


def _wide(region: Place, asked: str, services: Services) -> Done:
    """A department or country is too wide to find help in, but better than nothing."""
    country = services.wordings(f"country.choose.{region.country}")[:1]
    name = region.name or "".join(country)
    kept = replace(region, name=name).to_answer()
    if asked == "town":
        return Done("found", answers={"place": kept})
    return Done("wide", answers={"asked": "town", "region": kept, "name": name, "words": ""})


def settle(answers: Answers, context: Context, services: Services) -> Done:
    return Done("found", answers={"place": answers["places"][answers["which"]]})


def other(answers: Answers, context: Context, services: Services) -> Done:
    return Done("asked", answers={"asked": "again", "words": ""})


RESOLVED = {
    "found": "end",
    "several": "which",
    "sides": "side",
    "unknown": "again",
    "outside": "outside",
    "wide": "town",
}

flow = Flow(
    "place",
    version=2,
    start="where",
    steps=(
        Ask("where", parse=place_or_words, next="resolve", fills="place", is_optional=True),
        Do("resolve", resolve, RESOLVED),
        Ask("again", parse=place_or_words, next="resolve", is_optional=True),
        Ask("outside", parse=place_or_words, next="resolve", is_optional=True),
        Ask("town", parse=place_or_words, next="resolve", shows=("name",), is_optional=True),
        Choose("which", {"other": "other"}, listed="found", listed_next="settle"),
        Choose("side", {"other": "other"}, listed="found", listed_next="settle", answer="which"),
        Do("settle", settle, {"found": "end"}),
        Do("other", other, {"asked": "again"}),
        End("end", gives="place"),
    ),
)
