"""What the engine gives back."""

from dataclasses import dataclass

from flows.events import Event
from flows.session import Session


class FlowLoop(RuntimeError):
    """A flow ran on without ever waiting for an answer: a bug in the flow."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What came of one message: where the conversation waits now, None if it is over, and what is to be done.

    When the message was not understood the events ask again; the bot may drop this turn and route the message
    like any other.
    """

    session: Session | None
    events: tuple[Event, ...]
    is_understood: bool = True
