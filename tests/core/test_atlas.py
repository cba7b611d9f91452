"""The directory on a map: what is drawn where, and what never."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from core import atlas
from core.atlas import Window
from core.directory import Location, Organization, Service, ServiceAtLocation, ServiceNeed
from core.places import Gazetteer

TAPACHULA = Window(14.9, -92.26, 1.0)


def add(
    session: Session,
    *points: tuple[float, float] | None,
    needs: tuple[str, ...] = ("food",),
    is_withheld: bool = False,
    **more: Any,
) -> Service:
    doors = [
        Location(
            country="MX",
            latitude=point[0] if point else None,
            longitude=point[1] if point else None,
            is_withheld=is_withheld,
        )
        for point in points
    ]
    service = Service(
        **{"name": "Casa", "country": "MX", **more},
        organization=Organization(name="Casa", country="MX"),
        needs=[ServiceNeed(need=need) for need in needs],
        service_at_locations=[ServiceAtLocation(location=door) for door in doors],
    )
    session.add(service)
    session.flush()
    return service


def test_a_service_is_a_dot_and_a_row(session: Session) -> None:
    service = add(session, (14.9, -92.26))

    seen = atlas.look(session, TAPACHULA)

    [dot] = seen.dots
    assert (dot.service_id, dot.count, dot.latitude, dot.longitude) == (service.id, 1, 14.9, -92.26)
    assert (seen.rows, seen.total, seen.elsewhere) == ([service], 1, 0)


SECRET = [{"is_withheld": True}, {"needs": ("shelter", "gender_violence")}]


@pytest.mark.parametrize("secret", SECRET, ids=["withheld", "a safe house by its needs"])
@pytest.mark.parametrize("status", ["active", "temporarily closed"])
def test_what_is_withheld_is_never_on_the_map(session: Session, secret: dict[str, Any], status: str) -> None:
    house = add(session, (14.9, -92.26), status=status, **secret)
    # nor is another service at the same door
    also = add(session, needs=("food",))
    also.service_at_locations = [ServiceAtLocation(location=house.service_at_locations[0].location)]
    session.flush()

    seen = atlas.look(session, TAPACHULA)

    assert (seen.dots, seen.rows, seen.total) == ([], [], 0)
    assert seen.elsewhere == (2 if status == "active" else 1)


def test_what_is_closed_or_outside_or_for_another_need_is_left_out(session: Session) -> None:
    add(session, (14.9, -92.26), status="inactive")
    add(session, (19.4, -99.1))
    add(session, (14.9, -92.26), needs=("health",))
    add(session, None)

    seen = atlas.look(session, TAPACHULA, need="food")

    assert (seen.dots, seen.total, seen.elsewhere) == ([], 0, 1)


def test_those_near_to_each_other_are_one_dot_that_leads_closer(session: Session) -> None:
    for number in range(3):
        add(session, (14.9 + number / 100, -92.2))
    add(session, (14.6, -92.0))

    dots = atlas.look(session, TAPACHULA).dots

    many = max(dots, key=lambda dot: dot.count)
    assert sorted(dot.count for dot in dots) == [1, 3]
    assert many.closer.span == atlas.NEAREST
    assert len(atlas.look(session, many.closer).dots) > 1


def test_one_service_with_two_doors_beside_each_other_is_one(session: Session) -> None:
    add(session, (14.9, -92.2), (14.9001, -92.2001))

    seen = atlas.look(session, TAPACHULA)

    assert [dot.count for dot in seen.dots] == [1]
    assert seen.total == 1


def test_a_window_fits_what_it_is_made_around() -> None:
    window = Window.around([(14.5, -92.5), (19.0, -90.0)])

    assert all(window.has(*point) for point in [(14.5, -92.5), (19.0, -90.0)])
    assert window.at(window.latitude, window.longitude) == pytest.approx((0.5, 0.5))
    assert Window.around([(14.5, -92.5)]).span == atlas.NEAREST


def test_a_window_moves_by_its_own_size_and_not_closer_than_a_street() -> None:
    window = Window(15.0, -90.0, 2.0)

    assert window.moved(north=0.5).latitude == 16.0
    assert window.moved(closer=2).span == 1.0
    assert window.moved(closer=1000).span == atlas.NEAREST
    assert window.moved(closer=0.001).span == atlas.WIDEST


def test_names_of_the_largest_towns_help_to_find_the_way() -> None:
    towns = Gazetteer.load().towns

    named = [town.name for town in atlas.labels(towns, Window(14.6, -90.5, 8.0))]

    assert "Tegucigalpa" in named
    assert len(named) <= atlas.LABELS
