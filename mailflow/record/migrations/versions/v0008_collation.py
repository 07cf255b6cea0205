"""On PostgreSQL text is sorted and compared by its bytes, as SQLite does: times are text."""

from alembic import op
from sqlalchemy import text

revision = "0008"
down_revision = "0007"

_TEXTS = text(
    "SELECT table_name, column_name FROM information_schema.columns"
    " WHERE table_schema = current_schema() AND data_type = 'text'"
)


def upgrade() -> None:
    """Give every column of text the collation C, whatever the database's own is."""
    if op.get_context().dialect.name != "postgresql":
        return
    quoted = op.get_context().dialect.identifier_preparer.quote
    for table, column in op.get_bind().execute(_TEXTS).all():
        changed = f"ALTER TABLE {quoted(table)} ALTER COLUMN {quoted(column)}"
        op.execute(f'{changed} TYPE text COLLATE "C"')
