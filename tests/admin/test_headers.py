"""What every answer tells the browser, and that no page needs what it forbids."""

import re

from flask import Flask
from sqlalchemy.orm import Session

from admin.permissions import ROUTES, may
from tests.admin import factories
from tests.admin.browser import Browser


def pages(db: Session) -> list[str]:
    case = factories.case(db)
    factories.consent(db, case)
    factories.organization(db)
    ids = factories.service_ids(db)
    service, organization = (
        f"/directory/{noun}s/{ids[f'{noun}_id']}" for noun in ("service", "organization")
    )
    return [
        "/",
        "/cases/",
        f"/cases/{case.id}",
        "/conversations/?which=all",
        f"/conversations/{case.conversation_id}",
        "/directory/",
        "/directory/organizations",
        "/directory/organizations/new",
        "/directory/files/",
        service,
        f"{service}/edit",
        f"{service}/places/new",
        f"{service}/places/{ids['place_id']}",
        organization,
        f"{organization}/edit",
        f"{organization}/services/new",
        "/audit/",
        "/users/",
        "/users/new",
        "/account/",
        "/nowhere",
    ]


def test_every_page_forbids_other_sites_inline_code_and_framing(administrator: Browser, db: Session) -> None:
    for address in [*pages(db), "/sign-in", "/static/puente.css"]:
        with administrator.get(address) as answer:
            headers = answer.headers

        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy, address
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"


def test_pages_are_not_kept_but_files_are(administrator: Browser, db: Session) -> None:
    for address in pages(db):
        assert administrator.get(address).headers["Cache-Control"] == "no-store", address

    with administrator.get("/static/puente.css") as file:
        assert "max-age" in file.headers["Cache-Control"]


def test_no_page_has_inline_code_or_an_address_elsewhere(administrator: Browser, db: Session) -> None:
    for address in pages(db):
        page = administrator.get(address).text

        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script>", page), address
        linked = re.findall(r'(?:src|href|action)="([^"]*)"', page)
        assert [link for link in linked if re.match(r"[a-z]+:|//", link)] == [], address


def test_every_form_that_changes_something_is_posted_with_a_token(
    administrator: Browser, db: Session
) -> None:
    for address in pages(db):
        for form in re.findall(r"<form.*?</form>", administrator.get(address).text, re.DOTALL):
            assert 'method="post"' not in form or "csrf_token" in form, address


def test_a_form_without_its_token_is_refused(app: Flask, agent: Browser, db: Session) -> None:
    case = factories.case(db)
    values = {"case_id": case.id, "conversation_id": case.conversation_id, "user_id": agent.user.id}
    values |= factories.service_ids(db) | {"item_id": "mx-asylum-deadline", "number": 1}
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        is_open = rule.endpoint in ROUTES and may(agent.user, ROUTES[rule.endpoint])
        if not is_open or "POST" not in (rule.methods or ()) or "referral_id" in rule.arguments:
            continue
        address = adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments})

        answer = agent.client.post(address, data={"text": "hola", "status": "closed"})

        assert answer.status_code == 400, address
        assert "El formulario ya no es válido" in answer.text


def test_the_files_of_the_pages_are_all_there(administrator: Browser) -> None:
    page = administrator.get("/").text

    for address in set(re.findall(r'(?:src|href)="([^"]*static[^"]*)"', page)):
        with administrator.get(address) as file:
            assert file.status_code == 200, address
