"""The first tables, and the triggers that keep the journal append-only."""

from typing import Any

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)
from sqlalchemy.schema import SchemaItem

revision = "0001"
down_revision = None

_BIG = Integer().with_variant(BigInteger(), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    agency = Column("agency_id", Text, primary_key=True)
    journal_end = (*_whole("journal_seq"), *_text("journal_hash"))
    op.create_table("agencies", agency, *journal_end, sqlite_strict=True)
    _keyed("blobs", ["sha256"], *_text("sha256"), Column("data", LargeBinary, nullable=False))
    _make_letters()
    _make_journal()
    _make_requests()
    _make_notices()
    _make_asks()
    _make_office()
    _make_registers()


def _make_letters() -> None:
    _numbered(
        "letters",
        *_text("channel", "folder", "place", "received_at", "message_id", "content_hash"),
        *_text("blob", "from_address", "subject", "standing", "reason", "acts"),
        *_text("lease_until", "outcome", "request", "settled_at", "person", nullable=True),
        *_whole("truncated", "attempts"),
        Column("uidvalidity", _BIG, nullable=False),
        Column("uid", _BIG),
        _blob("blob"),
        UniqueConstraint("agency_id", "message_id", "content_hash"),
    )
    _index("letters", "outcome")


def _make_journal() -> None:
    _keyed(
        "journal",
        ["seq"],
        *_whole("seq"),
        *_text("at", "act", "answer", "clause", "box", "fields", "by", "role", "via_kind"),
        *_text("via_id", "proof", "entered_by", "notes", "hash"),
        *_text("request", "source", "target", nullable=True),
    )
    _index("journal", "request")
    for statement in _APPEND_ONLY[op.get_context().dialect.name]:
        op.execute(statement)


def _make_requests() -> None:
    _keyed(
        "requests",
        ["code"],
        *_text("code", "number", "kind", "unit", "state", "category", "content", "opened_at"),
        *_text("reporter", "waiting"),
        *_text("closed_at", "predecessor", "successor", "next_act", "due", nullable=True),
        *_whole("year", "seq"),
    )
    _index("requests", "state")
    _index("requests", "unit")
    _keyed("counters", ["series", "year"], *_text("series"), *_whole("year", "last"))


def _make_notices() -> None:
    _numbered(
        "notices",
        *_text("kind", "person", "address", "context", "attachments", "at", "status", "next_at"),
        *_text("answer", "error"),
        *_text("request", "lease_until", "message_id", "mime", nullable=True),
        *_text("sent_at", "failed_at", "dedup", nullable=True),
        *_whole("attempts"),
        Column("letter_id", Integer, ForeignKey("letters.id")),
        _blob("mime"),
        UniqueConstraint("agency_id", "dedup"),
        UniqueConstraint("agency_id", "message_id"),
    )
    _index("notices", "status", "next_at")
    _index("notices", "request")


def _make_asks() -> None:
    _numbered(
        "asks",
        *_text("person", "expires_at"),
        *_text("token_sha256", "commands", "closed_at", nullable=True),
        Column("notice_id", Integer, ForeignKey("notices.id")),
        UniqueConstraint("agency_id", "token_sha256"),
    )
    _index("asks", "notice_id")
    _keyed(
        "ask_lines",
        ["ask_id", "line"],
        Column("ask_id", Integer, ForeignKey("asks.id"), nullable=False),
        *_whole("line"),
        *_text("request", "state", "act"),
        *_text("used_at", nullable=True),
        Column("letter_id", Integer, ForeignKey("letters.id")),
    )


def _make_office() -> None:
    _keyed("marks", ["name", "key"], *_text("name", "key", "at"))
    _numbered("office", *_text("kind", "sha", "data", "at"))
    _index("office", "kind")


def _make_registers() -> None:
    _keyed(
        "registers",
        ["register_id"],
        *_text("register_id", "path", "sha256", "at"),
        *_text("intent_sha256", nullable=True),
        *_whole("generation"),
    )
    _keyed(
        "base_rows",
        ["register_id", "row_key", "generation"],
        *_text("register_id", "row_key", "at"),
        *_text("cells", nullable=True),
        *_whole("generation"),
    )
    _keyed(
        "register_edits",
        ["edit_hash"],
        *_text("edit_hash", "register_id", "row_key", "outcome", "at"),
    )


def _text(*names: str, nullable: bool = False) -> list[Column[Any]]:
    return [Column(name, Text, nullable=nullable) for name in names]


def _whole(*names: str) -> list[Column[Any]]:
    return [Column(name, Integer, nullable=False) for name in names]


def _agency() -> Column[str]:
    return Column("agency_id", Text, ForeignKey("agencies.agency_id"), nullable=False)


def _blob(column: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["agency_id", column], ["blobs.agency_id", "blobs.sha256"])


def _numbered(name: str, *parts: SchemaItem) -> None:
    number = Column("id", Integer, primary_key=True)
    op.create_table(name, number, _agency(), *parts, sqlite_strict=True)


def _keyed(name: str, key: list[str], *parts: SchemaItem) -> None:
    primary = PrimaryKeyConstraint("agency_id", *key)
    op.create_table(name, _agency(), *parts, primary, sqlite_strict=True)


def _index(table: str, *columns: str) -> None:
    name = f"ix_{table}_{'_'.join(['agency_id', *columns])}"
    op.create_index(name, table, ["agency_id", *columns])


_APPEND_ONLY = {
    "sqlite": (
        """CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
           BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
        """CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
           BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
        # INSERT OR REPLACE deletes without asking the trigger above
        """CREATE TRIGGER journal_no_replace BEFORE INSERT ON journal
           WHEN EXISTS (SELECT 1 FROM journal
                        WHERE agency_id = NEW.agency_id AND seq = NEW.seq)
           BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    ),
    "postgresql": (
        """CREATE FUNCTION journal_append_only() RETURNS trigger LANGUAGE plpgsql AS
           $$BEGIN RAISE EXCEPTION 'the journal is append-only'; END$$""",
        """CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
           FOR EACH STATEMENT EXECUTE FUNCTION journal_append_only()""",
    ),
}
