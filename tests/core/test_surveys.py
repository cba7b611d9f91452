"""Answers to surveys count from the first one on."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import surveys
from core.conversations import Conversation
from core.surveys import SurveyResponse
from flows import by_name
from flows.steps import Ask


def responses(session: Session) -> list[SurveyResponse]:
    return list(session.scalars(select(SurveyResponse).order_by(SurveyResponse.id)))


def test_an_unfinished_survey_counts_and_each_answer_replaces_the_row(
    session: Session, ana: Conversation
) -> None:
    surveys.record(session, ana.contact_id, "service", "t1", {"service": "food"}, is_complete=False)
    (response,) = responses(session)
    assert (response.answers, response.is_complete) == ({"service": "food"}, False)

    answers = {"service": "food", "received": None}
    surveys.record(session, ana.contact_id, "service", "t1", answers, is_complete=True)

    (response,) = responses(session)
    assert (response.answers, response.is_complete) == (answers, True)


def test_a_second_round_and_another_survey_are_rows_of_their_own(session: Session, ana: Conversation) -> None:
    for survey, started_at in (("service", "t1"), ("service", "t2"), ("other", "t1")):
        surveys.record(session, ana.contact_id, survey, started_at, {"a": "b"}, is_complete=True)

    assert len(responses(session)) == 3


def test_what_a_survey_asks_in_free_words_is_forgotten_with_the_person() -> None:
    asked = {step.name for step in by_name["survey"].steps if isinstance(step, Ask)}

    assert asked == set(surveys.OWN_WORDS)
