"""The tables of deterministic words, with the neighbors that must not be taken for them."""

from pathlib import Path

import pytest
import yaml

from nlu.keywords import Command, command, guess, guess_language, is_danger
from nlu.labels import INTENTS, TOPICS
from nlu.writing import normalize

DANGER = yaml.safe_load(Path(__file__).with_name("danger.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("word", "texts"),
    [
        (
            Command.STOP,
            ["STOP", "stop.", " Stop! ", "BAJA", "alto", "PARAR", "unsubscribe", "STOP STOP", "stoooop"],
        ),
        (
            Command.STOP,
            ["baja por favor", "stop please", "No me escriban más", "no more messages", "darme de baja"],
        ),
        (Command.START, ["START", "/start", "Alta", "suscribirme", "subscribe"]),
        (Command.HELP, ["AYUDA", "help", "Info", "¡Ayuda!", "alluda"]),
        (Command.MENU, ["MENU", "menú", "inicio", "main menu", "opciones"]),
        (Command.BACK, ["atrás", "VOLVER", "back", "go back"]),
        (Command.CANCEL, ["CANCEL", "cancelar", "Cancela", "salir"]),
        (Command.HUMAN, ["humano", "PERSONA", "agente", "agent", "hola quiero hablar con una persona"]),
        (Command.SPANISH, ["español", "ESPAÑOL", "espanol", "Spanish"]),
        (Command.ENGLISH, ["english", "Inglés", "INGLES", "in english please"]),
        (Command.MORE, ["más", "MAS", "more", "ver más"]),
        (Command.ERASE, ["borrar mis datos", "Delete my data", "quiero que borren mis datos"]),
        (Command.YES, ["sí", "SI", "yes", "ok", "Okay", "siii", "👍", "claro"]),
        (Command.NO, ["no", "NO", "nooo", "nel", "👎", "no gracias"]),
    ],
)
def test_a_text_that_is_the_word_is_the_command(word: Command, texts: list[str]) -> None:
    assert {text: command(text) for text in texts} == dict.fromkeys(texts, word)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "👍👎",
        "alto riesgo en mi colonia",
        "mi bebe nacio de alta complejidad",
        "me dieron de alta en el hospital",
        "para",
        "quiero parar de sufrir",
        "pagar",
        "la policia no para",
        "stop him please he is hitting me",
        "bajar",
        "no tengo comida",
        "si me ven me matan",
        "ayuda con comida",
        "help me find my son",
        "ayudame",
        "cancelaron mi cita",
        "agente de migracion me pidio dinero",
        "persona desaparecida",
        "volver a mi pais",
        "mas comida",
        "clases de ingles",
        "borrar",
        "STOPPED",
    ],
)
def test_a_text_that_says_anything_else_is_no_command(text: str) -> None:
    assert command(text) is None


@pytest.mark.parametrize("text", DANGER["danger"])
def test_danger_now_is_heard(text: str) -> None:
    assert is_danger(text)


@pytest.mark.parametrize("text", DANGER["danger"])
def test_danger_is_heard_in_capitals_and_without_accents(text: str) -> None:
    assert is_danger(text.upper())
    assert is_danger(f"  {normalize(text)} !!")


@pytest.mark.parametrize("text", DANGER["calm"])
def test_news_past_and_daily_needs_are_no_danger(text: str) -> None:
    assert not is_danger(text)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("kiero pedir asilo", ("ask_rights", "asylum")),
        ("refugio en mexico", ("ask_rights", "asylum")),
        ("tengo derecho a trabajar?", ("ask_rights", "work")),
        ("can my kids go to school, are they allowed", ("ask_rights", "education")),
        ("Busco TRABAJO", ("find_service", "work")),
        ("albergue xfa", ("find_service", "shelter")),
        ("shelter tonight", ("find_service", "shelter")),
        ("tengo hambre", ("find_service", "food")),
        ("necesito pañales", ("find_service", "clothing_items")),
        ("quiero poner una queja", ("file_complaint", "other")),
        ("queja: la trabajadora me pidio dinero", ("file_complaint", "corruption")),
        ("me amenazan los de la mara", ("report_incident", "threats_extortion")),
        ("i want to complain", ("file_complaint", "other")),
        ("que paso con mi queja", ("file_complaint", "other")),
        ("estado de mi caso", ("check_case", None)),
        ("buenos dias", ("greet", None)),
        ("muchas gracias", ("thank", None)),
        ("asdf", None),
        ("", None),
        ("me van a deportar si voy al hospital?", ("ask_rights", "detention_deportation")),
        ("will they deport me if i go to the hospital", ("ask_rights", "detention_deportation")),
        ("perdi mi casa por las maras, la puedo reclamar?", ("ask_rights", "property")),
        ("the gang took our house, can we claim it", ("ask_rights", "property")),
        ("las maras me quitaron la casa", ("report_incident", "property_taken")),
        ("my papers dem get stolen in Belize City", ("find_service", "documents")),
        ("me robaron los documentos en el bus", ("find_service", "documents")),
        ("me robaron el bolso en el bus", ("report_incident", "theft_fraud")),
    ],
)
def test_stems_give_a_guess(text: str, meaning: tuple[str, str | None] | None) -> None:
    assert guess(text) == meaning


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("my papers dem get stolen in Belize City", "en"),
        ("how long do i have to ask for refuge in mexico", "en"),
        ("is there a free lawyer in upala", "en"),
        ("hay abogado gratis en upala", "es"),
        ("me van a deportar si voy al hospital?", "es"),
        ("Puedo trabajar mientras espero la respuesta de COMAR?", "es"),
        ("no", None),
        ("shelter tapachula", None),
        ("", None),
    ],
)
def test_small_words_tell_the_language(text: str, language: str | None) -> None:
    assert guess_language(text) == language


def test_guesses_keep_to_the_label_contract() -> None:
    from nlu.guesses import TABLE

    for _, intent, topic in TABLE:
        assert intent in INTENTS
        assert topic is None or topic in TOPICS[intent]


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("¿Dónde está el ALBERGUE?", "donde esta el albergue"),
        ("xq no me kieren ayudar", "porque no me quieren ayudar"),
        ("noooo x fa", "no por fa"),
        ("pls u ppl dnt help", "please you people dont help"),
        ("don't", "dont"),
        ("👍", "thumbsup"),
        ("ＷＩＤＥ", "wide"),
        ("a\u0000b", "a b"),
        ("\ud800", ""),
        ("💧", ""),
    ],
)
def test_sms_writing_is_brought_to_one_form(text: str, normal: str) -> None:
    assert normalize(text) == normal
