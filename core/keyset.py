"""Where a page of a list ended, so that the next one begins after it, however long the list has become."""

import uuid
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Cursor:
    """The time and id of the last row shown; `str` and `parse` carry it through an address."""

    at: datetime
    id: uuid.UUID

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """Raises ValueError when this is no cursor."""
        at, _, row_id = text.partition("~")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise ValueError("a cursor has a time zone")
        return cls(moment, uuid.UUID(row_id))
