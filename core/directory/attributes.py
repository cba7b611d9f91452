"""What a record of HSDS says of itself beside the fields that have a column: pairs of link type and value."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import MappedColumn, mapped_column
from sqlalchemy.types import TypeDecorator

Attributes = tuple[tuple[str, str], ...]
"""In order, so that two records can be compared."""


class Pairs(TypeDecorator[Attributes]):
    impl = JSONB
    cache_ok = True

    def process_bind_param(self, value: Attributes | None, dialect: Dialect) -> Any:
        return [list(pair) for pair in sorted(value or ())]

    def process_result_value(self, value: Any, dialect: Dialect) -> Attributes:
        return tuple((link_type, told) for link_type, told in value or ())


def no_attributes() -> MappedColumn[Attributes]:
    return mapped_column(Pairs, default=(), server_default=text("'[]'::jsonb"))
