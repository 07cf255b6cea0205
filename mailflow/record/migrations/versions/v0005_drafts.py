"""Forms half filled in, kept until their step is taken."""

from alembic import op
from sqlalchemy import Column, ForeignKey, Integer, Text

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "drafts",
        Column("agency_id", Text, ForeignKey("agencies.agency_id"), primary_key=True),
        *(Column(name, Text, primary_key=True) for name in ("request", "act", "person")),
        Column("words", Text, nullable=False),
        Column("entries", Integer, nullable=False),
        Column("at", Text, nullable=False),
        sqlite_strict=True,
    )
