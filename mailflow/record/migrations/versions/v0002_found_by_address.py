"""Letters are found by who sent them and notices by where they went, for the limits on both."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add an index on each address, so that a limit never walks a whole table."""
    op.create_index(
        "ix_letters_agency_id_from_address", "letters", ["agency_id", "from_address", "id"]
    )
    op.create_index("ix_notices_agency_id_address", "notices", ["agency_id", "address", "id"])
