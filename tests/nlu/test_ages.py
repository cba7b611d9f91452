"""Ages in texts; how long something lasts, or how far a pregnancy is, is none."""

import pytest

from nlu.components.ages import ages


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("tengo 17 años", ["P17Y"]),
        ("tengo 17 anos y vine sola", ["P17Y"]),
        ("tengo diecisiete años", ["P17Y"]),
        ("tengo 17 y estoy sola", ["P17Y"]),
        ("mi bebe de 8 meses tiene fiebre", ["P8M"]),
        ("con una niña de 5 añitos", ["P5Y"]),
        ("mis hijos de 3 y 5 años", ["P3Y", "P5Y"]),
        ("hijos de 3, 5 y 8 años", ["P3Y", "P5Y", "P8Y"]),
        ("mi hijo tiene 12 años", ["P12Y"]),
        ("mi sobrino de 14 viaja solo", ["P14Y"]),
        ("edad 34", ["P34Y"]),
        ("edad: 34 años", ["P34Y"]),
        ("mi mama tiene 72 años y es diabetica", ["P72Y"]),
        ("cumplio 15 años ayer", ["P15Y"]),
        ("soy joven de 19 años", ["P19Y"]),
        ("bebe de 15 dias de nacido", ["P15D"]),
        ("my son 5 yrs", ["P5Y"]),
        ("my son is 5 years old", ["P5Y"]),
        ("a 3 year old girl", ["P3Y"]),
        ("16 y/o alone", ["P16Y"]),
        ("im 17 and alone", ["P17Y"]),
        ("I'm 17.", ["P17Y"]),
        ("my baby is 8 months", ["P8M"]),
        ("my daughter, 9 years, cant sleep", ["P9Y"]),
        ("two kids 4 and 6 years old", ["P4Y", "P6Y"]),
        ("aged 62", ["P62Y"]),
        ("mi hija 5 años tiene tos", ["P5Y"]),
    ],
)
def test_ages_are_found(text: str, values: list[str]) -> None:
    assert [found.value for found in ages(text)] == values


@pytest.mark.parametrize(
    "text",
    [
        "hace 3 años que vivo aqui",
        "llevo 2 años esperando",
        "tengo 5 años de vivir en costa rica",
        "tengo 3 años esperando la respuesta",
        "tengo 2 años aqui",
        "residencia de 3 años",
        "un permiso de 1 año",
        "le dieron 20 años de carcel",
        "tiene 8 meses de embarazo",
        "estoy de 8 meses",
        "she is 6 months pregnant",
        "en 5 meses vence",
        "dos meses sin pago",
        "2 years ago they came",
        "for 3 years we wait",
        "i been here 4 years",
        "in 2 years i go",
        "after 5 years of waiting",
        "tengo 3 hijos",
        "tengo 17 dias aqui",
        "tengo 2 meses de embarazo",
        "mi hijo de 3 de mayo",
        "somos 5",
        "a las 5",
        "el 17 de mayo",
        "my son is missing 3 days",
        "mi hijo tiene 3 dias con fiebre",
        "mi hijo tiene 2 meses desaparecido",
        "im 5 km from the border",
        "tengo 300 años",
        "los 90 dias habiles",
        "cada 3 meses renuevo",
        "$17 years",
    ],
)
def test_times_and_counts_are_no_ages(text: str) -> None:
    assert ages(text) == []


def test_the_span_is_the_number() -> None:
    text = "hijos de 3 y 15 años"

    assert [text[found.start : found.end] for found in ages(text)] == ["3", "15"]
