"""Rights items that are written in the panel, with who wrote and who approved them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "rights_versions",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("texts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("base", sa.String(), nullable=True),
        sa.Column("is_hidden", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_discarded", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("author_id", sa.UUID(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by_id", sa.UUID(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "is_hidden OR approved_by_id <> author_id", name=op.f("ck_rights_versions_second_person")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_rights_versions_author_id")),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["users.id"], name=op.f("fk_rights_versions_approved_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rights_versions")),
        sa.UniqueConstraint("item_id", "number", name=op.f("uq_rights_versions_item_id_number")),
    )
    op.create_index(
        "ix_rights_versions_approved",
        "rights_versions",
        ["approved_at"],
        postgresql_where=sa.text("approved_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_table("rights_versions")
