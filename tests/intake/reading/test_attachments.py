"""Attachments judged by their bytes: what is evidence, what is not; nothing is unpacked."""

import struct
import time
from base64 import encodebytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.forms import returned
from mailflow.intake.reading import tnef
from mailflow.intake.reading.attachments import SILENT, Caps, Enclosed, Judged, enclosed, judge
from mailflow.intake.reading.filekinds import FileKind, kind_of, picture_size
from mailflow.intake.reading.letter import Attachment, Letter, read
from tests.intake.letters import HTML, letter, multipart
from tests.intake.reading.files import (
    DOCM,
    DOCX,
    MAIL,
    PDF,
    PROGRAM,
    RAR,
    XLSX,
    bomb,
    jpeg,
    office,
    ole,
    opendocument,
    outlook_reply,
    packed,
    png,
    properties,
    winmail,
)

CAPS = Caps(file=2**20, letter=2 * 2**20, files=3)
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0"
FILEPASS = struct.pack("<HH", 0x809, 16) + b"\0" * 16 + struct.pack("<HH", 0x2F, 54)
LOCKED_DOC = ole("WordDocument", body=b"\xec\xa5".ljust(10, b"\0") + b"\0\x01")


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.exe.txt", PDF, "pdf"),
        ("anh.pdf", jpeg(800, 600), "jpeg"),
        ("anh.jpg", png(800, 600), "png"),
        ("a", b"GIF89a\x10\0\x10\0", "gif"),
        ("a", HEIC, "heic"),
        ("a", b"II*\0\x08\0\0\0", "tiff"),
        ("khong-ten", DOCX, "docx"),
        ("a.docx", XLSX, "xlsx"),
        ("a.zip", office("ppt"), "pptx"),
        ("a", opendocument("text"), "odt"),
        ("a", opendocument("spreadsheet"), "ods"),
        ("a.pdf", packed({"ảnh.jpg": jpeg(8, 8)}), "zip"),
        ("a.csv", "Mã;Tên\n1;Lan\n".encode(), "text"),
        ("BM.txt", "BM.CTCL.01 đã điền".encode(), "text"),
        ("MZ.txt", "MZ là tên máy".encode(), "text"),
        ("utf16.txt", "Biên bản".encode("utf-16"), "text"),
        ("thu.eml", MAIL, "eml"),
        ("thu.msg", ole("__properties_version1.0"), "msg"),
        ("a.doc", ole("Root Entry", "WordDocument"), "doc"),
        ("a.xls", ole("Workbook"), "xls"),
        ("a.rtf", b"{\\rtf1 x}", "rtf"),
        ("a.dwg", b"AC1032\0\0\0\0", "other"),
    ],
)
def test_the_bytes_say_what_a_file_is(name: str, data: bytes, kind: str) -> None:
    """A wrong or missing ending changes nothing, and a harmless kind has no danger."""
    assert kind_of(data, name) == FileKind(kind)


@pytest.mark.threat("macros and programs")
@pytest.mark.parametrize(
    ("name", "data", "danger"),
    [
        ("x.docx", DOCM, "macro"),
        ("x.xlsm", XLSX, "macro"),
        ("x.xlsx", packed({"[Content_Types].xml": b"", "xl/macrosheets/s1.xml": b""}), "macro"),
        ("x.xls", ole("Workbook", "_VBA_PROJECT_CUR"), "macro"),
        ("x.doc", ole("WordDocument", "macros", "vBa"), "macro"),
        ("x.odt", opendocument("text", Basic__Module=b"x"), "macro"),
        (
            "x.odt",
            packed({"mimetype": b"opendocument.text", "encrypted-package": b""}),
            "encrypted",
        ),
        ("x.docx", ole("EncryptedPackage", "EncryptionInfo"), "encrypted"),
        ("x.doc", LOCKED_DOC, "encrypted"),
        ("x.xls", ole("Workbook", body=FILEPASS), "encrypted"),
        ("x.zip", packed({"a.txt": b"a"}, locked=True), "encrypted"),
        ("x.zip", bomb(), "bomb"),
        ("x.docx", packed({f"word/{n}": b"" for n in range(2_001)}), "bomb"),
        ("x.zip", packed({"0.txt": b"\0" * (11 * 2**20)}), "bomb"),
        ("x.zip", packed({"b.zip": packed({"c.zip": b""})}), "nested"),
        ("x.zip", packed({"anh.jpg": RAR}), "nested"),
        ("x.zip", packed({"ho-so.pdf": PROGRAM}), "program"),
        ("x.zip", packed({"a/chay.vbs": b"x"}), "program"),
        ("hoadon.pdf", PROGRAM, "program"),
        ("hoadon.pdf.exe", PDF, "program"),
        ("x", b"\x7fELF\x02", "program"),
        ("x.txt", b"#!/bin/sh\nrm -rf /\n", "program"),
        ("x.js", b"alert(1)", "program"),
        ("x.png", b"L\0\0\0\x01\x14\x02\0" + b"\0" * 20, "program"),
        ("x.dat", b"\0" * 32_769 + b"CD001" + b"\0" * 9, "program"),
        ("x.txt", b"\xef\xbb\xbf <!DOCTYPE html><p>", "web"),
        ("x.svg", b"<svg onload='x'/>", "web"),
        ("x.rar", RAR, "archive"),
        ("x.docx", DOCX[:-30], "broken"),
        ("x.pdf", b"", "empty"),
        ("winmail.dat", tnef.SIGNATURE, "winmail"),
    ],
)
def test_what_nobody_should_open_is_named(name: str, data: bytes, danger: str) -> None:
    """By its content where that tells, and never made harmless by a name."""
    assert kind_of(data, name).danger == danger


@pytest.mark.threat("zip and XML bombs")
def test_a_directory_of_a_million_entries_is_never_read() -> None:
    """The entries are counted as bytes before anything becomes an object."""
    hostile = b"PK\x03\x04" + b"PK\x01\x02".ljust(46, b"\0") * 500_000
    begun = time.process_time()
    assert kind_of(hostile, "a.zip").danger == "bomb"
    assert returned.read(hostile) is None
    assert time.process_time() - begun < 1


STARTS = [b"", b"PK\x03\x04", ole()[:8], b"\xff\xd8", b"\x89PNG\r\n\x1a\n", tnef.SIGNATURE]


@given(st.binary(max_size=400), st.sampled_from(STARTS))
def test_no_bytes_crash_the_judge(data: bytes, start: bytes) -> None:
    """Any bytes are some kind, and no form of ours."""
    assert kind_of(start + data, "x").name
    assert returned.read(start + data) is None
    picture_size(start + data)
    tnef.unpack(start + data)


@given(st.integers(0, 60), st.binary(min_size=1, max_size=4))
def test_a_damaged_package_never_raises(at: int, bits: bytes) -> None:
    """A byte changed anywhere in a sound file gives some kind, never an error."""
    for sound in (DOCM, XLSX, ole("Workbook"), packed({"a.txt": b"a" * 50})):
        spot = len(sound) * at // 61
        damaged = sound[:spot] + bits + sound[spot + len(bits) :]
        assert kind_of(damaged, "x").name
        returned.read(damaged)


def _with(*files: tuple[str, bytes], inline: bool = False) -> Letter:
    parts = [
        "Content-Type: application/octet-stream\n"
        f'Content-Disposition: attachment; filename="{name}"\nContent-Id: <c{number}@x>\n'
        f"Content-Transfer-Encoding: base64\n\n{_base64(data)}"
        for number, (name, data) in enumerate(files)
    ]
    shown = "".join(f'<img src="cid:c{n}@x">' for n in range(len(files))) if inline else ""
    return read(multipart("multipart/related", f"Content-Type: {HTML}\n\nĐồng ý{shown}", *parts))


def _base64(data: bytes) -> str:
    return encodebytes(data).decode()


def _nobody(attachment: Attachment) -> bool:
    return False


def _why(got: Letter, most: Caps = CAPS) -> list[tuple[str, str]]:
    return [(j.attachment.name, j.why) for j in judge(got, most, _nobody)]


@pytest.mark.parametrize(
    ("picture", "inline", "why"),
    [
        (png(1, 1), True, SILENT),
        (png(1, 1), False, SILENT),
        (png(600, 120, 30_000), True, SILENT),
        (png(400, 400, 5_000), True, SILENT),
        (jpeg(1200, 900, 60_000), True, ""),
        (png(800, 600, 60_000), True, ""),
        (jpeg(1200, 900, 60_000), False, ""),
        (png(600, 120, 30_000), False, ""),
    ],
)
def test_logos_are_passed_over_and_photos_are_evidence(
    picture: bytes, inline: bool, why: str
) -> None:
    """A logo is small where the text shows it; a pasted photo is as good as an attached one."""
    assert _why(_with(("image001.png", picture), inline=inline)) == [("image001.png", why)]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("smime.p7s", b"\x30\x82\x01\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"),
        ("lan.vcf", b"BEGIN:VCARD\r\nFN:Lan\r\nEND:VCARD\r\n"),
        ("hop.ics", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),
        ("khoa.asc", b"-----BEGIN PGP SIGNATURE-----\n"),
        ("the.bin", b"BEGIN:VCARD\r\n"),
    ],
)
def test_technical_parts_are_none(name: str, data: bytes) -> None:
    """What mail programs add is no evidence, whatever it is called."""
    assert _why(_with((name, data))) == [(name, SILENT)]


def test_a_technical_name_hides_nothing() -> None:
    """A report called a.vcf is evidence, a program called a.ics is a program."""
    got = _why(_with(("a.vcf", PDF), ("a.ics", PROGRAM)))
    assert got == [("a.vcf", ""), ("a.ics", "program")]


def test_caps_name_the_file_that_is_beyond() -> None:
    """Each file, all together, and how many; what came before stays, the same file counts once."""
    big, half = PDF.ljust(CAPS.file + 1, b"1"), PDF.ljust(CAPS.file - 10, b"2")
    other, more = half[:-1] + b"3", half[:-1] + b"4"
    got = _why(_with(("1.pdf", big), ("2.pdf", half), ("3.pdf", half), ("4.pdf", other)))
    assert got == [("1.pdf", "too_big"), ("2.pdf", ""), ("3.pdf", SILENT), ("4.pdf", "")]
    assert _why(_with(("1.pdf", half), ("2.pdf", other), ("3.pdf", more)))[2][1] == "too_much"
    many = tuple((f"{n}.txt", b"%d" % n) for n in range(4))
    assert [why for _, why in _why(_with(*many))] == ["", "", "", "too_many"]


def test_a_nested_mail_is_evidence_and_never_read() -> None:
    """As a part of the mail or as a file: kept by its hash, its words are nobody's answer."""
    part = "Content-Type: message/rfc822\n\n" + MAIL.decode()
    got = read(multipart("multipart/mixed", "Content-Type: text/plain\n\nĐồng ý", part))
    assert got.text.strip() == "Đồng ý"
    assert _why(got) == [("Re_ KPH.eml", "")]
    assert got.nested[0].sha256 == got.attachments[0].sha256
    assert "DUYỆT".encode() in got.attachments[0].data
    assert _why(_with(("thu.eml", MAIL))) == [("thu.eml", "")]


def test_what_came_is_summed_up() -> None:
    """Evidence is kept once under its hash, the rest is named, and paper is told from files."""
    kept: list[bytes] = []

    def keep(data: bytes) -> str:
        kept.append(data)
        return "0"

    got = _with(("a.pdf", PDF), ("b.exe", PROGRAM), ("c.vcf", b"BEGIN:VCARD\n"))
    found = enclosed(got, judge(got, CAPS, _nobody), keep)
    file = {"name": "a.pdf", "sha256": "0"}
    assert found == Enclosed((file,), (("program", "b.exe", "0"),), (), paper=True)
    assert kept == [PDF]
    mixed = _with(("a.pdf", PDF), ("b.docx", DOCX))
    assert not enclosed(mixed, judge(mixed, CAPS, _nobody), keep).paper


def test_a_winmail_dat_gives_its_words_and_its_files() -> None:
    """Outlook's own format reads like any other letter, Vietnamese names and all."""
    data = outlook_reply("Đồng ý\nHạn: 15/6/2026", ("Biên bản số 1.pdf", PDF), ("x.exe", PROGRAM))
    got = _with(("winmail.dat", data))
    assert _why(got) == [("Biên bản số 1.pdf", ""), ("x.exe", "program")]
    alone = letter("", content_type="application/ms-tnef")
    assert alone.text == ""
    got = read(_tnef_letter(data))
    assert got.text.splitlines() == ["Đồng ý", "Hạn: 15/6/2026"]
    assert got.problems == ()
    assert [a.content_id for a in got.attachments] == ["a@b", "a@b"]


def _tnef_letter(data: bytes, *before: str) -> bytes:
    head = "Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64"
    return multipart("multipart/mixed", *before, f"{head}\n\n{_base64(data)}")


def test_the_words_of_the_mail_itself_come_first() -> None:
    """Exchange sends the words twice; they are read once."""
    data = outlook_reply("Đồng ý")
    got = read(_tnef_letter(data, "Content-Type: text/plain; charset=utf-8\n\nĐồng ý"))
    assert got.text.strip() == "Đồng ý"


@pytest.mark.parametrize("codepage", [65001, 1258, 20127])
def test_html_in_a_winmail_dat_is_read_by_its_codepage(codepage: int) -> None:
    """HTML is bytes there; a codepage that lies about UTF-8 is seen through."""
    page = "<p>Đồng ý với giải pháp</p>".encode()
    got = read(_tnef_letter(winmail((0x9003, properties((0x1013, page), (0x3FDE, codepage))))))
    assert got.text.strip() == "Đồng ý với giải pháp"


def test_words_in_rtf_alone_are_said_to_be_unread() -> None:
    """No guess at them; and a mail with words of its own does not need them."""
    data = winmail((0x9003, properties((0x1009, b"LZFu"))))
    assert read(_tnef_letter(data)).problems == ("tnef",)
    words = "Content-Type: text/plain; charset=utf-8\n\nĐồng ý"
    assert read(_tnef_letter(data, words)).problems == ()


def test_a_mail_within_a_winmail_dat_is_not_entered() -> None:
    """It stays a file that is told of, never words."""
    inner = outlook_reply("KHÔNG DUYỆT")
    data = outlook_reply("Đồng ý", ("thu.dat", inner))
    got = read(_tnef_letter(data))
    assert got.text.strip() == "Đồng ý"
    assert _why(got) == [("thu.dat", "winmail")]


@pytest.mark.parametrize(
    "hostile",
    [
        struct.pack("<IHHI", 1, 0x1002, 0x1234, 0xFFFFFFFF),
        struct.pack("<I", 0xFFFFFFFF),
        struct.pack("<IHHI", 1, 0x1E, 0x1000, 0xFFFFFFFF),
        struct.pack("<IHHII", 1, 0x1F, 0x1000, 1, 0xFFFFFFFF),
    ],
)
def test_counts_that_lie_cost_nothing(hostile: bytes) -> None:
    """Four billion values in forty bytes end where the bytes end."""
    begun = time.process_time()
    found = tnef.unpack(winmail((0x9003, hostile), (0x800C, "Đồng ý".encode())))
    assert found is not None
    assert found.text == "Đồng ý"
    assert time.process_time() - begun < 0.5


def test_a_form_of_ours_is_known_and_the_rest_is_not() -> None:
    """A judged form carries its mark; a workbook with the mark counts as changed."""
    mark = "1/CTCL-2026-0007-P/4/" + "0" * 64
    custom = (
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
        f'custom-properties"><property name="mailflow_form"><x>{mark}</x></property></Properties>'
    )
    book = packed({"[Content_Types].xml": b"", "xl/a": b"", "docProps/custom.xml": custom.encode()})
    (judged,) = judge(_with(("phieu.xlsx", book)), CAPS, _nobody)
    assert isinstance(judged, Judged)
    assert judged.form == returned.Returned("CTCL-2026-0007-P", 4, changed=True)
    assert judged.why == ""
