"""The master record: the only room that knows there is a database."""

from sqlalchemy import Engine

from mailflow.record.asks import Ask, AskLine, Asks, NewAsk
from mailflow.record.backup import back_up, backups, day_of, restore, rotate
from mailflow.record.blobs import Blobs
from mailflow.record.columns import dumps as canonical
from mailflow.record.disposals import PACK, Disposal
from mailflow.record.drafts import Draft
from mailflow.record.engine import is_there, open_record
from mailflow.record.journal import Journal, JournalRow, row_body
from mailflow.record.leases import Held, Lease
from mailflow.record.letters import Arrival, Kept, Letter, Letters, Outcome
from mailflow.record.mending import Known
from mailflow.record.notices import Destined, NewNotice, Notice, Notices
from mailflow.record.office import Marks, Office, Snapshot
from mailflow.record.past import Past
from mailflow.record.rebuild import Rebuilt, rebuild
from mailflow.record.registers import Register, Registers, RowVersion, Wait
from mailflow.record.requests import Matter, RequestRow, Requests, Waiting
from mailflow.record.schema import migrate, outdated, schema_version
from mailflow.record.scratch import Trial, copied
from mailflow.record.stand_ins import KeptStandIn, StandIns
from mailflow.record.stand_ins import from_json as stand_in_of
from mailflow.record.stand_ins import to_json as stand_in_json
from mailflow.record.timeline import BEGIN, END, Event
from mailflow.record.verify import verify
from mailflow.record.work import Counts, Work

__all__ = [
    "BEGIN",
    "END",
    "PACK",
    "Arrival",
    "Ask",
    "AskLine",
    "Asks",
    "Blobs",
    "Counts",
    "Destined",
    "Disposal",
    "Draft",
    "Engine",
    "Event",
    "Held",
    "Journal",
    "JournalRow",
    "Kept",
    "KeptStandIn",
    "Known",
    "Lease",
    "Letter",
    "Letters",
    "Marks",
    "Matter",
    "NewAsk",
    "NewNotice",
    "Notice",
    "Notices",
    "Office",
    "Outcome",
    "Past",
    "Rebuilt",
    "Register",
    "Registers",
    "RequestRow",
    "Requests",
    "RowVersion",
    "Snapshot",
    "StandIns",
    "Trial",
    "Wait",
    "Waiting",
    "Work",
    "back_up",
    "backups",
    "canonical",
    "copied",
    "day_of",
    "is_there",
    "migrate",
    "open_record",
    "outdated",
    "rebuild",
    "restore",
    "rotate",
    "row_body",
    "schema_version",
    "stand_in_json",
    "stand_in_of",
    "verify",
]
