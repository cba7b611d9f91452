"""Services are found by the name of a department that they serve."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_index("ix_service_areas_name", "service_areas", [sa.text("lower(name)")])


def downgrade() -> None:
    op.drop_index("ix_service_areas_name", "service_areas")
