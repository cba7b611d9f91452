"""Where help is: what for, where, then what is near; national hotlines, said so, where nothing is near."""

from flows.context import Answers, Context
from flows.country import known
from flows.events import Reply
from flows.services import Place, ServiceCard, Services, Text
from flows.steps import Call, Choose, Do, Done, Flow, Handoff

PAGE = {"sms": 2, "chat": 3}  # cards in one answer: what a cheap phone can show without scrolling for long

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
NEEDS = dict.fromkeys((*COMMON, *FURTHER), "place")


def search(answers: Answers, context: Context, services: Services) -> Done:
    """What is near, a page at a time; hotlines only where there is nothing near."""
    place = Place.from_answer(answers["place"])
    country = (place and place.country) or known(answers, context)
    found = services.find_services(answers["need"], place, country)
    near = [card for card in found if not card.is_hotline]
    if not near and country is None:
        return Done("unknown")
    cards = near or list(found)
    seen = answers.get("seen", 0)
    page = cards[seen : seen + PAGE[context.channel_kind]]
    if not page:
        return Done("none")
    key = "find_service.results" if near else "find_service.hotlines"
    has_more = seen + len(page) < len(cards)
    offered = [*(["more"] if has_more else []), "place", "need"]
    kept = {"country": known(answers, context), "seen": seen + len(page), "offered": offered}
    return Done("found", (Reply(key, {"cards": listing(page)}),), kept)


def listing(cards: list[ServiceCard]) -> Text:
    return Text("\n\n".join(card.text.short for card in cards), "\n\n".join(card.text.full for card in cards))


def anew(answers: Answers, context: Context, services: Services) -> Done:
    return Done("place" if answers["after"] == "place" else "need", answers={"seen": 0})


flow = Flow(
    "find_service",
    version=1,
    start="need",
    steps=(
        Choose("need", {**NEEDS, "more": "further"}, shown=(*COMMON, "more"), fills="topic", listens=True),
        Choose("further", NEEDS, shown=FURTHER, answer="need", labels="find_service.need", listens=True),
        Call("place", "place", next="search"),
        Call("country", "country", next="search"),
        Do(
            "search",
            search,
            {"found": "after", "unknown": "country", "none": "none"},
            says=("find_service.results", "find_service.hotlines"),
        ),
        Choose(
            "after", {"more": "search", "place": "anew", "need": "anew"}, only="offered", is_optional=True
        ),
        Choose("none", {"place": "anew", "human": "human"}, answer="after", is_optional=True),
        Do("anew", anew, {"place": "place", "need": "need"}),
        Handoff("human", topic="no_service_found"),
    ),
)
