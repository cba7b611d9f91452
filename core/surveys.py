"""Answers to satisfaction surveys."""

import json
import uuid
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, datetime_now, encrypted, uuid_pk


class SurveyResponse(Base):
    __tablename__ = "survey_responses"

    id: Mapped[uuid_pk]
    # forgotten when the person erases their data; the answers stay
    contact_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("contacts.id", ondelete="SET NULL"))
    survey: Mapped[str]
    answers_json: Mapped[encrypted]
    created_at: Mapped[datetime_now]

    @property
    def answers(self) -> dict[str, Any]:
        return json.loads(self.answers_json)  # type: ignore[no-any-return]


def record(session: Session, contact_id: uuid.UUID, survey: str, answers: dict[str, Any]) -> None:
    session.add(SurveyResponse(contact_id=contact_id, survey=survey, answers_json=json.dumps(answers)))
