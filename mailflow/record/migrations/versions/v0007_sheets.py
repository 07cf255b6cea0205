"""Which sheet a row of a register's base is of, and journal entries found by channel and act."""

from alembic import op
from sqlalchemy import Column, Text

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the column: until now there was the sheet of requests only. Add the index."""
    op.add_column("base_rows", Column("sheet", Text, nullable=False, server_default="requests"))
    found_by = ["agency_id", "act", "via_kind", "seq"]
    op.create_index("ix_journal_agency_id_act_via_kind_seq", "journal", found_by)
