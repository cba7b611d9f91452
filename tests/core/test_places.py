"""The gazetteer: what people write for a place, and what is made of it."""

import pytest

from core.distance import distance_km
from core.places import Gazetteer, country_in, country_of_number, country_stated
from core.types import COUNTRIES


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


def names(gazetteer: Gazetteer, text: str, country: str | None = None) -> list[str]:
    return [f"{town.name}, {town.department}" for town in gazetteer.find(text, country)]


AS_WRITTEN = [
    ("cdmx", "Ciudad de México, Ciudad de México"),
    ("tegus", "Tegucigalpa, Francisco Morazán"),
    ("teguz", "Tegucigalpa, Francisco Morazán"),
    ("guate", "Ciudad de Guatemala, Guatemala"),
    ("xela", "Quetzaltenango, Quetzaltenango"),
    ("la ceiba", "La Ceiba, Atlántida"),
    ("belice city", "Belize City, Belize"),
    ("belize city", "Belize City, Belize"),
    ("tapa", "Tapachula, Chiapas"),
    ("tapachla", "Tapachula, Chiapas"),
    ("TAPACHULA!!", "Tapachula, Chiapas"),
    ("tuxtla gutierres", "Tuxtla Gutiérrez, Chiapas"),
    ("sampedro sula", "San Pedro Sula, Cortés"),
    ("estoy en tapachla con mis hijos", "Tapachula, Chiapas"),
    ("estoy cerca de Upala", "Upala, Alajuela"),
    ("San Pedro Sula, Cortés", "San Pedro Sula, Cortés"),
    ("madrid colima", "Madrid, Colima"),
    ("ciudad de panama", "Ciudad de Panamá, Panamá"),
    ("suchiate", "Ciudad Hidalgo, Chiapas"),
    ("choluma", "Choloma, Cortés"),
    ("comallagua", "Comayagua, Comayagua"),
    ("palenke", "Palenque, Chiapas"),
    ("koatepeke", "Coatepeque, Quetzaltenango"),
    ("wuajaca", "Oaxaca, Oaxaca"),
    ("sollapango", "Soyapango, San Salvador"),
    ("liveria", "Liberia, Guanacaste"),
    ("el df", "Ciudad de México, Ciudad de México"),
    ("gdl", "Guadalajara, Jalisco"),
    ("hilobasco", "Ilobasco, Cabañas"),
    ("frontera la mesilla", "La Mesilla, Huehuetenango"),
]


@pytest.mark.parametrize(("written", "meant"), AS_WRITTEN)
def test_a_town_is_known_as_people_write_it(gazetteer: Gazetteer, written: str, meant: str) -> None:
    assert names(gazetteer, written) == [meant]


def test_what_is_added_by_hand_lies_in_its_department(gazetteer: Gazetteer) -> None:
    """Towns of GeoNames are around it, and the nearest ones belong to the same country."""
    for town in gazetteer.towns:
        if town.id.startswith("m-"):
            near = gazetteer.near(town.latitude, town.longitude)
            assert town.country in {one.country for one in near}, town.name
            own = [
                t for t in gazetteer.towns if t.department == town.department and not t.id.startswith("m-")
            ]
            at = (town.latitude, town.longitude)
            assert min(distance_km(at, (t.latitude, t.longitude)) for t in own) < 50, town.name


@pytest.mark.parametrize("said", ["en la calle", "in the street", "mi casa", "en un hotel", "no sé"])
def test_who_is_at_no_named_place_is_in_no_town(gazetteer: Gazetteer, said: str) -> None:
    assert names(gazetteer, said) == []


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_town_has_its_department(gazetteer: Gazetteer, country: str) -> None:
    assert gazetteer.timezone(country)
    for town in gazetteer.near(*CAPITALS[country]):
        assert town.department


CAPITALS = {
    "BZ": (17.251, -88.759),
    "CR": (9.933, -84.084),
    "GT": (14.634, -90.506),
    "HN": (14.072, -87.192),
    "MX": (19.432, -99.133),
    "PA": (8.983, -79.519),
    "SV": (13.692, -89.218),
}


def test_san_pedro_is_asked_back_unless_the_country_is_known(gazetteer: Gazetteer) -> None:
    assert "San Pedro Sula, Cortés" in names(gazetteer, "san pedro")
    assert "San Pedro, Belize" in names(gazetteer, "san pedro")

    assert names(gazetteer, "san pedro", "HN") == ["San Pedro Sula, Cortés"]
    assert names(gazetteer, "san pedro", "BZ") == ["San Pedro, Belize"]


def test_towns_of_one_name_are_told_apart_by_department(gazetteer: Gazetteer) -> None:
    candidates = names(gazetteer, "san miguel", "MX")

    assert len(candidates) == len(set(candidates)) > 1


def test_the_capital_is_meant_where_hamlets_bear_its_name(gazetteer: Gazetteer) -> None:
    assert names(gazetteer, "san jose") == ["San José, San José"]


@pytest.mark.parametrize("name", ["Madrid", "paris", "Managua", "estoy en Miami", "Venezuela", "los angeles"])
def test_what_lies_outside_is_known_as_outside(gazetteer: Gazetteer, name: str) -> None:
    assert gazetteer.is_elsewhere(name)


@pytest.mark.parametrize("name", ["Tapachula", "Santa Ana", "Guadalajara", "Córdoba", "Mérida", "xyzzy", ""])
def test_ours_and_the_unknown_are_not_outside(gazetteer: Gazetteer, name: str) -> None:
    assert not gazetteer.is_elsewhere(name)


@pytest.mark.parametrize(
    "name",
    ["Macondo", "colonia rivera hernandez", "colonia nueva esperanza", "barrio san jose", "", "🙏", "12345"],
)
def test_what_does_not_exist_or_is_a_neighborhood_is_no_town(gazetteer: Gazetteer, name: str) -> None:
    assert gazetteer.find(name) == []


def test_the_town_behind_a_neighborhood_is_found(gazetteer: Gazetteer) -> None:
    assert names(gazetteer, "barrio san jose en choluteca") == ["Choluteca, Choluteca"]
    assert names(gazetteer, "colonia santa ana, tapachula") == ["Tapachula, Chiapas"]


@pytest.mark.parametrize(
    ("written", "name", "country"),
    [
        ("Chiapas", "Chiapas", "MX"),
        ("estado de mexico", "Estado de México", "MX"),
        ("honduras", "honduras", "HN"),
    ],
)
def test_departments_and_countries_are_no_towns(
    gazetteer: Gazetteer, written: str, name: str, country: str
) -> None:
    region = gazetteer.region(written)

    assert region
    assert (region.name, region.country) == (name, country)


SENTENCES = [
    ("necesito donde dormir hoy en san pedro sula con 2 niños", "san pedro sula"),
    ("hay abogado gratis en upala", "upala"),
    ("where can I sleep in belize city", "belize city"),
    ("soy de tegucigalpa y busco comida en tapachula", "tapachula"),
    ("donde hay comida cerca", None),
    ("me robaron en la frontera", None),
    ("quiero trabajar en la comunidad", None),
    ("me duele en la noche", None),
]


@pytest.mark.parametrize(("sentence", "place"), SENTENCES)
def test_a_place_is_heard_in_a_sentence_where_it_stands_as_one(
    gazetteer: Gazetteer, sentence: str, place: str | None
) -> None:
    assert gazetteer.place_in(sentence) == place


def test_a_location_belongs_to_the_nearest_town(gazetteer: Gazetteer) -> None:
    assert [town.name for town in gazetteer.near(14.905, -92.263)] == ["Tapachula"]


def test_at_a_border_both_sides_are_offered(gazetteer: Gazetteer) -> None:
    suchiate = gazetteer.near(14.68, -92.15)

    assert [town.country for town in suchiate] == ["MX", "GT"]


def test_a_location_on_another_continent_is_near_nothing(gazetteer: Gazetteer) -> None:
    assert gazetteer.near(40.4, -3.7) == []


def test_tijuana_and_cancun_keep_their_own_time(gazetteer: Gazetteer) -> None:
    assert gazetteer.timezone("MX", "Baja California") == "America/Tijuana"
    assert gazetteer.timezone("MX", "Quintana Roo") == "America/Cancun"
    assert gazetteer.timezone("MX") == "America/Mexico_City"
    assert gazetteer.timezone("ES") is None


STATED = [
    ("ahora estoy en Guatemala", "GT"),
    ("I am in Belize now", "BZ"),
    ("I'm now in Mexico", "MX"),
    ("ya vivo en costa rica", "CR"),
    ("estoy en Guatemala y necesito comida", "GT"),
    ("no estoy en Guatemala", None),
    ("soy de Honduras", None),
    ("cuanto tiempo tengo para pedir refugio en mexico", None),
    ("estoy en Belize City", None),
    ("mi hermano vive en Panamá", None),
]


@pytest.mark.parametrize(("sentence", "country"), STATED)
def test_only_plain_words_state_a_country(sentence: str, country: str | None) -> None:
    assert country_stated(sentence) == country


@pytest.mark.parametrize(
    ("sentence", "country"),
    [
        ("refugio en Mexico", "MX"),
        ("soy de Honduras y estoy en México", "MX"),
        ("I fled Honduras", None),
        ("vengo de Guatemala", None),
        ("de Guatemala a Mexico", None),
        ("Puedo trabajar mientras espero la respuesta de COMAR?", "MX"),
        ("en el ebais no me atienden", "CR"),
    ],
)
def test_where_somebody_comes_from_is_not_where_they_are(sentence: str, country: str | None) -> None:
    assert country_in(sentence) == country


def test_a_number_tells_where_it_is_registered() -> None:
    assert country_of_number("tel:+50499998888") == "HN"
    assert country_of_number("tel:+525512345678") == "MX"
    assert country_of_number("telegram:504123") is None
