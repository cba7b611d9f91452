"""What a file would do to the directory, or did: for a person to read before saying yes."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from core.directory import checks, details, records
from core.directory.cells import Problem

SHOWN = 200
"""Problems, changes and twins that a report names; of the rest it tells the number."""

FIELDS = (
    *records.ORGANIZATION_FIELDS,
    *(field for field in records.SERVICE_FIELDS if field not in records.ORGANIZATION_FIELDS),
    *(
        "organization",
        "service",
        "place",
        "place_hours",
        "service_hours",
        "id",
        "number",
        "byday",
        "location",
    ),
    *("address_1", "city", "state_province", "latitude", "longitude", "is_withheld"),
    *("document", "link_id", "extension", "valid_from", "valid_to", "accessibility"),
)
"""What a problem or a change may be about; columns of other people's files keep their own names."""

PROBLEMS = (
    "empty_field",
    "encoding",
    "ends_before_start",
    "formula",
    "future",
    "half_hours",
    "half_point",
    "hours_overlap",
    "location_differs",
    "differs_above",
    "markup",
    "more_cells",
    "no_id",
    "no_location",
    "no_name",
    "no_need",
    "no_number",
    "not_address",
    "not_country",
    "not_date",
    "not_email",
    "not_flag",
    "not_id",
    "not_list",
    "not_number",
    "not_phone",
    "not_text",
    "not_time",
    "not_year",
    "reference",
    "reversed",
    "shelter_address",
    "taken",
    "too_long",
    "twice",
    "unknown_code",
    "withheld_address",
)
"""What can be wrong with a row."""

REFUSALS = (
    "columns",
    "directory_changed",
    "encoding",
    "gave_up",
    "no_file",
    "no_hashtags",
    "no_organizations",
    "no_table",
    "not_csv",
    "not_json",
    "not_xlsx",
    "not_zip",
    "too_large",
    "too_many_rows",
    "unknown_format",
)
"""Why a file is not read at all."""


OnBatch = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Change:
    """`fields` are triples of name, old and new."""

    kind: str
    name: str
    row: str
    is_new: bool
    fields: list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Twin:
    row: str
    name: str
    other_id: str
    other_name: str


@dataclass(slots=True)
class Report:
    added: dict[str, int] = field(default_factory=lambda: {"organization": 0, "service": 0})
    changed: dict[str, int] = field(default_factory=lambda: {"organization": 0, "service": 0})
    unchanged: dict[str, int] = field(default_factory=lambda: {"organization": 0, "service": 0})
    changes: list[Change] = field(default_factory=list)
    problem_count: int = 0
    problems: list[Problem] = field(default_factory=list)
    twin_count: int = 0
    twins: list[Twin] = field(default_factory=list)
    digest: str = ""
    """Of all that would be written; the same again only if nothing happened in between."""

    @property
    def change_count(self) -> int:
        return sum(self.added.values()) + sum(self.changed.values())

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"change_count": self.change_count}


def silent(record_count: int) -> None:
    """For whoever does not want to hear how many records more were gone through."""


def told(name: str, value: Any) -> str:
    """A field's value as a line for a person."""
    if name in IN_WORDS:
        return "; ".join(map(IN_WORDS[name], value))
    if isinstance(value, tuple):
        return ", ".join(value)
    return "" if value is None else str(value)


def _place_told(place: records.PlaceRecord) -> str:
    parts = [place.name, place.address_1, place.city, place.state_province, place.country]
    if place.latitude is not None:
        parts.append(f"{place.latitude}, {place.longitude}")
    parts += [*map(details.told, place.accessibility), *map(checks.hours, place.schedules)]
    parts += map(": ".join, place.attributes)
    return ", ".join(part for part in parts if part)


def _phone_told(phone: records.PhoneRecord) -> str:
    return " ext. ".join(filter(None, (phone.number, phone.extension)))


IN_WORDS: dict[str, Callable[[Any], str]] = {
    **dict.fromkeys(details.TABLES, details.told),
    "phones": _phone_told,
    "schedules": checks.hours,
    "places": _place_told,
    "attributes": ": ".join,
}
"""How one of a list is told."""
