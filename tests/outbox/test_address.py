"""Tokens, Message-IDs, threads, header values and mailto buttons."""

from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.outbox.address import (
    MAILTO_LIMIT,
    clean,
    mailto,
    new_message_id,
    new_token,
    thread_headers,
    thread_root,
    token_in,
)
from tests.outbox.build import TOKEN

ADDRESS = "caitien@sonoivu.binhan.gov.vn"


def test_a_token_is_26_lower_case_letters_of_base32_and_never_the_same() -> None:
    """128 random bits; two tokens alike would let one person answer for another."""
    tokens = {new_token() for _ in range(500)}
    assert len(tokens) == 500
    assert all(len(t) == 26 and set(t) <= set("abcdefghijklmnopqrstuvwxyz234567") for t in tokens)


def test_a_message_id_gives_its_token_back() -> None:
    """The token travels in In-Reply-To, so it must come out of the Message-ID unharmed."""
    token = new_token()
    assert token_in(new_message_id(token, 7, "binhan.gov.vn")) == token


def test_a_mail_that_asks_nothing_has_no_token_and_its_own_id() -> None:
    """Its Message-ID names the notice and never repeats."""
    one, other = (new_message_id("", 7, "binhan.gov.vn") for _ in range(2))
    assert token_in(one) is None
    assert one != other
    assert one.startswith("<n.7.")


def test_a_foreign_message_id_gives_no_token() -> None:
    """Only the exact shape counts: no other length, no other letter, nothing around it."""
    for other in ("<a.short@x>", f"<b.{TOKEN}@x>", f"<a.{TOKEN}1@x>", f"<a.{TOKEN}@x> <y@z>", ""):
        assert token_in(other) is None


def test_a_thread_hangs_on_the_request_and_on_the_letter_answered() -> None:
    """References: root first, the answered letter last; In-Reply-To is the nearest."""
    root = thread_root("CTCL-2026-0007-K", "binhan.gov.vn")
    assert thread_headers(root, "a@b") == {
        "In-Reply-To": "<a@b>",
        "References": "<r.ctcl-2026-0007-k@binhan.gov.vn> <a@b>",
    }
    assert thread_headers(root, "") == {"In-Reply-To": root, "References": root}
    assert thread_headers("", "<a@b>") == {"In-Reply-To": "<a@b>", "References": "<a@b>"}
    assert thread_headers("", "") == {}


@pytest.mark.threat("header and SMTP injection")
def test_a_hostile_message_id_is_not_repeated_in_our_headers() -> None:
    """Line breaks, blanks, several ids or letters outside ASCII never reach a header."""
    for hostile in ("a@b>\r\nBcc: x@y", "a b@c", "<a@b> <c@d>", "á@b", "x" * 300):
        assert thread_headers("", hostile) == {}


@given(st.text())
def test_a_clean_value_is_one_printable_line_of_bounded_length(text: str) -> None:
    """Always: no control character, no line or paragraph separator, no lone surrogate."""
    value = clean(text, 50)
    assert len(value) <= 50
    assert not any(c in value for c in "\r\n\0\x0b\x0c\x85\u2028\u2029")
    value.encode("utf-8")
    assert value == clean(value, 50)


def test_a_clean_value_keeps_vietnamese_and_composes_it() -> None:
    """Decomposed letters become NFC; a break becomes a blank, so words do not run together."""
    assert clean("Ho\u0300a a\u0301n\r\nBcc: x") == "Hòa án Bcc: x"


def _body(link: str) -> list[str]:
    return parse_qs(urlsplit(link).query)["body"][0].split("\r\n")


def test_a_button_writes_the_phrase_the_labels_and_the_token() -> None:
    """The mail it opens is what a person would have typed, with the reply code last."""
    link = mailto(ADDRESS, ["Re: [C] x"], ["Đồng ý", "Hạn hoàn thành: "], TOKEN)
    assert link.startswith(f"mailto:{ADDRESS}?subject=Re%3A%20%5BC%5D%20x&body=")
    assert _body(link) == ["Đồng ý", "Hạn hoàn thành: ", "", f"Mã trả lời: {TOKEN}"]


@given(
    subject=st.text(max_size=300),
    labels=st.lists(st.text(max_size=80), max_size=12),
)
def test_a_button_is_never_too_long_and_never_loses_phrase_or_token(
    subject: str, labels: list[str]
) -> None:
    """Always: at most 1,000 octets; labels give way first, the phrase and the token stay."""
    subject, labels = clean(subject, 300), [clean(label, 80) for label in labels]
    subjects = [f"Re: {subject}", "Re: [CTCL-2026-0007-K]"]
    link = mailto(ADDRESS, subjects, ["Yêu cầu sửa", *labels], TOKEN)
    assert len(link) <= MAILTO_LIMIT
    assert link.isascii()
    text = unquote(link)
    assert "body=Yêu cầu sửa\r\n" in text
    assert text.endswith(f"\r\n\r\nMã trả lời: {TOKEN}")


def test_a_button_gives_up_the_long_subject_before_a_label() -> None:
    """The code alone still names the request; a lost label would cost the person a question."""
    labels = [f"Nhãn số {n}: " for n in range(8)]
    link = mailto(ADDRESS, ["Re: " + "ữ" * 90, "Re: [C]"], ["Đồng ý", *labels], TOKEN)
    assert parse_qs(urlsplit(link).query)["subject"] == ["Re: [C]"]
    assert _body(link)[1:9] == labels


def test_there_is_no_button_when_even_the_phrase_does_not_fit() -> None:
    """A cut phrase would say something else, so the words to type stand alone."""
    assert mailto(ADDRESS, ["Re: [C]"], ["ữ" * 300], TOKEN) == ""
