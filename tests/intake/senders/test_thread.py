"""What a letter answers: tokens that clients bring back, codes that people type."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.intake.quotes.quoting import new_words
from mailflow.intake.senders.thread import codes, signed_codes, tokens
from mailflow.outbox.address import TOKEN_LABEL, new_message_id, new_token
from tests.intake.letters import ASKED, TOKEN, letter

OLD = "z" * 26
OLDER = "y" * 26


def test_the_token_comes_back_in_in_reply_to_and_references() -> None:
    """In-Reply-To first, then References from the newest; each token once."""
    got = letter(in_reply_to=ASKED, references=f"<a.{OLDER}@so.vn> <x@y> <a.{OLD}@so.vn> {ASKED}")
    assert tokens(got, "so.vn") == (TOKEN, OLD, OLDER)


def test_what_the_outbox_writes_is_read_back() -> None:
    """The two sides agree on the form of a message id, also when a client changed its case."""
    token = new_token()
    sent = new_message_id(token, 7, "so.vn")
    assert tokens(letter(in_reply_to=sent), "so.vn") == (token,)
    assert tokens(letter(in_reply_to=sent.upper()), "SO.VN") == (token,)
    assert tokens(letter(in_reply_to=new_message_id("", 7, "so.vn")), "so.vn") == ()


@pytest.mark.parametrize(
    "header",
    [f"<a.{TOKEN}@evil.test>", f"<a.{TOKEN}x@so.vn>", f"<b.{TOKEN}@so.vn>", f"a.{TOKEN}@so.vn"],
)
def test_other_ids_are_no_tokens(header: str) -> None:
    """Only our form at our own domain counts."""
    assert tokens(letter(in_reply_to=header), "so.vn") == ()


@pytest.mark.parametrize(
    "line",
    [
        f"{TOKEN_LABEL}: {TOKEN}",
        f"ma tra loi : {TOKEN.upper()}",
        f"> Mã trả lời:\u00a0{TOKEN}",
        f"{TOKEN_LABEL}:\n{TOKEN}",
    ],
)
def test_the_token_is_found_in_the_body(line: str) -> None:
    """A button's mail is a new one: its token stands in the text, quoted or wrapped."""
    assert tokens(letter(f"Đồng ý\n\n{line}\nAn"), "so.vn") == (TOKEN,)


def test_a_longer_word_is_no_token() -> None:
    """26 characters exactly."""
    assert tokens(letter(f"{TOKEN_LABEL}: {TOKEN}a"), "so.vn") == ()
    assert tokens(letter(f"Đồng ý {TOKEN}"), "so.vn") == ()


@pytest.mark.parametrize(
    "written",
    [
        "CTCL-2026-0007-K",
        "ctcl-2026-0007-k",
        "[CTCL-2026-0007-K]",
        "CTCL 2026 0007 K",
        "CTCL – 2026 – 0007 – K",
        "CTCL2026-0007K",
        "CTCL_2026_0007_K",
        "CTCL-2026-00007-K",
    ],
)
def test_codes_are_read_as_people_write_them(written: str) -> None:
    """Case, spaces and dashes are free."""
    got = letter("x", subject=f"Re: {written} sai sót")
    assert codes(got, new_words(got), "CTCL") == ("CTCL-2026-0007-K",)


def test_codes_of_the_subject_come_first_and_quotes_are_not_searched() -> None:
    """The subject, then the new words; the old mail's codes are not the person's."""
    body = "CTCL-2026-0009-M: đồng ý\n> CTCL-2026-0011-P\n> cũ"
    got = letter(body, subject="Re: [CTCL-2026-0007-K]", in_reply_to=ASKED)
    assert codes(got, new_words(got), "CTCL") == ("CTCL-2026-0007-K", "CTCL-2026-0009-M")


@pytest.mark.parametrize(
    "text",
    ["XCTCL-2026-0007-K", "CTCL-2026-0007", "CTCL-2026-0007-KH", "CTCL-26-7-K", "KTCL-2026-0007-K"],
)
def test_what_is_no_code_is_not_one(text: str) -> None:
    """A part of another word, a missing letter, another prefix."""
    got = letter(text, subject="KPH")
    assert codes(got, new_words(got), "CTCL") == ()


def test_a_prefix_with_signs_is_taken_as_it_is() -> None:
    """The agency's prefix is text, not a pattern."""
    got = letter("S.A-2026-0001-B và SXA-2026-0001-B")
    assert codes(got, new_words(got), "S.A") == ("S.A-2026-0001-B",)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("CTCL-2026-0007-K\nĐồng ý như CTCL-2026-0008-L", ("CTCL-2026-0007-K",)),
        ("Phiếu CTCL-2026-0007-K: đồng ý", ("CTCL-2026-0007-K",)),
        ("Phiếu CTCL-2026-0007-K như CTCL-2026-0008-L: đồng ý", ()),
        ("Đồng ý\n\n> Phiếu CTCL-2026-0007-K", ("CTCL-2026-0007-K",)),
        ("Đồng ý\n\n> Phiếu CTCL-2026-0007-K\n> CTCL-2026-0008-L", ()),
        ("Đồng ý", ()),
    ],
)
def test_a_signed_letter_speaks_for_codes_in_its_words_only(
    body: str, found: tuple[str, ...]
) -> None:
    """The subject can be exchanged by anybody; two codes in a quote choose neither."""
    got = letter(body, subject="Re: CTCL-2026-0009-M", in_reply_to=ASKED)
    assert signed_codes(got, new_words(got), "CTCL") == found


@pytest.mark.parametrize("hostile", ["CTCL-" * 100_000, f"{TOKEN_LABEL} " * 45_000, "a" * 500_000])
def test_hostile_words_are_searched_quickly(hostile: str) -> None:
    """Half a megabyte costs less than a second."""
    got = letter(hostile, references="<" * 400_000)
    begun = time.process_time()
    tokens(got, "so.vn")
    codes(got, new_words(got), "CTCL")
    assert time.process_time() - begun < 1


@given(st.text(), st.text())
def test_no_text_crashes_the_search(body: str, header: str) -> None:
    """Whatever it is, only tokens and codes come out."""
    got = letter(body, references=" ".join(header.split()))
    assert all(len(token) == 26 for token in tokens(got, "so.vn"))
    assert all(code.startswith("CTCL-") for code in codes(got, new_words(got), "CTCL"))
