"""What is wrong with the rights texts, and what they cover."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
LINE_LIMIT = 200  # of a question, a step, a source
LINES_LIMIT = 30  # of a list
REQUIRED = ("id", "question", "short", "full", "source", "year", "facts", "review_by")
OPTIONAL = ("asked_as", "steps", "papers", "deadline", "cost", "need", "situations")
ALIKE = ("file", "year", "facts", "review_by", "need", "situations")  # fields that no translation changes

SENTENCES = {
    "missing": "{field} is missing",
    "unknown": "{field} is not a field",
    "year": "year must be 2026, or ~2026 when it is estimated",
    "need": "need is not a service topic",
    "situation": "there is no situation {detail}",
    "date": "review_by must be a date such as 2027-02-22",
    "past": "was to be reviewed by {detail}",
    "html": "{field} has a tag or a sign written as in HTML: {detail}",
    "no_list": "{field} must be a list of lines",
    "line_too_long": "{field} has a line of more than {detail} characters",
    "too_many_lines": "{field} has more than {detail} lines",
    "alphabet": "{field} has a character that is not in the SMS alphabet: {detail}",
    "too_long": f"short with its source has {{detail}} characters; {SMS_LIMIT} fit",
    "full_too_long": f"full has more than {FULL_LIMIT} characters",
}
LISTS = ("asked_as", "steps", "papers", "situations", "facts")
LINES = ("question", "source", "deadline", "cost")
HTML = re.compile(r"</?[a-zA-Z!][^<>]*>|&(?:[a-zA-Z]+|#\d+);")

# GSM-7 has no á, í, ó, ú; they are folded when the message is sent.
FOLD = str.maketrans("áíóúÁÍÓÚ", "aiouAIOU")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend in an item; `code` is one of SENTENCES."""

    field: str
    code: str
    detail: str = ""

    def __str__(self) -> str:
        return SENTENCES[self.code].format(field=self.field, detail=self.detail)


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
                found += [f"{file}: {id_}: {problem}" for problem in item_problems(raw, on)]
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


def item_problems(raw: Mapping[str, Any], on: dt.date) -> Iterator[Problem]:
    """What is wrong with one item in one language; the panel refuses by it too."""
    yield from (Problem(field, "missing") for field in REQUIRED if not raw.get(field))
    yield from (Problem(field, "unknown") for field in raw if field not in REQUIRED + OPTIONAL)
    if not re.fullmatch(r"~?(19|20)\d\d", str(raw.get("year"))):
        yield Problem("year", "year")
    if raw.get("need", NEEDS[0]) not in NEEDS:
        yield Problem("need", "need")
    review_by = raw.get("review_by")
    if not isinstance(review_by, dt.date):
        yield Problem("review_by", "date")
    elif review_by < on:
        yield Problem("review_by", "past", str(review_by))
    yield from _list_problems(raw)
    yield from _length_problems(raw)
    yield from _html_problems(raw)


def _list_problems(raw: Mapping[str, Any]) -> Iterator[Problem]:
    for field in LISTS:
        lines = raw.get(field, ())
        if not isinstance(lines, list | tuple) or not all(isinstance(line, str) for line in lines):
            yield Problem(field, "no_list")
            continue
        if any(len(line) > LINE_LIMIT for line in lines):
            yield Problem(field, "line_too_long", str(LINE_LIMIT))
        if len(lines) > LINES_LIMIT:
            yield Problem(field, "too_many_lines", str(LINES_LIMIT))
        if field == "situations":
            yield from (Problem(field, "situation", name) for name in lines if name not in SITUATIONS)


def _length_problems(raw: Mapping[str, Any]) -> Iterator[Problem]:
    for field in ("short", "source"):
        if outside := "".join(sorted({c for c in str(raw.get(field)) if septets(c) is None})):
            yield Problem(field, "alphabet", outside)
    length = septets(f"{raw.get('short')} ({raw.get('source')}, {raw.get('year')})")
    if length is not None and length > SMS_LIMIT:
        yield Problem("short", "too_long", str(length))
    if len(str(raw.get("full"))) > FULL_LIMIT:
        yield Problem("full", "full_too_long")
    for field in LINES:
        if len(str(raw.get(field, ""))) > LINE_LIMIT:
            yield Problem(field, "line_too_long", str(LINE_LIMIT))


def _html_problems(raw: Mapping[str, Any]) -> Iterator[Problem]:
    """Texts are sent as they are: a tag would be read aloud to nobody, and shown to somebody."""
    for field, value in raw.items():
        for text in value if isinstance(value, list | tuple) else (value,):
            if found := HTML.search(str(text)):
                yield Problem(field, "html", found[0])
                break


def _twin_problems(
    spanish: Mapping[str, dict[str, Any]], english: Mapping[str, dict[str, Any]]
) -> Iterator[str]:
    yield from (f"{id_}: has no English twin" for id_ in spanish if id_ not in english)
    yield from (f"{id_}: has no Spanish twin" for id_ in english if id_ not in spanish)
    for id_ in (id_ for id_ in spanish if id_ in english):
        es, en = spanish[id_], english[id_]
        yield from (f"{id_}: {f} differs between the languages" for f in ALIKE if es.get(f) != en.get(f))
        yield from (f"{id_}: {f} stands in one language only" for f in OPTIONAL if (f in es) != (f in en))
