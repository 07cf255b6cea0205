"""What a register waits for: its file gone for a moment, or open when there is a change for it."""

from alembic import op
from sqlalchemy import Column, ForeignKey, Integer, Text

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "register_waits",
        Column("agency_id", Text, ForeignKey("agencies.agency_id"), primary_key=True),
        Column("register_id", Text, primary_key=True),
        Column("what", Text, primary_key=True),
        Column("since", Text, nullable=False),
        Column("tries", Integer, nullable=False),
        Column("next_at", Text, nullable=False),
        Column("held_by", Text, nullable=False),
        Column("told_at", Text),
        sqlite_strict=True,
    )
