"""Rights items of the panel: drafts, second persons, what people get then, and the way back to files."""

import datetime as dt
import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core import users
from core.db import SessionMaker, now, transaction
from core.errors import Conflict, NotAllowed
from core.rights import ROOT, RightsTexts, items_for, load, versions
from core.rights.current import LOOK_EVERY, CurrentRights, entries, overlaid
from core.rights.entries import Entry, from_json, of_files, problems, released
from core.rights.writing import archive, paths
from core.types import Language, Role
from core.users import User

FILES = {language: load(ROOT, language) for language in Language}
DEADLINE = "mx-asylum-deadline"
SHORT = "Tiene 45 días."


def deadline() -> Entry:
    return released(ROOT)[DEADLINE]


def changed(entry: Entry, **fields: Any) -> Entry:
    """With these fields in both languages."""
    return Entry.of(
        entry.id, entry.country, entry.topic, {one: {**raw, **fields} for one, raw in entry.texts.items()}
    )


@pytest.fixture
def eva(session: Session) -> User:
    return users.create(session, "eva@example.org", "a long password", Role.COORDINATOR)


@pytest.fixture
def rosa(session: Session) -> User:
    return users.create(session, "rosa@example.org", "a long password", Role.COORDINATOR)


def publish(session: Session, eva: User, rosa: User, entry: Entry, *, seen: int = 0) -> None:
    draft = versions.save_draft(session, eva.id, entry, seen=seen, base=released(ROOT).get(entry.id))
    versions.approve(session, rosa.id, entry.id, seen=draft.number)


def texts_of(session: Session) -> RightsTexts:
    return CurrentRights(FILES).texts(session, Language.SPANISH)


def short_of(texts: RightsTexts, id_: str = DEADLINE) -> list[str]:
    return [item.short for items in texts.values() for item in items if item.id == id_]


def test_the_files_are_written_again_byte_by_byte() -> None:
    written = dict(paths(released(ROOT).values()))

    assert len(written) == len(list(ROOT.glob("*/rights/*/*.yml")))
    assert [path for path, text in written.items() if (ROOT / path).read_text() != text] == []


def test_what_is_taken_out_and_committed_is_recognized_as_equal(
    session: Session, eva: User, rosa: User, tmp_path: Path
) -> None:
    awkward = "Pida: «esto», # ahora\nno mañana; 'ya' – \"sí\"\n\n- uno"
    publish(session, eva, rosa, changed(deadline(), short="A: b", full=awkward, steps=["1", "- no"]))
    (version,) = versions.published(session)

    shown = entries(released(ROOT), [version])
    with zipfile.ZipFile(archive(shown.values())) as packed:
        packed.extractall(tmp_path)

    committed = of_files(tmp_path / "locales")
    assert committed == shown
    assert committed[DEADLINE] == version.entry
    assert committed[DEADLINE] != deadline()
    assert load(tmp_path / "locales", Language.SPANISH) == overlaid(
        FILES[Language.SPANISH], [version], Language.SPANISH
    )


def test_the_same_texts_make_the_same_archive() -> None:
    files = [archive(released(ROOT).values()).getvalue() for _ in range(2)]

    assert files[0] == files[1]
    assert zipfile.ZipFile(io.BytesIO(files[0])).testzip() is None


def test_a_version_comes_out_of_the_database_as_it_went_in(session: Session, eva: User) -> None:
    draft = versions.save_draft(session, eva.id, deadline(), seen=0, base=deadline())
    session.expire(draft)

    assert draft.entry == deadline()
    assert draft.entry.digest == draft.base
    assert from_json(draft.texts) == deadline().texts


def test_nobody_approves_their_own_draft(session: Session, eva: User, rosa: User) -> None:
    draft = versions.save_draft(session, eva.id, changed(deadline(), short=SHORT), seen=0, base=None)

    with pytest.raises(NotAllowed):
        versions.approve(session, eva.id, DEADLINE, seen=draft.number)

    assert short_of(texts_of(session)) != [SHORT]


def test_not_even_the_database_takes_it(session: Session, eva: User) -> None:
    draft = versions.save_draft(session, eva.id, deadline(), seen=0, base=None)

    with pytest.raises(IntegrityError, match="second_person"), session.begin_nested():
        draft.approved_by_id, draft.approved_at = eva.id, now()


def test_a_draft_says_nothing_until_a_second_person_approves(session: Session, eva: User, rosa: User) -> None:
    draft = versions.save_draft(session, eva.id, changed(deadline(), short=SHORT), seen=0, base=None)
    before = short_of(texts_of(session))

    versions.approve(session, rosa.id, DEADLINE, seen=draft.number)

    assert before == [deadline().texts[Language.SPANISH]["short"]]
    assert short_of(texts_of(session)) == [SHORT]
    assert versions.drafts(session) == []


def test_who_changed_a_draft_last_does_not_approve_it(session: Session, eva: User, rosa: User) -> None:
    first = versions.save_draft(session, eva.id, changed(deadline(), short=SHORT), seen=0, base=None)
    second = versions.save_draft(
        session, rosa.id, changed(deadline(), short="Otra."), seen=first.number, base=None
    )

    with pytest.raises(NotAllowed):
        versions.approve(session, rosa.id, DEADLINE, seen=second.number)
    versions.approve(session, eva.id, DEADLINE, seen=second.number)

    assert short_of(texts_of(session)) == ["Otra."]


def test_what_is_approved_is_what_was_read(session: Session, eva: User, rosa: User) -> None:
    read = versions.save_draft(session, eva.id, changed(deadline(), short=SHORT), seen=0, base=None)
    versions.save_draft(session, eva.id, changed(deadline(), short="Más."), seen=read.number, base=None)

    with pytest.raises(Conflict):
        versions.approve(session, rosa.id, DEADLINE, seen=read.number)


def test_a_draft_whose_review_date_has_passed_is_not_published(
    session: Session, eva: User, rosa: User
) -> None:
    past = changed(deadline(), review_by=now().date() - dt.timedelta(days=1))
    draft = versions.save_draft(session, eva.id, past, seen=0, base=None)

    with pytest.raises(Conflict):
        versions.approve(session, rosa.id, DEADLINE, seen=draft.number)


def test_two_who_began_from_the_same_version_do_not_overwrite_each_other(
    session: Session, eva: User, rosa: User
) -> None:
    versions.save_draft(session, eva.id, changed(deadline(), short=SHORT), seen=0, base=None)

    with pytest.raises(Conflict):
        versions.save_draft(session, rosa.id, changed(deadline(), short="Otra."), seen=0, base=None)

    assert [one.entry.texts[Language.SPANISH]["short"] for one in versions.history(session, DEADLINE)] == [
        SHORT
    ]


def test_two_who_save_at_the_same_moment_do_not_either(sessions: SessionMaker) -> None:
    with transaction(sessions) as session:
        author = users.create(session, f"{now().timestamp()}@example.org", "a long password", Role.AGENT)
    entry = replace(deadline(), id="mx-asylum-same-moment")

    with sessions() as one, sessions() as other:
        versions.save_draft(one, author.id, entry, seen=0, base=None)
        # the other one looked before this commit
        newest, versions_newest = 0, versions._newest_number
        assert versions_newest(other, entry.id) == newest
        one.commit()
        with pytest.raises(Conflict):
            versions._add(other, versions._version(entry, author.id, newest + 1, None))


def test_a_discarded_draft_waits_no_more_and_stays_in_the_history(session: Session, eva: User) -> None:
    draft = versions.save_draft(session, eva.id, deadline(), seen=0, base=None)

    versions.discard(session, DEADLINE, seen=draft.number)

    assert versions.drafts(session) == []
    assert versions.history(session, DEADLINE) == [draft]
    with pytest.raises(Conflict):
        versions.discard(session, DEADLINE, seen=draft.number)


def test_hiding_is_at_once_and_leaves_a_draft_waiting(session: Session, eva: User, rosa: User) -> None:
    draft = versions.save_draft(session, eva.id, changed(deadline(), short=SHORT), seen=0, base=None)

    versions.hide(session, rosa.id, deadline(), seen=draft.number, base=None)

    assert short_of(texts_of(session)) == []
    (waiting,) = versions.drafts(session)
    assert waiting.author_id == eva.id
    assert waiting.entry.texts == draft.entry.texts


def test_a_hidden_item_is_shown_again_when_a_draft_of_it_is_approved(
    session: Session, eva: User, rosa: User
) -> None:
    hidden = versions.hide(session, eva.id, deadline(), seen=0, base=None)

    publish(session, eva, rosa, deadline(), seen=hidden.number)

    assert short_of(texts_of(session)) == [deadline().texts[Language.SPANISH]["short"]]


def test_a_published_version_keeps_its_place_and_a_new_item_comes_last(
    session: Session, eva: User, rosa: User
) -> None:
    before = [item.id for item in items_for(FILES[Language.ENGLISH], "MX", "asylum")]
    publish(session, eva, rosa, changed(deadline(), short=SHORT))
    publish(session, eva, rosa, Entry.of("mx-asylum-new", "MX", "asylum", deadline().texts))

    texts = CurrentRights(FILES).texts(session, Language.ENGLISH)

    own = [item.id for item in texts["MX", "asylum"]]
    assert own == [id_ for id_ in before if id_.startswith("mx-")] + ["mx-asylum-new"]


def test_a_new_item_may_be_the_first_of_its_country_and_topic(
    session: Session, eva: User, rosa: User
) -> None:
    assert ("BZ", "property") not in FILES[Language.SPANISH]

    publish(session, eva, rosa, Entry.of("bz-property-new", "BZ", "property", deadline().texts))

    assert [item.id for item in texts_of(session)["BZ", "property"]] == ["bz-property-new"]


def test_the_database_is_asked_once_in_a_while_and_read_when_something_was_published(
    session: Session, eva: User, rosa: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    time, looks, reads = [0.0], [], []
    stamp, published = versions.stamp, versions.published
    monkeypatch.setattr(versions, "stamp", lambda session: looks.append(time[0]) or stamp(session))
    monkeypatch.setattr(versions, "published", lambda session: reads.append(time[0]) or published(session))
    rights = CurrentRights(FILES, clock=lambda: time[0])

    given = [rights.texts(session, Language.SPANISH) for _ in range(100)]
    publish(session, eva, rosa, changed(deadline(), short=SHORT))
    early = rights.texts(session, Language.SPANISH)
    time[0] += LOOK_EVERY
    late = rights.texts(session, Language.SPANISH)

    assert all(texts is FILES[Language.SPANISH] for texts in (*given, early))
    assert short_of(late) == [SHORT]
    assert (looks, reads) == ([0.0, LOOK_EVERY], [LOOK_EVERY])


def test_a_version_that_cannot_be_read_does_not_silence_the_others(
    session: Session, eva: User, rosa: User
) -> None:
    publish(session, eva, rosa, changed(deadline(), short=SHORT))
    (version,) = versions.published(session)
    version.texts = {"es": {"review_by": "2027-02-22"}, "en": {"review_by": "2027-02-22"}}

    texts = texts_of(session)

    assert short_of(texts) == [deadline().texts[Language.SPANISH]["short"]]


def test_a_field_in_one_language_only_is_a_problem_there() -> None:
    spanish, english = (dict(deadline().texts[one]) for one in Language)
    del english["cost"]
    entry = Entry.of(DEADLINE, "MX", "asylum", {Language.SPANISH: spanish, Language.ENGLISH: english})

    found = list(problems(entry, dt.date(2026, 11, 22)))

    assert [(language, problem.field) for language, problem in found] == [(Language.ENGLISH, "cost")]
