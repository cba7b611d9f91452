"""Places in texts: a set of its own, apart from the held-out one, and what must never be a place."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from nlu.components.gazetteer import Gazetteer
from nlu.components.place_names import common_words
from nlu.model import DATA

with Path(__file__).with_name("places.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))
LEAST_F1 = 0.95


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    """With the words of the training data, as the trainer gives them to the component."""
    return Gazetteer(common_words(_training_texts()))


def _training_texts() -> Iterator[str]:
    for path in DATA.glob("*/*.yml"):
        yield from (line.strip().removeprefix("- ") for line in path.read_text(encoding="utf-8").splitlines())


def test_places_are_found_and_little_else(gazetteer: Gazetteer) -> None:
    right = found = real = 0
    for row in ROWS:
        meant = {gazetteer.resolve(place) for place in row["place"].split("|") if place}
        got = {gazetteer.resolve(place.name) for place in gazetteer.places(row["text"])}
        right, found, real = right + len(meant & got), found + len(got), real + len(meant)

    assert 2 * right / (found + real) >= LEAST_F1


def test_the_set_is_large_and_a_third_of_it_names_no_place() -> None:
    assert len(ROWS) >= 300
    assert sum(not row["place"] for row in ROWS) >= len(ROWS) / 3
    assert all(row["written"].count("|") == row["place"].count("|") for row in ROWS)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("aqui en tapachula", ["Tapachula"]),
        ("estoy en tapachuala con mis hijos", ["Tapachula"]),
        ("SPS", ["San Pedro Sula"]),
        ("llego a TGU mañana", ["Tegucigalpa"]),
        ("vivo en san pedro zula", ["San Pedro Sula"]),
        ("ando en la cdmx", ["Ciudad de México"]),
        ("mi deh P.G. no place fi sleep", ["Punta Gorda"]),
        ("in belize city", ["Belize City"]),
        ("hay enfermera en la esperanza intibuca?", ["La Esperanza", "Intibucá"]),
        ("nos llevaron al albergue del progreso", ["El Progreso"]),
        ("entre danli y el paraiso nos asaltaron", ["Danlí", "El Paraíso"]),
        ("me quede en sanpedro sula", ["San Pedro Sula"]),
        ("nos quedamos en tapanatepec", ["San Pedro Tapanatepec"]),
    ],
)
def test_a_place_has_one_name_however_it_is_written(
    gazetteer: Gazetteer, text: str, names: list[str]
) -> None:
    assert [place.name for place in gazetteer.places(text)] == names


@pytest.mark.parametrize(
    "text",
    [
        "quiero mi libertad",
        "la esperanza es lo ultimo que se pierde",
        "gracias por su ayuda don david",
        "soy la señora flores",
        "solo queremos vivir en paz",
        "me operaron del colon",
        "bolsas de tela",
        "la cruz roja me ayudo",
        "estoy en mexico",
        "vengo de caracas venezuela",
        "vengo de liberia africa",
        "le rezo a san jose",
        "en navidad cierran?",
        "tengan paciencia conmigo",
        "tengo varios hijos",
    ],
)
def test_words_people_and_other_countries_are_no_place(gazetteer: Gazetteer, text: str) -> None:
    assert gazetteer.places(text) == []


def test_a_neighborhood_is_kept_as_written_and_comes_behind_its_town(gazetteer: Gazetteer) -> None:
    places = gazetteer.places("soy de la colonia la planeta, san pedro sula")

    assert [(place.name, place.is_neighborhood) for place in places] == [
        ("San Pedro Sula", False),
        ("colonia la planeta", True),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "la colonia no tiene agua",
        "en la aldea los niños no estudian",
        "mataron a uno en el barrio, los vecinos huyeron",
        "en la colonia siguen cobrando",
        "mi barrio es peligroso",
        "los de la comunidad pedimos agua",
    ],
)
def test_a_neighborhood_without_a_name_is_no_place(gazetteer: Gazetteer, text: str) -> None:
    assert gazetteer.places(text) == []


def test_a_place_ends_where_it_ends_in_the_text(gazetteer: Gazetteer) -> None:
    text = "¡Ayuda! Estoy en San Pedro Sula, hoy."

    (place,) = gazetteer.places(text)

    assert text[place.start : place.end] == "San Pedro Sula"


def test_a_neighborhood_resolves_without_the_word_for_it(gazetteer: Gazetteer) -> None:
    assert gazetteer.resolve("colonia las brisas") == gazetteer.resolve("Las Brisas")
