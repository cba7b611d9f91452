"""Files of the directory in the panel: out, and in only after they were looked at."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from admin import directory_files
from bot.importer import Importer
from core.audit import AuditEvent
from core.db import SessionMaker
from core.directory import Service, three_w, uploads
from core.directory.importing import FORMATS
from core.directory.uploads import DirectoryUpload, UploadState
from tests.admin import factories
from tests.admin.browser import Browser

ROW = {"organization": "Casa Belén", "service": "Comedor", "needs": "food", "country": "MX", "phones": "911"}


Look = Callable[..., tuple[str, str]]
Confirm = Callable[[Browser, str], str]


def sheet(*rows: dict[str, str]) -> bytes:
    tags = list(three_w.COLUMNS.values())
    lines = [tags, *([row.get(name, "") for name in three_w.COLUMNS] for row in rows)]
    return "\n".join(",".join(line) for line in lines).encode()


def upload(browser: Browser, data: bytes, name: str = "hoja.csv") -> TestResponse:
    return browser.post("/directory/files/upload", {"file": (io.BytesIO(data), name)})


@pytest.fixture
def importer(sessions: SessionMaker) -> Importer:
    return Importer(sessions)


@pytest.fixture
def look(importer: Importer) -> Look:
    def look(browser: Browser, data: bytes, name: str = "hoja.csv") -> tuple[str, str]:
        """The address of the preview, and the page once the importer has read the file."""
        answer = upload(browser, data, name)
        assert answer.status_code == 302, re.findall(r"alert-danger.*", answer.text)
        importer.work()
        return answer.location, browser.get(answer.location).text

    return look


@pytest.fixture
def confirm(importer: Importer) -> Confirm:
    def confirm(browser: Browser, where: str) -> str:
        """What the page says once the importer has done it."""
        answer = browser.submit(where, "/confirm", {})
        assert answer.status_code == 302
        importer.work()
        return browser.get(answer.location).text

    return confirm


def services(db: Session) -> dict[str, Any]:
    db.expire_all()
    return {service.name: service for service in db.query(Service)}


def test_a_file_is_looked_at_first_and_taken_in_when_confirmed(
    coordinator: Browser, db: Session, look: Look, confirm: Confirm
) -> None:
    where, page = look(coordinator, sheet(ROW, {**ROW, "service": "Ropero", "needs": "clothing_items"}))
    assert "2 servicios" in page
    assert "Ropero" in page
    assert services(db) == {}

    page = confirm(coordinator, where)

    assert "Importado: 3 nuevos, 0 cambiados." in page
    assert set(services(db)) == {"Comedor", "Ropero"}
    event = db.query(AuditEvent).filter_by(action="import_directory").one()
    assert (event.user_id, event.detail["added"], event.detail["format"]) == (coordinator.user.id, "3", "csv")
    assert db.query(DirectoryUpload).one().file == b""


def test_a_change_is_shown_field_by_field(coordinator: Browser, look: Look, confirm: Confirm) -> None:
    where, _ = look(coordinator, sheet(ROW))
    confirm(coordinator, where)

    _, page = look(coordinator, sheet({**ROW, "phones": "912"}))

    assert '<del dir="auto">911</del> <ins dir="auto">912</ins>' in page


def test_the_same_file_again_has_nothing_to_confirm(
    coordinator: Browser, look: Look, confirm: Confirm
) -> None:
    where, _ = look(coordinator, sheet(ROW))
    confirm(coordinator, where)

    _, page = look(coordinator, sheet(ROW))

    assert "Nada que cambiar" in page
    assert "/confirm" not in page


def test_rows_with_problems_are_told_and_nothing_can_be_confirmed(
    coordinator: Browser, db: Session, look: Look
) -> None:
    where, page = look(coordinator, sheet(ROW, {**ROW, "service": ""}))

    assert "Línea 3" in page
    assert "falta el nombre" in page
    assert "/confirm" not in page
    assert coordinator.post(f"{where}/confirm").status_code == 409
    assert services(db) == {}


def test_what_changed_in_between_must_be_seen_again(
    coordinator: Browser, db: Session, look: Look, confirm: Confirm
) -> None:
    first, _ = look(coordinator, sheet(ROW))
    confirm(coordinator, first)
    where, _ = look(coordinator, sheet({**ROW, "phones": "912"}))
    services(db)["Comedor"].phones[0].number = "912"
    db.commit()

    page = confirm(coordinator, where)

    assert "cambió mientras usted miraba" in page
    assert [one.number for one in services(db)["Comedor"].phones] == ["912"]


def test_a_file_is_confirmed_by_who_uploaded_it(
    coordinator: Browser, administrator: Browser, look: Look
) -> None:
    where, _ = look(coordinator, sheet(ROW))

    assert administrator.get(where).status_code == 404
    assert administrator.post(f"{where}/confirm").status_code == 404


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"x", "hoja.pdf", "Ese tipo de archivo no se puede importar"),
        (b"a,b\n1,2\n", "hoja.csv", "etiquetas HXL"),
        (b"PK", "hoja.xlsx", "dañado"),
        (b"{", "datos.json", "no es JSON"),
        (b"", "", "Elija un archivo"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_so(
    data: bytes, name: str, words: str, coordinator: Browser, importer: Importer
) -> None:
    answer = upload(coordinator, data, name)
    if answer.status_code == 302:
        importer.work()
        answer = coordinator.get(answer.location)

    assert answer.status_code == 422
    assert words in answer.text


def test_a_file_that_is_too_large_is_not_read(coordinator: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory_files, "MAX_BYTES", 100_000)

    assert upload(coordinator, sheet(ROW) + b" " * 90_000).status_code == 302
    assert upload(coordinator, b"x" * 200_000).status_code == 413


def test_other_forms_are_no_larger_than_before(coordinator: Browser, db: Session) -> None:
    service = factories.service(db)
    data = {"file": (io.BytesIO(b"x" * 100_000), "x.csv")}

    assert coordinator.post(f"/directory/services/{service.id}/status", data).status_code == 413


def test_a_possible_double_is_shown_with_a_link(coordinator: Browser, db: Session, look: Look) -> None:
    there = factories.service(db)
    row = {**ROW, "organization": "Otra", "service": "EL ALBERGUE", "city": "tapachula"}

    _, page = look(coordinator, sheet(row))

    assert "Posibles repetidos" in page
    assert f'/directory/services/{there.id}"' in page


@pytest.mark.parametrize("format_", FORMATS)
def test_an_export_comes_back_without_change(
    format_: str, agent: Browser, coordinator: Browser, db: Session, look: Look
) -> None:
    factories.service(db)

    with agent.get(f"/directory/files/export?format={format_}") as answer:
        data, named = answer.data, answer.headers["Content-Disposition"]
    _, page = look(coordinator, data, f"copia.{format_}")

    assert f".{format_}" in named
    assert "Nada que cambiar" in page
    assert db.query(AuditEvent).filter_by(action="export_directory").one().detail == {"format": format_}
    assert agent.get("/directory/files/export?format=pdf").status_code == 400


def test_who_only_reads_is_offered_no_upload(agent: Browser) -> None:
    page = agent.get("/directory/files/").text

    assert 'type="file"' not in page
    assert "export?format=json" in page


def test_html_in_a_file_is_shown_as_text(coordinator: Browser, look: Look) -> None:
    _, page = look(coordinator, sheet({**ROW, "service": "<img src=x>"}))

    assert "<img src=x>" not in page
    assert "&lt;img src=x&gt;" in page


def test_old_uploads_do_not_pile_up(
    coordinator: Browser, administrator: Browser, db: Session, look: Look
) -> None:
    look(administrator, sheet(ROW))
    look(coordinator, sheet(ROW))
    db.query(DirectoryUpload).filter_by(user_id=administrator.user.id).update(
        {"at": DirectoryUpload.at - uploads.KEPT}
    )
    db.commit()

    look(coordinator, sheet(ROW))

    assert db.query(DirectoryUpload).one().user_id == coordinator.user.id


def test_the_page_says_how_far_it_is_and_asks_again_by_itself(
    coordinator: Browser, db: Session, look: Look
) -> None:
    where = upload(coordinator, sheet(ROW)).location

    waiting = coordinator.get(where).text
    assert "Leyendo el archivo" in waiting
    assert '<noscript><meta http-equiv="refresh"' in waiting
    assert "data-poll" in waiting

    kept = db.query(DirectoryUpload).one()
    kept.state, kept.file_percent = UploadState.TAKING_IN, 100
    kept.record_count, kept.record_total = 1500, 100_000
    db.commit()
    page = coordinator.get(where).text
    assert '<progress aria-label="Importando" value="1500" max="100000">' in page
    assert "1500 de 100000" in page


def test_to_confirm_twice_is_to_confirm_once(
    coordinator: Browser, db: Session, importer: Importer, look: Look
) -> None:
    where, _ = look(coordinator, sheet(ROW))

    first = coordinator.post(f"{where}/confirm")
    second = coordinator.post(f"{where}/confirm")
    importer.work()
    third = coordinator.post(f"{where}/confirm")
    importer.work()

    assert {first.location, second.location, third.location} == {where}
    assert len(services(db)) == 1
    assert db.query(AuditEvent).filter_by(action="import_directory").count() == 1


def test_the_same_file_of_two_people_is_taken_in_once(
    coordinator: Browser, administrator: Browser, db: Session, look: Look, confirm: Confirm
) -> None:
    one, _ = look(coordinator, sheet(ROW))
    other, _ = look(administrator, sheet(ROW))

    confirm(coordinator, one)
    page = confirm(administrator, other)

    assert "cambió mientras usted miraba" in page
    assert len(services(db)) == 1


def test_a_new_upload_does_not_stop_one_that_is_being_taken_in(
    coordinator: Browser, db: Session, importer: Importer, look: Look
) -> None:
    where, _ = look(coordinator, sheet(ROW))
    coordinator.post(f"{where}/confirm")

    upload(coordinator, sheet({**ROW, "service": "Ropero"}))
    importer.work()

    assert set(services(db)) == {"Comedor"}
