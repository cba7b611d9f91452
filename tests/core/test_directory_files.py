"""The directory goes out as a file and comes back: the same, once, and nothing secret on the way."""

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from core.crypto import Keyring
from core.db import Base, connect
from core.directory import Location, Organization, Service, ServiceNeed, exporting, seed
from core.directory.importing import FORMATS, run
from core.directory.records import of_service
from core.directory.report import Report
from tests.core.directory_details import everything as everything_there_is
from tests.postgres_fixture import NewDatabase

SECRET = "Calle Escondida 5"


@pytest.fixture(scope="module")
def seeded_engine(new_database: NewDatabase, keyring: Keyring) -> Iterator[Engine]:
    with new_database() as url:
        engine = connect(url, keyring)
        with Session(engine) as session:
            seed.load(session)
            session.commit()
        yield engine
        engine.dispose()


@pytest.fixture
def full(seeded_engine: Engine) -> Iterator[Session]:
    """The project's own directory; what a test does to it is undone."""
    with seeded_engine.connect() as connection:
        everything = connection.begin()
        with Session(connection, expire_on_commit=False) as session:
            yield session
        everything.rollback()


def export(session: Session, format_: str) -> bytes:
    with exporting.write(session, format_) as file:
        return file.read()


def load(session: Session, data: bytes, format_: str, *, is_applied: bool = True) -> Report:
    report = run(session, io.BytesIO(data), format_, is_applied=is_applied)
    assert not report.problems, report.problems[:3]
    return report


def everything(session: Session) -> dict[Any, Any]:
    session.expire_all()
    return {service.id: of_service(service) for service in session.scalars(select(Service))}


def rows(session: Session) -> dict[str, set[Any]]:
    tables = ("organizations", "services", "service_needs", "service_at_locations", "phones", "schedules")
    tables += ("languages", "required_documents", "cost_options", "service_areas", "accessibility")
    return {
        name: {tuple(row[:1]) for row in session.execute(select(Base.metadata.tables[name]))}
        for name in tables
    }


@pytest.mark.parametrize("format_", FORMATS)
def test_what_was_exported_changes_nothing_when_it_comes_back(full: Session, format_: str) -> None:
    report = load(full, export(full, format_), format_)

    assert report.change_count == 0
    assert report.unchanged["service"] == 107
    assert report.twins == []


@pytest.mark.parametrize("format_", ["json", "zip"])
def test_an_empty_directory_becomes_equal(full: Session, session: Session, format_: str) -> None:
    report = load(session, export(full, format_), format_)

    assert report.added == {"organization": 107, "service": 107}
    assert everything(session) == everything(full)
    assert rows(session) == rows(full)


@pytest.mark.parametrize("format_", ["json", "zip"])
def test_all_that_hsds_tells_leaves_and_comes_back(full: Session, session: Session, format_: str) -> None:
    everything_there_is(full)
    data = export(full, format_)

    load(session, data, format_)

    assert everything(session) == everything(full)
    assert parts(export(session, format_)) == parts(data)
    assert load(session, data, format_).change_count == 0


@pytest.mark.parametrize("format_", FORMATS)
def test_no_file_takes_away_what_it_does_not_hold(full: Session, format_: str) -> None:
    service_id = everything_there_is(full).id
    before = everything(full)[service_id]

    assert load(full, export(full, format_), format_).change_count == 0

    assert everything(full)[service_id] == before


def parts(data: bytes) -> list[bytes]:
    """A zip tells when it was made; what is in it does not."""
    if not data.startswith(b"PK"):
        return [data]
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return [package.read(name) for name in package.namelist()]


@pytest.mark.parametrize("format_", ["xlsx", "csv"])
def test_a_sheet_brings_all_that_a_sheet_can_hold(full: Session, session: Session, format_: str) -> None:
    data = export(full, format_)

    assert load(session, data, format_).added == {"organization": 107, "service": 107}

    assert load(session, data, format_).change_count == 0
    copy = everything(session)
    for id_, original in everything(full).items():
        for field in ("name", "needs", "for_whom", "status", "country", "is_nationwide", "source", "url"):
            assert copy[id_][field] == original[field]
        assert [p.number for p in copy[id_]["phones"]] == [p.number for p in original["phones"]] or len(
            original["phones"]
        ) > 1
        assert {(p.city, p.is_withheld) for p in copy[id_]["places"]} == {
            (p.city, p.is_withheld) for p in original["places"]
        }
        points = {place.latitude for place in original["places"]} - {None}
        assert points <= {place.latitude for place in copy[id_]["places"]}


@pytest.mark.parametrize("format_", FORMATS)
def test_more_decimals_than_a_spreadsheet_keeps_make_no_change(full: Session, format_: str) -> None:
    place = full.scalars(select(Location).where(Location.latitude.is_not(None))).first()
    assert place
    place.latitude, place.longitude = 14.008999999999999, -92.00000000000003
    full.flush()

    assert load(full, export(full, format_), format_).change_count == 0


def test_the_projects_own_file_is_what_the_seed_made_of_it(full: Session) -> None:
    assert load(full, seed.FILE.read_bytes(), "json").change_count == 0


@pytest.mark.parametrize("format_", FORMATS)
def test_an_address_that_is_withheld_leaves_in_no_file(full: Session, format_: str) -> None:
    place = full.scalars(select(Location).where(Location.is_withheld, Location.latitude.is_not(None))).first()
    assert place
    place.address_1, place.latitude, place.longitude = SECRET, 14.123456, -92.654321
    full.flush()

    data = export(full, format_)
    if format_ in ("zip", "xlsx"):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            data = b"".join(package.read(name) for name in package.namelist())

    assert SECRET.encode() not in data
    assert b"14.123" not in data
    assert b"14.12" in data


@pytest.mark.parametrize("format_", FORMATS)
def test_the_address_of_a_safe_house_leaves_in_no_file_whatever_its_record_says(
    full: Session, format_: str
) -> None:
    service = everything_there_is(full)
    service.service_at_locations[0].location.address_1 = SECRET
    service.needs = [ServiceNeed(need="shelter"), ServiceNeed(need="gender_violence")]
    full.flush()

    assert not any(SECRET.encode() in part for part in parts(export(full, format_)))


@pytest.mark.parametrize("format_", FORMATS)
def test_a_file_does_not_wipe_out_what_it_was_not_told(full: Session, format_: str) -> None:
    place = full.scalars(select(Location).where(Location.is_withheld, Location.latitude.is_not(None))).first()
    assert place
    place.address_1, place.latitude = SECRET, 14.123456
    service = full.scalars(
        select(Service).join(Service.service_at_locations).filter_by(location_id=place.id)
    ).one()
    service.name = "Antes"
    full.flush()
    data = export(full, format_)
    place_id, service_id = place.id, service.id
    full.get_one(Service, service_id).name = "Después"
    full.flush()

    report = load(full, data, format_)

    assert report.changed["service"] == 1
    full.expire_all()
    assert full.get_one(Service, service_id).name == "Antes"
    kept = full.get_one(Location, place_id)
    assert (kept.address_1, kept.latitude, kept.is_withheld) == (SECRET, 14.123456, True)


@pytest.mark.parametrize("format_", FORMATS)
def test_looking_at_a_file_writes_nothing(full: Session, session: Session, format_: str) -> None:
    report = load(session, export(full, format_), format_, is_applied=False)

    assert report.added["service"] == 107
    assert everything(session) == {}


@pytest.mark.parametrize("format_", ["csv", "zip", "xlsx"])
def test_no_cell_that_leaves_can_run_as_a_formula(session: Session, format_: str) -> None:
    organization = Organization(name='=HYPERLINK("http://evil.example")', country="MX")
    service = Service(
        organization=organization, name="@SUM(1)", country="MX", description="+1+cmd|'/C calc'!A0"
    )
    session.add(service)
    session.flush()

    data = export(session, format_)

    for cell in cells(data, format_):
        assert not cell.startswith(("=", "@", "+1+cmd")), cell
    assert any(cell.startswith("'=HYPERLINK") for cell in cells(data, format_))


def cells(data: bytes, format_: str) -> list[str]:
    if format_ == "csv":
        return data.decode("utf-8-sig").replace('"', "").replace("\r\n", ",").split(",")
    if format_ == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
        return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return cells(b"\n".join(package.read(n) for n in package.namelist() if n.endswith(".csv")), "csv")


def test_text_that_was_made_harmless_comes_back_as_it_was(session: Session) -> None:
    organization = Organization(name="'=1", country="MX")
    session.add(organization)
    session.flush()

    load(session, export(session, "zip"), "zip")

    assert session.scalars(select(Organization.name)).one() == "'=1"


def test_a_package_describes_its_tables(full: Session) -> None:
    with zipfile.ZipFile(io.BytesIO(export(full, "zip"))) as package:
        description = json.loads(package.read("datapackage.json"))
        for resource in description["resources"]:
            header = package.read(resource["path"]).decode("utf-8-sig").splitlines()[0]
            assert header.split(",") == [field["name"] for field in resource["schema"]["fields"]]


def test_a_sheet_has_hashtags_below_its_header(full: Session) -> None:
    lines = export(full, "csv").decode("utf-8-sig").splitlines()

    assert lines[1].startswith("#org+id,#org+name,")
    assert "#sector+list" in lines[1]
