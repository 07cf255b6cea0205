"""Other programs' spreadsheets: told by content, read once within limits, or refused by name."""

import time
import zipfile
from datetime import date
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.components import corpus
from tests.workbook_sync.samples import package, register
from workbook_sync.delimited import decoded, rows_of, separator_of
from workbook_sync.errors import Reason, Refusal
from workbook_sync.foreign import Limits, read_any, read_foreign
from workbook_sync.formats import Format, format_of
from workbook_sync.locate import locate
from workbook_sync.read import read

ODS = "application/vnd.oasis.opendocument.spreadsheet"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEADERS = ["Mã", "Nội dung", "Hạn", "Tỷ lệ"]


def ods(rows: str, manifest: str = "") -> bytes:
    """A spreadsheet of LibreOffice's kind with one sheet."""
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="Phiếu">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    parts = {"mimetype": ODS, "content.xml": content, "META-INF/manifest.xml": manifest}
    return package(parts)


def ods_row(*cells: str, attributes: str = "") -> str:
    """A row of texts, and of a day where a cell is written 2026-03-05."""
    found = (
        f'<table:table-cell office:value-type="date" office:date-value="{cell}"/>'
        if cell.startswith("2026-")
        else f'<table:table-cell office:value-type="string" {attributes}>'
        f"<text:p>{cell}</text:p></table:table-cell>"
        for cell in cells
    )
    return f"<table:table-row {attributes}>{''.join(found)}</table:table-row>"


def why(data: bytes, limits: Limits | None = None) -> Reason:
    """The reason for which these bytes are not read."""
    with pytest.raises(Refusal) as refused:
        read_foreign(data, limits or Limits())
    return refused.value.reason


def cells_or_reason(data: bytes, limits: Limits | None = None) -> int | Reason:
    """How many cells are read, or why none is."""
    try:
        book = read_foreign(data, limits or Limits())
        return sum(len(row.cells) for sheet in book.sheets for row in sheet.rows)
    except Refusal as refusal:
        return refusal.reason


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (register(), Format.XLSX),
        (package({"xl/workbook.bin": b"", "[Content_Types].xml": ""}), Format.XLSB),
        (ods(""), Format.ODS),
        (OLE + "Workbook\0".encode("utf-16-le"), Format.XLS),
        (OLE + "Book\0".encode("utf-16-le"), Format.XLS),
        ("Mã;Nội dung\n".encode(), Format.CSV),
        ("\ufeffMã\tNội dung\n".encode("utf-16"), Format.CSV),
        (b"  <html><table><tr><td>x</td></tr></table>", Format.WEB_PAGE),
        (b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', Format.WEB_PAGE),
    ],
)
def test_a_format_is_told_by_its_content(data: bytes, wanted: Format) -> None:
    """Names lie: many an .xls is a web page, and some .xlsx are not."""
    assert format_of(data) is wanted


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (OLE + "EncryptedPackage\0".encode("utf-16-le"), Reason.ENCRYPTED),
        (ods("", "<manifest:encryption-data/>"), Reason.ENCRYPTED),
        (OLE + "WordDocument\0".encode("utf-16-le"), Reason.NOT_A_WORKBOOK),
        (OLE + "Workbook\0".encode("utf-16-le"), Reason.BAD_PACKAGE),
        (package({"word/document.xml": "<d/>"}), Reason.NOT_A_WORKBOOK),
        (package({"xl/workbook.bin": b"\0", "[Content_Types].xml": ""}), Reason.BAD_PACKAGE),
        (b"PK\x03\x04 cut short", Reason.NOT_A_WORKBOOK),
        (b"<html><table>", Reason.WEB_PAGE),
        (b"\x89PNG\r\n\x1a\n\0\0", Reason.NOT_A_WORKBOOK),
        (b"", Reason.NOT_A_WORKBOOK),
        (b"a;b\n\x81\xff\n", Reason.BAD_ENCODING),
        (b"a;" + b"b" * 40_000, Reason.BAD_PACKAGE),
        (register(), Reason.NOT_A_WORKBOOK),
    ],
)
def test_what_cannot_be_read_is_named(data: bytes, wanted: Reason) -> None:
    """A password is named as such, whatever the format."""
    assert why(data) is wanted


def test_an_old_workbook_with_a_password_is_named() -> None:
    """Its second record says so."""
    data = corpus("xlsx/phpss/example1.xls").read_bytes()
    start = data.index(b"\x09\x08\x10\x00\x00\x06") + 4 + 16
    locked = data[:start] + b"\x2f\x00" + data[start + 2 :]
    assert why(locked) is Reason.ENCRYPTED


def test_a_list_is_found_in_an_ods_as_in_a_workbook() -> None:
    """Days are days; a repeated blank row counts as one of many."""
    blanks = ods_row("", attributes='table:number-rows-repeated="3"')
    rows = ods_row(*HEADERS[:3]) + blanks + ods_row("P-1-K", "máy in hỏng", "2026-03-05")
    grid = locate(read_any(ods(rows)), HEADERS[:3])
    (row,) = grid.rows
    assert (grid.header_row, row.index, row.text("Hạn")) == (1, 5, "05/03/2026")


@pytest.mark.parametrize(
    "data",
    [
        "\ufeffMã;Nội dung;Hạn;Tỷ lệ\r\nP-1-K;hỏng, chờ;05/03/2026;98,5\r\n".encode(),
        'Mã,Nội dung,Hạn,Tỷ lệ\nP-1-K,"hỏng, chờ",05/03/2026,98.5\n'.encode(),
        "Mã\tNội dung\tHạn\tTỷ lệ\r\nP-1-K\thỏng, chờ\t05/03/2026\t98,5\r\n".encode("utf-16"),
        "sep=|\nMã|Nội dung|Hạn|Tỷ lệ\nP-1-K|hỏng, chờ|05/03/2026|98.5\n".encode(),
        b"M\xe3;N\xf4\xf2i dung;Ha\xf2n;Ty\xf2 l\xea\xf2\r\n"
        b"P-1-K;ho\xd2ng, ch\xf5\xcc;05/03/2026;98,5\r\n",
    ],
)
def test_a_text_file_is_read_whatever_its_encoding_and_separator(data: bytes) -> None:
    """With Excel's mark, UTF-16, the old Vietnamese code page; decimal comma after semicolons."""
    (row,) = locate(read_any(data), HEADERS[:1] + HEADERS[2:3]).rows
    assert row.text("Mã") == "P-1-K"
    assert row.text("Hạn") == "05/03/2026"
    assert [cell.value for cell in row.others.values()] == ["hỏng, chờ", 98.5]


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("0912345678", "0912345678"),
        ("1.250", 1250),
        ("-3,25", -3.25),
        ("12.5", "12.5"),
        ("1234567890123456", "1234567890123456"),
        ("5.3.2026", "5.3.2026"),
        ("=1+1", "=1+1"),
        ("  ", None),
    ],
)
def test_only_plain_numbers_become_numbers(cell: str, wanted: object) -> None:
    """A telephone number keeps its zero, a long one its digits, a formula its sign."""
    assert list(rows_of(f"a;b\n{cell};x\n".encode()))[1][0] == wanted


@given(st.text(max_size=40).filter(lambda text: "\r" not in text))
def test_any_text_in_quotes_comes_back(words: str) -> None:
    """Separators, quotes and line ends inside quotes included; NFC."""
    quoted = words.replace('"', '""').replace("\0", "")
    data = f'Mã;"{quoted}";x\n'.encode("utf-8-sig", "replace")
    (row,) = rows_of(data)
    assert len(row) == 3


@given(st.binary(max_size=60))
def test_any_bytes_are_rows_or_a_refusal(data: bytes) -> None:
    """Nothing else comes out of a text file."""
    try:
        separator_of(decoded(data))
        list(rows_of(data))
    except Refusal:
        pass


@pytest.mark.threat("zip and XML bombs")
@pytest.mark.parametrize(
    "rows",
    [
        ods_row("x", attributes='table:number-rows-repeated="1048576"'),
        ods_row("x", attributes='table:number-columns-repeated="16384"') * 20_000,
    ],
)
def test_a_hostile_ods_is_stopped_in_time(rows: str) -> None:
    """By memory or by time; never more than a few seconds, and nothing of it in our process."""
    start = time.monotonic()
    assert cells_or_reason(ods(rows), Limits(cells=100_000)) in (Reason.TOO_BIG, Reason.BAD_PACKAGE)
    assert time.monotonic() - start < 15


@pytest.mark.parametrize(
    "limits",
    [
        Limits(packed=10),
        Limits(cells=100),
        Limits(memory=10 * 2**20),
        Limits(seconds=0),
        Limits(answer=100),
    ],
)
def test_every_limit_holds(limits: Limits) -> None:
    """Bytes of the file, memory, time, bytes of the answer."""
    assert why(b"a;b\n" * 20_000, limits) in (Reason.TOO_BIG, Reason.BAD_PACKAGE)


def test_old_workbooks_of_the_samples_are_read_or_refused() -> None:
    """Every .xls and .ods there; most are read."""
    paths = [p for p in corpus("xlsx").rglob("*") if p.suffix in (".xls", ".ods")]
    found = [cells_or_reason(path.read_bytes()) for path in paths]
    cells = [count for count in found if isinstance(count, int)]
    assert {reason for reason in found if not isinstance(reason, int)} <= {Reason.BAD_PACKAGE}
    assert len(cells) > len(paths) / 2
    assert sum(cells) > 1_000


@pytest.mark.parametrize("data", [ods(""), package({"xl/workbook.bin": b""})])
def test_the_reader_of_workbooks_names_another_format(data: bytes) -> None:
    """A file that was only renamed to .xlsx."""
    with pytest.raises(Refusal) as refused:
        read(data)
    assert refused.value.reason is Reason.OTHER_FORMAT


def test_an_archive_that_unpacks_too_far_is_not_opened() -> None:
    """The caps of workbooks hold for every zip."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", ODS)
        archive.writestr("content.xml", b" " * 30_000_000)
    assert why(out.getvalue()) is Reason.TOO_BIG


def test_a_moment_and_a_time_of_day_are_kept() -> None:
    """As `read` gives them."""
    cell = '<table:table-cell office:value-type="date" office:date-value="2026-03-05T09:30:00"/>'
    book = read_any(ods(f"<table:table-row>{cell}</table:table-row>"))
    (found,) = book.sheets[0].rows[0].cells
    assert str(found.value) == "2026-03-05 09:30:00"
    assert found.value != date(2026, 3, 5)
