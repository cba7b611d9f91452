"""Where a place is when nobody gave its coordinates: in its town, if that is one town and spelled right."""

from functools import cache, lru_cache

from core.directory.records import PlaceRecord
from core.places import Gazetteer, fold


def located(place: PlaceRecord) -> PlaceRecord:
    """Without a point nobody finds it as near; a guessed town could send somebody the wrong way."""
    if place.latitude is not None or place.longitude is not None or not place.city:
        return place
    latitude, longitude = _point(place.city, place.country)
    return place._replace(latitude=latitude, longitude=longitude)


@lru_cache(10_000)
def _point(city: str, country: str) -> tuple[float | None, float | None]:
    towns = [town for town in _gazetteer().find(city, country) if town.country == country]
    if len(towns) != 1 or fold(city) not in {fold(name) for name in (towns[0].name, *towns[0].aliases)}:
        return None, None
    return towns[0].latitude, towns[0].longitude


@cache
def _gazetteer() -> Gazetteer:
    return Gazetteer.load()
