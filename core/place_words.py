"""How people say where they are, in Spanish and English: words only, no place is looked up here."""

import re
import unicodedata
from collections.abc import Iterator

from babel import Locale

COUNTRY_NAMES = {
    "belice": "BZ",
    "belize": "BZ",
    "costa rica": "CR",
    "guatemala": "GT",
    "honduras": "HN",
    "mexico": "MX",
    "mejico": "MX",
    "panama": "PA",
    "el salvador": "SV",
}

# Whoever names one of these speaks of its country. Names that several countries have are left out.
INSTITUTIONS = {
    "comar": "MX",
    "inm": "MX",
    "cndh": "MX",
    "pani": "CR",
    "ebais": "CR",
    "ccss": "CR",
    "conadeh": "HN",
    "dinaf": "HN",
    "senaf": "HN",
    "igm": "GT",
    "pgn": "GT",
    "pddh": "SV",
    "onpar": "PA",
    "senniaf": "PA",
}

PREFIXES = {
    "501": "BZ",
    "502": "GT",
    "503": "SV",
    "504": "HN",
    "506": "CR",
    "507": "PA",
    "52": "MX",
}

_COUNTRY = "|".join(COUNTRY_NAMES)

# Where they come from is not where they are: its rules are not theirs now.
_ORIGIN = re.compile(
    r"\b(?:(?:soy|somos|es|son|vengo|venimos|viene|vienen|hui|huimos|huyo|huyendo|huir|sali|salimos|escape|"
    r"escapamos|originari[oa]s?|nacid[oa]s?|naci|nacimos|ciudadan[oa]s?|deportad[oa]s?) (?:de|desde|en)|"
    rf"from|left|fled|leaving|escaped|born in) (?:{_COUNTRY})\b"
)

# "ahora estoy en Guatemala", "I am in Belize now": where they say that they are, in so many words.
_STATED = re.compile(
    r"\b(?<!no )(?<!not )(?:estoy|estamos|vivo|vivimos|me encuentro|nos encontramos|me mude|nos mudamos|"
    r"llegue|llegamos|me vine|nos vinimos|estoy viviendo|i am|im|i m|we are|were|i live|we live|"
    r"i moved|we moved|i arrived|we arrived|living)"
    r"(?: (?:ya|ahora|now|aqui|here|currently|living))* (?:en|a|in|to) "
    rf"({_COUNTRY})\b(?! city)"
)

_FILLERS = frozenset(
    ("ahora", "ya", "yo", "y", "pero", "hola", "aqui", "now", "and", "but", "hello", "hi", "here")
)

_PRELUDE = re.compile(
    r"^(?:hola|hello|hi|ahora|ya|now|yo|estoy|estamos|vivo|vivimos|me encuentro|i am|im|i m|we are|i live|"
    r"we live|aqui|aca|here|cerca|near|close to|around|de|en|in|at|to|a|la ciudad|ciudad de|el municipio|"
    r"municipio de|el departamento|departamento de|el estado|estado de|provincia de|pueblo de|the)\b ?"
)
_NAMES_WITH_A_PRELUDE = ("ciudad de mexico", "estado de mexico", "ciudad de panama", "ciudad de guatemala")

_NEIGHBORHOOD = re.compile(
    r"^(?:en |in )?(?:el |la |mi |the )?(?:colonia|col|barrio|bo|reparto|residencial|sector|lotificacion|"
    r"urbanizacion|fraccionamiento|canton|caserio|aldea|zona|calle|avenida|village of|neighbou?rhood)\b"
)
"""A neighborhood is called after a town too often to be taken for it."""

PLAIN_WORDS = frozenset(
    ("campamento", "centro", "florida", "frontera", "gracias", "la entrada", "la orilla", "playa")
)
"""Towns too, but in a sentence rather not."""

NO_PLACES = frozenset(("calle", "la calle", "street", "the street"))
"""Who is "en la calle" has no roof, and is not in the village of that name."""

ARTICLES = ("el ", "la ", "los ", "las ")

_WHERE = ("en", "in", "at", "near", "around", "cerca", "hacia", "por")
_SMALL = ("de", "to", "la", "el")
MAX_WORDS = 5  # of a name: "san francisco de asis chiapas"


def fold(text: str) -> str:
    """Lower case, no accents, only letters and single spaces."""
    letters = unicodedata.normalize("NFD", text.lower())
    kept = "".join(c if c.isalpha() else " " for c in letters if not unicodedata.combining(c))
    return " ".join(kept.split())


_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"ch", "1"),
        (r"\bhu(?=[aeio])|gu(?=a)|\bw", "w"),
        (r"h", ""),
        (r"v", "b"),
        (r"c(?=[ei])|z|x(?=[aeiou])", "s"),
        (r"qu(?=[ei])|q|c", "k"),
        (r"ll|y(?=[aeiou])", "y"),
        (r"y\b", "i"),
        (r"m(?=[bp])", "n"),
        (r"g(?=[ei])", "j"),
        (r"(.)\1+", r"\1"),
        (r" ", ""),
    )
)


def sound_of(name: str) -> str:
    """How a folded name sounds in the Spanish of the region: "koatepeke" is Coatepeque, "liveria" Liberia."""
    for pattern, sound in _SOUNDS:
        name = pattern.sub(sound, name)
    return name


def bare_name(text: str) -> str:
    """Without what stands before a name: "estoy cerca de Upala" is "upala"."""
    name, shorter = "", fold(text)
    while name != shorter and not shorter.startswith(_NAMES_WITH_A_PRELUDE):
        name, shorter = shorter, _PRELUDE.sub("", shorter) or shorter
    return shorter


def windows_of_sentence(text: str, *, is_answer: bool = False) -> Iterator[str]:
    """Runs of words that may be a place, the longest first: those behind a word such as "en" or "near".

    In the answer to "where?" any run may be the place, but not the name of a neighborhood.
    """
    for part in re.split(r"[,;.!?()\n]", text):
        words = fold(part).split()
        if _NEIGHBORHOOD.match(" ".join(words)):
            cut = next((i for i in range(len(words) - 1, 0, -1) if words[i] in ("en", "in")), len(words))
            words = words[cut:]
        starts = range(len(words)) if is_answer else _starts(words)
        for length in range(min(MAX_WORDS, len(words)), 0, -1):
            yield from (" ".join(words[s : s + length]) for s in starts if s + length <= len(words))


def _starts(words: list[str]) -> list[int]:
    """Where a place may begin: behind a word that says where, and small words between them."""
    starts: list[int] = []
    for number in range(1, len(words)):
        before = words[number - 1]
        if before in _WHERE or (before in _SMALL and number - 1 in starts):
            starts.append(number)
    return starts


def is_neighborhood(name: str) -> bool:
    return _NEIGHBORHOOD.match(name) is not None


def country_in(text: str) -> str | None:
    """The one country that a text names, itself or by an institution, other than where somebody comes from.

    None for none or several.
    """
    padded = f" {_ORIGIN.sub(' ', fold(text))} "
    names = COUNTRY_NAMES | INSTITUTIONS
    named = {code for name, code in names.items() if f" {name} " in padded}
    return named.pop() if len(named) == 1 else None


def country_stated(text: str) -> str | None:
    """The country where the person says that they are, in plain words."""
    stated = {COUNTRY_NAMES[name] for name in _STATED.findall(fold(text))}
    return stated.pop() if len(stated) == 1 else None


def is_only_statement(text: str) -> bool:
    """Whether where they are is all that the text says."""
    rest = _STATED.sub(" ", fold(text)).split()
    return country_stated(text) is not None and not set(rest) - _FILLERS


def country_of_number(urn: str) -> str | None:
    """Where a telephone number is registered, which need not be where its owner is."""
    return next((code for prefix, code in PREFIXES.items() if urn.startswith(f"tel:+{prefix}")), None)


def countries_elsewhere() -> Iterator[str]:
    ours = set(COUNTRY_NAMES.values())
    for language in ("es", "en"):
        for code, name in Locale(language).territories.items():
            if code not in ours and code.isalpha():
                yield name
