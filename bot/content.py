"""The reviewed content that the bot answers from: files, read once at start, and what is published since."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from core.catalog import ROOT, Catalog
from core.places import Gazetteer
from core.rights.current import CurrentRights
from core.rights.ranking import Ranker
from core.rights.vectors import Embed
from core.types import Language


@dataclass(frozen=True, slots=True)
class EmergencyNumber:
    """A line that works in the whole country; `purposes` as in locales/emergency_numbers.yml."""

    number: str
    names: Mapping[Language, str]
    purposes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Content:
    catalog: Catalog
    rights: CurrentRights
    ranker: Ranker
    gazetteer: Gazetteer
    emergency_numbers: Mapping[str, tuple[EmergencyNumber, ...]]  # by country

    @classmethod
    def load(cls, root: Path = ROOT, *, embed: Embed | None = None) -> "Content":
        """`embed` gives the meaning of texts; without it words alone choose among the rights items.

        Raises SettingsError when a file is missing or broken: found at start, not at midnight.
        """
        return cls(
            Catalog.load(root),
            CurrentRights.load(root),
            Ranker(embed),
            Gazetteer.load(),
            _emergency_numbers(yaml.safe_load((root / "emergency_numbers.yml").read_text(encoding="utf-8"))),
        )


def _emergency_numbers(raw: Mapping[str, list[dict[str, Any]]]) -> dict[str, tuple[EmergencyNumber, ...]]:
    return {
        country: tuple(
            EmergencyNumber(
                line["number"],
                {language: line[f"name_{language}"] for language in Language},
                tuple(line["for"]),
            )
            for line in lines
        )
        for country, lines in raw.items()
    }
