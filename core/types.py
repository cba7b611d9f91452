"""The words everyone shares: enums stored by value, and the address of a person."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Language(StrEnum):
    SPANISH = "es"
    ENGLISH = "en"


COUNTRIES = ("BZ", "CR", "GT", "HN", "MX", "PA", "SV")
"""The seven MIRPS countries, ISO 3166-1 alpha-2."""


class ChannelType(StrEnum):
    TELEGRAM = "telegram"
    TWILIO = "twilio"
    GATEWAY = "gateway"
    SIMULATOR = "simulator"


class ContactStatus(StrEnum):
    ACTIVE = "active"
    STOPPED = "stopped"
    BLOCKED = "blocked"
    ARCHIVED = "archived"


class ConversationStatus(StrEnum):
    """Chatwoot's words: the bot has it, a person is wanted, put off, done."""

    PENDING = "pending"
    OPEN = "open"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


class MessageStatus(StrEnum):
    """A message in: pending → handled. A message out moves only forward through the rest (RapidPro's
    words)."""

    PENDING = "pending"
    HANDLED = "handled"
    QUEUED = "queued"
    SENDING = "sending"
    WIRED = "wired"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    ERRORED = "errored"
    FAILED = "failed"


class Priority(IntEnum):
    """Which waiting message goes first; the smaller number wins."""

    SAFETY = 0
    REPLY = 1
    CASE_ANSWER = 2
    SURVEY = 3
    CAMPAIGN = 4


class CaseKind(StrEnum):
    COMPLAINT = "complaint"
    INCIDENT = "incident"
    EMERGENCY = "emergency"
    REQUEST = "request"


class CaseStatus(StrEnum):
    NEW = "new"
    IN_PROGRESS = "in_progress"
    REFERRED = "referred"
    ANSWERED = "answered"
    CLOSED = "closed"


class ReferralStatus(StrEnum):
    """Primero's words."""

    IN_PROGRESS = "in_progress"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    DONE = "done"
    REVOKED = "revoked"


class Role(StrEnum):
    """What a member of staff is; `admin.permissions` says what each may do.

    A focal point is the only one who can read sealed cases.
    """

    ADMIN = "admin"
    COORDINATOR = "coordinator"
    AGENT = "agent"
    VIEWER = "viewer"
    FOCAL_POINT = "focal_point"


@dataclass(frozen=True, slots=True)
class URN:
    """Where a person can be reached, `tel:+50312345678` or `telegram:123` (RapidPro's term).

    Its text form is deliberately not `__str__` or `__repr__`: those end up in logs.
    """

    scheme: str
    path: str

    @classmethod
    def parse(cls, text: str) -> "URN":
        """Raises ValueError when there is no scheme or no path."""
        scheme, colon, path = text.partition(":")
        if not (scheme and colon and path):
            raise ValueError("a URN is written scheme:path")
        return cls(scheme, path)

    def as_text(self) -> str:
        return f"{self.scheme}:{self.path}"

    def __repr__(self) -> str:
        return f"URN({self.scheme}:…)"
