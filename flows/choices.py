"""Which choice did they mean? Words are compared without accents, capitals, punctuation or emoji."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from flows.context import Input

MAX_WORDS_AROUND_KEYWORD = 6  # in a longer message a keyword is more likely part of a story than a choice
MIN_PREFIX = 2  # one letter is more likely a slip than a choice
MIN_PART = 4  # shorter words, such as "con", stand in many labels and say nothing
SIGNS = {"👍": "yes", "✅": "yes", "👎": "no", "❌": "no"}
INTENTS = {"affirm": "yes", "deny": "no"}

Wordings = Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Option:
    """A choice as it can be understood: pressed, by number if it is listed, by label or by keyword."""

    id: str
    labels: frozenset[str]
    words: frozenset[str]
    is_listed: bool = True


def option(id_: str, labels: Sequence[str], words: Sequence[str] = (), *, is_listed: bool = True) -> Option:
    split = [word for text in words for word in text.split(",")]
    return Option(id_, _folded(labels), _folded(split), is_listed)


def fold(text: str) -> str:
    """Lower case, without accents and signs, single-spaced: `¡Sí, 2️⃣!` → `si 2`."""
    plain = unicodedata.normalize("NFKD", text.casefold()).replace("'", "")
    return " ".join(re.findall(r"\w+", "".join(c for c in plain if unicodedata.category(c)[0] != "M")))


def pick_exactly(given: Input, options: Sequence[Option], wordings: Wordings) -> str | None:
    """The id of the choice that the message is, and nothing else; or None."""
    listed = [own.id for own in options if own.is_listed]
    said = fold(given.text)
    if given.choice in listed:
        return given.choice
    number = _number(said, wordings)
    if number is not None and 1 <= number <= len(listed):
        return listed[number - 1]
    return _only(own.id for own in options if said in own.labels) or _only(
        own.id for own in options if said in own.words
    )


def pick_loosely(given: Input, options: Sequence[Option]) -> str | None:
    """The id of the choice that the message begins or speaks of. Two that fit equally well are no answer."""
    said = fold(given.text)
    ids = {own.id for own in options}
    if not said:
        sign = SIGNS.get(given.text.strip()[:1])
        return sign if sign in ids else None
    begun = (own.id for own in options if any(label.startswith(said) for label in own.labels))
    part = (own.id for own in options if any(f" {said} " in f" {label} " for label in own.labels))
    within = (own.id for own in options if any(f" {word} " in f" {said} " for word in own.labels | own.words))
    picked = _only(begun) if len(said) >= MIN_PREFIX else None
    if picked is None and len(said) >= MIN_PART:
        picked = _only(part)
    if picked is None and len(said.split()) <= MAX_WORDS_AROUND_KEYWORD:
        picked = _only(within)
    meant = INTENTS.get(given.intent or "")
    return picked or (meant if meant in ids else None)


def agrees(given: Input, wordings: Wordings) -> bool:
    """An explicit yes and nothing but a yes: `sí, por favor` agrees; `sí, pero…` or a story does not."""
    if given.choice:
        return given.choice == "yes"
    said = fold(given.text)
    if not said:
        return SIGNS.get(given.text.strip()[:1]) == "yes"
    yes = option("yes", wordings("choice.yes"), wordings("choice.yes.words"))
    around = option("", (), wordings("choice.yes.around")).words
    agreed = _either(yes.labels | yes.words)
    polite = _either(yes.labels | yes.words | around)
    return _number(said, wordings) == 1 or re.fullmatch(f"{agreed}(?: {polite})*", said) is not None


def _number(said: str, wordings: Wordings) -> int | None:
    """`2`, `opción 2` or `dos`. The catalog lists the number words in their order: `uno, dos, tres`."""
    around = option("", (), wordings("choice.number.around")).words
    first, _, rest = said.partition(" ")
    bare = rest if first in around else said
    if bare.isdecimal() and len(bare) <= 2:
        return int(bare)
    for text in wordings("choice.numbers"):
        spelled = [fold(word) for word in text.split(",")]
        if bare in spelled:
            return spelled.index(bare) + 1
    return None


def _only(fitting: Iterable[str]) -> str | None:
    found = list(fitting)
    return found[0] if len(found) == 1 else None


def _folded(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(fold(text) for text in texts) - {""}


def _either(words: Iterable[str]) -> str:
    return "(?:" + "|".join(sorted(map(re.escape, words), key=len, reverse=True)) + ")"
