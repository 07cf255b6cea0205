"""What is made of odd answers of IMAP servers."""

import datetime
import imaplib

import pytest

from mailflow.channels.imap_answers import listing, literal

LINE = b'3 (UID 7 INTERNALDATE " 1-Nov-2026 08:30:00 +0700" RFC822.SIZE 123)'


def test_a_survey_line_gives_time_uid_and_size() -> None:
    """The day may be padded by a blank, the zone is kept in mind."""
    (letter,) = listing([LINE], {7})
    assert letter.received_at == datetime.datetime(2026, 11, 1, 1, 30, tzinfo=datetime.UTC)
    assert (letter.uid, letter.size) == (7, 123)


def test_news_about_other_letters_makes_no_letter() -> None:
    """Flag changes of other clients, letters not asked for and "nothing" are passed over."""
    news = [b"2 (FLAGS (\\Seen))", b"4 (UID 9 FLAGS (\\Seen))", None]
    assert listing([*news, LINE, LINE], {8}) == []
    assert len(listing([*news, LINE, LINE], {7, 9})) == 1


def test_an_unknown_zone_is_read_as_utc() -> None:
    """ "-0000" still gives an aware time, which sorts among the others."""
    (letter,) = listing([LINE.replace(b"+0700", b"-0000")], {7})
    assert letter.received_at == datetime.datetime(2026, 11, 1, 8, 30, tzinfo=datetime.UTC)


def test_an_unreadable_date_is_an_error_and_hides_no_letter() -> None:
    """Better a loud round than a letter nobody ever reads."""
    with pytest.raises(imaplib.IMAP4.error, match="INTERNALDATE"):
        listing([LINE.replace(b" 1-Nov-2026", b"today")], {7})


@pytest.mark.parametrize(
    "answer",
    [
        [(b"1 (UID 7 BODY[] {4}", b"thu!"), b")"],
        [(b"1 (BODY[] {4}", b"thu!"), b" UID 7)"],
        [b"2 (FLAGS (\\Seen))", (b"1 (UID 7 BODY[] {4}", b"thu!"), b")", b"3 (UID 8 FLAGS ())"],
        [(b"2 (UID 6 BODY[] {4}", b"khac"), b")", (b"1 (UID 7 BODY[] {4}", b"thu!"), b")"],
    ],
)
def test_the_letter_asked_for_is_found(answer: list[object]) -> None:
    """Its UID stands before the bytes, or after them, and others' news may surround it."""
    assert literal(answer, 7) == b"thu!"


@pytest.mark.parametrize(
    "answer",
    [
        [None],
        [],
        [b"1 (UID 7 FLAGS (\\Seen))"],
        [(b"1 (UID 8 BODY[] {4}", b"khac"), b")"],
        [(b"1 (BODY[] {4}", b"khac"), b")", b"2 (UID 7 FLAGS ())"],
    ],
)
def test_another_letter_is_never_taken_for_it(answer: list[object]) -> None:
    """Without the exact UID at the very letter there is no letter."""
    assert literal(answer, 7) is None
