"""What an SMS can carry: the GSM-7 alphabet, segments, and messages that are cut between words.

3GPP TS 23.038 (alphabet) and 23.040 (parts). One character outside the alphabet turns the whole message into
UCS-2, which holds less than half as much, so `fold` takes accents off where only they stand in the way.
"""

import codecs
import unicodedata
from bisect import bisect_right
from functools import cache

import gsm0338  # noqa: F401 -- registers the codec

SINGLE, PART = 160, 153  # septets of a message alone, and of one part of a longer one
SINGLE_UCS2, PART_UCS2 = 70, 67  # UTF-16 code units, the same

_encode = codecs.lookup("gsm03.38").encode

FOLDS = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′´`", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‹", "<"),
        **dict.fromkeys("›", ">"),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("•·▪●", "*"),
        **dict.fromkeys("\t\u00a0\u2002\u2003\u2007\u2009\u202f", " "),
        # invisible: soft hyphen, joiners, marks of direction, byte order mark
        **dict.fromkeys("\x00\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", ""),
        "…": "...",
        "→": "->",
        "×": "x",
        "º": "o",
        "°": "o",
        "ª": "a",
        "ç": "c",
    }
)
"""Signs that another one stands for without loss. Letters with accents need no entry: see `fold`."""


def is_gsm(text: str) -> bool:
    return _septets(text) is not None


def fold(text: str) -> str:
    """The text with á í ó ú and typographic signs made plain, if that makes it GSM-7; else as it was.

    ñ é ü ¿ ¡ are in the alphabet and stay. A text in another script, or with an emoji, keeps its accents too.
    """
    text = unicodedata.normalize("NFC", text)
    if is_gsm(text):
        return text
    plain = "".join(
        character if is_gsm(character) else unicodedata.normalize("NFD", character)[0]
        for character in text.translate(FOLDS)
    )
    return plain if is_gsm(plain) else text


def segments(text: str) -> int:
    """How many segments a provider bills for the text as it stands (fold it first)."""
    septets = _septets(text)
    weights = [len(character.encode("utf-16-le", "surrogatepass")) // 2 for character in text]
    single, part = SINGLE_UCS2, PART_UCS2
    if septets is not None:
        weights, single, part = septets, SINGLE, PART
    if sum(weights) <= single:
        return 1
    count, room = 1, part
    for weight in weights:
        # an escape pair or a surrogate pair is never split over two parts
        if weight > room:
            count, room = count + 1, part
        room -= weight
    return count


def split(text: str, max_segments: int, *, is_numbered: bool = False) -> list[str]:
    """Messages of at most `max_segments` segments each, cut at line ends or between words.

    `is_numbered` begins them with "1/2 ", for networks that deliver parts in any order (Costa Rica).
    """
    text = text.strip()
    if segments(text) <= max_segments:
        return [text]
    if not is_numbered:
        return _cut(text, max_segments, prefix="")
    # the width of the prefix depends on how many messages there will be
    for digits in range(1, 5):
        blank = "9" * digits + "/" + "9" * digits + " "
        messages = _cut(text, max_segments, prefix=blank)
        if len(messages) < 10**digits:
            break
    return [f"{number}/{len(messages)} {message}" for number, message in enumerate(messages, 1)]


def _cut(text: str, max_segments: int, *, prefix: str) -> list[str]:
    messages = []
    while text:
        longest = min(len(text), max_segments * SINGLE)
        fitting = bisect_right(
            range(1, longest + 1), max_segments, key=lambda end: segments(prefix + text[:end])
        )
        end = fitting if fitting == len(text) else _last_gap(text, fitting)
        messages.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return messages


def _last_gap(text: str, fitting: int) -> int:
    """Where to end a message: after a line that uses half of the room, or after a word, or anywhere."""
    line = text.rfind("\n", 0, fitting + 1)
    if line >= fitting / 2:
        return line
    word = max(text.rfind(" ", 0, fitting + 1), line)
    return word if word > 0 else fitting


def _septets(text: str) -> list[int] | None:
    """The width of each character, 2 for those behind an escape; None when one is not in the alphabet."""
    try:
        return [_width(character) for character in text]
    except UnicodeEncodeError:
        return None


@cache  # of the alphabet's 137 characters: cutting a text counts its beginnings again and again
def _width(character: str) -> int:
    """Raises UnicodeEncodeError, which is not kept."""
    return len(_encode(character)[0])
