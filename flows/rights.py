"""Rights and rules, from reviewed texts: the best answer to the question, and others on the same topic."""

from flows.context import Answers, Context
from flows.country import known
from flows.events import Reply
from flows.services import RightsItem, Services
from flows.steps import Call, Choose, Do, Done, Flow, Handoff

OTHERS = {"sms": 0, "chat": 2}  # questions offered beside the answer; by SMS each would cost a message

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


def find(answers: Answers, context: Context, services: Services) -> Done:
    """The question that was pressed, or the best one that was not shown yet."""
    country = known(answers, context)
    if country is None:
        return Done("unknown")
    found = services.find_rights(country, answers["topic"], context.text)
    shown = answers.get("shown", [])
    left = [item for item in found if item.id not in shown]
    pressed = [item for item in left if item.id == answers.get("after")]
    if not left:
        return Done("none")
    best = (pressed or left)[0]
    return answer(best, [item for item in left if item is not best], [*shown, best.id], country, context)


def answer(
    best: RightsItem, rest: list[RightsItem], shown: list[str], country: str, context: Context
) -> Done:
    listed = [[item.id, item.question, item.question] for item in rest[: OTHERS[context.channel_kind]]]
    offered = [
        *(["more"] if len(rest) > len(listed) else []),
        *(["service"] if best.need else []),
        "topics",
    ]
    kept = {"country": country, "shown": shown, "others": listed, "offered": offered, "need": best.need}
    return Done("found", (Reply("rights.answer", {"answer": best.answer}),), kept)


flow = Flow(
    "rights",
    version=1,
    start="topic",
    steps=(
        Choose("topic", {**TOPICS, "more": "further"}, shown=(*COMMON, "more"), fills="topic", listens=True),
        Choose("further", TOPICS, shown=FURTHER, answer="topic", labels="rights.topic", listens=True),
        Do("find", find, {"found": "after", "none": "none", "unknown": "country"}, says=("rights.answer",)),
        Call("country", "country", next="find"),
        Choose(
            "after",
            {"more": "find", "service": "service", "topics": "topic"},
            only="offered",
            listed="others",
            listed_next="find",
            is_optional=True,
        ),
        Call("service", "find_service", next="topic", passes={"need": "need"}),
        Choose("none", {"topics": "topic", "human": "human"}, answer="after", is_optional=True),
        Handoff("human", topic="no_answer_found"),
    ),
)
