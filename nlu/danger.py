"""Danger to life now, by the words of `danger.txt`: a false alarm costs a message, a miss may cost a life.

Quiet sentences count ("esta afuera con un cuchillo"). What is over, is news or is asked in general does not:
such texts keep their own way (an incident, a right, a service).
"""

import re
from pathlib import Path

from nlu.writing import MAX_CHARACTERS, normalize

_A_FEW_WORDS = r"(\w+ ){0,5}"


def _tables(content: str) -> dict[str, str]:
    """Section name → one pattern; the name ends at the colon that begins its explanation."""
    content = re.sub(r"(?m)^#.*\n", "", content).replace("\n    ", "")
    tables = {}
    for section in content.strip().split("\n\n"):
        title, *rows = section.splitlines()
        pattern = "|".join(f"({row})" for row in rows).replace("WORD", _A_FEW_WORDS)
        # groups that capture nothing let the engine skip rows by their first letter: seventeen times faster
        tables[title.strip("[]").split(":")[0]] = re.sub(r"\((?!\?)", "(?:", pattern)
    return tables


_TABLES = _tables(Path(__file__).with_name("danger.txt").read_text(encoding="utf-8"))
_PAST, _TALK, _NOW = (re.compile(rf"\b(?:{_TABLES.pop(name)})\b") for name in ("past", "talk", "now"))
_DANGER = re.compile(rf"\b(?:{'|'.join(_TABLES.values())})")


def is_danger(text: str) -> bool:
    """Recall first: marks of the past or of general talk only count when nothing in the text says "now"."""
    words = normalize(text[:MAX_CHARACTERS])
    if not _DANGER.search(words):
        return False
    return bool(_NOW.search(words)) or not (_PAST.search(words) or _TALK.search(words))
