"""Where help is: what for, where, then what is near; national hotlines, said so, where nothing is near."""

from itertools import pairwise

from flows.context import Answers, Context
from flows.country import known
from flows.events import Choice, Reply, ServicesSearched
from flows.services import Place, ServiceCard, Services
from flows.steps import Call, Choose, Do, Done, Flow, Handoff, Say

PAGE = {"sms": 1, "chat": 3}  # cards in one answer: each SMS costs, and a cheap phone shows one at a time

COMMON = ("shelter", "food", "health", "legal", "documents", "work", "cash")
FURTHER = (
    "water_hygiene",
    "mental_health",
    "education",
    "child_protection",
    "gender_violence",
    "transport",
    "language_classes",
    "family_tracing",
    "disability_elderly",
    "connectivity",
    "clothing_items",
)
NEEDS = dict.fromkeys((*COMMON, *FURTHER), "located")


def locate(answers: Answers, context: Context, services: Services) -> Done:
    """Who looks for something else looks for it at the same place."""
    return Done("known" if "place" in answers else "unknown")


def search(answers: Answers, context: Context, services: Services) -> Done:
    """What is near, a page at a time; then, told apart from it, what helps from afar."""
    place = Place.from_answer(answers["place"])
    country = (place and place.country) or known(answers, context)
    found = services.find_services(answers["need"], place, country, context.text)
    near = [card for card in found if card.distance_km is not None and not card.far]
    afar = [card for card in found if card not in near]
    if not near and country is None:
        return Done("unknown")
    seen = answers.get("seen", 0)
    left = near[seen:] or afar[max(0, seen - len(near)) :]
    page = left[: PAGE[context.channel_kind]]
    asked = () if seen else _asked(answers["need"], place, country, has_near=bool(near))
    if not page:
        return Done("none", asked)
    shown = seen + len(page)
    kept = {"country": known(answers, context), "seen": shown}
    outcome = "some" if shown < len(found) else "all"
    nearest = "" if near or seen else next((card.far for card in found if card.far), "")
    first = _told(_heading(page[0], place, nearest, is_first=seen == 0), page[0], nearest)
    further = (_told(_heading_after(before, card), card) for before, card in pairwise(page))
    tonight = () if near or seen else _tonight(answers["need"], country, services)
    return Done(outcome, (*asked, first, *further, *tonight), kept)


def _tonight(need: str, country: str | None, services: Services) -> tuple[Reply, ...]:
    """Who finds no bed near may have to spend the night outside."""
    numbers = services.emergency_numbers(country, "danger") if need == "shelter" else None
    return (Reply("find_service.tonight", {"numbers": numbers}),) if numbers else ()


def _asked(
    need: str, place: Place | None, country: str | None, *, has_near: bool
) -> tuple[ServicesSearched, ...]:
    """A page more of the same is not asked again."""
    return (ServicesSearched(need, country, place, has_near),) if country else ()


def _told(key: str, card: ServiceCard, nearest: str = "") -> Reply:
    opens = (Choice("map", "card.map", card.map_url),) if card.map_url else ()
    where = {"where": nearest} if key == "find_service.hotlines_far" else {}
    return Reply(key, {"cards": card.text, **where}, opens)


def _heading(first: ServiceCard, place: Place | None, nearest: str, *, is_first: bool) -> str:
    """Nobody is told that there is nothing near who did not say where they are."""
    if first.far:
        return "find_service.far"
    if first.distance_km is not None:
        return "find_service.results"
    if is_first and nearest:
        return "find_service.hotlines_far"
    is_sought_near = place is not None and bool(place.id) and not place.is_region
    return "find_service.hotlines" if is_sought_near and is_first else "find_service.afar"


def _heading_after(before: ServiceCard, card: ServiceCard) -> str:
    """Behind the one door that is far comes what is no door."""
    return "find_service.afar" if before.far and not card.far else "card.further"


def anew(answers: Answers, context: Context, services: Services) -> Done:
    return Done("place" if answers["after"] == "place" else "need", answers={"seen": 0})


flow = Flow(
    "find_service",
    version=2,
    start="need",
    steps=(
        Choose("need", {**NEEDS, "more": "further"}, shown=(*COMMON, "more"), fills="topic", listens=True),
        Choose("further", NEEDS, shown=FURTHER, answer="need", labels="find_service.need", listens=True),
        Do("located", locate, {"known": "search", "unknown": "place"}),
        Call("place", "place", next="search"),
        Call("country", "country", next="search"),
        Do(
            "search",
            search,
            {"some": "after", "all": "last", "unknown": "country", "none": "none"},
            says=(
                "find_service.results",
                "find_service.hotlines",
                "find_service.hotlines_far",
                "find_service.far",
                "find_service.tonight",
                "find_service.afar",
            ),
        ),
        Choose("after", {"more": "search", "place": "anew", "need": "anew"}, is_optional=True),
        Choose(
            "last",
            {"place": "anew", "need": "anew", "human": "human", "more": "no_more"},
            shown=("place", "need", "human"),
            answer="after",
            labels="find_service.after",
            is_optional=True,
        ),
        Say("no_more", next="last"),
        Choose("none", {"place": "anew", "human": "human"}, answer="after", is_optional=True),
        Do("anew", anew, {"place": "place", "need": "need"}),
        Handoff("human", topic="no_service_found"),
    ),
)
