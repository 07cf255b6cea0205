"""Checking the record: each kind of damage is found and named, and a sound record has none."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from mailflow.procedure.machine import advance
from mailflow.record import Engine, NewAsk, Outcome, Work, verify
from tests.record.samples import (
    AN,
    HOUR,
    NOW,
    SO,
    arrival,
    notice,
    open_request,
    tamper,
    withdrawal,
)


@pytest.fixture
def code(record: Engine) -> str:
    """Let one request be opened and withdrawn and another opened; give the first one's code."""
    with Work(record, SO) as work:
        request = open_request(work)
        entry = withdrawal(request.code)
        work.journal.append(entry)
        work.requests.save(advance(request, entry), [])
        other = open_request(work).code
        letter = work.letters.keep(arrival()).id
        work.letters.settle(letter, Outcome.DONE, request.code, "", [], NOW, AN)
        asked = [
            {"request": other, "state": "reported", "act": "withdraw"},
            {"request": "", "state": "", "act": "present"},
        ]
        ask = NewAsk(asked, NOW + HOUR)
        number = work.notices.add(notice(request=other, letter_id=letter, ask=ask))
        work.notices.composed(number, "<n.1@x>", work.blobs.put(b"mail"), "token")
        work.asks.use(1, 0, letter, NOW)
        work.keep()
    return request.code


def test_a_sound_record_has_no_faults(record: Engine, code: str) -> None:
    """Nothing must be reported where nothing is wrong, nor in an agency that is empty."""
    assert verify(record, SO) == []
    assert verify(record, "nobody") == []


@pytest.mark.threat("tampered record")
@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (["UPDATE requests SET state = 'closed' WHERE seq = 2"], ["state is <State.CLOSED"]),
        (["UPDATE requests SET closed_at = NULL WHERE seq = 1"], ["closed_at is None"]),
        (["UPDATE requests SET unit = 'x' WHERE seq = 2"], ["unit is 'x'"]),
        (["UPDATE requests SET state = 'odd' WHERE seq = 2"], ["cannot be read", "odd"]),
        (["UPDATE requests SET waiting = '[' WHERE seq = 2"], ["cannot be read"]),
        (["UPDATE requests SET seq = 5 WHERE seq = 2"], ["seq is 5", "1 to 2 given, [1, 5] found"]),
        (["UPDATE counters SET last = 3"], ["numbers of CTCL 2026: 1 to 3 given, [1, 2] found"]),
        (["DELETE FROM counters"], ["numbers of CTCL 2026: 1 to 0 given"]),
        (["DELETE FROM requests WHERE seq = 2"], ["its row is missing", "[1] found"]),
        (["DELETE FROM requests WHERE seq = 2"], ["notices.request", "ask_lines.request"]),
        (["DELETE FROM journal WHERE seq = 3"], ["has no journal"]),
        (["DELETE FROM journal WHERE seq = 1"], ["journal: 1 to 1 missing", "cannot be read"]),
        (["UPDATE journal SET fields = '{' WHERE seq = 3"], ["3: changed", "cannot be read"]),
        (["UPDATE requests SET successor = 'x' WHERE seq = 2"], ["requests.successor: x is not"]),
        (["UPDATE letters SET request = 'CTCL-1'"], ["letters.request: CTCL-1 is not there"]),
        (["UPDATE letters SET blob = 'x'"], ["letters.blob: x is not there"]),
        (["UPDATE notices SET mime = 'x'"], ["notices.mime: x is not there"]),
        (["DELETE FROM letters"], ["notices.letter_id: 1 is not there", "ask_lines.letter_id: 1"]),
        (["DELETE FROM notices"], ["asks.notice_id: 1 is not there"]),
        (["DELETE FROM asks"], ["ask_lines.ask_id: 1 is not there"]),
        (["UPDATE letters SET agency_id = 'x'"], ["notices.letter_id: 1 is not there"]),
        (["UPDATE notices SET status = 'sent'"], ["notice 1: counts as sent, but when"]),
        (["UPDATE notices SET sent_at = at"], ["notice 1: waits to be sent, but was sent"]),
        (["UPDATE notices SET message_id = NULL"], ["notice 1: waits to be sent, but"]),
        (["UPDATE blobs SET data = substr(data, 2)"], ["its bytes are not those"]),
    ],
)  # fmt: skip
def test_damage_is_found_and_named(
    record: Engine, path: Path, code: str, statements: Sequence[str], said: Sequence[str]
) -> None:
    """Whatever is changed behind our back must be told, by where it is."""
    tamper(path, *statements)
    faults = "\n".join(verify(record, SO))
    for words in said:
        assert words in faults
