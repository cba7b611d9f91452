"""Files of the directory in the panel: out, and in only after they were looked at."""

import io
import re
from typing import Any

import pytest
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from admin import directory_files
from core.audit import AuditEvent
from core.directory import Service, three_w, uploads
from core.directory.importing import FORMATS
from core.directory.uploads import DirectoryUpload
from tests.admin import factories
from tests.admin.browser import Browser

ROW = {"organization": "Casa Belén", "service": "Comedor", "needs": "food", "country": "MX", "phones": "911"}


def sheet(*rows: dict[str, str]) -> bytes:
    tags = list(three_w.COLUMNS.values())
    lines = [tags, *([row.get(name, "") for name in three_w.COLUMNS] for row in rows)]
    return "\n".join(",".join(line) for line in lines).encode()


def upload(browser: Browser, data: bytes, name: str = "hoja.csv") -> TestResponse:
    return browser.post("/directory/files/upload", {"file": (io.BytesIO(data), name)})


def look(browser: Browser, data: bytes, name: str = "hoja.csv") -> tuple[str, str]:
    """The address of the preview, and the page."""
    answer = upload(browser, data, name)
    assert answer.status_code == 302, re.findall(r"alert-danger.*", answer.text)
    return answer.location, browser.get(answer.location).text


def services(db: Session) -> dict[str, Any]:
    db.expire_all()
    return {service.name: service for service in db.query(Service)}


def test_a_file_is_looked_at_first_and_taken_in_when_confirmed(coordinator: Browser, db: Session) -> None:
    where, page = look(coordinator, sheet(ROW, {**ROW, "service": "Ropero", "needs": "clothing_items"}))
    assert "2 servicios" in page
    assert "Ropero" in page
    assert services(db) == {}

    answer = coordinator.submit(where, "/confirm", {})

    assert answer.location == "/directory/"
    assert set(services(db)) == {"Comedor", "Ropero"}
    event = db.query(AuditEvent).filter_by(action="import_directory").one()
    assert (event.user_id, event.detail["added"], event.detail["format"]) == (coordinator.user.id, "3", "csv")
    assert db.query(DirectoryUpload).count() == 0


def test_a_change_is_shown_field_by_field(coordinator: Browser) -> None:
    where, _ = look(coordinator, sheet(ROW))
    coordinator.submit(where, "/confirm", {})

    _, page = look(coordinator, sheet({**ROW, "phones": "912"}))

    assert '<del dir="auto">911</del> <ins dir="auto">912</ins>' in page


def test_the_same_file_again_has_nothing_to_confirm(coordinator: Browser) -> None:
    where, _ = look(coordinator, sheet(ROW))
    coordinator.submit(where, "/confirm", {})

    _, page = look(coordinator, sheet(ROW))

    assert "Nada que cambiar" in page
    assert "/confirm" not in page


def test_rows_with_problems_are_told_and_nothing_can_be_confirmed(coordinator: Browser, db: Session) -> None:
    where, page = look(coordinator, sheet(ROW, {**ROW, "service": ""}))

    assert "Línea 3" in page
    assert "falta el nombre" in page
    assert "/confirm" not in page
    assert coordinator.post(f"{where}/confirm").status_code == 409
    assert services(db) == {}


def test_what_changed_in_between_must_be_seen_again(coordinator: Browser, db: Session) -> None:
    first, _ = look(coordinator, sheet(ROW))
    coordinator.submit(first, "/confirm", {})
    where, _ = look(coordinator, sheet({**ROW, "phones": "912"}))
    services(db)["Comedor"].phones[0].number = "912"
    db.commit()

    answer = coordinator.submit(where, "/confirm", {})

    assert answer.status_code == 409
    assert "cambió mientras usted miraba" in answer.text


def test_a_file_is_confirmed_by_who_uploaded_it(coordinator: Browser, administrator: Browser) -> None:
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
    data: bytes, name: str, words: str, coordinator: Browser
) -> None:
    answer = upload(coordinator, data, name)

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


def test_a_possible_double_is_shown_with_a_link(coordinator: Browser, db: Session) -> None:
    there = factories.service(db)
    row = {**ROW, "organization": "Otra", "service": "EL ALBERGUE", "city": "tapachula"}

    _, page = look(coordinator, sheet(row))

    assert "Posibles repetidos" in page
    assert f'/directory/services/{there.id}"' in page


@pytest.mark.parametrize("format_", FORMATS)
def test_an_export_comes_back_without_change(
    format_: str, agent: Browser, coordinator: Browser, db: Session
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


def test_html_in_a_file_is_shown_as_text(coordinator: Browser) -> None:
    _, page = look(coordinator, sheet({**ROW, "service": "<img src=x>"}))

    assert "<img src=x>" not in page
    assert "&lt;img src=x&gt;" in page


def test_old_uploads_do_not_pile_up(coordinator: Browser, administrator: Browser, db: Session) -> None:
    look(administrator, sheet(ROW))
    look(coordinator, sheet(ROW))
    db.query(DirectoryUpload).filter_by(user_id=administrator.user.id).update(
        {"at": DirectoryUpload.at - uploads.KEPT}
    )
    db.commit()

    look(coordinator, sheet(ROW))

    assert db.query(DirectoryUpload).one().user_id == coordinator.user.id
