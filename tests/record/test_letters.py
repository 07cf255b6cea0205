"""Letters: kept once, worked on under a lease, settled for good."""

from datetime import timedelta
from hashlib import sha256

import pytest

from mailflow.errors import MailflowError
from mailflow.record import Engine, Kept, Outcome, Work
from tests.record.samples import AN, HOUR, NOW, SO, arrival

LEASE = timedelta(minutes=10)


def test_a_letter_comes_back_byte_for_byte(record: Engine) -> None:
    """Whatever bytes arrive must be given back as they were, with where they lay."""
    raw = bytes(range(256)) * 3 + b"\r\n.\r\n\0"
    with Work(record, SO) as work:
        kept = work.letters.keep(arrival(raw=raw, uid=None, truncated=True))
        work.keep()
    with Work(record, SO, reading=True) as work:
        letter = work.letters.get(kept.id)
        assert work.letters.raw(kept.id) == raw
        assert (letter.folder, letter.uidvalidity, letter.uid) == ("INBOX", 4_294_967_295, None)
        assert (letter.received_at, letter.from_address, letter.truncated) == (NOW, AN, True)
        assert (letter.standing, letter.outcome, letter.acts) == ("new", None, ())


def test_the_same_letter_twice_is_one_letter(record: Engine) -> None:
    """A copy with other transport headers, in another folder, must make no second row."""
    with Work(record, SO) as work:
        first = work.letters.keep(arrival())
        copy = arrival(raw=b"Received: elsewhere\r\n", folder="Cũ", uidvalidity=2, uid=1)
        assert work.letters.keep(copy) == Kept(first.id, "same")
        assert len(work.letters.list(9)) == 1
        assert work.letters.get(first.id).folder == "INBOX"
        with pytest.raises(MailflowError, match="no blob"):
            work.blobs.get(sha256(copy.raw).hexdigest())


def test_the_same_message_id_with_other_words_is_a_conflict(record: Engine) -> None:
    """An edited or forged copy must be kept as a letter of its own, and stay marked."""
    with Work(record, SO) as work:
        first = work.letters.keep(arrival(words="đồng ý"))
        other = work.letters.keep(arrival(words="không đồng ý"))
        assert (first.standing, other.standing) == ("new", "conflict")
        assert work.letters.get(other.id).standing == "conflict"
        assert work.letters.keep(arrival(words="không đồng ý")) == Kept(other.id, "same")
        assert work.letters.keep(arrival(words="đồng ý")) == Kept(first.id, "same")


def test_message_ids_differ_by_case(record: Engine) -> None:
    """Two ids that differ in the case of a letter must be two letters."""
    with Work(record, SO) as work:
        assert work.letters.keep(arrival("abc@so.vn")).standing == "new"
        assert work.letters.keep(arrival("ABC@so.vn")).standing == "new"


def test_a_claimed_letter_is_nobody_elses_until_the_lease_is_over(record: Engine) -> None:
    """A second worker must not get it; after a crash it must come back, and be counted."""
    with Work(record, SO) as work:
        number = work.letters.keep(arrival()).id
        assert work.letters.unsettled(NOW) == (number,)
        assert work.letters.claim(number, NOW, LEASE) == 1
        assert work.letters.claim(number, NOW, LEASE) is None
        assert work.letters.unsettled(NOW + LEASE - timedelta(microseconds=1)) == ()
        assert work.letters.unsettled(NOW + LEASE) == (number,)
        assert work.letters.claim(number, NOW + LEASE, LEASE) == 2


def test_a_settled_letter_is_never_worked_on_again(record: Engine) -> None:
    """What became of a letter must be readable, and the letter out of the queue."""
    acts = [{"request": "c", "act": "verify", "answer": "", "outcome": "refused", "reason": "x"}]
    with Work(record, SO) as work:
        number = work.letters.keep(arrival()).id
        work.letters.claim(number, NOW, LEASE)
        work.letters.settle(number, "refused", None, "out_of_state", acts, NOW, AN)
        assert work.letters.unsettled(NOW + HOUR) == ()
        assert work.letters.claim(number, NOW + HOUR, LEASE) is None
        letter = work.letters.get(number)
    assert letter.outcome is Outcome.REFUSED
    assert (letter.reason, letter.acts, letter.settled_at) == ("out_of_state", tuple(acts), NOW)
    assert (letter.person, letter.lease_until, letter.attempts) == (AN, None, 1)


def test_a_letter_tried_again_starts_afresh(record: Engine) -> None:
    """After `letter retry` a letter that was set aside must be read as if it had just come."""
    with Work(record, SO) as work:
        number = work.letters.keep(arrival()).id
        fresh = work.letters.get(number)
        work.letters.claim(number, NOW, LEASE)
        work.letters.settle(number, "set_aside", None, "unreadable", [{"act": "x"}], NOW, AN)
        work.letters.reopen(number)
        assert work.letters.get(number) == fresh
        assert work.letters.claim(number, NOW, LEASE) == 1


def test_letters_are_listed_newest_first_and_by_outcome(record: Engine) -> None:
    """A list must be short where asked, newest on top, and of one outcome where asked."""
    with Work(record, SO) as work:
        numbers = [work.letters.keep(arrival(f"m{n}@so.vn")).id for n in range(4)]
        work.letters.settle(numbers[1], Outcome.HELD, None, "", [], NOW, None)
        assert [letter.id for letter in work.letters.list(2)] == [numbers[3], numbers[2]]
        assert [letter.id for letter in work.letters.list(9, Outcome.HELD)] == [numbers[1]]
        assert work.counts().letters == {"waiting": 3, "held": 1}
        assert work.letters.unsettled(NOW) == (numbers[0], numbers[2], numbers[3])


def test_what_is_not_there_is_said(record: Engine) -> None:
    """A number without a letter, or an outcome that is none, must be an error."""
    with Work(record, SO) as work:
        with pytest.raises(MailflowError, match="no letter 5"):
            work.letters.raw(5)
        with pytest.raises(MailflowError, match="no letter 5"):
            work.letters.reopen(5)
        number = work.letters.keep(arrival()).id
        with pytest.raises(ValueError, match="lost"):
            work.letters.settle(number, "lost", None, "", [], NOW, None)


def test_hostile_text_in_headers_does_not_stop_a_letter(record: Engine) -> None:
    """NUL and halves of surrogates must be stored as U+FFFD, and found again by the same text."""
    odd = arrival("a\0b\ud800@x", subject="x\0y")
    with Work(record, SO) as work:
        kept = work.letters.keep(odd)
        assert work.letters.keep(odd) == Kept(kept.id, "same")
        assert work.letters.get(kept.id).subject == "x\ufffdy"


def test_blobs_are_kept_once(record: Engine) -> None:
    """The same bytes twice must be one blob, under the hash that names them."""
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    with Work(record, SO) as work:
        assert work.blobs.put(b"") == work.blobs.put(b"") == empty
        assert work.blobs.get(empty) == b""
        with pytest.raises(MailflowError, match="no blob f"):
            work.blobs.get("f" * 64)
