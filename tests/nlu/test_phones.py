"""Telephone numbers in texts, and the many other numbers that look like one."""

import pytest

from nlu.components.phones import phones


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("llameme al 9988-7766", ["99887766"]),
        ("mi numero es 99887766 gracias", ["99887766"]),
        ("9988 7766 es de mi hermana", ["99887766"]),
        ("whatsapp +504 9988-7766", ["+50499887766"]),
        ("+50499887766", ["+50499887766"]),
        ("00504 9988 7766", ["+50499887766"]),
        ("mi cel 50361234567.", ["+50361234567"]),
        ("mi numero 962 123 4567, tapachula", ["9621234567"]),
        ("962-123-4567", ["9621234567"]),
        ("(962) 123 4567", ["9621234567"]),
        ("55 1234 5678 cdmx", ["5512345678"]),
        ("+52 1 962 123 4567", ["+529621234567"]),
        ("call mi pon 622-1234", ["6221234"]),
        ("+501 622 1234", ["+5016221234"]),
        ("6612-3456 o al 6698-7654", ["66123456", "66987654"]),
        ("mi primo en usa +1 202 555 0147", ["+12025550147"]),
        ("99 88 77 66", ["99887766"]),
        ("apunte: 7012-3456", ["70123456"]),
    ],
)
def test_numbers_are_found_as_people_write_them(text: str, values: list[str]) -> None:
    assert [found.value for found in phones(text)] == values


@pytest.mark.parametrize(
    "text",
    [
        "llame al 911",
        "al 1311 no contestan",
        "naci el 12-05-1990",
        "vence 2026-11-30",
        "el 20240512 entre al pais",
        "de 2019-2020 vivi alla",
        "2019 2020",
        "me cobran 15000 lempiras",
        "me piden $20001500",
        "eran 25001500 colones",
        "debo L 25001500",
        "mi dui es 01234567-8",
        "dui 61234567-8",
        "identidad 0801-1990-12345",
        "dpi 2345 67890 0101",
        "cedula 80112345",
        "pasaporte 99887766",
        "mi expediente es 99887766",
        "case 622-1234",
        "caso K7PM-4XQ",
        "somos 25 personas y 3 familias",
        "14.9012, -92.2567",
        "a las 10:30",
        "6 y 7 años",
        "https://x.gob.mx/99887766",
        "1234567",
        "tarjeta 4111 1111 1111 1111",
        "20000000",
    ],
)
def test_what_only_looks_like_one_is_not(text: str) -> None:
    assert phones(text) == []


def test_the_span_is_what_was_written() -> None:
    text = "llame al 9988-7766 hoy"

    (found,) = phones(text)

    assert text[found.start : found.end] == "9988-7766"
