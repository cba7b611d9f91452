"""How far a case is, by its number. Tells nothing of what the case is about: the phone may be shared."""

import re

from flows.context import Answers, Context, Input
from flows.events import Reply
from flows.services import CASE_STATUSES, Services
from flows.steps import Ask, Choose, Do, Done, End, Flow, Handoff

NUMBER = re.compile(r"(?<!\w)(\w{4})[ -]?(\w{3})(?!\w)")  # as cases are numbered, K7PM-4XQ


def case_number(given: Input, context: Context, services: Services) -> str:
    """The number as it is written on its own, or the one in a sentence that a digit tells from a word."""
    said = given.case_number or given.text.strip(" .#")
    found = [NUMBER.fullmatch(said), *NUMBER.finditer(said)]
    numbers = [match for match in found if match and (match[0] == said or re.search(r"\d", match[0]))]
    if not numbers:
        raise ValueError("no case number")
    return f"{numbers[0][1]}-{numbers[0][2]}".upper()


def look(answers: Answers, context: Context, services: Services) -> Done:
    case = services.find_case(answers["number"])
    if case is None:
        return Done("not_found")
    return Done(
        "found", (Reply(f"case_status.{case.status}", {"number": case.number, "date": case.updated_on}),)
    )


flow = Flow(
    "case_status",
    version=1,
    start="number",
    steps=(
        Ask("number", parse=case_number, next="look", fills="case_number"),
        Do(
            "look",
            look,
            {"found": "end", "not_found": "not_found"},
            says=tuple(f"case_status.{status}" for status in CASE_STATUSES),
        ),
        Choose("not_found", {"again": "number", "human": "human"}, is_optional=True),
        Handoff("human", topic="case_not_found"),
        End("end"),
    ),
)
