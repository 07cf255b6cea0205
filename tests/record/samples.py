"""Samples that stories about the record are told with."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from mailflow.procedure import numbering
from mailflow.procedure.machine import replay
from mailflow.procedure.request import Entry, Request, Via
from mailflow.procedure.terms import Act, Box, Kind, Role, State
from mailflow.record import Arrival, NewNotice, Waiting, Work
from tests.databases import behind_its_back

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
SO, PHONG = "so-noi-vu", "phong-van-hoa"
AN, BINH = "an@so.vn", "binh@so.vn"
LETTER = Via("letter", "1")


def opening(seq: int = 1, *, at: datetime = NOW, **fields: Any) -> Entry:
    """Build the entry that opens the request of a running number."""
    said = {"kind": Kind.NONCONFORMITY.value, "unit": "Phòng Một cửa", "content": "Trả hồ sơ trễ"}
    return Entry(
        at=at,
        request=numbering.code("CTCL", 2026, seq),
        act=Act.REPORT,
        answer="",
        clause="5.1.1",
        box=Box.ONE,
        fields={**said, "number": f"{seq:02d}/2026", "year": 2026, "seq": seq, **fields},
        by=AN,
        role=Role.STAFF,
        via=LETTER,
        proof="token",
        source=None,
        target=State.REPORTED,
    )


def comment(code: str, words: str, *, at: datetime = NOW + HOUR) -> Entry:
    """Build a comment on a request."""
    return Entry(
        at=at,
        request=code,
        act=Act.COMMENT,
        answer="",
        clause="",
        box=Box.NONE,
        fields={"text": words},
        by=BINH,
        role=Role.PARTY,
        via=LETTER,
        proof="none",
        source=State.REPORTED,
        target=None,
        notes=("unverified",),
    )


def withdrawal(code: str, *, at: datetime = NOW + 2 * HOUR) -> Entry:
    """Build the entry by which the reporter withdraws a request."""
    return Entry(
        at=at,
        request=code,
        act=Act.WITHDRAW,
        answer="",
        clause="",
        box=Box.ONE,
        fields={"reason": "Nhầm hồ sơ"},
        by=AN,
        role=Role.REPORTER,
        via=LETTER,
        proof="token",
        source=State.REPORTED,
        target=State.WITHDRAWN,
    )


def open_request(work: Work, **fields: Any) -> Request:
    """Open the next request of 2026: number, entry and row, as an act on a letter would."""
    entry = opening(work.requests.next_number("CTCL", 2026), **fields)
    request = replay([entry])
    work.journal.append(entry)
    work.requests.save(request, [Waiting(Act.DECIDE_DISPOSITION, (BINH,), date(2026, 11, 25))])
    return request


def arrival(message_id: str = "m1@so.vn", words: str = "kính gửi", **changes: Any) -> Arrival:
    """Build a letter that has just arrived."""
    values: dict[str, Any] = {
        "raw": f"Message-ID: <{message_id}>\r\n\r\n{words}".encode(errors="replace"),
        "channel": "maildir",
        "folder": "INBOX",
        "uidvalidity": 4_294_967_295,
        "uid": 7,
        "place": "maildir:INBOX/1",
        "received_at": NOW,
        "message_id": message_id,
        "content_hash": f"hash of {words}",
        "from_address": AN,
        "subject": "Báo cáo sự không phù hợp",
    }
    return Arrival(**{**values, **changes})


def notice(**changes: Any) -> NewNotice:
    """Build a notice to An."""
    values: dict[str, Any] = {
        "kind": "report",
        "person": AN,
        "address": AN,
        "request": None,
        "context": {"agency": {"name": "Sở Nội vụ"}},
        "at": NOW,
    }
    return NewNotice(**{**values, **changes})


def tamper(path: Path, *statements: str) -> None:
    """Change the database behind Mailflow's back, whatever it forbids."""
    with behind_its_back(path) as base:
        for statement in statements:
            base.execute(statement)
