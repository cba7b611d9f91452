"""What is wrong with the rights texts, and what they cover."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import gsm0338  # noqa: F401 -- registers the codec

from core.rights import EVERYWHERE, files
from core.types import COUNTRIES, Language

PLACES = (EVERYWHERE, *COUNTRIES)
TOPICS = (
    "asylum",
    "documents",
    "work",
    "education",
    "health",
    "housing",
    "legal_aid",
    "children",
    "gender_violence",
    "lgbtiq",
    "non_discrimination",
    "detention_deportation",
    "property",
    "family_unity",
    "internal_displacement",
    "return_reintegration",
    "participation",
)
NEEDS = (
    "shelter",
    "food",
    "water_hygiene",
    "health",
    "mental_health",
    "legal",
    "documents",
    "education",
    "work",
    "cash",
    "child_protection",
    "gender_violence",
    "transport",
    "language_classes",
    "family_tracing",
    "disability_elderly",
    "connectivity",
    "clothing_items",
)
SITUATIONS = ("asylum_seeker", "refugee", "displaced", "returned", "other")

SMS_LIMIT = 306  # two GSM-7 segments of 153
FULL_LIMIT = 900  # more is not read on a phone
REQUIRED = ("id", "question", "short", "full", "source", "year", "facts", "review_by")
OPTIONAL = ("asked_as", "steps", "papers", "deadline", "cost", "need", "situations")
ALIKE = ("file", "year", "facts", "review_by", "need", "situations")  # fields that no translation changes

# GSM-7 has no á, í, ó, ú; they are folded when the message is sent.
FOLD = str.maketrans("áíóúÁÍÓÚ", "aiouAIOU")


def problems(root: Path, on: dt.date) -> list[str]:
    """A sentence for each thing to mend before the texts may be shown on that day."""
    found: list[str] = []
    items: dict[Language, dict[str, dict[str, Any]]] = {language: {} for language in Language}
    for language in Language:
        for country, topic, raws in files(root, language):
            file = f"{language}/{country}/{topic}"
            if country not in PLACES or topic not in TOPICS:
                found.append(f"{file}: no such country or topic")
            for raw in raws:
                id_ = str(raw.get("id"))
                found += [f"{file}: {id_}: {problem}" for problem in _item_problems(raw, on)]
                if id_ in items[language]:
                    found.append(f"{file}: {id_}: the id is used twice")
                items[language][id_] = {**raw, "file": f"{country}/{topic}"}
    found += _twin_problems(items[Language.SPANISH], items[Language.ENGLISH])
    counts = coverage(root)
    found += [
        f"{EVERYWHERE}/{topic}: has no item"
        for topic in TOPICS
        if not all(counts[EVERYWHERE, topic].values())
    ]
    return found


def coverage(root: Path) -> dict[tuple[str, str], dict[Language, int]]:
    """Number of items by (country, topic) and language; a missing file counts as 0."""
    counts = {language: {(c, t): len(raws) for c, t, raws in files(root, language)} for language in Language}
    return {
        (country, topic): {language: counts[language].get((country, topic), 0) for language in Language}
        for country in PLACES
        for topic in TOPICS
    }


def septets(text: str) -> int | None:
    """Length in an SMS after folding, None when a character would force the short UCS-2 segments."""
    try:
        return len(text.translate(FOLD).encode("gsm03.38"))
    except UnicodeEncodeError:
        return None


def _item_problems(raw: Mapping[str, Any], on: dt.date) -> Iterator[str]:
    yield from (f"{field} is missing" for field in REQUIRED if not raw.get(field))
    yield from (f"{field} is not a field" for field in raw if field not in REQUIRED + OPTIONAL)
    if not re.fullmatch(r"~?(19|20)\d\d", str(raw.get("year"))):
        yield "year must be 2026, or ~2026 when it is estimated"
    if raw.get("need", NEEDS[0]) not in NEEDS:
        yield "need is not a service topic"
    yield from (
        f"there is no situation {name}" for name in raw.get("situations", ()) if name not in SITUATIONS
    )
    review_by = raw.get("review_by")
    if not isinstance(review_by, dt.date):
        yield "review_by must be a date such as 2027-02-22"
    elif review_by < on:
        yield f"was to be reviewed by {review_by}"
    yield from _length_problems(raw)


def _length_problems(raw: Mapping[str, Any]) -> Iterator[str]:
    length = septets(f"{raw.get('short')} ({raw.get('source')}, {raw.get('year')})")
    if length is None:
        yield "short or source has a character that is not in the SMS alphabet"
    elif length > SMS_LIMIT:
        yield f"short with its source has {length} characters; {SMS_LIMIT} fit"
    if len(str(raw.get("full"))) > FULL_LIMIT:
        yield f"full has more than {FULL_LIMIT} characters"


def _twin_problems(
    spanish: Mapping[str, dict[str, Any]], english: Mapping[str, dict[str, Any]]
) -> Iterator[str]:
    yield from (f"{id_}: has no English twin" for id_ in spanish if id_ not in english)
    yield from (f"{id_}: has no Spanish twin" for id_ in english if id_ not in spanish)
    for id_ in (id_ for id_ in spanish if id_ in english):
        es, en = spanish[id_], english[id_]
        yield from (f"{id_}: {f} differs between the languages" for f in ALIKE if es.get(f) != en.get(f))
        yield from (f"{id_}: {f} stands in one language only" for f in OPTIONAL if (f in es) != (f in en))
