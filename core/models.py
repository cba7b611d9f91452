"""Every table, imported for the migrations and so that SQLAlchemy can resolve names between files."""

from core import (  # noqa: F401 -- imported for their tables
    audit,
    cases,
    channels,
    consents,
    contacts,
    conversations,
    directory,
    messages,
    questions,
    surveys,
    users,
)
from core.db import Base
from core.directory import uploads  # noqa: F401
from core.rights import feedback, versions  # noqa: F401

metadata = Base.metadata
