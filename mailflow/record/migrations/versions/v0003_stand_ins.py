"""Who stands in for whom by mail, as the person or their superior confirmed it."""

from alembic import op
from sqlalchemy import Column, ForeignKey, Integer, Text

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table and its index."""
    words = ("for_whom", "who", "since", "until", "decision", "by", "at")
    op.create_table(
        "stand_ins",
        Column("id", Integer, primary_key=True),
        Column("agency_id", Text, ForeignKey("agencies.agency_id"), nullable=False),
        *(Column(name, Text, nullable=False) for name in words),
        Column("acts", Text),
        Column("letter_id", Integer, ForeignKey("letters.id")),
        Column("ended_at", Text),
        sqlite_strict=True,
    )
    op.create_index("ix_stand_ins_agency_id_ended_at", "stand_ins", ["agency_id", "ended_at"])
