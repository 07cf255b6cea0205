"""The master record: the only room that knows there is a database."""

from sqlalchemy import Engine

from mailflow.record.asks import Ask, AskLine, Asks, NewAsk
from mailflow.record.blobs import Blobs
from mailflow.record.engine import open_record
from mailflow.record.journal import Journal, JournalRow
from mailflow.record.letters import Arrival, Kept, Letter, Letters, Outcome
from mailflow.record.notices import NewNotice, Notice, Notices
from mailflow.record.office import Marks, Office, Snapshot
from mailflow.record.registers import Register, Registers
from mailflow.record.requests import RequestRow, Requests, Waiting
from mailflow.record.schema import migrate, schema_version
from mailflow.record.verify import verify
from mailflow.record.work import Counts, Work

__all__ = [
    "Arrival",
    "Ask",
    "AskLine",
    "Asks",
    "Blobs",
    "Counts",
    "Engine",
    "Journal",
    "JournalRow",
    "Kept",
    "Letter",
    "Letters",
    "Marks",
    "NewAsk",
    "NewNotice",
    "Notice",
    "Notices",
    "Office",
    "Outcome",
    "Register",
    "Registers",
    "RequestRow",
    "Requests",
    "Snapshot",
    "Waiting",
    "Work",
    "migrate",
    "open_record",
    "schema_version",
    "verify",
]
