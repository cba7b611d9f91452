"""When something goes wrong: pages in words, nothing typed is lost, nothing of it is logged."""

import logging
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from admin.errors import PAGES
from admin.permissions import ROUTES, Action
from core import cases, jobs
from core.audit import AuditEvent
from core.db import now
from tests.admin import factories
from tests.admin.browser import Browser

SECRET = "mi vecino me amenazó con un arma"


@pytest.mark.parametrize("code", PAGES)
def test_every_code_has_a_page_in_words(
    code: int, own_app: Flask, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> str:
        error = HTTPException("inner detail")
        error.code = code
        raise error

    own_app.add_url_rule("/fail", "fail", fail)
    monkeypatch.setitem(ROUTES, "fail", Action.OWN_ACCOUNT)

    answer = Browser(own_app, factories.user(db)).get("/fail")

    assert answer.status_code == code
    assert "<h1>" in answer.text
    assert "inner detail" not in answer.text
    assert "error." not in answer.text


def test_an_unknown_page_is_a_page_for_everybody(client: FlaskClient, agent: Browser) -> None:
    for answer in (client.get("/nowhere"), agent.get("/nowhere")):
        assert answer.status_code == 404
        assert "No está aquí" in answer.text


def test_a_text_that_comes_after_the_time_out_is_given_back(agent: Browser, db: Session) -> None:
    case = factories.case(db)
    token = agent.token

    with time_machine.travel(now() + timedelta(minutes=31)):
        answer = agent.client.post(f"/cases/{case.id}/note", data={"csrf_token": token, "note-text": SECRET})

    assert answer.status_code == 401
    assert "Su sesión terminó" in answer.text
    assert SECRET in answer.text


def test_a_form_that_is_too_large_is_refused_in_words(agent: Browser, db: Session) -> None:
    case = factories.case(db)

    answer = agent.client.post(f"/cases/{case.id}/note", data={"note-text": "x" * 100_000})

    assert answer.status_code == 413
    assert "Es demasiado grande" in answer.text


def test_an_error_of_ours_is_a_page_and_leaves_no_content_in_the_log(
    app: Flask, agent: Browser, db: Session, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    case = factories.case(db)
    token = agent.token
    app.testing = False

    def fail(*args: object) -> None:
        raise RuntimeError(f"cannot write {args[-1]}")

    monkeypatch.setattr(cases, "note", fail)
    with caplog.at_level(logging.DEBUG):
        answer = agent.client.post(f"/cases/{case.id}/note", data={"csrf_token": token, "note-text": SECRET})

    assert answer.status_code == 500
    assert "Algo falló de nuestro lado" in answer.text
    assert SECRET in answer.text
    assert "RuntimeError" in caplog.text
    assert "cases.note" in caplog.text
    assert SECRET not in caplog.text


def test_no_log_holds_what_people_or_staff_wrote(
    agent: Browser, db: Session, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        case = factories.case(db, narrative=SECRET)
        agent.get(f"/cases/{case.id}")
        agent.submit(f"/cases/{case.id}", "/note", {"note-text": "nota con detalles"})
        agent.submit(f"/cases/{case.id}", "/answer", {"answer-text": "respuesta con detalles"})
        agent.post(f"/cases/{case.id}/answer", {"answer-text": "respuesta repetida", "answer-seen": "1"})

    captured = caplog.text + "".join(capfd.readouterr())
    for words in (SECRET, "nota con detalles", "respuesta con detalles", "respuesta repetida", "9000"):
        assert words not in captured
    assert agent.user.email not in captured


def test_a_change_that_fails_leaves_no_trace(
    app: Flask, agent: Browser, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The case, its message and the audit record stand or fall together."""
    case = factories.case(db)
    app.testing = False

    def fail(_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(jobs, "wake_sender", fail)
    answer = agent.submit(f"/cases/{case.id}", "/answer", {"answer-text": "hola", "answer-then": "answered"})

    assert answer.status_code == 500
    db.expire_all()
    assert case.conversation
    assert factories.sent(db, case.conversation) == []
    assert case.answered_at is None
    assert db.query(AuditEvent).filter_by(action="answer_case").count() == 0
