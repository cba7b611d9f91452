"""How names sound in Spanish, for those who write as they hear."""

from __future__ import annotations

import re

_SOUNDS = tuple(
    (re.compile(written), sound)
    for written, sound in (
        (r"(?<!c)hu(?=[ei])|w", "gu"),
        (r"ch", "#"),
        (r"h", ""),
        (r"g(?=[ei])", "j"),
        (r"gu(?=[ei])", "g"),
        (r"qu(?=[ei])", "k"),
        (r"c(?=[ei])", "s"),
        (r"[cq]", "k"),
        (r"[zx]", "s"),
        (r"v", "b"),
        (r"ll|y", "i"),
        (r"m\b", "n"),
        (r"(.)\1+", r"\1"),
    )
)


def sound(name: str) -> str:
    """How a folded name sounds in Spanish: "san pedro zula" as San Pedro Sula."""
    for written, heard in _SOUNDS:
        name = written.sub(heard, name)
    return name
