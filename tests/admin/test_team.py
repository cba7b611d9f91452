"""The team's accounts, one's own account, and the audit log."""

import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from admin.audit import ACTIONS
from core import users
from core.audit import AuditEvent
from core.types import Language, Role
from core.users import User
from tests.admin import factories
from tests.admin.browser import Browser

NEW = {"name": "Inés Paz", "email": "ines@municipio.example", "role": "agent", "language": "en"}


def fresh(db: Session, user: User) -> User:
    db.expire_all()
    return db.get_one(User, user.id)


def told(page: str) -> str:
    found = re.search(r'<code class="password">([^<]+)<', page)
    assert found
    return found[1]


def test_a_new_account_gets_a_password_that_is_shown_once(administrator: Browser, db: Session) -> None:
    password = told(administrator.post("/users/new", NEW).text)

    user = users.sign_in(db, NEW["email"], password)
    assert (user.name, user.role, user.language) == ("Inés Paz", Role.AGENT, Language.ENGLISH)
    assert password not in administrator.get("/users/").text
    assert db.query(AuditEvent).filter_by(action="add_user").one().object_id == str(user.id)


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "no es correo"), ("email", ""), ("name", ""), ("role", "boss"), ("role", "focal_point")],
)
def test_a_form_that_cannot_be_right_makes_no_account(
    field: str, value: str, administrator: Browser, focal_point: Browser, db: Session
) -> None:
    before = db.query(User).count()

    assert administrator.post("/users/new", {**NEW, field: value}).status_code == 422

    assert db.query(User).count() == before


def test_an_address_is_used_once(administrator: Browser, agent: Browser) -> None:
    answer = administrator.post("/users/new", {**NEW, "email": agent.user.email.upper()})

    assert answer.status_code == 422
    assert "Ya hay una cuenta con este correo" in answer.text


def test_a_role_is_changed_and_holds_at_once(administrator: Browser, agent: Browser, db: Session) -> None:
    assert agent.get("/audit/").status_code == 403

    administrator.post(f"/users/{agent.user.id}/role", {"role": "coordinator"})

    assert agent.get("/audit/").status_code == 200
    assert db.query(AuditEvent).filter_by(action="change_role").one().detail == {"role": "coordinator"}


def test_an_admin_makes_the_first_focal_point_and_no_second(
    administrator: Browser, agent: Browser, db: Session
) -> None:
    first, second = factories.user(db), agent.user

    assert administrator.post(f"/users/{first.id}/role", {"role": "focal_point"}).status_code == 302
    assert administrator.post(f"/users/{second.id}/role", {"role": "focal_point"}).status_code == 403
    assert administrator.post(f"/users/{first.id}/password").status_code == 403
    assert administrator.post(f"/users/{first.id}/role", {"role": "agent"}).status_code == 403

    assert fresh(db, second).role is Role.AGENT


def test_an_admin_may_shut_out_a_focal_point_but_not_let_one_in(
    administrator: Browser, focal_point: Browser, db: Session
) -> None:
    other = factories.user(db, Role.FOCAL_POINT)

    assert administrator.post(f"/users/{other.id}/active", {"is_active": "no"}).status_code == 302
    assert administrator.post(f"/users/{other.id}/active", {"is_active": "yes"}).status_code == 403
    assert focal_point.post(f"/users/{other.id}/active", {"is_active": "yes"}).status_code == 302

    assert fresh(db, other).is_active


def test_a_focal_point_appoints_another(focal_point: Browser, db: Session) -> None:
    page = focal_point.get("/users/new").text
    assert 'value="focal_point"' in page
    assert 'value="admin"' not in page

    assert told(focal_point.post("/users/new", {**NEW, "role": "focal_point"}).text)


def test_nobody_changes_their_own_account_here(administrator: Browser, db: Session) -> None:
    for what, data in (("role", {"role": "agent"}), ("active", {"is_active": "no"}), ("password", {})):
        assert administrator.post(f"/users/{administrator.user.id}/{what}", data).status_code == 409

    assert fresh(db, administrator.user).is_active


def test_a_password_is_given_anew(administrator: Browser, agent: Browser, db: Session) -> None:
    password = told(administrator.post(f"/users/{agent.user.id}/password").text)

    db.expire_all()
    assert users.sign_in(db, agent.user.email, password).id == agent.user.id
    assert agent.get("/").status_code == 302


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (
            {"current": "otra", "new": "un puente nuevo", "again": "un puente nuevo"},
            "Esta no es su contraseña",
        ),
        ({"current": factories.PASSWORD, "new": "corta", "again": "corta"}, "al menos 12 caracteres"),
        (
            {"current": factories.PASSWORD, "new": "un puente nuevo", "again": "un puente viejo"},
            "no son iguales",
        ),
    ],
)
def test_a_password_is_not_changed_by_mistake(
    data: dict[str, str], words: str, agent: Browser, db: Session
) -> None:
    answer = agent.post("/account/password", data)

    assert answer.status_code == 422
    assert words in answer.text
    assert users.sign_in(db, agent.user.email, factories.PASSWORD)


def test_the_language_changes_with_the_next_word(agent: Browser) -> None:
    page = agent.post("/account/language", {"language": "en"}, follow_redirects=True).text

    assert "My account" in page
    assert "Saved." in page


def test_the_log_tells_who_did_what_and_can_be_narrowed(
    coordinator: Browser, agent: Browser, db: Session
) -> None:
    case = factories.case(db)
    agent.get(f"/cases/{case.id}")
    agent.submit(f"/cases/{case.id}", "/note", {"note-text": "x"})
    coordinator.get(f"/conversations/{case.conversation_id}")

    def actions(query: str) -> list[str]:
        return re.findall(r'<span class="row-what">([^<]+)</span>', coordinator.get(f"/audit/?{query}").text)

    assert actions("")[0] == "Leyó una conversación"
    assert set(actions(f"user={agent.user.id}")) == {"Leyó un caso", "Anotó en un caso"}
    assert actions("action=note_case") == ["Anotó en un caso"]
    assert coordinator.get("/audit/?user=x").status_code == 400


def test_the_log_has_pages(coordinator: Browser, agent: Browser, db: Session) -> None:
    db.add_all(AuditEvent(user_id=agent.user.id, action="sign_in") for _ in range(60))
    db.commit()

    first = coordinator.get(f"/audit/?user={agent.user.id}").text
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following
    second = coordinator.get(following[1].replace("&amp;", "&")).text

    assert (first.count("row-flat"), second.count("row-flat")) == (50, 10)


def test_every_action_that_is_recorded_has_a_word(app: Flask) -> None:
    panel = Path(app.root_path)
    sources = [*panel.glob("*.py"), *panel.with_name("core").rglob("*.py")]
    text = "".join(path.read_text() for path in sources)
    recorded = set(re.findall(r'record\((?:[\w()]+, [\w.()]+, )?"(\w+)"', text))

    assert recorded | {"activate_user", "deactivate_user"} == set(ACTIONS)
