"""The language that somebody asks for or speaks; not one that they learn or do not speak."""

import pytest

from nlu.components.asked_language import asked_languages


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("en ingles por favor", ["en"]),
        ("English", ["en"]),
        ("ESPAÑOL", ["es"]),
        ("english please", ["en"]),
        ("can you speak kriol", ["bzj"]),
        ("hablo mam", ["mam"]),
        ("solo hablo mam y no entiendo", ["mam"]),
        ("mi mama habla q'eqchi'", ["kek"]),
        ("ocupo interprete de k'iche'", ["quc"]),
        ("need an interpreter, i speak haitian creole", ["ht"]),
        ("hablamos creol", ["ht"]),
        ("puede cambiar al español?", ["es"]),
        ("write me in spanish", ["es"]),
        ("no hablo español, solo mam", ["mam"]),
        ("i dont speak spanish, english please", ["en"]),
        ("mi idioma es el garifuna", ["cab"]),
        ("hablo miskito y un poco de español", ["miq"]),
        ("hablo frances", ["fr"]),
        ("interprete en lengua de señas", ["sgn"]),
        ("contesteme en ingles", ["en"]),
        ("speak portuguese?", ["pt"]),
        ("hay alguien que hable chuj o kanjobal", []),
        ("quien hable kanjobal", ["kjb"]),
    ],
)
def test_languages_asked_for_are_found(text: str, codes: list[str]) -> None:
    assert [found.value for found in asked_languages(text)] == codes


@pytest.mark.parametrize(
    "text",
    [
        "clases de ingles",
        "quiero aprender español",
        "where can i learn spanish",
        "english class for my kid",
        "no hablo ingles",
        "i don't speak spanish",
        "no entiendo nada de ingles",
        "la maestra de ingles le pega",
        "estoy en quiche",
        "vivo en la maya",
        "mi mamá esta enferma",
        "los mosquitos en el albergue",
        "comida china",
        "soy garifuna",
        "soy maya",
        "my spanish teacher was rude",
        "necesito creole food",
        "curso de frances gratis",
    ],
)
def test_what_only_names_a_language_is_no_wish_for_it(text: str) -> None:
    assert asked_languages(text) == []


def test_the_span_is_the_name_as_written() -> None:
    text = "¿Habla ESPAÑOL?"

    (found,) = asked_languages(text)

    assert text[found.start : found.end] == "ESPAÑOL"
