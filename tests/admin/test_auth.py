"""Signing in and out, and how long a session lasts."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from admin.app import create_app
from core import users
from core.audit import AuditEvent
from core.db import SessionMaker, now
from core.settings import Settings
from core.types import Language, Role
from core.users import User
from tests.admin import factories
from tests.admin.browser import Browser, token_of


def sign_in(client: FlaskClient, email: str, password: str, address: str = "/sign-in") -> TestResponse:
    token = token_of(client.get(address).text)
    return client.post(address, data={"csrf_token": token, "email": email, "password": password})


def test_the_right_password_opens_the_start_page(client: FlaskClient, db: Session) -> None:
    user = factories.user(db)

    answer = sign_in(client, user.email.upper(), factories.PASSWORD)

    assert answer.status_code == 302
    assert answer.location == "/"
    assert user.name in client.get("/").text
    assert db.query(AuditEvent).filter_by(user_id=user.id, action="sign_in").count() == 1


@pytest.mark.parametrize("is_known", [True, False])
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    is_known: bool, client: FlaskClient, db: Session
) -> None:
    email = factories.user(db).email if is_known else "nadie@municipio.example"

    answer = sign_in(client, email, "no es esta la clave")

    assert answer.status_code == 401
    assert "No fue posible entrar" in answer.text
    assert client.get("/").status_code == 302
    (event,) = db.query(AuditEvent).filter_by(action="sign_in_failed")
    assert event.user_id is None
    assert email not in str(event.detail)


def test_an_account_is_locked_after_five_wrong_passwords(client: FlaskClient, db: Session) -> None:
    user = factories.user(db)
    for _ in range(users.MAX_FAILURES):
        sign_in(client, user.email, "no es esta la clave")

    assert sign_in(client, user.email, factories.PASSWORD).status_code == 401

    with time_machine.travel(now() + users.LOCK_FOR + timedelta(minutes=1)):
        assert sign_in(client, user.email, factories.PASSWORD).status_code == 302


def test_too_many_tries_from_one_address_are_refused_for_a_while(client: FlaskClient) -> None:
    codes = [sign_in(client, f"{n}@x.example", "no es esta la clave").status_code for n in range(11)]

    assert codes == [401] * 10 + [429]
    assert "Demasiados intentos" in sign_in(client, "a@x.example", "no").text
    assert client.get("/sign-in").status_code == 200


def test_somebody_deactivated_is_out_at_once_and_stays_out(
    client: FlaskClient, agent: Browser, db: Session
) -> None:
    db.get_one(User, agent.user.id).is_active = False
    db.commit()

    assert agent.get("/").status_code == 302
    assert sign_in(client, agent.user.email, factories.PASSWORD).status_code == 401


def test_a_session_planted_before_signing_in_is_emptied(client: FlaskClient, db: Session) -> None:
    with client.session_transaction() as session:
        session["planted"] = "yes"
    before = token_of(client.get("/sign-in").text)

    sign_in(client, factories.user(db).email, factories.PASSWORD)

    with client.session_transaction() as session:
        assert "planted" not in session
    assert client.post("/sign-out", data={"csrf_token": before}).status_code == 400


def test_the_session_ends_after_half_an_hour_without_use(agent: Browser) -> None:
    start = now()
    for minutes in (29, 58):
        with time_machine.travel(start + timedelta(minutes=minutes)):
            assert agent.get("/").status_code == 200

    with time_machine.travel(start + timedelta(minutes=89)):
        assert agent.get("/").status_code == 302


def test_the_session_ends_after_twelve_hours_of_use(agent: Browser) -> None:
    start = now()
    for half_hours in range(1, 25):
        with time_machine.travel(start + timedelta(minutes=29 * half_hours)):
            assert agent.get("/").status_code == 200

    with time_machine.travel(start + timedelta(hours=12, minutes=1)):
        assert agent.get("/").status_code == 302


def test_signing_out_ends_the_session_and_needs_a_form(agent: Browser) -> None:
    assert agent.get("/sign-out").status_code == 405

    assert agent.post("/sign-out").location == "/sign-in"

    assert agent.get("/").status_code == 302


def test_a_new_password_signs_out_other_browsers_but_not_this_one(app: Flask, agent: Browser) -> None:
    other = Browser(app, agent.user)
    new = "un puente bien nuevo"

    answer = agent.post("/account/password", {"current": factories.PASSWORD, "new": new, "again": new})

    assert answer.status_code == 302
    assert agent.get("/").status_code == 200
    assert other.get("/").status_code == 302


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("/cases/?kind=emergency", "/cases/?kind=emergency"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("", "/"),
    ],
)
def test_after_signing_in_only_pages_of_ours_are_gone_to(
    asked: str, expected: str, client: FlaskClient, db: Session
) -> None:
    user = factories.user(db)
    token = token_of(client.get("/sign-in").text)

    answer = client.post(
        "/sign-in",
        query_string={"next": asked},
        data={"csrf_token": token, "email": user.email, "password": factories.PASSWORD},
    )

    assert answer.location == expected


def test_the_page_asked_for_is_remembered(client: FlaskClient) -> None:
    assert client.get("/cases/?when=overdue").location == "/sign-in?next=/cases/?when%3Doverdue"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: FlaskClient) -> None:
    cookie = client.get("/sign-in").headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_with_https_the_cookie_is_secure_and_the_proxy_is_believed(
    settings: Settings, sessions: SessionMaker
) -> None:
    client = create_app(replace(settings, has_https=True), sessions).test_client()

    answer = client.get("/sign-in", headers={"X-Forwarded-Proto": "https"})

    assert "Secure" in answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"]


def test_the_sign_in_page_speaks_the_language_of_the_browser_or_the_one_chosen(client: FlaskClient) -> None:
    assert "Contraseña" in client.get("/sign-in").text
    assert "Password" in client.get("/sign-in", headers={"Accept-Language": "en-BZ,en"}).text
    assert "Contraseña" in client.get("/sign-in", headers={"Accept-Language": "fr"}).text

    page = client.get("/sign-in?lang=en").text

    assert "Password" in page
    assert '<html lang="en">' in page


def test_a_user_sees_their_own_language_whatever_the_browser_says(app: Flask, db: Session) -> None:
    browser = Browser(app, factories.user(db, Role.AGENT, language=Language.ENGLISH))

    assert "This first" in browser.get("/", headers={"Accept-Language": "es"}).text
