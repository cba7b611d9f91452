"""The directory is searched outward from a point, and for what serves a whole country."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_index(
        "ix_locations_position", "locations", [sa.text("point(longitude, latitude)")], postgresql_using="gist"
    )
    op.create_index(
        "ix_services_nationwide", "services", ["country"], postgresql_where=sa.text("is_nationwide")
    )
    op.create_index("ix_phones_hotline", "phones", ["service_id"], postgresql_where=sa.text("is_hotline"))
    op.create_index(op.f("ix_schedules_service_at_location_id"), "schedules", ["service_at_location_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_schedules_service_at_location_id"), "schedules")
    op.drop_index("ix_phones_hotline", "phones")
    op.drop_index("ix_services_nationwide", "services")
    op.drop_index("ix_locations_position", "locations")
