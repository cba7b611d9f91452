"""What complaints and incidents have in common: a story, perhaps told already, and a case opened from it."""

from flows.context import Answers, Context
from flows.events import CaseOpened, Reply
from flows.services import Place, Services
from flows.steps import Done, Work

WORDS_OF_A_STORY = 6  # "quiero poner una queja" says that there is one; a longer message usually says which


def find_story(answers: Answers, context: Context, services: Services) -> Done:
    """Nobody is asked to tell again what their first message told."""
    return Done("told" if len(context.text.split()) >= WORDS_OF_A_STORY else "untold")


def narrative(answers: Answers, context: Context) -> str:
    """Their own words: those they began with, if these told the story, and what they added."""
    if "what" in answers:
        return str(answers["what"])
    return "\n".join(filter(None, (context.text, answers.get("more"))))


def opens(kind: str, key: str, sealed: frozenset[str] = frozenset()) -> Work:
    """Work that opens a case of this kind from the answers and tells its number under `key`."""

    def open_case(answers: Answers, context: Context, services: Services) -> Done:
        number = services.new_case_number()
        opened = CaseOpened(
            number=number,
            kind=kind,
            category=answers["category"],
            narrative=narrative(answers, context),
            place=Place.from_answer(answers.get("place")),
            is_sealed=answers["category"] in sealed,
            wants_answer=answers.get("answer") != "no",
        )
        return Done("opened", (opened, Reply(key, {"number": number})), {"number": number})

    return open_case
