"""What a flow knows: the person's situation when a turn begins, and what they just sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Answers = Mapping[str, Any]  # JSON values only: they are stored with the session


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the bot knows at this moment.

    `text` and the hints below it describe the message that began the flow. The engine keeps them with the
    session, so on a later turn they need not be given.
    """

    language: str
    now: datetime
    channel_kind: Literal["sms", "chat"]
    country: str | None = None  # told before, or named just now
    named_country: str | None = None  # named in this very message
    likely_country: str | None = None  # a guess, to be confirmed
    text: str = ""
    intent: str | None = None
    topic: str | None = None
    place: str | None = None
    case_number: str | None = None


@dataclass(frozen=True, slots=True)
class Input:
    """What the person sent: words, a pressed button, a location; and what the NLU saw in the words."""

    text: str = ""
    choice: str | None = None
    location: tuple[float, float] | None = None
    intent: str | None = None
    topic: str | None = None
    place: str | None = None
    case_number: str | None = None
