"""The reviewed texts on rights, as they are read. `core.rights.check` finds faults in them.

One file per language, country and topic, `locales/<language>/rights/<country>/<topic>.yml`.
docs/content.md says how to edit them; `python -m core.rights` prints the coverage and every problem.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from core.errors import SettingsError
from core.types import Language

ROOT = Path(__file__).parents[2] / "locales"
EVERYWHERE = "any"

RightsTexts = Mapping[tuple[str, str], tuple["RightsItem", ...]]


@dataclass(frozen=True, slots=True)
class RightsItem:
    """One question and its answer. `full` says all; `steps`, `papers`, `deadline` and `cost` repeat parts."""

    id: str
    country: str
    topic: str
    language: Language
    question: str
    asked_as: tuple[str, ...]  # other words for the same question; never shown to anybody
    short: str
    full: str
    source: str
    year: str  # 2026, or ~2026 where the source shows no date and the year is an estimate
    review_by: dt.date
    facts: tuple[str, ...]
    steps: tuple[str, ...]
    papers: tuple[str, ...]
    situations: tuple[str, ...]
    deadline: str | None
    cost: str | None
    need: str | None  # the service topic where to go next

    @property
    def short_text(self) -> str:
        """For SMS, with the reference that ends every answer."""
        return f"{self.short} ({self.source}, {self.year})"

    @property
    def full_text(self) -> str:
        return f"{self.full}\n({self.source}, {self.year})"


def load(root: Path, language: Language) -> RightsTexts:
    """All items of a language by (country, topic), in the order of the files.

    Raises SettingsError when a file or an item cannot be read.
    """
    return {
        (country, topic): tuple(item_of(raw, country, topic, language) for raw in raws)
        for country, topic, raws in files(root, language)
    }


def items_for(texts: RightsTexts, country: str | None, topic: str) -> tuple[RightsItem, ...]:
    """What the country says first, then what holds everywhere."""
    own = texts.get((country, topic), ()) if country else ()
    return own + texts.get((EVERYWHERE, topic), ())


def files(root: Path, language: Language) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    """Country, topic and items as written of each file, in a stable order."""
    for path in sorted((root / language / "rights").glob("*/*.yml")):
        try:
            raws = yaml.safe_load(path.read_text(encoding="utf-8"))
        except yaml.YAMLError as e:
            raise SettingsError(f"{path} is not valid YAML.") from e
        if not isinstance(raws, list) or not all(isinstance(raw, dict) for raw in raws):
            raise SettingsError(f"{path} must be a list of items.")
        yield path.parent.name, path.stem, raws


def item_of(raw: Mapping[str, Any], country: str, topic: str, language: Language) -> RightsItem:
    """An item as it is written in a file. Raises SettingsError when something is missing."""
    try:
        return RightsItem(
            id=raw["id"],
            country=country,
            topic=topic,
            language=language,
            question=raw["question"],
            asked_as=tuple(raw.get("asked_as", ())),
            short=raw["short"],
            full=raw["full"].rstrip(),
            source=raw["source"],
            year=str(raw["year"]),
            review_by=raw["review_by"],
            facts=tuple(raw["facts"]),
            steps=tuple(raw.get("steps", ())),
            papers=tuple(raw.get("papers", ())),
            situations=tuple(raw.get("situations", ())),
            deadline=raw.get("deadline"),
            cost=raw.get("cost"),
            need=raw.get("need"),
        )
    except (KeyError, AttributeError) as e:
        raise SettingsError(
            f"{language}/{country}/{topic}: an item is incomplete; run python -m core.rights."
        ) from e
