"""Texts on rights in the panel: writing drafts, and a second person who publishes them."""

from html import unescape
from typing import Any

import pytest
from flask import g
from sqlalchemy.orm import Session

from admin.rights_forms import RightsForm, form_data
from core.rights import ROOT, versions
from core.rights.entries import Entry, released
from core.types import Language, Role
from tests.admin.browser import Browser
from tests.admin.rights_desk import DEADLINE, ITEM, SHORT, AsRole, act, answers, form, new_text, write
from tests.admin.test_directory_pages import fields_of


def newest(db: Session) -> Entry:
    db.expire_all()
    return versions.history(db, DEADLINE)[0].entry


def test_a_form_that_was_only_looked_at_changes_no_text(agent: Browser, db: Session) -> None:
    for id_ in (DEADLINE, "cr-health-unhcr-insurance", "mx-documents-travel"):
        if id_ not in released(ROOT):
            continue
        address = f"/rights/items/{id_}/edit"

        assert agent.post(address, form(agent, address)).status_code == 302

        assert versions.history(db, id_)[0].entry == released(ROOT)[id_]


def test_every_item_of_the_files_comes_through_the_form_unchanged(agent: Browser, app: Any) -> None:
    with app.test_request_context():
        g.user = agent.user
        for entry in released(ROOT).values():
            shown = RightsForm(formdata=None, data=form_data(entry))
            assert Entry.of(entry.id, entry.country, entry.topic, shown.texts()) == entry


def test_a_draft_changes_nothing_for_people_until_somebody_else_approves(
    agent: Browser, coordinator: Browser, db: Session
) -> None:
    before = answers(db)

    write(agent)
    waiting = coordinator.get(ITEM).text
    unchanged = answers(db)
    answer = act(coordinator, "approve")

    assert "Espera aprobación" in waiting
    assert unchanged == before
    assert answer.status_code == 302
    assert answers(db)[DEADLINE] == "Tiene 30 días. Es gratis. (ACNUR México, 2026)"
    assert answers(db, Language.ENGLISH)[DEADLINE] == "You have 30 days. It is free. (UNHCR Mexico, 2026)"


def test_the_start_page_tells_who_may_approve_that_something_waits(
    agent: Browser, coordinator: Browser
) -> None:
    told = "1 texto sobre derechos espera"
    before = coordinator.get("/").text
    write(agent)

    assert told not in before
    assert told in coordinator.get("/").text
    assert told not in agent.get("/").text


def test_authors_do_not_approve_their_own_draft(coordinator: Browser, db: Session) -> None:
    before = answers(db)
    write(coordinator)

    page = coordinator.get(ITEM).text
    answer = coordinator.post(f"{ITEM}/approve", {"seen": "1"})

    assert "/approve" not in page
    assert answer.status_code == 409
    assert "Usted escribió este borrador" in answer.text
    assert answers(db) == before


def test_a_later_change_by_the_author_has_to_be_read_anew(
    agent: Browser, coordinator: Browser, db: Session
) -> None:
    write(agent)
    coordinator.get(ITEM)
    write(agent, **{**SHORT, "es-short": "Tiene 45 días."})

    answer = coordinator.post(f"{ITEM}/approve", {"seen": "1"})

    assert answer.status_code == 409
    assert "El texto cambió mientras" in answer.text
    assert versions.drafts(db)[0].number == 2


def test_whoever_mends_a_draft_needs_the_other_one_to_approve(as_role: AsRole, db: Session) -> None:
    ana, rosa = as_role(Role.COORDINATOR), as_role(Role.COORDINATOR)
    write(ana)
    write(rosa, **{"es-short": "Tiene 30 días hábiles."})

    own, other = rosa.post(f"{ITEM}/approve", {"seen": "2"}), ana.post(f"{ITEM}/approve", {"seen": "2"})

    assert (own.status_code, other.status_code) == (409, 302)
    assert answers(db)[DEADLINE].startswith("Tiene 30 días hábiles.")


def test_a_lone_editor_is_told_to_find_a_second_person(as_role: AsRole) -> None:
    alone = as_role(Role.ADMIN)
    write(alone)
    told = "Nadie más puede aprobarlo"

    assert told in alone.get(ITEM).text
    as_role(Role.COORDINATOR)
    assert told not in alone.get(ITEM).text


def test_the_second_of_two_editors_sees_both_texts_and_loses_nothing(
    agent: Browser, coordinator: Browser, db: Session
) -> None:
    typed = form(agent, **{**SHORT, "es-full": "Vaya a COMAR en 30 días.\nLleve su constancia."})
    write(coordinator, **{"es-short": "Corra a COMAR en 30 días."})

    answer = agent.post(f"{ITEM}/edit", typed)

    assert answer.status_code == 409
    assert "Otra persona guardó antes que usted" in answer.text
    assert coordinator.user.name in answer.text
    assert "<del>Corra" in answer.text
    kept = fields_of(answer.text)
    assert kept["es-full"] == ["Vaya a COMAR en 30 días.\nLleve su constancia."]
    assert newest(db).texts[Language.SPANISH]["short"] == "Corra a COMAR en 30 días."

    assert agent.post(f"{ITEM}/edit", kept).status_code == 302
    assert newest(db).texts[Language.SPANISH]["full"] == "Vaya a COMAR en 30 días.\nLleve su constancia.\n"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"es-source": ""}, "Falta. Escríbalo aquí."),
        ({"en-question": " "}, "Falta. Escríbalo aquí."),
        ({"facts": "\n"}, "Falta. Escríbalo aquí."),
        ({"en-cost": ""}, "Falta. Escríbalo aquí."),
        ({"es-full": "Vaya a <b>COMAR</b>"}, "Quite «&lt;b&gt;»"),
        ({"es-question": "<script>alert(1)</script>"}, "Quite «&lt;script&gt;»"),
        ({"es-asked_as": "uno\n&lt;dos&gt;"}, "Quite «&amp;lt;»"),
        ({"es-short": "a" * 300}, "tiene 321 caracteres; caben 306"),
        ({"en-full": "a" * 901}, "Más de 900 caracteres"),
        ({"es-short": "Sí 😀"}, "No cabe en un SMS: 😀"),
        ({"year": "26"}, "cuatro cifras"),
        ({"year": "²⁰²⁶"}, "cuatro cifras"),
        ({"review_by": "pronto"}, "Elija una fecha."),
        ({"review_by": "2020-01-01"}, "Esta fecha ya pasó."),
        ({"es-steps": "x" * 201, "en-steps": "x"}, "caben 200 caracteres por línea"),
        ({"es-asked_as": "x\n" * 31}, "Demasiadas líneas: caben 30"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    typed: dict[str, str], told: str, agent: Browser, db: Session
) -> None:
    answer = agent.post(f"{ITEM}/edit", form(agent, **typed))

    assert answer.status_code == 422
    assert told in answer.text
    assert "<script>alert" not in answer.text
    assert versions.history(db, DEADLINE) == []
    kept = fields_of(answer.text)
    for name, text in typed.items():
        assert [unescape(one).strip() for one in kept[name]] == [text.strip()]


@pytest.mark.parametrize(
    "typed", [{"country": "XX"}, {"topic": "football"}, {"need": "gold"}, {"situations": "rich"}]
)
def test_a_choice_that_no_form_offers_is_refused(typed: dict[str, str], agent: Browser, db: Session) -> None:
    sent = form(agent, "/rights/new?country=SV&topic=housing", **new_text(), **typed)

    assert agent.post("/rights/new", sent | typed).status_code == 422

    assert versions.drafts(db) == []


@pytest.mark.parametrize("verb", ["approve", "discard", "hide"])
@pytest.mark.parametrize("seen", ["", "x", "7"])
def test_a_button_of_no_page_does_nothing(verb: str, seen: str, coordinator: Browser, db: Session) -> None:
    assert coordinator.post(f"{ITEM}/{verb}", {"seen": seen}).status_code in (400, 404, 409)

    assert versions.history(db, DEADLINE) == []


def test_a_new_text_gets_a_speaking_id_and_answers_once_approved(
    agent: Browser, coordinator: Browser, db: Session
) -> None:
    sent = form(agent, "/rights/new?country=SV&topic=property", **new_text())

    answer = agent.post("/rights/new", sent)
    address = answer.location
    coordinator.submit(address, "/approve", {})

    assert address == "/rights/items/sv-property-where-sleep-salvador"
    (version,) = versions.published(db)
    assert (version.country, version.topic) == ("SV", "property")
    assert version.entry.texts[Language.SPANISH]["year"] == "~2026"
    assert "¿Dónde duermo en El Salvador?" in coordinator.get("/rights/?country=SV&topic=property").text


def test_a_new_draft_that_is_thrown_away_is_gone_from_the_list(agent: Browser, db: Session) -> None:
    address = agent.post(
        "/rights/new", form(agent, "/rights/new?country=SV&topic=work", **new_text())
    ).location

    answer = agent.submit(address, "/discard", {})

    assert answer.location == address
    assert versions.drafts(db) == []
    assert "¿Dónde duermo" not in agent.get("/rights/?country=SV").text
    # but it can be taken up again
    page = agent.get(address).text
    assert "Descartada" in page
    assert "No se muestra" in page
    again = f"{address}/edit?from=1"
    assert agent.post(again, form(agent, again)).status_code == 302
    assert [draft.number for draft in versions.drafts(db)] == [2]


def test_a_hidden_text_is_gone_at_once_and_comes_back_with_approval(
    agent: Browser, coordinator: Browser, db: Session
) -> None:
    act(coordinator, "hide")
    gone = answers(db)

    restored = form(agent, f"{ITEM}/edit?from=0")
    assert agent.post(f"{ITEM}/edit?from=0", restored).status_code == 302
    still_gone = answers(db)
    act(coordinator, "approve")

    assert DEADLINE not in gone
    assert DEADLINE not in still_gone
    assert DEADLINE in answers(db)


def test_an_old_version_is_restored_as_a_new_draft(agent: Browser, coordinator: Browser, db: Session) -> None:
    write(agent)
    act(coordinator, "approve")
    write(agent, **{"es-short": "Otro texto."})
    act(coordinator, "approve")
    history = agent.get(f"{ITEM}/versions/1").text

    address = f"{ITEM}/edit?from=1"
    assert address in history
    agent.post(address, form(agent, address))

    (draft,) = versions.drafts(db)
    assert draft.number == 3
    assert draft.entry == versions.history(db, DEADLINE)[-1].entry


def test_a_session_that_ended_gives_the_typed_texts_back(client: Any, agent: Browser) -> None:
    answer = client.post(f"{ITEM}/edit", data={"es-short": "Lo que escribí", "en-full": "What I wrote"})

    assert answer.status_code == 401
    assert "Lo que escribí" in answer.text
    assert "What I wrote" in answer.text
