"""Counts of how often rights items were shown and helped, and of questions that none answered."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "rights_shown",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("language", sa.String(length=32), nullable=False),
        sa.Column("channel_kind", sa.String(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("helped", sa.Integer(), nullable=False),
        sa.Column("not_helped", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "item_id", "language", "channel_kind", name=op.f("pk_rights_shown")),
    )
    op.create_table(
        "rights_missed",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("language", sa.String(length=32), nullable=False),
        sa.Column("channel_kind", sa.String(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "day", "country", "topic", "language", "channel_kind", name=op.f("pk_rights_missed")
        ),
    )


def downgrade() -> None:
    op.drop_table("rights_missed")
    op.drop_table("rights_shown")
