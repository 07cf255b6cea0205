"""Letters and notices of an address are found by their moment: limits look back a day or two."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add an index on address and moment, so that no limit walks through the years of an address.

    Those of 0002 stay: they find the last letter from an address, and the last mail to it.
    """
    op.create_index(
        "ix_letters_agency_id_from_address_received_at",
        "letters",
        ["agency_id", "from_address", "received_at"],
    )
    op.create_index("ix_notices_agency_id_address_at", "notices", ["agency_id", "address", "at"])
