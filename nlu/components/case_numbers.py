"""Numbers of cases as the bot gives them out: "K7PM-4XQ"."""

from __future__ import annotations

import re

from nlu.components.spans import Span

# Letters and digits that cannot be taken for one another: no 0, 1, I, O.
_SIGN = "[2-9A-HJ-NP-Z]"
_CASE_NUMBER = re.compile(rf"\b({_SIGN}{{4}})(-| |)({_SIGN}{{3}})\b", re.IGNORECASE)


def case_numbers(text: str) -> list[Span]:
    """With a hyphen any such pair of groups is one; without, digits must show that it is no word."""
    numbers = []
    for found in _CASE_NUMBER.finditer(text):
        first, between, last = found.groups()
        has_letters = any(sign.isalpha() for sign in first + last)
        groups = {"-": (), " ": (first, last), "": (first + last,)}[between]
        if has_letters and all(any(sign.isdigit() for sign in group) for group in groups):
            numbers.append(Span(f"{first}-{last}".upper(), found.start(), found.end()))
    return numbers
