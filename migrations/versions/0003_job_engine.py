"""The tables of the job engine, as procrastinate 3.10 makes them.

A later release of procrastinate brings its own SQL migrations; each becomes a revision here. Jobs are
hints, so the way down may drop them.
"""

from alembic import op
from procrastinate.schema import SchemaManager
from sqlalchemy import text

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    # a colon in their SQL is not a parameter of ours
    op.get_bind().connection.driver_connection.execute(SchemaManager.get_schema())


def downgrade() -> None:
    names = op.get_bind().execute(
        text(
            "SELECT format('DROP %s IF EXISTS %s CASCADE', kind, name) FROM ("
            " SELECT 'TABLE' AS kind, oid::regclass::text AS name, 1 AS place FROM pg_class"
            "  WHERE relname LIKE 'procrastinate_%' AND relkind = 'r'"
            " UNION ALL SELECT 'FUNCTION', oid::regprocedure::text, 2 FROM pg_proc"
            "  WHERE proname LIKE 'procrastinate_%'"
            " UNION ALL SELECT 'TYPE', oid::regtype::text, 3 FROM pg_type"
            "  WHERE typname LIKE 'procrastinate_%' AND typtype IN ('e', 'c') AND typrelid IN"
            "   (0, (SELECT oid FROM pg_class c WHERE c.oid = typrelid AND c.relkind = 'c'))"
            ") AS parts ORDER BY place"
        )
    )
    for (statement,) in names.all():
        op.execute(statement)
