"""The rights texts that people get now: the files, and over them what was published in the panel."""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from core.errors import SettingsError
from core.rights import RightsItem, RightsTexts, load, versions
from core.rights.entries import Entry
from core.rights.versions import RightsVersion
from core.types import Language

logger = logging.getLogger(__name__)

LOOK_EVERY = 5.0
"""Seconds. A new text is there before its editor has taken up the phone, and a busy worker asks the
database once for hundreds of turns."""

Texts = Mapping[Language, RightsTexts]


class CurrentRights:
    """Safe between threads. The same mapping is given out until something is published."""

    def __init__(self, files: Texts, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._files = files
        self._clock = clock
        self._texts = files
        self._stamp: object = (0, None)
        self._look_at = clock()
        self._lock = threading.Lock()

    @classmethod
    def load(cls, root: Path) -> "CurrentRights":
        return cls({language: load(root, language) for language in Language})

    def texts(self, session: Session, language: Language) -> RightsTexts:
        with self._lock:
            if self._clock() >= self._look_at:
                self._look(session)
                self._look_at = self._clock() + LOOK_EVERY
            return self._texts[language]

    def _look(self, session: Session) -> None:
        stamp = versions.stamp(session)
        if stamp != self._stamp:
            published = versions.published(session)
            self._texts = {
                language: overlaid(texts, published, language) for language, texts in self._files.items()
            }
            self._stamp = stamp


def overlaid(texts: RightsTexts, published: Sequence[RightsVersion], language: Language) -> RightsTexts:
    """Published versions stand in for the item of their id, new ones come last, hidden ones are left out."""
    over = {version.item_id: version for version in published}
    shown: dict[tuple[str, str], list[RightsItem]] = {}
    for place, items in texts.items():
        shown[place] = [_newer(item, over.pop(item.id, None)) for item in items]
    for version in over.values():
        item = _item(version, language)
        if item:
            shown.setdefault((version.country, version.topic), []).append(item)
    hidden = {version.item_id for version in published if version.is_hidden}
    return {place: tuple(item for item in items if item.id not in hidden) for place, items in shown.items()}


def entries(files: Mapping[str, Entry], published: Sequence[RightsVersion]) -> dict[str, Entry]:
    """The same for staff, in both languages at once."""
    over = {version.item_id: version for version in published}
    shown = {id_: over[id_].entry if id_ in over else entry for id_, entry in files.items()}
    shown |= {id_: version.entry for id_, version in over.items()}
    return {id_: entry for id_, entry in shown.items() if id_ not in over or not over[id_].is_hidden}


def _newer(item: RightsItem, version: RightsVersion | None) -> RightsItem:
    return (_item(version, item.language) if version else None) or item


def _item(version: RightsVersion, language: Language) -> RightsItem | None:
    """A version that this program cannot read must not silence all the others."""
    try:
        return version.entry.item(language)
    except (SettingsError, KeyError, ValueError):
        logger.error("rights version %s cannot be read", version.id)
        return None
