"""The directory keeps the lists that HSDS has tables for, dated hours, and attributes without a column."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"

DETAILS = {
    "languages": ("name", "code", "note"),
    "required_documents": ("document", "uri"),
    "cost_options": ("option", "valid_from", "valid_to", "currency", "amount", "amount_description"),
    "service_areas": ("name", "description", "extent", "extent_type", "uri"),
    "organization_contacts": ("name", "title", "department", "email"),
    "accessibility": ("description", "details", "url"),
}
TYPES = {"valid_from": sa.Date, "valid_to": sa.Date, "amount": sa.Float}
NEEDED = {("required_documents", "document"), ("service_areas", "name")}
COLUMNS = (
    ("organizations", "email", sa.String),
    ("services", "minimum_age", sa.Float),
    ("services", "maximum_age", sa.Float),
    ("services", "interpretation_services", sa.String),
    ("services", "alert", sa.String),
    ("services", "email", sa.String),
    ("phones", "extension", sa.String),
    ("schedules", "valid_from", sa.Date),
    ("schedules", "valid_to", sa.Date),
)
WITH_ATTRIBUTES = ("organizations", "services", "locations", "phones")


def upgrade() -> None:
    for table, column, type_ in COLUMNS:
        op.add_column(table, sa.Column(column, type_(), nullable=True))
    for table in WITH_ATTRIBUTES:
        column = sa.Column(
            "attributes", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False
        )
        op.add_column(table, column)
    for table, columns in DETAILS.items():
        parent = "location" if table == "accessibility" else "service"
        key = f"{parent}_id"
        op.create_table(
            table,
            sa.Column("id", sa.UUID(), nullable=False),
            sa.Column(key, sa.UUID(), nullable=False),
            *(
                sa.Column(name, TYPES.get(name, sa.String)(), nullable=(table, name) not in NEEDED)
                for name in columns
            ),
            sa.ForeignKeyConstraint([key], [f"{parent}s.id"], name=f"fk_{table}_{key}", ondelete="CASCADE"),
            sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        )
        op.create_index(f"ix_{table}_{key}", table, [key])


def downgrade() -> None:
    for table in reversed(DETAILS):
        op.drop_table(table)
    for table in WITH_ATTRIBUTES:
        op.drop_column(table, "attributes")
    for table, column, _ in COLUMNS:
        op.drop_column(table, column)
