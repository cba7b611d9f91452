"""How far a file is that is read and taken in by the importer."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def columns() -> tuple[sa.Column, ...]:
    return (
        sa.Column("state", sa.String(length=32), nullable=False, server_default="read"),
        sa.Column("refusal", sa.String(), nullable=True),
        sa.Column("refusal_detail", sa.String(), nullable=True),
        sa.Column("record_count", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("record_total", sa.Integer(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("lease_token", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
    )


def upgrade() -> None:
    # a file that waits now was read already
    for column in columns():
        op.add_column("directory_uploads", column)
    for name in ("state", "record_count", "attempts", "lease_token"):
        op.alter_column("directory_uploads", name, server_default=None)


def downgrade() -> None:
    for column in columns():
        op.drop_column("directory_uploads", column.name)
