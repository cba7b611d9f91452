"""What is counted of the rights items, and what staff can read from it."""

import datetime as dt

from sqlalchemy.orm import Session

from core.db import now
from core.rights import feedback
from core.rights.feedback import ItemFeedback, Missed, RightsShown
from core.types import Language

ES, EN = Language.SPANISH, Language.ENGLISH


def test_items_are_counted_over_days_languages_and_channels(session: Session) -> None:
    for language, kind in ((ES, "sms"), (ES, "sms"), (EN, "chat")):
        feedback.count_shown(session, "mx-asylum-where", language, kind)
    feedback.count_rated(session, "mx-asylum-where", ES, "sms", helped=True)
    feedback.count_rated(session, "mx-asylum-where", EN, "chat", helped=False)

    assert feedback.by_item(session, now().date()) == [ItemFeedback("mx-asylum-where", 3, 1, 1)]
    assert session.query(RightsShown).count() == 2


def test_the_least_helpful_item_comes_first(session: Session) -> None:
    for item, helped in (("good", True), ("bad", False), ("bad", False), ("poor", False)):
        feedback.count_rated(session, item, ES, "chat", helped=helped)

    assert [one.item_id for one in feedback.by_item(session, now().date())] == ["bad", "poor", "good"]


def test_questions_without_an_answer_are_counted_by_country_and_topic(session: Session) -> None:
    feedback.count_missed(session, "HN", "work", ES, "sms")
    for language in (ES, EN):
        feedback.count_missed(session, "MX", "asylum", language, "chat")

    assert feedback.missed(session, now().date()) == [Missed("MX", "asylum", 2), Missed("HN", "work", 1)]
    assert feedback.missed(session, now().date() + dt.timedelta(days=1)) == []


def test_old_counts_are_deleted(session: Session) -> None:
    feedback.count_shown(session, "mx-asylum-where", ES, "sms")
    session.query(RightsShown).one().day = now().date() - feedback.KEPT - dt.timedelta(days=1)
    session.flush()

    feedback.purge(session)

    assert feedback.by_item(session, dt.date(2000, 1, 1)) == []
