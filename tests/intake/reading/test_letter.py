"""Reading a letter: every shape of mail gives its words, files and headers, or a problem."""

import inspect
import sys
import time
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.errors import Permanent
from mailflow.intake.reading.letter import Limits, Unreadable, content_hash, outside, read
from mailflow.intake.reading.parts import message_id
from tests.intake.letters import HTML, letter, multipart, raw

PLAIN = 'Content-Type: text/plain; charset="utf-8"\nContent-Transfer-Encoding: 8bit\n\n'
RICH = 'Content-Type: text/html; charset="utf-8"\nContent-Transfer-Encoding: 8bit\n\n'


def test_a_plain_letter_gives_its_headers_and_words() -> None:
    """Addresses lower case, ids without brackets, references in the order of the header."""
    read_letter = letter(
        "Đồng ý ạ",
        from_='"Lê Thị Lan" <Lan@So.VN>',
        cc="a@b.vn, B <b@b.vn>",
        in_reply_to="<2@x>",
        references="<1@x>\n\t<2@x>",
        reply_to="khac@x.vn",
        sender="thay@x.vn",
        return_path="<>",
        date="Mon, 23 Nov 2026 08:00:00 +0700",
    )
    assert read_letter.text == "Đồng ý ạ"
    assert read_letter.html is None
    assert read_letter.from_addresses == ("an@so.vn",)
    assert read_letter.to == ("iso@so.vn",)
    assert read_letter.cc == ("a@b.vn", "b@b.vn")
    assert read_letter.in_reply_to == ("2@x",)
    assert read_letter.references == ("1@x", "2@x")
    assert read_letter.reply_to == ("khac@x.vn",)
    assert read_letter.sender == "thay@x.vn"
    assert read_letter.return_path == ""
    assert read_letter.message_id == "1@so.vn"
    assert read_letter.problems == ()
    assert read_letter.first("subject") == read_letter.subject == "Re: KPH"


HEADS = st.lists(
    st.sampled_from(
        [b"From: An <an@so.vn>", b"from: B <b@so.vn>", b"Message-ID: <1@x>", b"message-id: 2",
         b"Subject: =?utf-8?b?xJDhu5NuZyDDvQ==?=", b" folded", b"no header", b"From nobody",
         b"Content-Type: multipart/mixed; boundary=b", b"", b"--b", b"Subject: x\xff\r"]
    )
)  # fmt: skip


@given(raw=st.one_of(st.binary(max_size=300), HEADS.map(b"\n".join), HEADS.map(b"\r\n".join)))
def test_what_is_kept_of_a_letter_unopened_is_what_reading_gives(raw: bytes) -> None:
    """The same id, hash, subject and sender, whatever the bytes are."""
    seen = outside(raw)
    if not raw.strip():
        assert seen.message_id == f"sha256:{seen.content_hash}@no-id"
        return
    opened = read(raw)
    sender = next(iter(opened.from_addresses), "")
    assert (seen.message_id, seen.content_hash) == (opened.message_id, opened.content_hash)
    assert (seen.subject, seen.from_address) == (opened.subject, sender)


def test_an_absent_return_path_is_not_the_null_sender() -> None:
    """None is absent; "" is `<>`; an address is itself."""
    assert letter().return_path is None
    assert letter(return_path="<an@so.vn>").return_path == "an@so.vn"


@pytest.mark.parametrize("nothing", [b"", b"\r\n\r\n", b"  \n"])
def test_no_content_is_unreadable(nothing: bytes) -> None:
    """Only nothing at all is refused, as a permanent error."""
    with pytest.raises(Unreadable):
        read(nothing)
    assert issubclass(Unreadable, Permanent)


def test_a_letter_without_id_gets_one_from_its_content() -> None:
    """The synthetic id is the same each time, and another for another letter."""
    one, again, other = (letter(body, message_id="") for body in ("một", "một", "hai"))
    assert one.message_id == again.message_id == f"sha256:{one.content_hash}@no-id"
    assert one.message_id != other.message_id


def test_transport_does_not_change_the_content_hash() -> None:
    """Received lines, spam marks, results and line ends are the servers', not the writer's."""
    here = raw("Đồng ý")
    marks = b"Received: from a\n\tby b\nReturn-Path: <x@y>\nX-Spam-Score: 1\n"
    marks += (
        b"Authentication-Results: mx; dmarc=pass\nX-MS-Exchange-Organization-AuthAs: Internal\n"
    )
    there = (marks + here).replace(b"\n", b"\r\n")
    assert content_hash(here) == content_hash(there)
    assert content_hash(here) != content_hash(raw("Không đồng ý"))
    assert content_hash(here) != content_hash(raw("Đồng ý", subject="Khác"))


def test_the_plain_form_is_preferred() -> None:
    """Of two forms saying the same the plain one is read, the HTML kept."""
    both = read(multipart("multipart/alternative", PLAIN + "Đồng ý", RICH + "<p>Đồng ý</p>"))
    assert both.text.strip() == "Đồng ý"
    assert both.html is not None
    assert both.html.strip() == "<p>Đồng ý</p>"
    assert both.problems == ()


@pytest.mark.parametrize("plain", ["", "  \n", "Thư này cần chương trình đọc HTML"])
def test_an_empty_or_other_plain_form_gives_way_to_what_people_saw(plain: str) -> None:
    """White space and stubs are not the letter; a form with other words is reported as well."""
    rich = RICH + "<p>Không duyệt, làm lại phần nguyên nhân</p>"
    both = read(multipart("multipart/alternative", PLAIN + plain, rich))
    assert both.text.strip() == "Không duyệt, làm lại phần nguyên nhân"
    assert both.problems == (("text_differs",) if plain.strip() else ())


def test_text_around_an_attachment_is_joined() -> None:
    """Apple Mail splits the words at each file; nothing of them is lost."""
    file = 'Content-Type: application/pdf; name="a.pdf"\n\nxx'
    mail = read(multipart("multipart/mixed", PLAIN + "Đồng ý", file, PLAIN + "Hạn: 5/3"))
    assert mail.text.split() == ["Đồng", "ý", "Hạn:", "5/3"]
    assert [(a.name, a.content_type, a.data) for a in mail.attachments] == [
        ("a.pdf", "application/pdf", b"xx")
    ]


def test_an_attached_mail_is_named_and_not_read() -> None:
    """The old mail's KHÔNG DUYỆT must not become the sender's words."""
    old = "Content-Type: message/rfc822\n\nSubject: Cũ\nMessage-Id: <o@x>\n\nKHÔNG DUYỆT"
    mail = read(multipart("multipart/mixed", PLAIN + "Đồng ý", old))
    assert "KHÔNG" not in mail.text
    assert [(n.subject, n.message_id) for n in mail.nested] == [("Cũ", "o@x")]
    assert mail.part_types == ("multipart/mixed", "text/plain", "message/rfc822")


def test_returned_headers_name_the_mail_they_belong_to() -> None:
    """A bounce leads back to the mail we sent."""
    status = "Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nAction: failed"
    headers = "Content-Type: text/rfc822-headers\n\nMessage-Id: <a.t@so.vn>\nSubject: KPH\n"
    mail = read(multipart("multipart/report; report-type=delivery-status", PLAIN, status, headers))
    assert mail.report_type == "delivery-status"
    assert [n.message_id for n in mail.nested] == ["a.t@so.vn"]


def test_a_picture_in_the_text_is_inline_whatever_its_disposition() -> None:
    """Outlook calls logos attachments; the reference from the HTML decides."""
    logo = (
        "Content-Type: image/png; name=logo.png\nContent-Disposition: attachment\n"
        "Content-Id: <image001.png@01>\n\nPNG"
    )
    photo = "Content-Type: image/jpeg; name=anh.jpg\nContent-Disposition: attachment\n\nJPG"
    page = RICH + '<p>Đồng ý</p><img src="cid:image001.png@01">'
    mail = read(multipart("multipart/related", page, logo, photo))
    assert [(a.name, a.inline) for a in mail.attachments] == [
        ("logo.png", True),
        ("anh.jpg", False),
    ]


@pytest.mark.threat("path tricks")
@pytest.mark.parametrize(
    ("parameter", "name"),
    [
        ("filename*=utf-8''Bi%C3%AAn%20b%E1%BA%A3n.docx", "Biên bản.docx"),
        ("filename*0*=utf-8''Bi%C3%AA; filename*1*=n%20b%E1%BA%A3n.docx", "Biên bản.docx"),
        ('filename="=?utf-8?B?QmnDqm4gYuG6o24uZG9jeA==?="', "Biên bản.docx"),
        ('filename="Biên bản.docx"', "Biên bản.docx"),
        ('filename="..\\\\..\\\\a/../b.xlsx"', "b.xlsx"),
        ('filename="con.txt"', "_con.txt"),
        ('filename="gpj.\u202eexe"', "gpj.exe"),
        ('filename="a.pdf. . "', "a.pdf"),
        ("filename*=punycode''x", "x"),
        (f"filename*{'9' * 5000}=x", "dinh-kem-1.pdf"),
        ("", "dinh-kem-1.pdf"),
    ],
)
def test_file_names_are_read_and_made_safe(parameter: str, name: str) -> None:
    """RFC 2231, RFC 2047 and raw names; no path, no device, no hidden ending."""
    file = f"Content-Type: application/pdf\nContent-Disposition: attachment; {parameter}\n\nx"
    assert [a.name for a in read(multipart("multipart/mixed", file)).attachments] == [name]


def test_equal_and_long_file_names_stay_apart() -> None:
    """Two files of one name are two; a long name keeps its ending."""
    file = 'Content-Type: application/pdf; name="{}"\n\nx'
    names = ["a.pdf", "A.pdf", "Đ" * 200 + ".pdf"]
    mail = read(multipart("multipart/mixed", *(file.format(n) for n in names)))
    first, second, third = (a.name for a in mail.attachments)
    assert (first, second) == ("a.pdf", "A (2).pdf")
    assert third.endswith("Đ.pdf")
    assert len(third.encode()) <= 150


def test_flowed_lines_are_joined_and_signatures_kept_apart() -> None:
    """RFC 3676: a trailing space goes on, also in a quote; `-- ` does not."""
    flowed = "text/plain; charset=utf-8; format=flowed"
    body = "Đồng ý với \ngiải pháp.\n> dòng \n> cũ\n-- \nAn"
    assert letter(body, content_type=flowed).text == ("Đồng ý với giải pháp.\n> dòng cũ\n-- \nAn")
    assert letter("xu \nly", content_type=f"{flowed}; delsp=yes").text == "xuly"


@pytest.mark.threat("HTML in mails")
def test_hidden_words_of_html_are_dropped() -> None:
    """What nobody saw is not what was written; `<br>` and blocks end lines."""
    page = (
        "<style>p{}</style><p>Đồng&nbsp;ý<br>Hạn: 5/3</p>"
        '<div style="display: none">KHÔNG DUYỆT</div><span style="font-size:0px">X</span>'
        "<p hidden>Y</p><table><tr><td>Nguyên nhân:</td><td>máy</td></tr></table>"
    )
    assert letter(page, content_type=HTML).text == "Đồng ý\nHạn: 5/3\nNguyên nhân:\tmáy"


def test_html_names_its_own_charset() -> None:
    """Header first, then the page's own meta."""
    page = '<html><head><meta charset="utf-8"></head><body>Đồng ý</body></html>'
    assert letter(page, content_type="text/html").text == "Đồng ý"


def test_html_nobody_can_parse_keeps_its_words() -> None:
    """Tags nested thousands deep are taken off; the words stay and the problem is noted."""
    page = "<div>" * 5000 + "Đồng ý" + "</div>" * 5000
    deep = letter(page, content_type=HTML)
    assert "Đồng ý" in deep.text
    assert deep.problems == ("html",)
    assert letter("<!-- x -->", content_type=HTML).problems == ()


@pytest.mark.threat("HTML in mails")
def test_html_too_long_is_read_to_the_limit() -> None:
    """Two million characters of HTML are looked at; more is a problem that is said."""
    page = "<p>Đồng ý</p><p>" + "a " * 1_000_001
    long = letter(page, content_type=HTML)
    assert long.text.startswith("Đồng ý")
    assert long.problems == ("html",)


def test_smime_is_named() -> None:
    """What cannot be read yet is said, not passed over."""
    assert letter(content_type="application/pkcs7-mime; smime-type=enveloped-data").problems == (
        "encrypted",
    )
    assert letter(content_type="application/x-pkcs7-mime; smime-type=signed-data").problems == (
        "signed_opaque",
    )


def test_beyond_the_size_only_the_headers_are_read() -> None:
    """A letter too large can still be answered."""
    big = read(raw("x" * 5000), Limits(size=4000))
    assert big.problems == ("size",)
    assert big.subject == "Re: KPH"
    assert big.from_addresses == ("an@so.vn",)
    assert big.text == ""


def test_beyond_parts_depth_and_header_lines_the_rest_is_read() -> None:
    """Caps cut what is over them and say so."""
    many = read(multipart("multipart/mixed", *[PLAIN + "x"] * 30), Limits(parts=10))
    assert many.problems == ("parts",)
    assert many.text.split() == ["x"] * 9
    inner = 'Content-Type: multipart/mixed; boundary="in"\n\n--in\n\nsâu\n--in--'
    deep = read(multipart("multipart/mixed", PLAIN + "cạn", inner), Limits(depth=1))
    assert deep.problems == ("depth",)
    assert deep.text.strip() == "cạn"
    long = read(b"X-A: 1\n" * 50 + raw("Đồng ý"), Limits(header_lines=20))
    assert "header_lines" in long.problems
    assert len(long.headers) == 20


@pytest.mark.parametrize(
    "content_type",
    [
        *("multipart/mixed", "multipart/mixed; boundary=khac", "", "text", "x/y/z; a=b"),
        "multipart/mixed; boundary*=undefined''x",
    ],
)
def test_words_are_not_lost_where_the_structure_is_broken(content_type: str) -> None:
    """A multipart without parts is its text."""
    assert letter("Đồng ý", content_type=content_type).text.strip() == "Đồng ý"


def test_odd_transfer_encodings_are_decoded() -> None:
    """Comments, parameters and capitals around `base64` do not hide the words."""
    written = "xJDhu5NuZyDDvQ=="
    for name in ("base64", "BASE64 ", "base64; x=y", "base64 (chú thích)", '"base64"'):
        assert letter(written, content_transfer_encoding=name).text == "Đồng ý"


def test_what_the_standard_library_writes_is_read() -> None:
    """A mail made by somebody else's code, not ours: subject, both forms, a file."""
    mail = EmailMessage()
    mail["From"] = "Lê Thị Lan <lan@so.vn>"
    mail["Subject"] = "Trả lời: sai sót khi trả kết quả " * 4
    mail.set_content("Đồng ý\n")
    mail.add_alternative("<p>Đồng ý</p>", subtype="html")
    mail.add_attachment(b"x", maintype="application", subtype="pdf", filename="Biên bản.pdf")
    got = read(mail.as_bytes())
    assert got.text.strip() == "Đồng ý"
    assert got.subject == ("Trả lời: sai sót khi trả kết quả " * 4).strip()
    assert [a.name for a in got.attachments] == ["Biên bản.pdf"]
    assert got.from_addresses == ("lan@so.vn",)


def test_message_ids_lose_brackets_and_folding() -> None:
    """Ids are compared as they are, without white space and brackets."""
    assert message_id(" <A.b@C.vn> (chú thích)") == "A.b@C.vn"
    assert message_id("<a.\r\n b@c>") == "a.b@c"
    assert message_id("khong-ngoac@x") == "khong-ngoac@x"
    assert message_id("") == ""


def _nested(levels: int) -> bytes:
    parts = (f'Content-Type: multipart/mixed; boundary="b{i}"\n\n--b{i}\n' for i in range(levels))
    return "".join(parts).encode() + b"\nend"


def test_parts_nested_deeper_than_the_stack_leave_the_headers() -> None:
    """The standard library parses by recursion: where it gives up, the headers are still read."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + 150)
    try:
        deep = read(b"Subject: KPH\n" + _nested(200))
    finally:
        sys.setrecursionlimit(before)
    assert (deep.subject, deep.problems) == ("KPH", ("tangled",))


@pytest.mark.threat("huge letters")
@pytest.mark.parametrize(
    "hostile",
    [
        _nested(200),
        _nested(20_000),
        b"Content-Type: message/rfc822\n\n" * 20_000 + b"x",
        b'Content-Type: multipart/mixed; a="' + b";" * 500_000 + b'"\n\nx',
        b"Subject: " + b"=?utf-8?q?" * 50_000 + b"\n\nx",
        b"Subject: " + b"=?utf-8?b?" + b"=" * 500_000 + b"?=\n\nx",
        b"From: " + b"(" * 500_000 + b"\n\nx",
        b"From: " + b'"\\' * 250_000 + b"\n\nx",
        b"From: " + b"<" * 500_000 + b"@\n\nx",
        b"To: " + b"a@b.vn," * 70_000 + b"\n\nx",
        b"References: " + b"<" * 250_000 + b"x> " * 80_000 + b"\n\nx",
        b"A:b\n" * 120_000 + b"\nx",
        b"Content-Type: text/html\n\n" + b"<div>" * 100_000,
        b"Content-Type: text/html\n\n" + b"<p style='display:" * 30_000,
        b"Content-Type: text/html\n\n" + b"<" * 500_000,
        b"Content-Type: text/html\n\n" + b"<meta charset=" * 35_000,
        b"Content-Type: text/html\n\n<pre>" + b"\n \t\xa0" * 120_000,
        b"Content-Type: text/html\n\n" + b"<div style='border-top:solid 1pt'>From" * 13_000,
        b"Content-Type: text/plain; format=flowed\n\n" + b"x \n" * 160_000,
        b"Content-Type: text/plain; format=flowed\n\n" + b">" * 500_000,
        b"Content-Type: text/plain; charset=punycode\n\n" + b"a" * 500_000,
        b"Content-Type: text/plain; charset=utf-7\n\n" + b"+" * 500_000,
        b"Content-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n" + b"M" * 500_000,
    ],
    ids=lambda data: repr(data[:30]),
)
def test_hostile_letters_are_read_in_moderate_time(hostile: bytes) -> None:
    """Half a megabyte made to be slow costs less than two seconds, and raises nothing."""
    begun = time.process_time()
    read(hostile)
    assert time.process_time() - begun < 2


@given(st.binary(min_size=1))
def test_no_bytes_crash_the_reader(data: bytes) -> None:
    """Any bytes give a letter with an id, unless there is nothing in them."""
    if data.strip():
        assert read(data).message_id


_LINES = st.sampled_from(
    [
        *("From: a@b", "From: \u0111 <x", "Subject: =?utf-8?b?xJ", "MIME-Version: 1.0", "", "x"),
        *('Content-Type: multipart/mixed; boundary="b"', "Content-Type: message/rfc822", "--b"),
        *("Content-Type: text/html; charset=x", "--b--", "<p>a", "Content-Type: text/plain"),
        *("Content-Transfer-Encoding: base64", "Content-Type: message/delivery-status", " f"),
        *("Content-Disposition: attachment; filename*=utf-16''%", "Content-Type: ;=;", "=C4=90"),
        *("Content-Type: multipart/alternative; boundary=b", "Content-Transfer-Encoding: uue"),
        *("Content-Type: text/rfc822-headers", "begin 644 x", "Content-Id: <a>", "\xff\x00"),
    ]
)


@given(st.lists(_LINES, min_size=1, max_size=40))
def test_no_arrangement_of_mail_lines_crashes_the_reader(lines: list[str]) -> None:
    """Lines that mean something to a parser, in any order, give a letter."""
    data = "\n".join(lines).encode()
    if data.strip():
        got = read(data)
        assert got.part_types
        assert all("\n" not in value for _, value in got.headers)
