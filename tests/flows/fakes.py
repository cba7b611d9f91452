"""Look-ups that answer from what a test says, and the real words."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal

from flows.check import load_catalog
from flows.context import Context
from flows.services import CaseStatus, Place, RightsFound, RightsItem, ServiceCard, StoredData, Text

NOW = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)
CATALOG = load_catalog()

PLACES = (
    Place("tapachula", "Tapachula, Chiapas", "MX"),
    Place("san-pedro-bz", "San Pedro, Belize", "BZ"),
    Place("san-pedro-sula", "San Pedro Sula, Cortés", "HN"),
    Place("yoro", "Yoro, Yoro", "HN"),
    Place("HN-06", "Cortés", "HN", is_region=True),
    Place("HN", "", "HN", is_region=True, words="honduras"),
    Place("", "Madrid"),
)
TECUN_UMAN = Place("tecun-uman", "Tecún Umán", "GT", department="San Marcos")
CIUDAD_HIDALGO = Place("ciudad-hidalgo", "Ciudad Hidalgo", "MX", department="Chiapas")
CASES = {
    number: CaseStatus(number, status, date(2026, 11, 20))
    for number, status in {
        "K7PM-4XQ": "in_progress",
        "NEW2-222": "new",
        "REF2-222": "referred",
        "ANS2-222": "answered",
        "CLS2-222": "closed",
    }.items()
}
NUMBERS = {"MX": Text("911", "911 (Emergencias)"), "HN": Text("911, 114", "911 (Emergencias), 114 (Policía)")}


def text(words: str) -> Text:
    return Text(words, f"{words}, in full")


def rights(topic: str, amount: int = 4) -> tuple[RightsItem, ...]:
    """The first one says where to go next."""
    return tuple(
        RightsItem(
            f"mx-{topic}-{n}", f"Question {n}?", text(f"Answer {n}"), "legal" if n == 1 else None, topic
        )
        for n in range(1, amount + 1)
    )


SHELTERS = tuple(
    ServiceCard(f"shelter-{n}", f"Shelter {n}", text(f"Shelter {n}"), distance_km=float(n))
    for n in range(1, 6)
)
HOTLINE = ServiceCard("line", "National line", text("National line"), phone="800", is_hotline=True)
FAR = ServiceCard("far", "Far", text("Far"), distance_km=182.0, far="Tegucigalpa, 182 km")


@dataclass
class FakeServices:
    """Knows shelters in Tapachula and asylum law in Mexico, and little else."""

    given_numbers: int = 0
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def find_rights(
        self, country: str, topic: str, text: str, *, situation: str | None, any_topic: bool
    ) -> RightsFound:
        """In Mexico something on asylum, and what to do when hurt; families depend on the situation."""
        if country != "MX" or topic not in ("asylum", "gender_violence", "family_unity"):
            return RightsFound(())
        depends = topic == "family_unity" and situation is None
        return RightsFound(rights(topic), fits="cohete" not in text, depends=depends)

    def find_services(
        self, need: str, place: Place | None, country: str | None, text: str
    ) -> Sequence[ServiceCard]:
        is_near = place is not None and (place.id == "tapachula" or place.location == (14.91, -92.26))
        near = SHELTERS if need == "shelter" and is_near else ()
        hotlines = (HOTLINE,) if country in ("MX", "HN") and need != "cash" else ()
        far = (FAR,) if need == "transport" and country == "HN" else ()
        return (*near, *hotlines, *far)

    def find_places(self, text: str, country: str | None) -> Sequence[Place]:
        said = text.casefold()
        return [place for place in PLACES if (place.words or place.name.casefold()).startswith(said)]

    def locate(self, location: tuple[float, float]) -> Sequence[Place]:
        known = {(14.91, -92.26): PLACES[:1], (14.68, -92.15): (CIUDAD_HIDALGO, TECUN_UMAN)}
        return known.get(location, ())

    def new_case_number(self) -> str:
        self.given_numbers += 1
        return f"AAAA-00{self.given_numbers}"

    def find_case(self, number: str) -> CaseStatus | None:
        return CASES.get(number)

    def stored_data(self) -> StoredData:
        return StoredData(messages=12, cases=1, surveys=0)

    def emergency_numbers(self, country: str | None, purpose: str) -> Text | None:
        return NUMBERS.get(country or "")

    def wordings(self, key: str) -> Sequence[str]:
        return self.words.get(key) or [texts[key] for texts in CATALOG.values() if key in texts]


def context(kind: Literal["sms", "chat"] = "chat", **known: Any) -> Context:
    return Context(**{"language": "es", "now": NOW, "channel_kind": kind, "country": "MX", **known})
