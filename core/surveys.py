"""Answers to satisfaction surveys."""

import json
import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, bool_false, datetime_now, encrypted, uuid_pk

OWN_WORDS = ("comment",)
"""Answers that a person writes freely; all others are codes of choices."""


class SurveyResponse(Base):
    __tablename__ = "survey_responses"
    __table_args__ = (UniqueConstraint("contact_id", "survey", "started_at"),)

    id: Mapped[uuid_pk]
    # forgotten when the person erases their data; the answers stay, but for their own words
    contact_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("contacts.id", ondelete="SET NULL"))
    survey: Mapped[str]
    started_at: Mapped[str]  # tells one round of the same person from another
    is_complete: Mapped[bool_false]
    answers_json: Mapped[encrypted]
    created_at: Mapped[datetime_now]

    @property
    def answers(self) -> dict[str, Any]:
        return json.loads(self.answers_json)  # type: ignore[no-any-return]


def record(
    session: Session,
    contact_id: uuid.UUID,
    survey: str,
    started_at: str,
    answers: Mapping[str, str | None],
    *,
    is_complete: bool,
) -> None:
    """Keep all answers so far; a further one replaces the row, so that an unfinished survey counts too."""
    response = session.scalars(
        select(SurveyResponse).where(
            SurveyResponse.contact_id == contact_id,
            SurveyResponse.survey == survey,
            SurveyResponse.started_at == started_at,
        )
    ).one_or_none() or SurveyResponse(contact_id=contact_id, survey=survey, started_at=started_at)
    response.answers_json, response.is_complete = json.dumps(dict(answers)), is_complete
    session.add(response)
    session.flush()


def forget(session: Session, contact_id: uuid.UUID) -> None:
    """Keep what can be counted, without the person and without their own words."""
    for response in session.scalars(select(SurveyResponse).where(SurveyResponse.contact_id == contact_id)):
        counted = {name: answer for name, answer in response.answers.items() if name not in OWN_WORDS}
        response.answers_json, response.contact_id = json.dumps(counted), None
