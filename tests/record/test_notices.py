"""Notices and asks: stored once, sent as the same bytes, answered once with the right token."""

from datetime import timedelta
from pathlib import Path

import pytest

from mailflow.errors import MailflowError
from mailflow.record import Engine, NewAsk, Work
from tests.databases import everything_in
from tests.record.samples import AN, BINH, HOUR, NOW, SO, arrival, notice

LEASE = timedelta(minutes=5)
TOKEN = "abcdefghijklmnopqrstuvwxyz"
LINES = [
    {"request": "CTCL-2026-0001-A", "state": "reported", "act": "decide_disposition"},
    {"request": "CTCL-2026-0002-B", "state": "checked", "act": "decide_need"},
]


def test_a_notice_comes_back_as_it_was_stored(record: Engine) -> None:
    """Person, context and attachments must be those given, in Vietnamese and in order."""
    context = {"happened": {"rows": [{"label": "Lý do", "value": "Hồ sơ “trễ”"}]}, "asks": []}
    files = [{"form": "action_request", "view": {"a": None}}, {"name": "Ảnh.png", "sha256": "0"}]
    with Work(record, SO) as work:
        letter = work.letters.keep(arrival()).id
        number = work.notices.add(notice(context=context, attachments=files, letter_id=letter))
        found = work.notices.get(number)
    assert (found.kind, found.person, found.address) == ("report", AN, AN)
    assert (found.context, found.attachments, found.letter_id) == (context, tuple(files), letter)
    assert (found.status, found.attempts, found.next_at) == ("waiting", 0, NOW)
    assert (found.mime, found.message_id, found.sent_at, found.error) == (None, None, None, "")


def test_the_same_notice_is_stored_once(record: Engine) -> None:
    """A second notice under the same key must be the first one; without a key each is new."""
    ask = NewAsk(LINES, NOW + HOUR)
    with Work(record, SO) as work:
        first = work.notices.add(notice(dedup="k", ask=ask))
        assert work.notices.add(notice(dedup="k", kind="other", ask=ask)) == first
        assert work.notices.get(first).kind == "report"
        assert work.notices.add(notice()) != work.notices.add(notice())
        assert len(work.notices.list(9)) == 3


def test_a_notice_is_sent_by_one_sender_at_a_time(record: Engine) -> None:
    """While one sends, nobody else must; after a crash the next one takes over."""
    with Work(record, SO) as work:
        number = work.notices.add(notice())
        assert work.notices.due(NOW, 9) == (number,)
        taken = work.notices.claim(number, NOW, LEASE)
        assert taken
        assert (taken.attempts, taken.lease_until) == (1, NOW + LEASE)
        assert work.notices.due(NOW, 9) == ()
        assert work.notices.claim(number, NOW, LEASE) is None
        again = work.notices.claim(number, NOW + LEASE, LEASE)
        assert again
        assert again.attempts == 2


def test_a_composed_notice_keeps_its_bytes_over_every_try(record: Engine) -> None:
    """Message-ID and bytes must be the same at the second try as at the first."""
    with Work(record, SO) as work:
        number = work.notices.add(notice())
        work.notices.claim(number, NOW, LEASE)
        mime = work.blobs.put(b"From: x\r\n\r\nxin ch\xc3\xa0o")
        work.notices.composed(number, "<n.1@so.vn>", mime)
        work.notices.retry(number, NOW + HOUR, "451 try later")
        assert work.notices.claim(number, NOW + HOUR - timedelta(seconds=1), LEASE) is None
        found = work.notices.claim(number, NOW + HOUR, LEASE)
        assert found
        assert (found.message_id, found.mime, found.error) == ("<n.1@so.vn>", mime, "451 try later")
        assert work.notices.by_message_id("<n.1@so.vn>") == found
        assert work.notices.by_message_id("<n.2@so.vn>") is None


def test_a_sent_notice_is_never_due_again(record: Engine) -> None:
    """Once the server took it, it must be done with, and the answer readable."""
    with Work(record, SO) as work:
        number = work.notices.add(notice())
        work.notices.claim(number, NOW, LEASE)
        work.notices.sent(number, NOW, "250 2.0.0 queued")
        found = work.notices.get(number)
        assert (found.status, found.sent_at, found.answer) == ("sent", NOW, "250 2.0.0 queued")
        assert work.notices.due(NOW + 100 * HOUR, 9) == ()
        assert work.notices.claim(number, NOW + 100 * HOUR, LEASE) is None


def test_a_failed_notice_says_why(record: Engine) -> None:
    """A refusal for good must end the tries and keep the server's words."""
    with Work(record, SO) as work:
        number = work.notices.add(notice())
        work.notices.failed(number, "550 no such user", NOW)
        found = work.notices.get(number)
        assert (found.status, found.failed_at, found.error) == ("failed", NOW, "550 no such user")
        assert work.notices.due(NOW + HOUR, 9) == ()
        assert work.counts().notices == {"failed": 1}


def test_two_mails_never_share_a_message_id(record: Engine) -> None:
    """A Message-ID given twice must be refused: bounces and answers are found by it."""
    with Work(record, SO) as work:
        first, second = work.notices.add(notice()), work.notices.add(notice())
        mime = work.blobs.put(b"x")
        work.notices.composed(first, "<n.1@so.vn>", mime)
        with pytest.raises(MailflowError, match="message_id"):
            work.notices.composed(second, "<n.1@so.vn>", mime)


def test_a_composed_mail_must_be_in_the_record(record: Engine) -> None:
    """Noting bytes that were not kept must be refused."""
    with Work(record, SO) as work:
        number = work.notices.add(notice())
        with pytest.raises(MailflowError, match=r"(?i)foreign key"):
            work.notices.composed(number, "<n.1@so.vn>", "0" * 64)


def test_notices_are_listed_newest_first_and_filtered(record: Engine) -> None:
    """Status, request and person must each narrow the list."""
    with Work(record, SO) as work:
        first = work.notices.add(notice(request="CTCL-2026-0001-A"))
        second = work.notices.add(notice(person=BINH))
        work.notices.sent(second, NOW, "")

        assert [n.id for n in work.notices.list(9)] == [second, first]
        assert [n.id for n in work.notices.list(1)] == [second]
        assert [n.id for n in work.notices.list(9, status="waiting")] == [first]
        assert [n.id for n in work.notices.list(9, person=BINH)] == [second]
        assert [n.id for n in work.notices.list(9, request="CTCL-2026-0001-A")] == [first]
        assert work.notices.list(9, request="CTCL-2026-0001-A", person=BINH) == ()


def test_an_ask_cannot_be_answered_before_its_mail_is_composed(record: Engine) -> None:
    """The token must be born with the mail, and from then on lead to the ask."""
    with Work(record, SO) as work:
        number = work.notices.add(notice(ask=NewAsk(LINES, NOW + HOUR, [{"act": "verify"}])))
        assert work.asks.by_token(TOKEN) is None
        work.notices.composed(number, "<a.1@so.vn>", work.blobs.put(b"x"), TOKEN)
        ask = work.asks.by_token(TOKEN)
        assert ask
        assert ask == work.asks.of_notice(number) == work.asks.get(ask.id)
        assert (ask.person, ask.notice_id, ask.expires_at) == (AN, number, NOW + HOUR)
        assert [(x.request, x.state, x.act) for x in ask.lines] == [
            tuple(x.values()) for x in LINES
        ]
        assert (ask.commands, ask.closed_at) == ([{"act": "verify"}], None)
        plain = work.notices.add(notice())
        assert work.asks.of_notice(plain) is None
        with pytest.raises(MailflowError, match="asks nothing"):
            work.notices.composed(plain, "<a.2@so.vn>", work.blobs.put(b"x"), "other")


def test_a_line_is_used_once_and_alone(record: Engine) -> None:
    """A second answer to a line must be told apart; the other lines must stay open."""
    with Work(record, SO) as work:
        letter = work.letters.keep(arrival()).id
        number = work.asks.add(AN, TOKEN, LINES, None, NOW + HOUR)
        assert work.asks.use(number, 0, letter, NOW)
        assert not work.asks.use(number, 0, letter, NOW + HOUR)
        first, second = work.asks.get(number).lines
        assert (first.used_at, first.letter_id) == (NOW, letter)
        assert (second.used_at, second.letter_id) == (None, None)
        with pytest.raises(MailflowError, match="no line 2"):
            work.asks.use(number, 2, letter, NOW)


def test_a_closed_ask_is_still_found(record: Engine) -> None:
    """Who answers an ask that was taken back must be told so, not that it never was."""
    with Work(record, SO) as work:
        number = work.asks.add(AN, TOKEN, LINES, None, NOW + HOUR)
        work.asks.close(number, NOW)
        found = work.asks.by_token(TOKEN)
        assert found
        assert found.closed_at == NOW
        with pytest.raises(MailflowError, match="no ask 9"):
            work.asks.get(9)


@pytest.mark.threat("secrets in logs and errors")
def test_no_token_stands_in_the_record(record: Engine, path: Path) -> None:
    """Who reads the file must not be able to answer for anybody."""
    with Work(record, SO) as work:
        number = work.notices.add(notice(ask=NewAsk(LINES, NOW + HOUR)))
        work.notices.composed(number, "<n.1@so.vn>", work.blobs.put(b"x"), TOKEN)
        work.asks.add(BINH, TOKEN[::-1], LINES, None, NOW + HOUR)
        work.keep()
    dump = everything_in(path)
    assert AN.encode() in dump
    assert TOKEN.encode() not in dump
    assert TOKEN[::-1].encode() not in dump
