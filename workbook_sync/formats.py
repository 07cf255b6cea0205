"""What kind of spreadsheet some bytes are, told by their content, never by a file's name."""

import re
from enum import StrEnum

from workbook_sync.errors import Reason, Refusal
from workbook_sync.package import CAPS, Package

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_MARKUP = re.compile(
    rb"\s*<(?:!doctype|html|head|body|meta|table|style|div|\?xml)\b", re.IGNORECASE
)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_FIRST_RECORD = b"\x09\x08\x10\x00\x00\x06"  # BOF of BIFF8, sixteen bytes long
_FILEPASS, _EARLY_RECORDS = b"\x2f\x00", 8
_BEGINNING = 4_096  # bytes that are looked at of a text
_MOST_MANIFEST = 1 << 20


class Format(StrEnum):
    """A kind of file that holds rows; only xlsx (and xlsm) is read and written by this package."""

    XLSX = "xlsx"
    XLSB = "xlsb"
    XLS = "xls"
    ODS = "ods"
    CSV = "csv"
    WEB_PAGE = "html"


def format_of(data: bytes) -> Format:
    """The kind of spreadsheet these bytes are; a web page is one, whatever its name says.

    Raises Refusal: ENCRYPTED when a password protects it, NOT_A_WORKBOOK for anything else, and
    for a zip what its caps say.
    """
    if data.startswith(OLE):
        return _in_ole(data)
    if data.startswith(b"PK"):
        return _in_zip(Package(data, CAPS))
    beginning = data[:_BEGINNING].removeprefix(b"\xef\xbb\xbf")
    if _MARKUP.match(beginning):
        return Format.WEB_PAGE
    if is_utf16(data) or (data.strip() and not _CONTROL.search(beginning)):
        return Format.CSV
    raise Refusal(Reason.NOT_A_WORKBOOK, detail="neither a spreadsheet nor a text")


def is_utf16(data: bytes) -> bool:
    """Whether a text begins with the mark of UTF-16, as Excel's “Unicode Text” does."""
    return data[:2] in (b"\xff\xfe", b"\xfe\xff") and len(data) > 2


def _in_ole(data: bytes) -> Format:
    """Its directory names the streams, in UTF-16."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise Refusal(Reason.ENCRYPTED)
    if any(f"{name}\0".encode("utf-16-le") in data for name in ("Workbook", "Book")):
        if _has_password(data):
            raise Refusal(Reason.ENCRYPTED)
        return Format.XLS
    raise Refusal(Reason.NOT_A_WORKBOOK, detail="an old file of another program")


def _has_password(data: bytes) -> bool:
    """Whether one of the first records of an old workbook is FILEPASS ([MS-XLS] 2.4.117)."""
    at = data.find(_FIRST_RECORD)
    for _ in range(_EARLY_RECORDS if at >= 0 else 0):
        kind, length = data[at : at + 2], int.from_bytes(data[at + 2 : at + 4], "little")
        if kind == _FILEPASS:
            return True
        at += 4 + length
    return False


def _in_zip(package: Package) -> Format:
    other = other_in_zip(package)
    if other is Format.ODS:
        manifest = package.name_of("META-INF/manifest.xml")
        if manifest and b"encryption-data" in package.read(manifest)[:_MOST_MANIFEST]:
            raise Refusal(Reason.ENCRYPTED)
    if other is not None:
        return other
    if package.name_of("[Content_Types].xml"):
        return Format.XLSX
    raise Refusal(Reason.NOT_A_WORKBOOK, detail="an archive without a workbook")


def other_in_zip(package: Package) -> Format | None:
    """Which spreadsheet that is no .xlsx a zip holds, None for none."""
    if package.name_of("xl/workbook.bin"):
        return Format.XLSB
    kind = package.read("mimetype") if package.name_of("mimetype") else b""
    return Format.ODS if kind.strip().startswith(_ODS) else None
