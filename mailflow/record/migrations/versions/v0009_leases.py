"""Which of several daemons does an agency's work, and until when."""

from alembic import op
from sqlalchemy import Column, ForeignKey, Integer, Text

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the table."""
    words = Text().with_variant(Text(collation="C"), "postgresql")
    op.create_table(
        "leases",
        Column("agency_id", words, ForeignKey("agencies.agency_id"), primary_key=True),
        Column("name", words, primary_key=True),
        Column("holder", words, nullable=False),
        Column("fence", Integer, nullable=False),
        Column("until", words, nullable=False),
        sqlite_strict=True,
    )
