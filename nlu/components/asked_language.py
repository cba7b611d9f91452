"""The language that somebody wants to be answered in or speaks: "in english pls", "hablo mam".

A language that is learned or not spoken is not asked for.
"""

from __future__ import annotations

import re

from nlu.components.spans import Span, table
from nlu.writing import fold

# Code (ISO 639-1, else 639-3) and its names, folded.
LANGUAGES = {
    "es": "espanol spanish castellano",
    "en": "ingles english inglish inglis",
    "bzj": "kriol creole_de_belice belizean_creole belize_kriol",
    "ht": "creole kreyol creol criollo creole_haitiano haitian_creole haitian haitiano",
    "fr": "frances french francais",
    "pt": "portugues portuguese",
    "mam": "mam",
    "kek": "qeqchi kekchi kekchi_maya q_eqchi quekchi",
    "quc": "quiche kiche k_iche",
    "cak": "kaqchikel cakchiquel",
    "ixl": "ixil",
    "kjb": "qanjobal kanjobal q_anjob_al",
    "mop": "mopan",
    "yua": "maya yucateco yucatec",
    "tzo": "tsotsil tzotzil",
    "tzh": "tseltal tzeltal",
    "ctu": "chol",
    "zap": "zapoteco zapotec",
    "nah": "nahuatl",
    "cab": "garifuna",
    "miq": "miskito misquito",
    "gym": "ngabere ngobe",
    "cuk": "kuna guna dulegaya",
    "emp": "embera",
    "bzd": "bribri",
    "zh": "chino mandarin chinese",
    "ar": "arabe arabic",
    "ru": "ruso russian",
    "pdt": "low_german plautdietsch",
    "sgn": "lengua_de_senas lenguaje_de_senas senas sign_language lsm lesho lensegua lesco",
}
_CODES = {name.replace("_", " "): code for code, names in LANGUAGES.items() for name in names.split()}
# Places and peoples too: not by "en" and "in" alone.
_ALSO_SOMETHING_ELSE = frozenset(("quiche", "maya", "kuna", "guna", "chol", "embera", "haitiano", "haitian",
    "criollo", "chino", "chinese", "senas", "creole", "garifuna", "ixil", "miskito"))  # fmt: skip

_WORDS_OF_NAMES = frozenset(max(name.split(), key=len) for name in _CODES)

_NAMES = "|".join(sorted(_CODES, key=len, reverse=True))
_NAME = re.compile(rf"\b(?:{_NAMES})\b")
_SPEAKS = table(
    """hablo hablamos habla hablan hable hablen hablar hablas hablame hablarme hablando speak speaks
    speaking talk talks entiendo entendemos entiende entienden entender understand idioma lengua language
    dialecto interprete interpretes traductor traductora traduccion traducir traduzca translator
    interpreter interpretation solo solamente only conteste contesten contesteme respondan responda
    responder reply write escriba escribame escriban mande manden send lee leo read reads"""
)
_IN = table("en in al to into")
_BETWEEN = table("en in de el mi my la un poco es is bien puro pura al to una que me se")
_PLEASE = table("please pls plz favor porfa xfa porfavor")
_PHRASE = re.compile(r"[^,.;:!?¿¡\n]+")
_NOT = table(
    """no not dont doesn doesnt cant cannot don ni sin nada never nunca aprender aprendo aprendiendo learn
    learning study studying estudiar estudio clase clases curso cursos class classes lesson lessons ensenan
    ensena ensenen ensenar teach teacher maestro maestra profesor profesora tarea homework"""
)
NEAR = 5  # words before


def asked_languages(text: str) -> list[Span]:
    if _WORDS_OF_NAMES.isdisjoint(fold(text).split()):
        return []
    return [span for phrase in _PHRASE.finditer(text) for span in _in_phrase(phrase.group(), phrase.start())]


def _in_phrase(phrase: str, offset: int) -> list[Span]:
    folded, positions = _folded_with_positions(phrase, offset)
    found = []
    for one in _NAME.finditer(folded):
        before, behind = folded[: one.start()].split(), folded[one.end() :].split()
        if _is_asked(one.group(), before[-NEAR:], behind[:2]):
            found.append(Span(_CODES[one.group()], positions[one.start()], positions[one.end() - 1] + 1))
    return found


def _is_asked(name: str, before: list[str], behind: list[str]) -> bool:
    if not _NOT.isdisjoint(before):
        return False
    if not before and not behind:
        return name not in _ALSO_SOMETHING_ELSE
    is_in = before[-1:] != [] and before[-1] in _IN and name not in _ALSO_SOMETHING_ELSE
    while before and before[-1] in _BETWEEN:
        before = before[:-1]
    return is_in or not _PLEASE.isdisjoint(behind) or not _SPEAKS.isdisjoint(before[-1:])


def _folded_with_positions(phrase: str, offset: int) -> tuple[str, list[int]]:
    """The folded phrase, and for each of its characters where it stands in the text."""
    folded, positions = [], []
    for word in re.finditer(r"\w+", phrase):
        letters = fold(word.group())
        if not letters:
            continue
        if folded:
            folded.append(" ")
            positions.append(offset + word.start() - 1)
        folded.append(letters)
        # an accent that is a character of its own, or a ligature, makes the two differ by a little
        positions += [offset + min(word.start() + i, word.end() - 1) for i in range(len(letters))]
    return "".join(folded), positions
