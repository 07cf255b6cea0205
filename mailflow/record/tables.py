"""The tables of the record; every one has `agency_id`, every row belongs to one agency."""

from typing import Any

from sqlalchemy import (
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Table,
    UniqueConstraint,
)
from sqlalchemy.schema import SchemaItem

from mailflow.record.columns import Big, Day, Integer, JsonText, LargeBinary, Moment, Words

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def _key(name: str, type_: Any = Words) -> Column[Any]:
    return Column(name, type_, primary_key=True)


def _must(name: str, type_: Any = Words) -> Column[Any]:
    return Column(name, type_, nullable=False)


def _may(name: str, type_: Any = Words) -> Column[Any]:
    return Column(name, type_)


def _agency(*, in_key: bool) -> Column[str]:
    return Column(
        "agency_id",
        Words,
        ForeignKey("agencies.agency_id"),
        primary_key=in_key,
        nullable=False,
    )


def _table(name: str, *parts: SchemaItem) -> Table:
    """A table whose rows have a number of their own."""
    return Table(
        name,
        metadata,
        Column("id", Integer, primary_key=True),
        _agency(in_key=False),
        *parts,
        sqlite_strict=True,
    )


def _keyed(name: str, *parts: SchemaItem) -> Table:
    """A table whose rows are found by a key within their agency."""
    return Table(name, metadata, _agency(in_key=True), *parts, sqlite_strict=True)


def _blob(column: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["agency_id", column], ["blobs.agency_id", "blobs.sha256"])


agencies = Table(
    "agencies",
    metadata,
    _key("agency_id"),
    _must("journal_seq", Integer),
    _must("journal_hash"),
    sqlite_strict=True,
)
"""With the end of each agency's journal, without which the last rows could vanish unseen."""

blobs = _keyed("blobs", _key("sha256"), _must("data", LargeBinary))

letters = _table(
    "letters",
    _must("channel"),
    _must("folder"),
    _must("uidvalidity", Big),
    _may("uid", Big),
    _must("place"),
    _must("received_at", Moment),
    _must("message_id"),
    _must("content_hash"),
    _must("blob"),
    _must("from_address"),
    _must("subject"),
    _must("truncated", Integer),
    _must("standing"),
    _must("attempts", Integer),
    _may("lease_until", Moment),
    _may("outcome"),
    _may("request"),
    _must("reason"),
    _must("acts", JsonText),
    _may("settled_at", Moment),
    _may("person"),
    _blob("blob"),
    UniqueConstraint("agency_id", "message_id", "content_hash"),
    Index(None, "agency_id", "outcome"),
    Index("ix_letters_agency_id_from_address", "agency_id", "from_address", "id"),
    Index(None, "agency_id", "from_address", "received_at"),
    Index(None, "agency_id", "request"),
    Index(None, "agency_id", "blob"),
)

journal = _keyed(
    "journal",
    _key("seq", Integer),
    _must("at"),
    _may("request"),
    _must("act"),
    _must("answer"),
    _must("clause"),
    _must("box"),
    _must("fields"),
    _must("by"),
    _must("role"),
    _must("via_kind"),
    _must("via_id"),
    _must("proof"),
    _may("source"),
    _may("target"),
    _must("entered_by"),
    _must("notes"),
    Column("sealed", Words, nullable=False, server_default=""),
    _may("salt"),
    _must("hash"),
    Index(None, "agency_id", "request"),
    Index(None, "agency_id", "act", "via_kind", "seq"),
)

disposals = _keyed("disposals", _key("code"), _must("note", Integer), _may("at", Moment))
"""The requests somebody decided to dispose of, by which note of the journal; `at` it was done."""

requests = _keyed(
    "requests",
    _key("code"),
    _must("number"),
    _must("year", Integer),
    _must("seq", Integer),
    _must("kind"),
    _must("unit"),
    _must("state"),
    _must("category"),
    _must("content"),
    _must("opened_at", Moment),
    _may("closed_at", Moment),
    _must("reporter"),
    _may("predecessor"),
    _may("successor"),
    _may("next_act"),
    _may("due", Day),
    _must("waiting", JsonText),
    Index(None, "agency_id", "state"),
    Index(None, "agency_id", "unit"),
)

counters = _keyed("counters", _key("series"), _key("year", Integer), _must("last", Integer))

notices = _table(
    "notices",
    _must("kind"),
    _must("person"),
    _must("address"),
    _may("request"),
    _must("context", JsonText),
    _must("attachments", JsonText),
    Column("letter_id", Integer, ForeignKey("letters.id")),
    _must("at", Moment),
    _must("status"),
    _must("attempts", Integer),
    _must("next_at", Moment),
    _may("lease_until", Moment),
    _may("message_id"),
    _may("mime"),
    _may("sent_at", Moment),
    _may("failed_at", Moment),
    _must("answer"),
    _must("error"),
    _may("dedup"),
    _blob("mime"),
    UniqueConstraint("agency_id", "dedup"),
    UniqueConstraint("agency_id", "message_id"),
    Index(None, "agency_id", "status", "next_at"),
    Index(None, "agency_id", "request"),
    Index("ix_notices_agency_id_address", "agency_id", "address", "id"),
    Index(None, "agency_id", "address", "at"),
    Index(None, "agency_id", "letter_id"),
    Index(None, "agency_id", "mime"),
)

asks = _table(
    "asks",
    _must("person"),
    _may("token_sha256"),
    Column("notice_id", Integer, ForeignKey("notices.id")),
    _may("commands", JsonText),
    _must("expires_at", Moment),
    _may("closed_at", Moment),
    UniqueConstraint("agency_id", "token_sha256"),
    Index(None, "agency_id", "notice_id"),
)

ask_lines = _keyed(
    "ask_lines",
    Column("ask_id", Integer, ForeignKey("asks.id"), primary_key=True),
    _key("line", Integer),
    _must("request"),
    _must("state"),
    _must("act"),
    _may("used_at", Moment),
    Column("letter_id", Integer, ForeignKey("letters.id")),
    Index(None, "agency_id", "request"),
)

stand_ins = _table(
    "stand_ins",
    _must("for_whom"),
    _must("who"),
    _may("acts", JsonText),
    _must("since", Day),
    _must("until", Day),
    _must("decision"),
    _must("by"),
    Column("letter_id", Integer, ForeignKey("letters.id")),
    _must("at", Moment),
    _may("ended_at", Moment),
    Index(None, "agency_id", "ended_at"),
)

drafts = _keyed(
    "drafts",
    _key("request"),
    _key("act"),
    _key("person"),
    _must("words", JsonText),
    _must("entries", Integer),
    _must("at", Moment),
)

marks = _keyed("marks", _key("name"), _key("key"), _must("at", Moment))

leases = _keyed(
    "leases", _key("name"), _must("holder"), _must("fence", Integer), _must("until", Moment)
)
"""Whose turn it is among several daemons; a `holder` of "" has let go."""

office = _table(
    "office",
    _must("kind"),
    _must("sha"),
    _must("data", JsonText),
    _must("at", Moment),
    Index(None, "agency_id", "kind"),
)

registers = _keyed(
    "registers",
    _key("register_id"),
    _must("path"),
    _must("generation", Integer),
    _must("sha256"),
    _may("intent_sha256"),
    _must("at", Moment),
)

register_waits = _keyed(
    "register_waits",
    _key("register_id"),
    _key("what"),
    _must("since", Moment),
    _must("tries", Integer),
    _must("next_at", Moment),
    _must("held_by"),
    _may("told_at", Moment),
)

base_rows = _keyed(
    "base_rows",
    _key("register_id"),
    _key("row_key"),
    _key("generation", Integer),
    _may("cells", JsonText),
    _must("at", Moment),
    Column("sheet", Words, nullable=False, server_default="requests"),
)

register_edits = _keyed(
    "register_edits",
    _key("edit_hash"),
    _must("register_id"),
    _must("row_key"),
    _must("outcome"),
    _must("at", Moment),
)
