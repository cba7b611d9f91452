"""Telephone numbers of the seven countries.

They are personal: a number leaves this process in the parse answer only, beside the text that holds it.
"""

from __future__ import annotations

import re

from nlu.components.spans import Span, table
from nlu.writing import fold

# Country code: how many digits follow, and what the first of them may be (ITU national numbering plans).
NATIONAL = {
    "501": ({7}, "2345678"),  # Belize
    "502": ({8}, "234567"),  # Guatemala
    "503": ({8}, "267"),  # El Salvador
    "504": ({8}, "23789"),  # Honduras
    "506": ({8}, "245678"),  # Costa Rica
    "507": ({7, 8}, "23456789"),  # Panama
    "52": ({10}, "23456789"),  # Mexico
}
SHORTEST = 7  # digits

# Without country code only as people group them: a bare row of seven digits is rather an amount.
_GROUPED = re.compile(
    r"\d{3}[- ]\d{4}|\d{4}[- ]?\d{4}|\d\d([- ])\d\d\1\d\d\1\d\d|\(?\d{2,3}\)?[- ]?\d{3,4}[- ]?\d{4}"
)
_CANDIDATE = re.compile(r"(?<![\w.,$#/-])(?:\+|00)?\(?\d[\d() -]{5,17}\d(?![\w/]|[.,:-]\d|-\w)")
_YEARS = re.compile(r"(19|20)\d\d\D?(19|20)\d\d")
_DATE = re.compile(r"(19|20)\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])|([0-2]\d|3[01])(0[1-9]|1[0-2])(19|20)\d\d")

# Numbers behind these words are of papers and files.
_PAPERS = table(
    """caso case expediente file cedula dui dpi cui dni identidad id pasaporte passport folio cuenta
    account carne carnet recibo receipt registro tarjeta card licencia license placa social orden order
    nit rtn rfc constancia solicitud"""
)
# Numbers before these words, or behind these signs, are amounts.
_AMOUNTS = table(
    """lempiras lps pesos quetzales colones dolares dollars usd balboas bolivares millones personas people
    mxn gtq hnl km metros"""
)
_MONEY_SIGN = re.compile(r"(?:[$₡€]|\b[LQB](?:PS?)?\.?/?) ?$", re.IGNORECASE)


def phones(text: str) -> list[Span]:
    """In international form where the country is written, else the digits alone."""
    found: list[Span] = []
    if sum(map(str.isdigit, text)) < SHORTEST:
        return found
    for one in _CANDIDATE.finditer(text):
        written = one.group()
        value = _international(written) or _of_one_country(written)
        if value and not _is_something_else(text, one.start(), one.end()):
            found.append(Span(value, one.start(), one.end()))
    return found


def _international(written: str) -> str | None:
    digits = re.sub(r"\D", "", written)
    is_marked = written.startswith(("+", "00"))
    if written.startswith("00"):
        digits = digits[2:]
    for code, (lengths, first) in NATIONAL.items():
        rest = digits.removeprefix(code)
        # Mexican mobiles were dialed with a 1 before the number until 2019
        if code == "52" and len(rest) == 11:
            rest = rest.removeprefix("1")
        if digits.startswith(code) and len(rest) in lengths and rest[0] in first:
            return f"+{code}{rest}"
    return f"+{digits}" if is_marked and 8 <= len(digits) <= 15 else None


def _of_one_country(written: str) -> str | None:
    digits = re.sub(r"\D", "", written)
    fits = any(len(digits) in lengths and digits[0] in first for lengths, first in NATIONAL.values())
    is_round = digits.endswith("0000")
    if not fits or is_round or not _GROUPED.fullmatch(written):
        return None
    return None if _DATE.fullmatch(digits) or _YEARS.fullmatch(written) else digits


def _is_something_else(text: str, start: int, end: int) -> bool:
    before, behind = fold(text[max(start - 30, 0) : start]).split(), fold(text[end : end + 15]).split()
    is_paper = bool(_PAPERS.intersection(before[-2:]))
    return (
        is_paper
        or bool(_AMOUNTS.intersection(behind[:1]))
        or bool(_MONEY_SIGN.search(text[max(start - 5, 0) : start]))
    )
