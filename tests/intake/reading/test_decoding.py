"""Charsets and encoded words: what people meant comes out, whatever the label says."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.intake.reading.decoding import codec_name, decode, from_header, one_line, words

SENTENCE = "Đề nghị khắc phục trước ngày 15/6, cảm ơn chị Lê Thị Lan ở Phòng Một cửa."


def cp1258(text: str) -> bytes:
    """Write Vietnamese as cp1258 does: base letters and combining tones."""
    out = bytearray()
    for letter in text:
        try:
            out += letter.encode("cp1258")
        except UnicodeEncodeError:
            base = unicodedata.normalize("NFD", letter)
            tone = next(c for c in base if c in "\u0300\u0301\u0303\u0309\u0323")
            out += unicodedata.normalize("NFC", base.replace(tone, "")).encode("cp1258")
            out += tone.encode("cp1258")
    return bytes(out)


@pytest.mark.parametrize(
    ("data", "declared"),
    [
        (SENTENCE.encode(), "utf-8"),
        (SENTENCE.encode(), None),
        (SENTENCE.encode(), "us-ascii"),
        (SENTENCE.encode(), "iso-8859-1"),
        (SENTENCE.encode(), "x-unknown"),
        (SENTENCE.encode(), '"utf-8; format=flowed"'),
        (SENTENCE.encode("utf-8-sig"), None),
        (SENTENCE.encode("utf-16"), None),
        (SENTENCE.encode("utf-16"), "utf-8"),
        (SENTENCE.encode("utf-7"), "unicode-1-1-utf-7"),
        (SENTENCE.encode("gb18030"), "gb2312"),
        (cp1258(SENTENCE), "windows-1258"),
        (cp1258(SENTENCE), None),
        (cp1258(SENTENCE), "utf-8"),
        (cp1258(SENTENCE), "viscii"),
        (unicodedata.normalize("NFD", SENTENCE).encode(), "utf-8"),
        (SENTENCE.encode().decode("latin-1").encode(), "utf-8"),
    ],
)
def test_a_vietnamese_sentence_survives_every_label(data: bytes, declared: str | None) -> None:
    """Declared rightly, wrongly or not at all, decomposed or encoded twice: the same words."""
    assert decode(data, declared).text == SENTENCE


def test_utf8_read_as_windows_1252_by_somebody_before_us_is_repaired() -> None:
    """`Ä‘á»“ng Ã½` is `đồng ý`, curly signs and all."""
    assert decode("Ä‘á»“ng Ã½".encode(), "utf-8").text == "đồng ý"


def test_western_words_are_not_made_vietnamese() -> None:
    """Undeclared windows-1252 stays what it is when its letters are not our alphabet."""
    assert decode("Grüße, señor, ça".encode("cp1252"), None).text == "Grüße, señor, ça"
    assert decode("“dấu”".encode(), "utf-8").text == "“dấu”"


def test_a_broken_byte_shows_and_spoils_nothing_else() -> None:
    """One cut letter in a UTF-8 text is shown as such; the rest stays readable."""
    decoded = decode("Đồng ý giải pháp này".encode() + b"\xc3", "utf-8")
    assert decoded.text == "Đồng ý giải pháp này\ufffd"
    assert decoded.guessed


def test_a_guess_is_said_to_be_one() -> None:
    """A charset nobody declared or that does not fit is recorded; a right one is not."""
    assert decode(cp1258(SENTENCE), "utf-8").guessed
    assert decode(SENTENCE.encode(), None).guessed
    assert not decode(SENTENCE.encode(), "utf-8").guessed
    assert not decode(b"plain", None).guessed


@pytest.mark.parametrize("name", ["punycode", "idna", "undefined", "unicode_escape", "zip", "\0"])
def test_codecs_that_are_no_charsets_are_not_used(name: str) -> None:
    """Python's other codecs must not be started by a sender."""
    assert decode("đồng ý".encode(), name).text == "đồng ý"
    assert name == "zip" or codec_name(name) is None


@pytest.mark.parametrize(
    ("header", "meant"),
    [
        ("=?utf-8?B?xJDhu5NuZyDDvQ==?=", "Đồng ý"),
        ("=?utf-8?B?xJDhu5NuZyDDvQ?=", "Đồng ý"),
        ("=?UTF-8*vi?q?=C4=90=E1=BB=93ng_=C3=BD?=", "Đồng ý"),
        ("=?utf-8?Q?=C4=90=E1=BB?= =?utf-8?Q?=93ng =C3=BD?=", "Đồng ý"),
        ("=?utf-8?Q?=C4=90=E1=BB?=\r\n =?utf-8?Q?=93ng_=C3=BD?=", "Đồng ý"),
        ('"=?utf-8?B?xJDhu5NuZyDDvQ==?=" <a@b.vn>', '"Đồng ý" <a@b.vn>'),
        ("Re: =?utf-8?Q?=C4=90=E1=BB=93ng?=_=?utf-8?Q?=C3=BD?=", "Re: Đồng_ý"),
        ("=?utf-8?Q?=C4=90=E1=BB=93ng ý", "Đồng ý"),
        ("=?x-unknown?Q?=C4=90=E1=BB=93ng?= =?x-unknown?Q?_=C3=BD?=", "Đồng ý"),
        ("=?windows-1258?Q?=D0=F4=CC?=", "Đồ"),
        ("=?utf-8?B?xJDhuw==?= =?utf-8?B?k25nIMO9?=", "Đồng ý"),
        ("=?utf-8?B?xJDhuw==?=\r\n\t=?UTF-8?B?k25nIMO9====?=", "Đồng ý"),
        ("=?utf-8?B?xJDhuw?= =?utf-8?B?k25nIMO9?=", "Đồng ý"),
        ("=?iso-8859-1?Q?=C4=90=E1=BB=93ng_=C3=BD?=", "Đồng ý"),
        ("=?utf-8?Q?D=CC=A3?=", "\u1e0c"),
        ("=?utf-8?Q?Đồng_ý?= nhé", "Đồng ý nhé"),
        ("=?utf-8?B?xJDhu5NuZyDDvQ==?=nhé", "Đồng ýnhé"),
        ("a=?b", "a=?b"),
        ("=?utf-8?Q?a=0D=0ABcc:_x@y?=", "a Bcc: x@y"),
        ("tr\0ống\u2028dòng", "tr ống dòng"),
    ],
)
def test_headers_are_read_as_they_are_really_written(header: str, meant: str) -> None:
    """Encoded words without padding, split inside letters, with spaces, unended, with CR LF."""
    assert words(header) == meant


def test_raw_bytes_in_a_header_are_read() -> None:
    """8-bit headers, as the standard library hands them over, give their letters."""
    raw = "Đồng ý".encode().decode("ascii", "surrogateescape")
    assert from_header(raw) == "Đồng ý"


@pytest.mark.parametrize(
    "data", [cp1258("Đề nghị"), "Đề nghị".encode(), "Đề nghị".encode("utf-16")]
)
def test_a_header_nobody_encoded_is_read(data: bytes) -> None:
    """Raw cp1258 or UTF-8 in a header, as scanners and old programs write it."""
    raw = data.decode("ascii", "surrogateescape")
    assert from_header(raw) == "Đề nghị"


@given(st.text())
def test_one_line_is_one_line(text: str) -> None:
    """No control character and no line end is left, by anybody's definition of a line."""
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert not any(unicodedata.category(c) == "Cc" for c in line)


@given(st.binary(), st.one_of(st.none(), st.text(), st.sampled_from(["utf-8", "utf-7", "hz"])))
def test_no_bytes_crash_the_decoder(data: bytes, declared: str | None) -> None:
    """Whatever the bytes and the label: text in NFC that can be stored."""
    text = decode(data, declared).text
    assert text.encode().decode() == text
    assert unicodedata.is_normalized("NFC", text)


@given(st.text(alphabet="=?utf-8QB_ \r\nxJ\u0111"))
def test_no_header_crashes_the_reader(text: str) -> None:
    """Whatever looks like an encoded word gives one line."""
    assert "\n" not in words(text)
