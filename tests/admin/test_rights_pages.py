"""Texts on rights in the panel: looking through them, what is missing, what changed, and out as files."""

import datetime as dt
import io
import re
import zipfile
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from admin.rights_words import words
from core.audit import AuditEvent
from core.db import now
from core.rights import ROOT, feedback, versions
from core.rights.entries import of_files, released
from core.rights.listing import coverage, holes, rows
from core.types import Language, Role
from tests.admin import factories
from tests.admin.browser import Browser
from tests.admin.rights_desk import DEADLINE, ITEM, SHORT, AsRole, act, form, write
from tests.admin.test_directory_pages import names


@pytest.mark.parametrize(
    ("query", "question"),
    [
        ("country=MX&topic=asylum", "¿Cuánto tiempo tengo para pedir refugio en México?"),
        ("text=REFUGIO cuanto tiempo mexico", "¿Cuánto tiempo tengo para pedir refugio en México?"),
        ("language=en&text=how much time mexico", "How much time do I have to ask for asylum in Mexico?"),
        ("state=published&country=MX", "¿Cuánto tiempo tengo para pedir refugio en México?"),
    ],
)
def test_items_are_found_by(query: str, question: str, agent: Browser) -> None:
    assert question in [unescape(name) for name in names(agent.get(f"/rights/?{query}").text)]


def test_items_of_elsewhere_are_left_out(agent: Browser) -> None:
    page = agent.get("/rights/?country=MX&topic=asylum").text

    own = [entry for entry in released(ROOT).values() if (entry.country, entry.topic) == ("MX", "asylum")]
    assert f"{len(own)} textos" in page
    assert len(names(page)) == len(own)


@pytest.mark.parametrize("query", ["country=XX", "topic=football", "state=lost", "language=fr"])
def test_a_filter_that_no_form_sends_is_refused(query: str, agent: Browser) -> None:
    assert agent.get(f"/rights/?{query}").status_code == 400


def test_the_list_goes_on_where_the_page_ended(agent: Browser) -> None:
    first = agent.get("/rights/").text
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following

    second = agent.get(following[1]).text

    ids = [re.findall(r"/rights/items/([\w-]+)", page) for page in (first, second)]
    assert [*ids[0], *ids[1]] == list(released(ROOT))[:60]


def test_an_item_whose_review_date_has_passed_is_listed(
    agent: Browser, coordinator: Browser, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert names(agent.get("/rights/?state=stale").text) == []
    monkeypatch.setattr("admin.rights.now", lambda: dt.datetime(2027, 3, 1, tzinfo=dt.UTC))

    assert len(names(agent.get("/rights/?state=stale").text)) > 0


def test_holes_of_the_coverage_lead_to_a_new_text(agent: Browser, db: Session) -> None:
    missing = list(holes(coverage(rows(db, released(ROOT)))))
    listed = agent.get("/rights/?state=missing").text
    table = agent.get("/rights/coverage").text

    assert ("SV", "lgbtiq") in missing
    assert listed.count("/rights/new?") == len(missing)
    assert table.count('class="hole"') == len(missing)
    assert "/rights/new?country=SV&amp;topic=lgbtiq" in table


def test_who_only_reads_sees_no_way_to_change(as_role: AsRole, agent: Browser) -> None:
    write(agent)
    viewer = as_role(Role.VIEWER)

    pages = [
        viewer.get(address).text for address in (ITEM, "/rights/", "/rights/coverage", f"{ITEM}/versions/1")
    ]

    assert all("/edit" not in page and "/new" not in page and "/approve" not in page for page in pages)


def test_what_was_done_is_in_the_audit_log(agent: Browser, coordinator: Browser, db: Session) -> None:
    write(agent)
    act(coordinator, "approve")
    act(coordinator, "hide")
    coordinator.get("/rights/export")

    events = db.query(AuditEvent).order_by(AuditEvent.id).all()
    assert [(event.action, event.user_id, event.detail) for event in events] == [
        ("edit_rights_item", agent.user.id, {"version": "1"}),
        ("approve_rights_item", coordinator.user.id, {"version": "1"}),
        ("hide_rights_item", coordinator.user.id, {"version": "2"}),
        ("export_rights", coordinator.user.id, {}),
    ]
    assert {event.object_id for event in events} == {DEADLINE, None}


def test_an_item_that_does_not_exist_is_not_found(coordinator: Browser) -> None:
    for address in ("/rights/items/x", "/rights/items/x/edit", f"{ITEM}/versions/3", f"{ITEM}/edit?from=3"):
        assert coordinator.get(address).status_code == 404


def test_versions_show_what_changed_word_by_word(agent: Browser) -> None:
    write(agent)
    write(agent, **{**SHORT, "es-short": "Tiene 45 días. Es gratis."})

    page = agent.get(f"{ITEM}/versions/2").text

    assert "Tiene <del>30</del><ins>45</ins> días." in page


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("a b c", "a x c", [("same", "a "), ("del", "b"), ("ins", "x"), ("same", " c")]),
        ("", "nuevo", [("ins", "nuevo")]),
        ("igual", "igual", [("same", "igual")]),
        ("uno\ndos", "uno", [("same", "uno"), ("del", "\ndos")]),
    ],
)
def test_words_are_compared(old: str, new: str, told: list[tuple[str, str]]) -> None:
    assert list(words(old, new)) == told


def test_the_preview_is_what_the_bot_would_send(agent: Browser, db: Session) -> None:
    typed = form(agent, **SHORT)

    for page in (
        agent.post("/rights/preview", typed),
        agent.post(f"{ITEM}/edit", {**typed, "preview": "yes"}),
    ):
        assert page.status_code == 200
        # by SMS without the accent that is not in its alphabet
        assert ">Tiene 30 dias. Es gratis. (ACNUR México, 2026)<" in page.text
        assert "1 SMS · quedan 260" in page.text
        assert "(UNHCR Mexico, 2026)" in page.text
    assert versions.history(db, DEADLINE) == []


def test_the_preview_tells_what_is_too_long_or_too_dear(agent: Browser) -> None:
    long = agent.post("/rights/preview", form(agent, **{"es-short": "a" * 300})).text
    dear = agent.post("/rights/preview", form(agent, **{"es-short": "😀" * 40, "en-short": "日"})).text

    assert "sobran 15" in long
    assert "2 SMS" in dear
    assert dear.count("costaría más del doble") == 2


def test_the_preview_shows_also_what_is_not_finished(agent: Browser) -> None:
    page = agent.post("/rights/preview", {"es-short": "<i>Hola"})

    assert page.status_code == 200
    assert "&lt;i&gt;Hola" in page.text


def test_numbers_that_differ_are_pointed_at(agent: Browser, coordinator: Browser) -> None:
    write(agent, **{"es-short": "Tiene 45 días."})

    page = coordinator.get(ITEM).text

    assert "español e inglés no dicen lo mismo (30, 45)" in page
    assert "Español: no dice lo que dice la corta (45)" in page
    assert "no dice lo que dice la corta" not in agent.get("/rights/items/mx-asylum-cost").text


def test_the_files_come_out_with_what_was_published(
    agent: Browser, coordinator: Browser, db: Session, tmp_path: Path
) -> None:
    write(agent)
    act(coordinator, "approve")

    packed = zipfile.ZipFile(io.BytesIO(coordinator.get("/rights/export").data))
    packed.extractall(tmp_path)

    changed = [name for name in packed.namelist() if (ROOT.parent / name).read_bytes() != packed.read(name)]
    assert changed == ["locales/en/rights/MX/asylum.yml", "locales/es/rights/MX/asylum.yml"]
    assert of_files(tmp_path / "locales")[DEADLINE] == versions.published(db)[0].entry


def test_a_text_that_the_files_have_caught_up_with_is_no_longer_own(
    agent: Browser, coordinator: Browser, db: Session
) -> None:
    write(agent)
    act(coordinator, "approve")
    own = names(agent.get("/rights/?state=own").text)

    back = form(agent, f"{ITEM}/edit?from=0")
    agent.post(f"{ITEM}/edit", back)
    act(coordinator, "approve")

    assert len(own) == 1
    assert names(agent.get("/rights/?state=own").text) == []
    assert "igual al publicado" in agent.get(ITEM).text


def test_a_text_whose_file_has_changed_since_is_pointed_at(
    agent: Browser, coordinator: Browser, db: Session
) -> None:
    write(agent)
    act(coordinator, "approve")
    versions.history(db, DEADLINE)[0].base = "an older file"
    db.commit()

    assert len(names(agent.get("/rights/?state=outdated").text)) == 1
    assert "Los archivos del programa cambiaron" in agent.get(ITEM).text


def test_the_pages_speak_english_too(db: Session, app: Any) -> None:
    english = Browser(app, factories.user(db, Role.COORDINATOR, language=Language.ENGLISH))

    for address in ("/rights/", "/rights/coverage", ITEM, f"{ITEM}/edit", f"{ITEM}/versions/0"):
        page = english.get(address).text
        assert not re.search(r">\s*(rights|rights_\w+)\.", page), address
    assert "How much time do I have to ask for asylum in Mexico?" in english.get(ITEM).text


@pytest.mark.parametrize(("helped", "not_helped", "is_listed"), [(6, 3, True), (7, 3, False), (0, 2, False)])
def test_a_text_that_did_not_help_many_is_listed(
    helped: int, not_helped: int, is_listed: bool, agent: Browser, db: Session
) -> None:
    for number in range(helped + not_helped):
        feedback.count_shown(db, DEADLINE, Language.SPANISH, "sms")
        feedback.count_rated(db, DEADLINE, Language.SPANISH, "sms", helped=number < helped)
    db.commit()

    listed = names(agent.get("/rights/?state=unhelpful").text)
    page = agent.get(ITEM).text

    assert bool(listed) is is_listed
    assert f"mostrado {helped + not_helped} veces" in page
    assert f"{helped} sí" in page
    assert f"{not_helped} no" in page


def test_what_found_no_answer_is_first_among_what_is_missing(agent: Browser, db: Session) -> None:
    for country, topic, times in (("SV", "lgbtiq", 2), ("MX", "asylum", 3)):
        for _ in range(times):
            feedback.count_missed(db, country, topic, Language.ENGLISH, "chat")
    db.commit()

    page = agent.get("/rights/?state=missing").text

    listed = re.findall(r"/rights/new\?country=(\w+)&amp;topic=(\w+)", page)
    assert listed[:2] == [("MX", "asylum"), ("SV", "lgbtiq")]
    assert "3 preguntas sin respuesta" in page
    assert "MX" not in agent.get("/rights/?state=missing&country=SV").text.split("<ul", 1)[1]


def test_feedback_of_long_ago_says_nothing_of_the_text_of_today(agent: Browser, db: Session) -> None:
    for _ in range(5):
        feedback.count_rated(db, DEADLINE, Language.SPANISH, "sms", helped=False)
    db.execute(update(feedback.RightsShown).values(day=now().date() - dt.timedelta(days=91)))
    db.commit()

    assert names(agent.get("/rights/?state=unhelpful").text) == []
