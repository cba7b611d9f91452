"""Files for the directory that wait to be taken in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "directory_uploads",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("user_id", sa.UUID(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("file", sa.LargeBinary(), nullable=False),
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_directory_uploads_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_uploads")),
    )
    op.create_index(op.f("ix_directory_uploads_user_id"), "directory_uploads", ["user_id"])


def downgrade() -> None:
    op.drop_table("directory_uploads")
