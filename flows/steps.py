"""The closed set of steps that a conversation is written in.

A step's words are the catalog key `<flow>.<step>`; when the answer is not understood, `<flow>.<step>.retry`.
A question may be put otherwise by SMS, under its key plus `.sms`.
A choice is labeled `<flow>.<step>.<choice>`, and understood also by the comma-separated words under that key
plus `.words`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flows.context import Answers, Context, Input
from flows.events import Event
from flows.services import Services

Parser = Callable[[Input, Context, Services], Any]  # raises ValueError to be asked again
LISTED = "*"  # among those `if_room`: the choices that `listed` adds


@dataclass(frozen=True, slots=True)
class Done:
    """What a `Do` did: how it came out, what that causes, what is to be remembered."""

    outcome: str
    events: tuple[Event, ...] = ()
    answers: Answers = field(default_factory=dict)


Work = Callable[[Answers, Context, Services], Done]


def written(given: Input, context: Context, services: Services) -> str:
    """The plainest parser: any words at all."""
    if not given.text.strip():
        raise ValueError("nothing was written")
    return given.text.strip()


@dataclass(frozen=True, slots=True)
class Say:
    """Say something and go on. `shows` names the answers that fill its placeholders."""

    name: str
    next: str
    shows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask for words. A hint called `fills` answers it unasked. Optional ones offer the choice `skip`."""

    name: str
    next: str
    parse: Parser = written
    fills: str | None = None
    shows: tuple[str, ...] = ()
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Choose:
    """Offer choices. `options` leads from each choice id to a step.

    `shown` are the ids to list (all, if empty; the rest is still understood); `only` names an answer that
    narrows them. `listed` names an answer with further choices, as `[id, short label, full label]`; they
    lead to `listed_next`. `answer` is the name to remember the choice by, `labels` the key to take labels
    from; what `leads` is named before the listed ones. By SMS those `if_room`, and `LISTED` ones if it
    names them, come last, and only where they cost no further segment.

    A message that is none of the choices is asked for again; or it leads, parsed as the answer, to
    `otherwise`, and then only plain choices count as such; or if the choice is optional it ends the flow
    and is routed anew. If the choice `listens`, a sentence that makes it becomes what the flow is about,
    with what the NLU saw in it.
    """

    name: str
    options: Mapping[str, str]
    shown: tuple[str, ...] = ()
    only: str | None = None
    listed: str | None = None
    listed_next: str | None = None
    fills: str | None = None
    answer: str | None = None
    labels: str | None = None
    shows: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    if_room: tuple[str, ...] = ()
    otherwise: str | None = None
    parse: Parser = written
    listens: bool = False
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Consent:
    """An explicit yes leads to `yes`; anything else is a no, and nobody is asked twice."""

    name: str
    yes: str
    no: str
    shows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Do:
    """Look something up or cause something. Each outcome leads to a step; `says` are the keys it may use."""

    name: str
    run: Work
    outcomes: Mapping[str, str]
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """Run another flow and go on. What its `End` gives is the answer.

    `passes` maps its answers to ours: they are given to it, and answer its steps unasked.
    """

    name: str
    flow: str
    next: str
    passes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Handoff:
    """Say that a person will write, and ask for one. Without a `next` the bot's part is over."""

    name: str
    topic: str
    next: str | None = None
    is_urgent: bool = False


@dataclass(frozen=True, slots=True)
class End:
    """The end of a flow. `gives` names the answer that its caller receives."""

    name: str
    gives: str | None = None


Step = Say | Ask | Choose | Consent | Do | Call | Handoff | End


@dataclass(frozen=True, slots=True)
class Flow:
    """A conversation. Raise `version` when a stored session could no longer go on with the changed steps."""

    name: str
    version: int
    start: str
    steps: tuple[Step, ...]

    def step(self, name: str) -> Step | None:
        return next((step for step in self.steps if step.name == name), None)
