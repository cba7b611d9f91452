"""Rights and rules, from reviewed texts: the best answer to the question, and others on the same topic."""

from collections.abc import Sequence
from zlib import crc32

from flows.context import Answers, Context
from flows.country import known
from flows.events import Reply, RightsAnswered, RightsMissing, RightsRated
from flows.services import RightsFound, RightsItem, Services
from flows.steps import LISTED, Call, Choose, Do, Done, Flow, Handoff

OTHERS = 2  # questions offered beside an answer

COMMON = ("asylum", "documents", "work", "health", "education", "legal_aid", "detention_deportation")
FURTHER = (
    "housing",
    "children",
    "gender_violence",
    "lgbtiq",
    "non_discrimination",
    "property",
    "family_unity",
    "internal_displacement",
    "return_reintegration",
    "participation",
)
TOPICS = dict.fromkeys((*COMMON, *FURTHER), "find")
SITUATIONS = ("asylum_seeker", "refugee", "displaced", "returned", "other", "unsaid")

QUIET = ("gender_violence",)
"""Topics where nobody is asked whether it helped: whoever reads along should see as little as can be."""

RATINGS = {"chat": ("yes", "no"), "sms": ("helped", "not_helped")}
"""By SMS "no" after "¿Algo más?" means no more, so that a rating goes by number or by its own words."""

NEXT = {"more": "find", "service": "service", "topics": "topic"}


def find(answers: Answers, context: Context, services: Services) -> Done:
    """The question that was pressed, or the best one that was not shown yet."""
    # a topic that was understood from the words may be the wrong one, unlike a topic that was chosen
    is_told = answers.get("is_told", context.topic == answers["topic"])
    country = known(answers, context)
    if country is None:
        return Done("unknown", answers={"is_told": is_told})
    question = crc32(context.text.encode("utf-8", "replace"))
    is_new = answers.get("question") != question
    found = look_up(answers, context, services, country, is_new=is_new)
    pressed = next((item for item in found.items if item.id == answers.get("after")), None)
    if is_new and not pressed:
        if found.depends and "situation" not in answers:
            return Done("unclear", answers={"is_told": is_told})
        if not found.fits and is_told:
            return missing(found, country, question, answers)
        if not found.fits:
            found = services.find_rights(country, answers["topic"], "", situation=None, any_topic=False)
    shown = answers.get("shown", [])
    left = [item for item in found.items if item.id not in shown]
    if not left:
        return Done("none")
    best = pressed if pressed in left else left[0]
    kept = {"country": country, "question": question, "about": answers["topic"], "shown": [*shown, best.id]}
    return answer(best, [item for item in left if item is not best], answers, kept, context)


def look_up(
    answers: Answers, context: Context, services: Services, country: str, *, is_new: bool
) -> RightsFound:
    """A question that was answered under another topic says nothing about this one."""
    is_about_it = is_new or answers.get("about") == answers["topic"]
    return services.find_rights(
        country,
        answers["topic"],
        context.text if is_about_it else "",
        situation=answers.get("situation"),
        any_topic=is_new,
    )


def answer(
    best: RightsItem, rest: list[RightsItem], answers: Answers, kept: Answers, context: Context
) -> Done:
    kind = context.channel_kind
    listed = _listed(rest)
    # by SMS the others are shown only where there is room
    has_more = len(rest) > (len(listed) if kind == "chat" else 0)
    offered = [*(["more"] if has_more else []), *(["service"] if best.need else []), "topics"]
    asks = not answers.get("asked_to_rate") and best.topic not in QUIET
    kept = {
        **kept,
        "others": listed,
        "need": best.need,
        "offered": [*offered, *(RATINGS[kind] if asks else ())],
        "asked_to_rate": asks or answers.get("asked_to_rate", False),
    }
    told = (Reply("rights.answer", {"answer": best.answer}), RightsAnswered(best.id))
    return Done("rate" if asks and kind == "chat" else "found", told, kept)


def missing(found: RightsFound, country: str, question: int, answers: Answers) -> Done:
    kept = {
        "country": country,
        "question": question,
        "about": answers["topic"],
        "others": _listed(found.items),
    }
    return Done("missing", (RightsMissing(country, answers["topic"]),), kept)


def rate(answers: Answers, context: Context, services: Services) -> Done:
    """Of the answer shown last. It cannot be gone back to, and so counts once."""
    helped = answers["after"] in ("yes", "helped")
    given = {rating for ratings in RATINGS.values() for rating in ratings}
    offered = [id_ for id_ in answers["offered"] if id_ not in given]
    kept = {"offered": offered if helped else [*offered, "human"]}
    rated = RightsRated(answers["shown"][-1], helped)
    return Done("helped" if helped else "not_helped", (rated,), kept)


def _listed(items: Sequence[RightsItem]) -> list[list[str]]:
    return [[item.id, item.question, item.question] for item in items[:OTHERS]]


def _after(name: str, **more: str) -> Choose:
    return Choose(
        name,
        {**NEXT, **more},
        only="offered",
        listed="others",
        listed_next="find",
        answer="after",
        labels="rights.after",
        leads=RATINGS["chat"],
        if_room=(LISTED, *RATINGS["sms"]),
        is_optional=True,
    )


flow = Flow(
    "rights",
    version=2,
    start="topic",
    steps=(
        Choose("topic", {**TOPICS, "more": "further"}, shown=(*COMMON, "more"), fills="topic", listens=True),
        Choose("further", TOPICS, shown=FURTHER, answer="topic", labels="rights.topic", listens=True),
        Do(
            "find",
            find,
            {
                "found": "after",
                "rate": "rate",
                "none": "none",
                "missing": "missing",
                "unknown": "country",
                "unclear": "situation",
            },
            says=("rights.answer",),
        ),
        Call("country", "country", next="find"),
        Choose("situation", dict.fromkeys(SITUATIONS, "find"), fills="situation", is_optional=True),
        _after("after", helped="rated", not_helped="rated"),
        _after("rate", yes="rated", no="rated"),
        Do("rated", rate, {"helped": "thanked", "not_helped": "sorry"}),
        _after("thanked"),
        _after("sorry", human="human"),
        Call("service", "find_service", next="topic", passes={"need": "need"}),
        Choose("none", {"topics": "topic", "human": "human"}, answer="after", is_optional=True),
        Choose(
            "missing",
            {"human": "human", "topics": "topic"},
            listed="others",
            listed_next="find",
            answer="after",
            labels="rights.after",
            if_room=(LISTED,),
            is_optional=True,
        ),
        Handoff("human", topic="no_answer_found"),
    ),
)
