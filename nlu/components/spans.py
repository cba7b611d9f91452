"""A part of a text with the value it stands for: what every finder of entities gives."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Span:
    value: str
    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end


def table(words: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", words))
