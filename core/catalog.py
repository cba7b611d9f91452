"""Words for people: gettext catalogues whose ids are keys, read from the .po files themselves at
start."""

from collections.abc import Mapping
from pathlib import Path

from babel.messages.pofile import read_po

from core.errors import SettingsError
from core.types import Language

ROOT = Path(__file__).parents[1] / "locales"


class Catalog:
    """Texts by language and key. A missing key is our bug and raises KeyError; tests keep the languages
    complete."""

    def __init__(self, texts: Mapping[Language, Mapping[str, str]]) -> None:
        self._texts = texts

    @classmethod
    def load(cls, root: Path = ROOT, domain: str = "puente") -> "Catalog":
        return cls(
            {language: _read(root / language / "LC_MESSAGES" / f"{domain}.po") for language in Language}
        )

    def text(self, key: str, language: Language, **params: object) -> str:
        text = self._texts[language][key]
        return text.format(**params) if params else text

    def wordings(self, key: str, first: Language) -> list[str]:
        """The text in every language, this one first; empty when there is no such key."""
        languages = sorted(self._texts, key=lambda language: language is not first)
        return [self._texts[language][key] for language in languages if key in self._texts[language]]


def _read(path: Path) -> dict[str, str]:
    try:
        with path.open("rb") as file:
            return {str(message.id): str(message.string) for message in read_po(file) if message.id}
    except OSError as e:
        raise SettingsError(
            f"The catalogue {path.name} of {path.parts[-3]} cannot be read ({e.strerror})."
        ) from e
