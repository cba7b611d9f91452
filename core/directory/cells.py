"""Reads typed values out of what a file gives as text or JSON, and remembers what is wrong with it."""

import datetime as dt
import math
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MAX_TEXT = 5000
BROKEN = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffd]")
"""Signs of a wrong encoding, and control characters, which no text has and PostgreSQL may not hold."""

TRUE, FALSE = ("true", "yes", "si", "sí", "1"), ("false", "no", "0", "")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong where; `code` has words in the panel's catalogue."""

    row: str
    code: str
    field: str = ""
    value: str = ""


def shown(value: object) -> str:
    """Its beginning, without bytes that no page could hold."""
    return str(value)[:60].encode(errors="replace").decode()


class Cells:
    """One row or object of a file. Each method takes a field and returns its value, or None and a problem."""

    def __init__(self, raw: Mapping[str, Any], row: str, problems: list[Problem]) -> None:
        self.raw, self.row, self.problems = raw, row, problems

    def wrong(self, code: str, field: str, value: object = "") -> None:
        self.problems.append(Problem(self.row, code, field, shown(value)))

    def text(self, field: str) -> str | None:
        value = self.raw.get(field)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            self.wrong("not_text", field)
            return None
        text = str(value).replace("\r\n", "\n").strip()
        if len(text) > MAX_TEXT:
            self.wrong("too_long", field, text)
            return None
        if BROKEN.search(text):
            self.wrong("encoding", field)
            return None
        return text or None

    def id(self, field: str) -> uuid.UUID | None:
        text = self.text(field)
        if text is None:
            return None
        try:
            return uuid.UUID(text)
        except ValueError:
            self.wrong("not_id", field, text)
            return None

    def number(self, field: str) -> float | None:
        text = self.text(field)
        if text is None:
            return None
        try:
            number = float(text.replace(",", "."))
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            self.wrong("not_number", field, text)
            return None
        return round(number, 6)  # as `records.DOOR`

    def year(self, field: str) -> int | None:
        text = (self.text(field) or "").strip("~")
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and 1900 <= int(text) <= 2200):
            self.wrong("not_year", field, text)
            return None
        return int(text)

    def day(self, field: str) -> dt.date | None:
        text = self.text(field)
        if text is None:
            return None
        try:
            return dt.date.fromisoformat(text[:10])
        except ValueError:
            self.wrong("not_date", field, text)
            return None

    def clock(self, field: str) -> dt.time | None:
        text = self.text(field)
        if text is None:
            return None
        try:
            return dt.time.fromisoformat(text.zfill(5).removesuffix("Z")).replace(tzinfo=None)
        except ValueError:
            self.wrong("not_time", field, text)
            return None

    def flag(self, field: str) -> bool:
        value = self.raw.get(field)
        if isinstance(value, bool):
            return value
        text = (self.text(field) or "").lower()
        if text not in TRUE + FALSE:
            self.wrong("not_flag", field, text)
        return text in TRUE

    def list(self, field: str) -> list[dict[str, Any]]:
        """Objects inside this one."""
        value = self.raw.get(field) or []
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.wrong("not_list", field)
            return []
        return value
