"""Files that must not get in: each is told with its row, and nothing of it stays."""

import io
import json
import zipfile
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.directory import Organization, Service, exporting, records, sheets, three_w
from core.directory.checks import hours
from core.directory.hsds import Unreadable
from core.directory.importing import run
from core.directory.report import Report

HEADER = list(three_w.COLUMNS)
GOOD = {
    "organization": "Casa Belén",
    "service": "Albergue",
    "needs": "shelter; food",
    "country": "MX",
    "city": "Tapachula",
    "place": "Casa",
    "phones": "+52 962 1234567",
    "place_hours": "MO-FR 08:00-17:00",
}


def sheet(*rows: dict[str, str]) -> bytes:
    lines = [[row.get(name, "") for name in HEADER] for row in rows]
    return b"".join(raw(HEADER, list(three_w.COLUMNS.values()), *lines))


def raw(*lines: list[str]) -> list[bytes]:
    """As somebody else's program writes it: nothing is made harmless."""
    return [(",".join(f'"{cell}"' for cell in line) + "\r\n").encode() for line in lines]


def look(session: Session, data: bytes, format_: str = "csv", *, is_applied: bool = False) -> Report:
    return run(session, io.BytesIO(data), format_, is_applied=is_applied)


def faults(report: Report) -> list[tuple[str, str, str]]:
    return [(problem.row, problem.code, problem.field) for problem in report.problems]


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"service": ""}, "no_name", "service"),
        ({"organization": " "}, "no_name", "organization"),
        ({"needs": ""}, "no_need", "needs"),
        ({"needs": "happiness"}, "unknown_code", "needs"),
        ({"for_whom": "everyone"}, "unknown_code", "for_whom"),
        ({"status": "open"}, "unknown_code", "status"),
        ({"country": "FR"}, "not_country", "country"),
        ({"country": ""}, "not_country", "country"),
        ({"latitude": "norte"}, "not_number", "latitude"),
        ({"latitude": "95", "longitude": "-92"}, "not_number", "latitude"),
        ({"latitude": "14.9"}, "half_point", "latitude"),
        ({"assured_date": "ayer"}, "not_date", "assured_date"),
        ({"assured_date": "2999-01-01"}, "future", "assured_date"),
        ({"source_year": "20x5"}, "not_year", "source_year"),
        ({"phones": "pregunte por Ana"}, "not_phone", "phones"),
        ({"url": "javascript:alert(1)"}, "not_address", "url"),
        ({"service": "<b>Albergue</b>"}, "markup", "name"),
        ({"description": "<script>x</script>"}, "markup", "description"),
        ({"city": "<i>Tapachula</i>"}, "markup", "city"),
        ({"service": "=HYPERLINK(1)"}, "formula", "service"),
        ({"phones": "+cmd|' /C calc'!A0"}, "formula", "phones"),
        ({"description": "@SUM(A1)"}, "formula", "description"),
        ({"place_hours": "MO-FR 17:00-08:00"}, "ends_before_start", "schedules"),
        ({"place_hours": "MO 08:00-08:00"}, "ends_before_start", "schedules"),
        ({"place_hours": "MO 08:00-25:00"}, "not_time", "place_hours"),
        ({"service_hours": "MO-FR 08:00-12:00; FR-SA 11:00-13:00"}, "hours_overlap", "schedules"),
        ({"is_withheld": "yes", "address_1": "Calle 5"}, "withheld_address", "address_1"),
        ({"needs": "shelter; gender_violence", "address_1": "Calle 5"}, "shelter_address", "address_1"),
        ({"service_id": "17"}, "not_id", "service_id"),
        ({"is_withheld": "perhaps"}, "not_flag", "is_withheld"),
        ({"description": "a" * 5001}, "too_long", "description"),
        ({"service": "a" * 201}, "too_long", "name"),
        ({"place_hours": "2026-12-26/2026-12-24 closed"}, "reversed", "schedules"),
        ({"place_hours": "2026-02-30 closed"}, "not_time", "place_hours"),
        ({"place_hours": "2026-12-24 12:00-08:00"}, "ends_before_start", "schedules"),
        ({"place_hours": "2026-12-24 08:00-12:00; 2026-12-24 11:00-13:00"}, "hours_overlap", "schedules"),
    ],
)
def test_a_faulty_row_is_told_by_its_number(
    wrong: dict[str, str], code: str, field: str, session: Session
) -> None:
    good = {**GOOD, "service": "Otro"}

    report = look(session, sheet(good, {**GOOD, **wrong}))

    assert ("4", code, field) in faults(report)
    assert {row for row, _, _ in faults(report)} == {"4"}


def test_a_good_row_has_no_fault(session: Session) -> None:
    report = look(session, sheet(GOOD), is_applied=True)

    assert (report.problems, report.added) == ([], {"organization": 1, "service": 1})
    values = records.of_service(session.scalars(select(Service)).one())
    assert values["needs"] == ("food", "shelter")
    assert values["places"][0].schedules[0].byday == "MO,TU,WE,TH,FR"
    assert values["phones"][0].number == "+52 962 1234567"


def test_days_may_be_written_in_spanish(session: Session) -> None:
    look(session, sheet({**GOOD, "place_hours": "LU-MI 8:00-12:00; solo con cita"}), is_applied=True)

    (place,) = records.of_service(session.scalars(select(Service)).one())["places"]
    assert {rule.byday or rule.description for rule in place.schedules} == {"MO,TU,WE", "solo con cita"}


def test_an_exception_and_hours_of_two_seasons_do_not_overlap(session: Session) -> None:
    told = (
        "MO-FR 08:00-17:00 ; 2026-12-24 08:00-12:00; 2026-12-25/2027-01-01 cerrado;"
        " SA 2026-06-01/2026-08-31 08:00-12:00; SA 2026-09-01/.. 09:00-12:00"
    )

    report = look(session, sheet({**GOOD, "place_hours": told}), is_applied=True)

    assert report.problems == []
    (place,) = records.of_service(session.scalars(select(Service)).one())["places"]
    assert {hours(rule) for rule in place.schedules} == {
        "MO,TU,WE,TH,FR 08:00-17:00",
        "2026-12-24 08:00-12:00",
        "2026-12-25/2027-01-01 closed",
        "SA 2026-06-01/2026-08-31 08:00-12:00",
        "SA 2026-09-01/.. 09:00-12:00",
    }


@pytest.mark.parametrize(
    ("data", "format_", "code"),
    [
        (b"\x00\x01\x02", "xlsx", "not_zip"),
        (b"PK nothing", "zip", "not_zip"),
        (b"{", "json", "not_json"),
        (b"[" * 100_000, "json", "not_json"),
        (b"[]", "json", "no_organizations"),
        (b'{"organizations": [1]}', "json", "no_organizations"),
        ('{"organizations": "ñ"}'.encode("latin-1"), "json", "encoding"),
        (b"nombre,pais\r\nx,MX\r\n", "csv", "no_hashtags"),
        (b"#org+name,#service+name\r\nx,y\r\n", "csv", "columns"),
        (b"", "csv", "no_hashtags"),
    ],
)
def test_a_file_that_is_none_is_refused_whole(data: bytes, format_: str, code: str, session: Session) -> None:
    with pytest.raises(Unreadable) as caught:
        look(session, data, format_)

    assert caught.value.code == code


def test_a_row_in_another_encoding_is_told(session: Session) -> None:
    data = sheet(GOOD) + sheet({**GOOD, "service": "Atención"}).splitlines()[2].decode().encode("latin-1")

    assert ("4", "encoding", "service") in faults(look(session, data))


def test_a_formula_of_excel_is_refused(session: Session) -> None:
    book = openpyxl.Workbook()
    book.active.append(list(three_w.COLUMNS.values()))
    book.active.append([{**GOOD, "service": "=1+1"}.get(name) for name in HEADER])
    file = io.BytesIO()
    book.save(file)

    assert ("2", "formula", "service") in faults(look(session, file.getvalue(), "xlsx"))


def test_a_zip_that_would_fill_the_memory_is_not_unpacked(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "MAX_UNPACKED", 1000)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("services.csv", "a" * 1001)

    for format_ in ("zip", "xlsx"):
        with pytest.raises(Unreadable, match="too_large"):
            look(session, file.getvalue(), format_)


def test_more_rows_than_allowed_are_refused(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(three_w, "MAX_ROWS", 2)
    rows = [{**GOOD, "service": f"Albergue {number}"} for number in range(3)]

    look(session, sheet(*rows[:2]))
    with pytest.raises(Unreadable, match="too_many_rows"):
        look(session, sheet(*rows))


def test_two_rows_that_contradict_each_other_are_told(session: Session) -> None:
    report = look(session, sheet(GOOD, {**GOOD, "needs": "legal", "city": "Tuxtla"}))

    assert faults(report) == [("4", "differs_above", "needs")]


ID = "00000000-0000-4000-8000-000000000009"


def nested(**service: Any) -> dict[str, Any]:
    return {
        "id": "00000000-0000-4000-8000-000000000001",
        "name": "Casa Belén",
        "attributes": [{"link_type": "country", "value": "MX"}],
        "services": [
            {
                "id": "00000000-0000-4000-8000-000000000002",
                "name": "Albergue",
                "status": "active",
                "attributes": [{"link_type": "need", "taxonomy_term": {"code": "shelter"}}],
                **service,
            }
        ],
    }


def document(*organizations: dict[str, Any]) -> bytes:
    return json.dumps({"organizations": organizations}).encode()


@pytest.mark.parametrize(
    ("service", "code"),
    [
        ({"name": None}, "no_name"),
        ({"name": {"es": "Albergue"}}, "not_text"),
        ({"id": None}, "no_id"),
        ({"id": "1"}, "not_id"),
        ({"organization_id": "00000000-0000-4000-8000-00000000000f"}, "reference"),
        ({"phones": "911"}, "not_list"),
        ({"phones": [{"number": "911"}]}, "no_id"),
        ({"phones": [{"id": "00000000-0000-4000-8000-000000000009"}]}, "no_number"),
        ({"service_at_locations": [{"id": "00000000-0000-4000-8000-000000000009"}]}, "no_location"),
        (
            {"schedules": [{"id": "00000000-0000-4000-8000-000000000009", "byday": "MO", "opens_at": "8"}]},
            "not_time",
        ),
        ({"name": "a\u0000b"}, "encoding"),
        ({"languages": [{"id": ID, "note": "a veces"}]}, "empty_field"),
        ({"languages": [{"id": ID, "code": "Spanish"}]}, "unknown_code"),
        ({"required_documents": [{"id": ID}]}, "empty_field"),
        ({"required_documents": [{"document": "DPI"}]}, "no_id"),
        ({"required_documents": [{"id": ID, "document": "<b>DPI</b>"}]}, "markup"),
        ({"cost_options": [{"id": ID, "amount": "gratis"}]}, "not_number"),
        ({"cost_options": [{"id": ID, "amount": -1}]}, "not_number"),
        ({"cost_options": [{"id": ID, "valid_from": "2027-01-01", "valid_to": "2026-01-01"}]}, "reversed"),
        ({"cost_options": [{"id": ID, "currency": "pesos"}]}, "unknown_code"),
        ({"contacts": [{"id": ID, "email": "ana"}]}, "not_email"),
        ({"service_areas": [{"id": ID, "name": "Chiapas", "uri": "javascript:x"}]}, "not_address"),
        ({"minimum_age": 60, "maximum_age": 18}, "reversed"),
        ({"minimum_age": 200}, "not_number"),
        ({"email": "a@b"}, "not_email"),
        ({"attributes": [{"link_type": "note", "value": "<script>"}]}, "markup"),
    ],
)
def test_a_faulty_record_of_json_is_told_by_its_place(
    service: dict[str, Any], code: str, session: Session
) -> None:
    report = look(session, document(nested(), nested(**service)), "json")

    assert ("2.1", code) in {(problem.row, problem.code) for problem in report.problems}


def test_the_same_id_twice_with_other_values_is_told(session: Session) -> None:
    report = look(session, document(nested(), nested(name="Otro")), "json")

    assert faults(report) == [("2.1", "twice", "id")]


def package(**changed: str) -> bytes:
    """A package of one service, some of its tables written anew."""
    file = io.BytesIO()
    tables = {
        "organizations": "id,name\n00000000-0000-4000-8000-000000000001,Casa\n",
        "services": "id,organization_id,name,status\n"
        "00000000-0000-4000-8000-000000000002,00000000-0000-4000-8000-000000000001,Albergue,active\n",
        "attributes": "id,link_id,link_type,taxonomy_term_id\n"
        "1,00000000-0000-4000-8000-000000000002,need,t\n",
        "taxonomy_terms": "id,code\nt,shelter\n",
        **changed,
    }
    with zipfile.ZipFile(file, "w") as target:
        for name, text in tables.items():
            target.writestr(f"{name}.csv", text)
    return file.getvalue()


def test_a_package_of_others_is_taken(session: Session) -> None:
    assert look(session, package(), "zip").added == {"organization": 1, "service": 1}


@pytest.mark.parametrize(
    ("changed", "row", "field"),
    [
        ({"phones": "id,service_id,number\n1,nobody,911\n"}, "phones.csv 2", "service_id"),
        ({"taxonomy_terms": "id,code\n"}, "attributes.csv 2", "taxonomy_term_id"),
        ({"languages": "id,service_id,code\n1,nobody,es\n"}, "languages.csv 2", "service_id"),
        (
            {"accessibility": "id,location_id,description\n1,nowhere,x\n"},
            "accessibility.csv 2",
            "location_id",
        ),
        ({"attributes": "id,link_id,link_type,value\n1,nobody,note,x\n"}, "attributes.csv 2", "link_id"),
        ({"organizations": "id,name\n"}, "services.csv 2", "organization_id"),
        (
            {
                "service_at_locations": "id,service_id,location_id\n"
                "00000000-0000-4000-8000-000000000003,00000000-0000-4000-8000-000000000002,nowhere\n"
            },
            "service_at_locations.csv 2",
            "location_id",
        ),
    ],
)
def test_a_reference_to_nothing_is_told(
    changed: dict[str, str], row: str, field: str, session: Session
) -> None:
    assert (row, "reference", field) in faults(look(session, package(**changed), "zip"))


def test_a_package_without_its_columns_is_refused(session: Session) -> None:
    with pytest.raises(Unreadable) as caught:
        look(session, package(services="id,nombre\n"), "zip")

    assert (caught.value.code, caught.value.detail) == (
        "columns",
        "services.csv: organization_id, name, status",
    )


def test_a_phone_of_another_service_is_not_taken_over(session: Session) -> None:
    phone = {"id": "00000000-0000-4000-8000-000000000009", "number": "911"}
    look(session, document(nested(phones=[phone])), "json", is_applied=True)
    other = nested(phones=[phone])
    other["services"][0]["id"] = "00000000-0000-4000-8000-000000000003"

    assert faults(look(session, document(other), "json")) == [("1.1", "taken", "id")]


def test_what_hsds_hangs_on_what_is_not_kept_is_left_out(session: Session) -> None:
    others = package(contacts="id,organization_id,name\n1,00000000-0000-4000-8000-000000000001,Ana\n")

    assert look(session, others, "zip").problems == []


def test_accessibility_of_another_location_is_not_taken_over(session: Session) -> None:
    def at(location: str) -> dict[str, Any]:
        inside = {"id": location, "accessibility": [{"id": ID, "description": "Rampa"}]}
        return nested(service_at_locations=[{"id": location.replace("aa", "bb"), "location": inside}])

    look(session, document(at("00000000-0000-4000-8000-0000000000aa")), "json", is_applied=True)

    report = look(session, document(at("00000000-0000-4000-8000-0000000001aa")), "json")
    assert faults(report) == [("1.1", "taken", "id")]


def test_a_file_cannot_uncover_what_staff_withheld(session: Session) -> None:
    look(session, sheet({**GOOD, "is_withheld": "yes"}), is_applied=True)

    open_ = look(session, sheet({**GOOD, "is_withheld": "no"}), is_applied=True)
    with_address = look(session, sheet({**GOOD, "address_1": "Calle 5"}))

    assert open_.change_count == 0
    assert faults(with_address) == [("3", "withheld_address", "address_1")]


def test_the_same_service_under_another_spelling_is_the_same(session: Session) -> None:
    look(session, sheet(GOOD), is_applied=True)

    again = look(session, sheet({**GOOD, "organization": "CASA DE BELEN", "service": "El albergue"}))

    assert again.added == {"organization": 0, "service": 0}


def test_a_service_of_the_same_name_and_town_is_shown_as_a_possible_double(session: Session) -> None:
    look(session, sheet(GOOD), is_applied=True)

    there = look(session, sheet({**GOOD, "organization": "Otra casa", "service": "el Albergue"}))
    elsewhere = look(session, sheet({**GOOD, "organization": "Otra casa", "city": "Tuxtla"}))

    assert [(twin.row, twin.other_name) for twin in there.twins] == [("3", "Albergue")]
    assert elsewhere.twins == []


def test_an_empty_cell_of_a_sheet_wipes_nothing_out(session: Session) -> None:
    look(session, sheet({**GOOD, "url": "https://example.org"}), is_applied=True)

    small = {name: GOOD[name] for name in ("organization", "service", "needs", "country")}
    report = look(session, sheet({**small, "needs": "legal"}), is_applied=True)

    values = records.of_service(session.scalars(select(Service)).one())
    assert [field for field, _, _ in report.changes[0].fields] == ["needs"]
    assert (values["url"], values["needs"]) == ("https://example.org", ("legal",))
    assert len(values["phones"]) == len(values["places"]) == 1


def test_what_a_person_sees_first_is_what_is_done(session: Session) -> None:
    look(session, sheet(GOOD), is_applied=True)
    changed = sheet({**GOOD, "phones": "+52 962 7654321"})

    before, done = look(session, changed), look(session, changed, is_applied=True)

    assert before.digest == done.digest
    assert before.changes[0].fields == [("phones", "+52 962 1234567", "+52 962 7654321")]
    assert look(session, changed).digest != done.digest


def test_a_broken_row_leaves_the_good_ones_to_the_caller_to_undo(session: Session) -> None:
    with session.begin_nested() as attempt:
        assert look(session, sheet(GOOD, {**GOOD, "service": ""}), is_applied=True).problem_count == 1
        attempt.rollback()

    assert session.scalar(select(func.count()).select_from(Organization)) == 0


def test_a_sheet_leaves_and_comes_back_with_semicolons(session: Session) -> None:
    look(session, sheet(GOOD), is_applied=True)
    with exporting.write(session, "csv") as file:
        data = file.read().decode("utf-8-sig")
    lines = [
        line.split(",") for line in data.replace('"MO,TU,WE,TH,FR', "MO-FR").replace('00"', "00").splitlines()
    ]

    assert look(session, "\r\n".join(";".join(line) for line in lines).encode()).change_count == 0


def test_several_new_services_may_share_one_new_location(session: Session) -> None:
    location = {
        "id": "00000000-0000-4000-8000-0000000000aa",
        "name": "Casa",
        "addresses": [{"country": "MX"}],
    }
    services = [
        {
            **nested()["services"][0],
            "id": f"00000000-0000-4000-8000-00000000001{number}",
            "service_at_locations": [
                {"id": f"00000000-0000-4000-8000-00000000002{number}", "location": location}
            ],
        }
        for number in range(3)
    ]
    data = document({**nested(), "services": services})

    assert look(session, data, "json", is_applied=True).added["service"] == 3
    assert look(session, data, "json").change_count == 0


def test_json_cannot_uncover_what_staff_withheld_either(session: Session) -> None:
    def data(*attributes: dict[str, str]) -> bytes:
        location = {"id": "00000000-0000-4000-8000-0000000000aa", "name": "Casa", "attributes": attributes}
        place = {"id": "00000000-0000-4000-8000-0000000000bb", "location": location}
        return document(nested(service_at_locations=[place]))

    look(session, data({"link_type": "address", "value": "withheld"}), "json", is_applied=True)

    assert look(session, data(), "json").change_count == 0
