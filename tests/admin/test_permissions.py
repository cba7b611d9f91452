"""Every route of the panel for every role and for nobody, written down a second time."""

import uuid
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from admin.permissions import ALLOWED, PUBLIC, ROUTES, Action, may_manage
from core.types import Role
from core.users import User
from tests.admin import factories
from tests.admin.browser import Browser

EVERYBODY = set(Role)
CASEWORKERS = EVERYBODY - {Role.VIEWER}
EDITORS = {Role.ADMIN, Role.COORDINATOR}

MATRIX: dict[str, set[Role]] = {
    "auth.sign_out": EVERYBODY,
    "home.start": EVERYBODY,
    "account.show": EVERYBODY,
    "account.change_password": EVERYBODY,
    "account.change_language": EVERYBODY,
    "conversations.queue": CASEWORKERS,
    "conversations.show": CASEWORKERS,
    "conversations.take_over": CASEWORKERS,
    "conversations.reply": CASEWORKERS,
    "conversations.hand_back": CASEWORKERS,
    "conversations.count_sms": EVERYBODY,
    "cases.queue": EVERYBODY,
    "cases.show": EVERYBODY,
    "cases.answer": CASEWORKERS,
    "cases.change_status": CASEWORKERS,
    "cases.assign": CASEWORKERS,
    "cases.note": CASEWORKERS,
    "referrals.refer": CASEWORKERS,
    "referrals.change": CASEWORKERS,
    "directory.services": EVERYBODY,
    "directory.organizations": EVERYBODY,
    "directory.organization": EVERYBODY,
    "directory.service": EVERYBODY,
    "directory.verify": EDITORS,
    "directory.change_status": EDITORS,
    "directory_editing.add_organization": EDITORS,
    "directory_editing.edit_organization": EDITORS,
    "directory_editing.add_service": EDITORS,
    "directory_editing.edit_service": EDITORS,
    "directory_editing.add_place": EDITORS,
    "directory_editing.edit_place": EDITORS,
    "directory_editing.remove_place": EDITORS,
    "directory_gaps.show": EVERYBODY,
    "directory_gaps.export": EVERYBODY,
    "directory_map.show": EVERYBODY,
    "directory_files.files": EVERYBODY,
    "directory_files.export": EVERYBODY,
    "directory_files.upload": EDITORS,
    "directory_files.preview": EDITORS,
    "directory_files.confirm": EDITORS,
    "rights.items": EVERYBODY,
    "rights.coverage": EVERYBODY,
    "rights.item": EVERYBODY,
    "rights.version": EVERYBODY,
    "rights.export": EVERYBODY,
    "rights_editing.add": CASEWORKERS,
    "rights_editing.edit": CASEWORKERS,
    "rights_editing.preview": CASEWORKERS,
    "rights_editing.discard": CASEWORKERS,
    "rights_editing.approve": EDITORS,
    "rights_editing.hide": EDITORS,
    "audit.log": {Role.ADMIN, Role.COORDINATOR},
    "users.everyone": {Role.ADMIN, Role.FOCAL_POINT},
    "users.add": {Role.ADMIN, Role.FOCAL_POINT},
    "users.change_role": {Role.ADMIN, Role.FOCAL_POINT},
    "users.change_active": {Role.ADMIN, Role.FOCAL_POINT},
    "users.reset_password": {Role.ADMIN, Role.FOCAL_POINT},
}


def doors(app: Flask) -> list[tuple[Rule, str]]:
    """Each route with each of its methods."""
    return [
        (rule, method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in PUBLIC
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"})
    ]


def addresses(app: Flask, db: Session) -> dict[str, str]:
    case = factories.case(db)
    values = {
        "case_id": case.id,
        "conversation_id": case.conversation_id,
        "user_id": factories.user(db, Role.VIEWER).id,
        "referral_id": uuid.uuid4(),
        "upload_id": uuid.uuid4(),
        "item_id": "mx-asylum-deadline",
        "number": 0,
        **factories.service_ids(db),
    }
    adapter = app.url_map.bind("localhost")
    return {
        rule.endpoint: adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments})
        for rule, _ in doors(app)
    }


def test_every_route_has_a_row_here_and_in_the_table(app: Flask) -> None:
    endpoints = {rule.endpoint for rule, _ in doors(app)}

    assert endpoints == set(MATRIX) == set(ROUTES)
    assert sorted(PUBLIC) == ["auth.sign_in", "bootstrap.static", "static"]


@pytest.mark.parametrize("role", Role)
def test_a_role_gets_into_its_own_rooms_only(
    role: Role, app: Flask, db: Session, as_role: Callable[[Role], Browser]
) -> None:
    where = addresses(app, db)

    for rule, method in doors(app):
        if rule.endpoint == "auth.sign_out":
            continue
        browser = as_role(role)
        answer = browser.get(where[rule.endpoint]) if method == "GET" else browser.post(where[rule.endpoint])
        if role in MATRIX[rule.endpoint]:
            # a focal point gets into the team's page, but this account is not theirs to change
            is_theirs = role is Role.FOCAL_POINT and rule.endpoint.startswith("users.")
            assert answer.status_code not in (401, 403) or is_theirs, rule
        else:
            assert answer.status_code == 403, rule


def test_nobody_gets_in_without_signing_in(app: Flask, db: Session, client: FlaskClient) -> None:
    where = addresses(app, db)

    for rule, method in doors(app):
        answer = client.open(where[rule.endpoint], method=method)
        if method == "GET":
            assert answer.status_code == 302, rule
            assert answer.location.startswith("/sign-in"), rule
        else:
            assert answer.status_code == 401, rule


def test_a_route_without_a_row_is_refused(own_app: Flask, db: Session) -> None:
    own_app.add_url_rule("/forgotten", "forgotten", lambda: "secret")

    assert Browser(own_app, factories.user(db)).get("/forgotten").status_code == 403


def test_only_focal_points_see_what_is_sealed() -> None:
    assert [role for role in Role if Action.READ_SEALED in ALLOWED[role]] == [Role.FOCAL_POINT]


@pytest.mark.parametrize(
    ("who", "whom", "has_focal_point", "expected"),
    [
        (Role.ADMIN, Role.AGENT, True, True),
        (Role.ADMIN, Role.FOCAL_POINT, True, False),
        (Role.ADMIN, Role.FOCAL_POINT, False, True),
        (Role.FOCAL_POINT, Role.FOCAL_POINT, True, True),
        (Role.FOCAL_POINT, Role.ADMIN, True, False),
        (Role.COORDINATOR, Role.AGENT, True, False),
        (Role.COORDINATOR, Role.FOCAL_POINT, False, False),
    ],
)
def test_focal_points_are_appointed_by_focal_points(
    who: Role, whom: Role, has_focal_point: bool, expected: bool
) -> None:
    assert may_manage(User(role=who), whom, has_focal_point=has_focal_point) is expected
