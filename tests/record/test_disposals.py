"""Disposal (VII): contents go, the list stays, and the chain proves what is left."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from mailflow.errors import MailflowError
from mailflow.procedure.machine import advance
from mailflow.procedure.request import Via
from mailflow.record import Engine, NewAsk, Outcome, Work, verify
from tests.databases import everything_in
from tests.record.samples import (
    AN,
    BINH,
    HOUR,
    NOW,
    SO,
    arrival,
    comment,
    notice,
    open_request,
    tamper,
    withdrawal,
)

YES = Via("letter", "9")
JOB = Via("program", "disposals")
LATER = NOW + timedelta(days=1_500)
SECRET = "Bà Nguyễn Thị Bí Mật"


def ended(work: Work, letters: tuple[str, ...] = (), **fields: object) -> str:
    """Let a request be opened and withdrawn by letters of these words; gives its code."""
    numbers = [
        work.letters.keep(arrival(f"{w}@so.vn", f"{SECRET} {w}", content_hash=w)).id
        for w in letters
    ]
    request = open_request(work, content=SECRET, **fields)
    for number in numbers:
        work.letters.settle(number, Outcome.DONE, request.code, "", [], NOW, AN)
    entry = withdrawal(request.code)
    work.journal.append(entry)
    work.requests.save(advance(request, entry), [])
    return request.code


def told(work: Work, code: str, words: str) -> int:
    """Store and send a notice about a request."""
    context = {"kind": "report", "details": [{"label": "Nội dung", "value": SECRET}]}
    ask = NewAsk([{"request": code, "state": "reported", "act": "withdraw"}], NOW + HOUR)
    number = work.notices.add(notice(request=code, context=context, ask=ask))
    mail = work.blobs.put(f"{SECRET} {words}".encode())
    work.notices.composed(number, f"{words}@x", mail, f"token {words}")
    work.notices.sent(number, NOW, "250 ok")
    return number


def dispose(record: Engine, *codes: str) -> tuple[str, ...]:
    """Decide on requests and carry it out, each in a unit of work of its own."""
    with Work(record, SO) as work:
        rows = [row for row in work.requests.rows() if row.code in codes]
        work.disposals.decide(rows, YES, LATER, BINH)
        work.keep()
    with Work(record, SO) as work:
        done = work.disposals.carry_out(work.disposals.pending(), JOB, LATER + HOUR)
        work.keep()
    return done


@pytest.mark.threat("personal data")
@pytest.mark.clause("VII.1")
def test_contents_go_and_the_list_stays(record: Engine, path: Path) -> None:
    """No letter, notice, file or entry tells of it any more, not even in the file's free pages."""
    with Work(record, SO) as work:
        evidence = work.blobs.put(f"ảnh chụp {SECRET}".encode())
        code = ended(work, ("một", "hai"), files=[{"name": "a.jpg", "sha256": evidence}])
        told(work, code, "ba")
        work.keep()
    assert SECRET.encode() in everything_in(path)
    assert dispose(record, code) == (code,)
    assert SECRET.encode() not in everything_in(path)
    assert verify(record, SO) == []
    with Work(record, SO, reading=True) as work:
        (listed,) = work.disposals.everything()
        assert (listed.code, listed.by, listed.via) == (code, BINH, YES)
        assert (listed.decided_at, listed.at) == (LATER, LATER + HOUR)
        assert listed.listed["number"] == "01/2026"
        assert listed.listed["unit"] == "Phòng Một cửa"
        assert work.requests.load(code) is None
        row = work.requests.row(code)
        assert row is not None
        assert (row.number, row.content, row.reporter) == ("01/2026", "", "")
        kept = [work.letters.get(number) for number in (1, 2)]
        assert [(k.message_id, k.subject, work.letters.raw(k.id)) for k in kept] == [
            ("một@so.vn", "", b""),
            ("hai@so.vn", "", b""),
        ]


def test_a_replayed_letter_is_still_known(record: Engine) -> None:
    """The same letter in an old mailbox must not come in as new once its bytes are gone."""
    with Work(record, SO) as work:
        code = ended(work, ("một",))
        work.keep()
    dispose(record, code)
    with Work(record, SO) as work:
        assert work.letters.keep(arrival("một@so.vn", content_hash="một")).standing == "same"


def test_what_is_shared_with_a_kept_request_stays(record: Engine) -> None:
    """A letter about two requests, the same photo in both, a list of both: whole until both go."""
    with Work(record, SO) as work:
        photo = work.blobs.put(b"photo")
        files = [{"name": "a.jpg", "sha256": photo}]
        first = ended(work, ("chung",), files=files)
        second = open_request(work, files=files).code
        acts = [{"request": c, "act": "withdraw", "outcome": "done"} for c in (first, second)]
        work.letters.settle(1, Outcome.DONE, first, "", acts, NOW, AN)
        lines = [{"request": c, "state": "submitted", "act": "present"} for c in (first, second)]
        asked = notice(context={"kind": "present_list"}, ask=NewAsk(lines, NOW + HOUR))
        listed = work.notices.add(asked)
        work.notices.composed(listed, "list@x", work.blobs.put(b"list"), "token")
        work.keep()
    dispose(record, first)
    with Work(record, SO) as work:
        assert work.blobs.get(photo) == b"photo"
        assert SECRET in work.letters.raw(1).decode()
        assert work.notices.get(listed).mime
        entry = withdrawal(second)
        work.journal.append(entry)
        request = work.requests.load(second)
        assert request
        work.requests.save(request, [])
        work.keep()
    assert verify(record, SO) == []
    dispose(record, second)
    assert verify(record, SO) == []
    with Work(record, SO) as work:
        assert work.letters.raw(1) == b""
        assert work.notices.get(listed).mime is None
        with pytest.raises(MailflowError, match="no blob"):
            work.blobs.get(photo)


def test_deciding_and_carrying_out_twice_is_once(record: Engine) -> None:
    """A second yes lists nothing anew; a second round finds nothing to do; a new entry is kept."""
    with Work(record, SO) as work:
        code = ended(work, ("một",))
        other = open_request(work).code
        work.keep()
    assert dispose(record, code) == (code,)
    assert dispose(record, code) == ()
    with Work(record, SO) as work:
        assert [row.act for row in work.journal.rows() if row.act.startswith("dispos")] == [
            "disposal",
            "disposed",
        ]
        work.journal.append(comment(other, "vẫn ghi được"))
        work.keep()
    assert verify(record, SO) == []


def test_decided_but_killed_before_it_was_done(record: Engine) -> None:
    """Between the two everything is whole; the next round does it."""
    with Work(record, SO) as work:
        code = ended(work, ("một",))
        row = work.requests.row(code)
        assert row
        work.disposals.decide([row], YES, LATER, BINH)
        work.keep()
    with Work(record, SO) as work:
        work.disposals.carry_out([code], JOB, LATER)
    assert verify(record, SO) == []
    with Work(record, SO) as work:
        assert work.disposals.pending() == (code,)
        assert work.requests.load(code)
        assert work.disposals.carry_out([code], JOB, LATER) == (code,)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET fields = '{}', by = '', entered_by = '', notes = '[]', salt = NULL",
        "UPDATE journal SET fields = '{}' WHERE request = '{code}'",
        "UPDATE journal SET salt = NULL, fields = '{}', by = '', entered_by = '', notes = '[]',"
        " act = 'close' WHERE request = '{code}'",
        "DELETE FROM disposals",
    ],
)
def test_the_database_lets_nothing_else_go(record: Engine, statement: str) -> None:
    """Rows of a request nobody decided on, a part of a row, another column, the list itself."""
    with Work(record, SO) as work:
        code = ended(work)
        open_request(work)
        row = work.requests.row(code)
        assert row
        work.disposals.decide([row], YES, LATER, BINH)
        work.keep()
    said = statement.replace("{code}", code)
    with pytest.raises(MailflowError, match="append-only"), record.begin() as connection:
        connection.execute(text(said))
    assert verify(record, SO) == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE journal SET at = '2020-01-01T00:00:00.000000+00:00' WHERE seq = 1", "1: changed"),
        ("UPDATE journal SET target = 'closed' WHERE seq = 2", "2: changed"),
        ('UPDATE journal SET fields = \'{"text":"x"}\' WHERE seq = 2', "2: changed"),
        ("UPDATE journal SET sealed = '0' WHERE seq = 2", "2: changed"),
        (
            "UPDATE journal SET fields = '{}', by = '', entered_by = '', notes = '[]',"
            " salt = NULL WHERE seq = 3",
            "which nobody has disposed of",
        ),
        ("UPDATE requests SET unit = 'x' WHERE seq = 1", "not what was listed"),
        ("DELETE FROM disposals", "which nobody has disposed of"),
        ("UPDATE disposals SET note = 1", "no decision in the journal"),
    ],
)
def test_a_change_to_what_is_left_is_found(
    record: Engine, path: Path, statement: str, said: str
) -> None:
    """What stays of a disposed request, and that it was decided, is still held by the chain."""
    with Work(record, SO) as work:
        code = ended(work)
        open_request(work)
        work.keep()
    dispose(record, code)
    assert verify(record, SO) == []
    tamper(path, statement)
    assert said in "\n".join(verify(record, SO))
