"""How old somebody is: "tengo 17 años", "my son 5 yrs", "mi bebé de 8 meses".

How long something lasts is no age: "tengo 5 años de vivir aquí", "tiene 8 meses de embarazo".
"""

from __future__ import annotations

import re

from nlu.components.spans import Span, table
from nlu.writing import fold

_SPANISH = re.findall(
    r"\w+",
    """uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis
    diecisiete dieciocho diecinueve veinte""",
)
_ENGLISH = re.findall(
    r"\w+",
    """one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty""",
)
_VALUES = {"un": 1, "una": 1} | {
    name: value for names in (_SPANISH, _ENGLISH) for value, name in enumerate(names, start=1)
}

# Units by their letter in ISO 8601, as they are written, and the most that is believed.
_UNITS = {
    "Y": ("años? anos? añitos? anitos? years? yrs? yr", 110),
    "M": ("mes meses mesitos? months? mths?", 36),
    "W": ("semanas? weeks? wks?", 30),
    "D": ("d[ií]as? days?", 60),
}
_WHOSE = table(
    """hijo hija hijos hijas hijito hijita nino nina ninos ninas bebe bebes bb nene nena nenes nenas
    sobrino sobrina sobrinos nieto nieta nietos hermano hermana hermanos hermanito hermanita primo prima
    muchacho muchacha jovenes joven cipote cipota cipotes chamaco chamaca chavo chava adolescente menor
    menores mama papa abuelo abuela senor senora esposo esposa mujer hombre chico chica patojo patoja
    guila pelado pelada criatura vecino vecina son sons daughter daughters kid kids child children baby
    babies nephew niece brother sister cousin boy boys girl girls mother father grandma grandmother wife
    husband pickney uno una otro otra"""
)
_TELLS = table(
    """tengo tiene tienen tenemos tenia teniendo cumpli cumplio cumple cumplo cumplira edad edades aged age
    ages am im is are turned turning turns hes shes"""
)
_BETWEEN = table("ya como casi solo only just now about almost")

# Words before and behind a span of time that is no age.
_LASTING = table(
    """hace llevo llevamos lleva llevan llevar por durante desde dentro cada pasaron for since past last
    every after estoy toy estar contrato residencia permiso visa pena condena carcel plazo garantia card
    permit contract"""
)
_LASTS = table(
    """que esperando viviendo trabajando aqui aca sin en ago here waiting living working in since atras
    preso presa later embarazada pregnant of desaparecido desaparecida missing without fuera lejos con"""
)
_OLD = frozenset(("edad", "nacido", "nacida", "nacidos", "cumplidos"))

# What may stand behind an age without unit: "tengo 17 y estoy sola", "mi sobrino de 14 viaja solo".
_GOES_ON = table("y and but pero con with solo sola alone viaja que quiere vine estoy esta no who")
_TELLS_BARE = table("tengo edad aged age am im")

_NUMBER = rf"(?:\d{{1,3}}|(?:{'|'.join(_VALUES)})\b)"
_UNIT = "|".join(f"(?P<{letter}>{written.replace(' ', '|')})" for letter, (written, _) in _UNITS.items())
_WITH_UNIT = re.compile(
    rf"(?<![\w.,:$])(?P<numbers>{_NUMBER}(?:\s*(?:,|y|and|&)\s*{_NUMBER})*)\s*-?\s*(?:{_UNIT})\b"
    r"(?P<old>\s*-?\s*old\b)?",
    re.IGNORECASE,
)
_SHORT = re.compile(r"(?<![\w.,:$])(?P<number>\d{1,2})\s*(?:y/o|yo|y\.o\.)(?!\w)", re.IGNORECASE)
_BARE = re.compile(r"(?<![\w.,:$/-])(?P<number>\d{1,2})(?![\w:/%-]|[.,]\d)")


def ages(text: str) -> list[Span]:
    """As ISO 8601 durations: P17Y, P8M."""
    found: list[Span] = []
    for one in _WITH_UNIT.finditer(text):
        if _is_age(text, one):
            found += _of_list(one)
    bare = (one for one in _BARE.finditer(text) if _is_bare_age(text, one))
    for one in (*_SHORT.finditer(text), *bare):
        span = Span(f"P{int(one['number'])}Y", *one.span("number"))
        if int(one["number"]) and not any(span.overlaps(other) for other in found):
            found.append(span)
    return sorted(found, key=lambda span: span.start)


def _before(text: str, start: int) -> list[str]:
    return [word for word in fold(text[max(start - 40, 0) : start]).split() if word not in _BETWEEN]


def _behind(text: str, end: int) -> list[str]:
    return fold(text[end : end + 20]).split()


def _is_age(text: str, one: re.Match[str]) -> bool:
    before, behind = _before(text, one.start())[-4:], _behind(text, one.end())
    is_of = behind[:1] == ["de"]
    if one["old"] or (is_of and _OLD.intersection(behind[1:2])):
        return True
    goes_on_at_once = text[one.end() : one.end() + 1].isspace()
    lasts = is_of or (goes_on_at_once and bool(_LASTS.intersection(behind[:1])))
    if one["W"] or one["D"] or lasts or _LASTING.intersection(before[-3:]):
        return False
    return bool(before) and (before[-1] in _TELLS or _is_of_person(before))


def _is_of_person(before: list[str]) -> bool:
    """ "mi hija 5 años", "mi bebé de 8 meses", "hijas mías de 3 y 5 años"."""
    if before[-1] in ("de", "con", "of", "s"):
        return not _WHOSE.isdisjoint(before[:-1])
    return before[-1] in _WHOSE


def _is_bare_age(text: str, one: re.Match[str]) -> bool:
    rest = text[one.end() :].lstrip(" ")
    is_end = not rest or not rest[0].isalnum()
    if not is_end and not _GOES_ON.intersection(_behind(text, one.end())[:1]):
        return False
    before = _before(text, one.start())[-4:]
    if not before:
        return False
    is_of_person = before[-1] in ("de", "is") and not _WHOSE.isdisjoint(before[-3:-1])
    return before[-1] in _TELLS_BARE or is_of_person


def _of_list(one: re.Match[str]) -> list[Span]:
    letter = next(letter for letter in _UNITS if one[letter])
    most = _UNITS[letter][1]
    spans = []
    for number in re.finditer(_NUMBER, one["numbers"], re.IGNORECASE):
        written = number.group().lower()
        value = int(written) if written.isdigit() else _VALUES[written]
        start = one.start("numbers") + number.start()
        if 0 < value <= most:
            spans.append(Span(f"P{value}{letter}", start, start + len(written)))
    return spans
