"""What a turn can cause. The engine only says it; the bot applies it, in this order, in one transaction.

A `Reply` that follows `LanguageChosen` is rendered in the new language.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from flows.services import Place, Text


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer the person can press or number. Its label is a catalog key, or content from a look-up.

    With a `url` it is no answer: it opens a page, and is left out where there are no buttons.
    """

    id: str
    label: str | Text
    url: str | None = None
    spare: int = 0  # above 0: by SMS shown only where it costs no further segment, the smaller number first


@dataclass(frozen=True, slots=True)
class Reply:
    """Say a catalog text. A `Text` among `params` is shown in the size that fits the channel."""

    key: str
    params: Mapping[str, str | int | date | Text] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class PrivacyNoticeGiven:
    """The person was told who writes, what is kept and how to have it deleted."""


@dataclass(frozen=True, slots=True)
class LanguageChosen:
    language: str


@dataclass(frozen=True, slots=True)
class CountryChosen:
    country: str


@dataclass(frozen=True, slots=True)
class OptedOut:
    pass


@dataclass(frozen=True, slots=True)
class OptedIn:
    pass


@dataclass(frozen=True, slots=True)
class SafetyStated:
    """Whether it is safe to write to this phone now. Nobody writes first while it is not."""

    is_safe_to_write: bool


@dataclass(frozen=True, slots=True)
class HandoffRequested:
    """A person of the team is wanted, at once if urgent, only a focal point if sealed.

    A session that goes on after it is meant to: the bot keeps the person company until someone takes over.
    """

    topic: str
    is_urgent: bool = False
    is_sealed: bool = False
    case_number: str | None = None


@dataclass(frozen=True, slots=True)
class CaseOpened:
    """`kind` is complaint or incident; `category` a topic of the label contract."""

    number: str
    kind: str
    category: str
    narrative: str
    place: Place | None = None
    is_sealed: bool = False
    wants_answer: bool = True


@dataclass(frozen=True, slots=True)
class CaseDetailAdded:
    number: str
    place: Place | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class ReferralConsentGiven:
    """The person said yes to the words under `wording_key`, in the language they were shown in."""

    number: str
    wording_key: str


@dataclass(frozen=True, slots=True)
class ReferralConsentWithdrawn:
    """No case of this person may be passed on from now on."""


@dataclass(frozen=True, slots=True)
class SurveyAnswered:
    """All answers so far; replaces what came before with the same `started_at`. None: question skipped."""

    survey: str
    started_at: str
    answers: Mapping[str, str | None]
    is_complete: bool


@dataclass(frozen=True, slots=True)
class ServicesSearched:
    """The directory was asked what there is for a need, and had something near or not. To be counted only."""

    need: str
    country: str
    place: Place | None = None
    has_near: bool = False


@dataclass(frozen=True, slots=True)
class RightsAnswered:
    """An item of the rights texts was shown. To be counted only, like the next two."""

    item: str


@dataclass(frozen=True, slots=True)
class RightsRated:
    item: str
    helped: bool


@dataclass(frozen=True, slots=True)
class RightsMissing:
    """Nothing reviewed answered a question."""

    country: str
    topic: str


@dataclass(frozen=True, slots=True)
class DataErasureRequested:
    pass


@dataclass(frozen=True, slots=True)
class SessionReset:
    """A stored session no longer fits the flows, and the conversation began anew. To be logged."""

    flow: str
    version: int
    step: str


Event = (
    Reply
    | PrivacyNoticeGiven
    | LanguageChosen
    | CountryChosen
    | OptedOut
    | OptedIn
    | SafetyStated
    | HandoffRequested
    | CaseOpened
    | CaseDetailAdded
    | ReferralConsentGiven
    | ReferralConsentWithdrawn
    | SurveyAnswered
    | ServicesSearched
    | RightsAnswered
    | RightsRated
    | RightsMissing
    | DataErasureRequested
    | SessionReset
)

# BACK cannot pass these: the person was told that it is done.
IRREVERSIBLE = (
    CaseOpened,
    CaseDetailAdded,
    HandoffRequested,
    ReferralConsentGiven,
    RightsRated,
    DataErasureRequested,
)
