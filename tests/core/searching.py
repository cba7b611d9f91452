"""Looking for something in the whole database, as somebody with the keys would."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import metadata


def every_value(session: Session) -> Iterator[tuple[str, Any]]:
    """Of all columns of all tables, decrypted."""
    for table in metadata.sorted_tables:
        for row in session.execute(select(table)).mappings():
            yield from ((f"{table.name}.{column}", value) for column, value in row.items())


def left_of(session: Session, *words: object) -> list[str]:
    return sorted(
        {
            column
            for column, value in every_value(session)
            for word in words
            if word == value or (isinstance(word, str) and word in shown(value))
        }
    )


def shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
