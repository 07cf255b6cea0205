"""What is disposed of (VII): journal rows that are sealed anew so that their content can go.

Until now a row's hash was made of all its columns. From now on what is personal in it is in the
hash as a salted seal only, so that it can be blanked and the chain still be recomputed. The rows
there are get their seals here; the old chain's end is kept in the new one.
"""

import json
import re
import secrets
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from alembic import op
from sqlalchemy import Column, Connection, ForeignKey, Integer, Text, text

revision = "0006"
down_revision = "0005"

_SEALED = ("by", "entered_by", "fields", "notes")
_PAGE = 500
_SURROGATE = re.compile("[\ud800-\udfff]")


def upgrade() -> None:
    """Add the seals and the table, chain every agency's journal anew, change the triggers."""
    op.add_column("journal", Column("sealed", Text, nullable=False, server_default=""))
    op.add_column("journal", Column("salt", Text))
    op.create_table(
        "disposals",
        Column("agency_id", Text, ForeignKey("agencies.agency_id"), primary_key=True),
        Column("code", Text, primary_key=True),
        Column("note", Integer, nullable=False),
        Column("at", Text),
        sqlite_strict=True,
    )
    for table, column in _FOUND_BY:
        op.create_index(f"ix_{table}_agency_id_{column}", table, ["agency_id", column])
    dialect = op.get_context().dialect.name
    for statement in _UNLOCK[dialect]:
        op.execute(statement)
    connection = op.get_bind()
    for agency in connection.execute(text("SELECT agency_id FROM agencies")).scalars().all():
        _chain_anew(connection, agency)
    for statement in _LOCK[dialect]:
        op.execute(statement)


def _chain_anew(connection: Connection, agency: str) -> None:
    """Seal an agency's rows in order. Raises RuntimeError where the old chain is broken."""
    old = new = ""
    for row in _rows(connection, agency):
        if row["hash"] != _old_hash(old, row):
            raise RuntimeError(f"journal {row['seq']} of {agency}: changed after it was written")
        old, row["salt"] = row["hash"], secrets.token_hex(16)
        row["sealed"] = _seal(row)
        row["hash"] = new = _new_hash(new, row)
        connection.execute(
            _SET, {k: row[k] for k in ("agency_id", "seq", "salt", "sealed", "hash")}
        )
    connection.execute(
        text("UPDATE agencies SET journal_hash = :hash WHERE agency_id = :agency"),
        {"hash": new, "agency": agency},
    )


def _rows(connection: Connection, agency: str) -> Iterator[dict[str, Any]]:
    last = 0
    while page := connection.execute(_READ, {"agency": agency, "last": last, "most": _PAGE}).all():
        yield from (dict(row._mapping) for row in page)
        last = page[-1].seq


def _old_hash(before: str, row: Mapping[str, Any]) -> str:
    content = {k: v for k, v in row.items() if k not in ("hash", "salt", "sealed")}
    return sha256((before + _dumps(content)).encode()).hexdigest()


def _seal(row: Mapping[str, Any]) -> str:
    return sha256((row["salt"] + _dumps({k: row[k] for k in _SEALED})).encode()).hexdigest()


def _new_hash(before: str, row: Mapping[str, Any]) -> str:
    left = {k: v for k, v in row.items() if k not in ("hash", "salt", *_SEALED)}
    body = sha256(_dumps(left).encode()).hexdigest()
    return sha256((before + body).encode()).hexdigest()


def _dumps(value: Any) -> str:
    written = json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


_FOUND_BY = (
    ("letters", "request"),
    ("letters", "blob"),
    ("ask_lines", "request"),
    ("notices", "letter_id"),
    ("notices", "mime"),
)
"""Without those on what names a blob, removing one would look through every letter and notice."""

_READ = text(
    "SELECT * FROM journal WHERE agency_id = :agency AND seq > :last ORDER BY seq LIMIT :most"
)
_SET = text(
    "UPDATE journal SET salt = :salt, sealed = :sealed, hash = :hash"
    " WHERE agency_id = :agency_id AND seq = :seq"
)
_KEPT = (
    "agency_id", "seq", "at", "request", "act", "answer", "clause", "box", "role", "via_kind",
    "via_id", "proof", "source", "target", "sealed", "hash",
)  # fmt: skip
_DECIDED = """EXISTS (SELECT 1 FROM disposals d
    WHERE d.agency_id = OLD.agency_id AND d.code = OLD.request)"""
_BLANKING = " AND ".join(
    (
        "OLD.salt IS NOT NULL AND NEW.salt IS NULL",
        "NEW.fields = '{}' AND NEW.notes = '[]'",
        """NEW."by" = '' AND NEW.entered_by = ''""",
        _DECIDED,
        *(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in _KEPT),
    )
)
"""The one change there is: what is sealed goes, of a request somebody decided to dispose of."""

_UNLOCK = {
    "sqlite": ("DROP TRIGGER journal_no_update",),
    "postgresql": ("DROP TRIGGER journal_append_only ON journal",),
}
_LOCK = {
    "sqlite": (
        f"""CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
           WHEN NOT ({_BLANKING.replace("IS NOT DISTINCT FROM", "IS")})
           BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
        """CREATE TRIGGER disposals_no_delete BEFORE DELETE ON disposals
           BEGIN SELECT RAISE(ABORT, 'the list of what was disposed of is append-only'); END""",
    ),
    "postgresql": (
        """CREATE TRIGGER journal_append_only BEFORE DELETE OR TRUNCATE ON journal
           FOR EACH STATEMENT EXECUTE FUNCTION journal_append_only()""",
        f"""CREATE FUNCTION journal_blanked() RETURNS trigger LANGUAGE plpgsql AS
           $$BEGIN IF NOT ({_BLANKING}) THEN RAISE EXCEPTION 'the journal is append-only';
           END IF; RETURN NEW; END$$""",
        """CREATE TRIGGER journal_only_blanked BEFORE UPDATE ON journal
           FOR EACH ROW EXECUTE FUNCTION journal_blanked()""",
        """CREATE FUNCTION disposals_append_only() RETURNS trigger LANGUAGE plpgsql AS
           $$BEGIN RAISE EXCEPTION 'the list of what was disposed of is append-only'; END$$""",
        """CREATE TRIGGER disposals_no_delete BEFORE DELETE OR TRUNCATE ON disposals
           FOR EACH STATEMENT EXECUTE FUNCTION disposals_append_only()""",
    ),
}
