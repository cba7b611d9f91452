"""What a flow may look up: read-only, answered for one person, in that person's language.

The bot makes one `Services` for each turn. A flow never learns where an answer comes from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Text:
    """Words that come from reviewed content, in two sizes: `short` for SMS, `full` for chat."""

    short: str
    full: str


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality, or a whole department or country. Without `id` it is as the person wrote it.

    `words` are theirs, where they say more than the name: a neighborhood, a street.
    """

    id: str
    name: str
    country: str | None = None
    location: tuple[float, float] | None = None
    department: str | None = None
    is_region: bool = False
    words: str = ""

    def to_answer(self) -> dict[str, Any]:
        """As JSON gives it back, so that a stored session is the same session."""
        return {**asdict(self), "location": list(self.location) if self.location else None}

    @classmethod
    def from_answer(cls, answer: Mapping[str, Any] | None) -> "Place | None":
        if answer is None:
            return None
        location = answer["location"]
        return cls(**{**answer, "location": (location[0], location[1]) if location else None})


@dataclass(frozen=True, slots=True)
class RightsItem:
    """One reviewed answer, ending with its source and year. `need` is the service topic where to go next."""

    id: str
    question: str
    answer: Text
    need: str | None = None
    topic: str = ""


@dataclass(frozen=True, slots=True)
class RightsFound:
    """Answers, the best first. `fits`: it answers what was asked, or nothing was asked yet. `depends`: which
    one is right depends on the person's situation, which nobody has told."""

    items: Sequence[RightsItem]
    fits: bool = True
    depends: bool = False


@dataclass(frozen=True, slots=True)
class ServiceCard:
    """One entry of the directory, written out. `distance_km` is None where either end is unknown.

    `map_url` shows its door, where that may be told and is known. `far` says where the door is and how far,
    of one that is told only because none is near.
    """

    id: str
    name: str
    text: Text
    phone: str | None = None
    distance_km: float | None = None
    is_hotline: bool = False
    map_url: str | None = None
    far: str = ""


@dataclass(frozen=True, slots=True)
class CaseStatus:
    """How far a case is: `status` is one of `CASE_STATUSES`. Never its kind, category or story."""

    number: str
    status: str
    updated_on: date


CASE_STATUSES = ("new", "in_progress", "referred", "answered", "closed")


@dataclass(frozen=True, slots=True)
class StoredData:
    """How much is kept about the person."""

    messages: int
    cases: int
    surveys: int


class Services(Protocol):
    """The look-ups of one turn, bound to the person and to their language."""

    def find_rights(
        self, country: str, topic: str, text: str, *, situation: str | None, any_topic: bool
    ) -> RightsFound:
        """Answers for the topic, best match of `text` first; without a question in it in their best order.

        With `any_topic` a clearly better answer of another topic goes before them.
        """

    def find_services(
        self, need: str, place: Place | None, country: str | None, text: str
    ) -> Sequence[ServiceCard]:
        """Services for the need that are near enough to go to, nearest first; then those that help from afar.

        What is for some people only comes after what is for all, unless `text` says that they belong.
        """

    def find_places(self, text: str, country: str | None) -> Sequence[Place]:
        """None: unknown. One: this one. Several: the name is ambiguous, best guess first.

        One without an `id` is known, but lies outside of the countries that are served.
        """

    def locate(self, location: tuple[float, float]) -> Sequence[Place]:
        """The municipality of a location; near a border also that of the other side; none if far from all."""

    def new_case_number(self) -> str:
        """A number that no case has yet and that nobody can guess."""

    def find_case(self, number: str) -> CaseStatus | None:
        """None alike for a wrong number, someone else's case and too many tries."""

    def stored_data(self) -> StoredData: ...

    def emergency_numbers(self, country: str | None, purpose: str) -> Text | None:
        """The verified numbers of the country for `danger` or `gender_violence`, the best one first.

        For `gender_violence` numbers alone: the name of a line would tell a bystander what was written about.
        None where no number is known, or the country is not.
        """

    def wordings(self, key: str) -> Sequence[str]:
        """A catalog text in every language, the person's first; empty when there is no such key."""
