"""A proposal to the municipality: heard, numbered, answered."""

from flows.context import Answers, Context
from flows.report import find_story, opens
from flows.services import Services
from flows.steps import Ask, Do, Done, End, Flow


def name_category(answers: Answers, context: Context, services: Services) -> Done:
    return Done("named", answers={"category": "proposal"})


flow = Flow(
    "proposal",
    version=1,
    start="category",
    steps=(
        Do("category", name_category, {"named": "story"}),
        Do("story", find_story, {"told": "more", "untold": "what"}),
        Ask("what", next="open"),
        Ask("more", next="open", is_optional=True),
        Do("open", opens("request", "proposal.opened"), {"opened": "end"}, says=("proposal.opened",)),
        End("end"),
    ),
)
