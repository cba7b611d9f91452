"""How much of an uploaded file was read: a long sheet is read for a while before its first record counts."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column(
        "directory_uploads", sa.Column("file_percent", sa.Integer(), nullable=False, server_default="0")
    )
    op.alter_column("directory_uploads", "file_percent", server_default=None)


def downgrade() -> None:
    op.drop_column("directory_uploads", "file_percent")
