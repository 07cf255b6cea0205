"""What a file is by its bytes, and what in it nobody should be sent on to open."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from mailflow.intake.reading import tnef

MOST_ENTRIES = 2_000
"""Entries of an archive or an office file; a document of hundreds of pictures has fewer."""

MOST_UNPACKED = 200 * 2**20
MOST_RATIO, FREE_OF_RATIO = 100, 10 * 2**20
"""Unpacked bytes for each packed one, asked only beyond the bytes that are free of it."""

PICTURES = frozenset({"jpeg", "png", "gif", "bmp", "webp", "heic", "tiff"})

_SECTOR = 128  # bytes of an entry in the directory of an OLE file, all of them so aligned
_BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError,
    ValueError, OSError, OverflowError,
)  # fmt: skip
"""What zipfile raises on bytes that are no sound archive."""

_STARTS = {
    b"\xff\xd8\xff": "jpeg",
    b"\x89PNG\r\n\x1a\n": "png",
    b"GIF87a": "gif",
    b"GIF89a": "gif",
    b"II*\0": "tiff",
    b"MM\0*": "tiff",
    b"{\\rtf": "rtf",
    b"BEGIN:VCARD": "vcard",
    b"BEGIN:VCALENDAR": "calendar",
    b"-----BEGIN PGP": "pgp",
}
_PROGRAMS = (
    b"\x7fELF", b"#!", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"dex\n", b"ITSF", b"L\0\0\0\x01\x14\x02\0",
    b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d",
)  # fmt: skip
"""ELF, scripts, Mach-O, Java, Android, compiled help, Windows links, OneNote."""

_ARCHIVES = (
    b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"MSCF",
    b"\x28\xb5\x2f\xfd",
)  # fmt: skip
_HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif"})
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")  # 1.2.840.113549.1.7.2, CMS
_WEB = re.compile(rb"<(!doctype\s+html|html|head|body|script|iframe|svg)\b", re.IGNORECASE)
_HEADER = re.compile(rb"[A-Za-z][\w-]{0,60}:[ \t]?[^\r\n]{0,900}\r?\n")
_MAIL = re.compile(rb"^(from|to|subject|date|received|message-id):", re.IGNORECASE | re.MULTILINE)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")

_BY_ENDING = {
    "program": (
        "exe com scr pif bat cmd ps1 psm1 vb vbs vbe js jse mjs ws wsf wsh hta msi msp jar lnk reg "
        "cpl dll ocx sys drv iso img vhd vhdx one chm hlp apk app dmg pkg deb rpm sh bash py pl rb "
        "php xll url scf inf ade adp application appref-ms gadget library-ms search-ms "
        "settingcontent-ms"
    ),
    "macro": "docm dotm xlsm xltm xlam pptm potm ppsm ppam",
    "web": "html htm xhtml shtml mht mhtml svg svgz",
    "archive": "zip rar 7z gz tgz bz2 xz tar cab arj lzh zst ace",
}
_ENDINGS = {end: danger for danger, ends in _BY_ENDING.items() for end in ends.split()}


@dataclass(frozen=True)
class FileKind:
    """What a file is, and the key of its danger: a sentence of [files] in reasons.toml, or ""."""

    name: str
    danger: str = ""


def kind_of(data: bytes, name: str) -> FileKind:
    """Tell what a file is. The bytes decide; its name can only make it more dangerous.

    Nothing is unpacked: of a zip the directory is read, and the first bytes of its entries.
    """
    found = _by_content(data)
    claimed = danger_of(name)
    if found.danger or claimed not in ("program", "macro", "web"):
        return found
    return FileKind(found.name, claimed)


def danger_of(name: str) -> str:
    """Tell the danger that the ending of a name announces, "" for none."""
    return _ENDINGS.get(PurePath(name.lower()).suffix[1:], "")


def _by_content(data: bytes) -> FileKind:
    if not data:
        return FileKind("other", "empty")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip(data)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole(data)
    if data.startswith(tnef.SIGNATURE):
        return FileKind("other", "winmail")
    danger = _danger_at_start(data)
    return FileKind("other", danger) if danger else _plain(data)


def _danger_at_start(data: bytes) -> str:
    dos = data.startswith(b"MZ") and b"\0" in data[:64]
    if dos or data.startswith(_PROGRAMS) or data[32_769:32_774] == b"CD001":
        return "program"
    return "archive" if data.startswith(_ARCHIVES) or data[257:262] == b"ustar" else ""


def _plain(data: bytes) -> FileKind:
    """Tell what is neither a container nor a program."""
    if b"%PDF-" in data[:1_024]:
        return FileKind("pdf")
    start = next((kind for mark, kind in _STARTS.items() if data.startswith(mark)), "")
    start = start or _with_inner_mark(data)
    return FileKind(start) if start else _text(data)


def _with_inner_mark(data: bytes) -> str:
    if data[4:8] == b"ftyp":
        return "heic" if data[8:12] in _HEIC else "video"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "webp"
    if data.startswith(b"BM") and data[2:6] == struct.pack("<I", len(data)):
        return "bmp"
    return "signature" if data[:1] == b"\x30" and _SIGNED_DATA in data[:32] else ""


def _text(data: bytes) -> FileKind:
    head = data[:8_192].removeprefix(b"\xef\xbb\xbf").lstrip()
    utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if _CONTROL.search(head) and not utf16:
        return FileKind("other")
    if head.startswith(b"<") and _WEB.search(head):
        return FileKind("html", "web")
    first = _HEADER.match(head)
    is_mail = first and len({name.lower() for name in _MAIL.findall(head)}) > 1
    return FileKind("eml" if is_mail else "text")


def _zip(data: bytes) -> FileKind:
    """Tell what kind of package or archive a zip is, from its directory alone."""
    if data.count(b"PK\x01\x02") > MOST_ENTRIES:  # counted first: each becomes an object
        return FileKind("zip", "bomb")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return _package(package, len(data))
    except _BROKEN:
        return FileKind("zip", "broken")


def _package(package: zipfile.ZipFile, size: int) -> FileKind:
    entries = package.infolist()
    names = [entry.filename.lower().replace("\\", "/") for entry in entries]
    kind = _packed_kind(names, package)
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED or unpacked > max(FREE_OF_RATIO, MOST_RATIO * size):
        return FileKind(kind, "bomb")
    if any(entry.flag_bits & 1 for entry in entries) or _odf_is_encrypted(names, package):
        return FileKind(kind, "encrypted")
    if any(map(_is_macro, names)) or (kind.startswith("od") and any(map(_is_odf_macro, names))):
        return FileKind(kind, "macro")
    return FileKind(kind, next(_inner_dangers(package), "") if kind == "zip" else "")


def _packed_kind(names: list[str], package: zipfile.ZipFile) -> str:
    if "[content_types].xml" in names:
        rooms = {"word": "docx", "xl": "xlsx", "ppt": "pptx"}
        return next((k for room, k in rooms.items() if f"{room}/" in _rooms(names)), "zip")
    if names[:1] == ["mimetype"]:
        mime = _first_bytes(package, package.infolist()[0], 80)
        kinds = {b"opendocument.text": "odt", b"spreadsheet": "ods", b"presentation": "odp"}
        return next((kind for word, kind in kinds.items() if word in mime), "zip")
    return "zip"


def _rooms(names: list[str]) -> set[str]:
    return {name.partition("/")[0] + "/" for name in names}


def _is_macro(name: str) -> bool:
    return name.endswith(("vbaproject.bin", "vbadata.xml")) or name.startswith("xl/macrosheets/")


def _is_odf_macro(name: str) -> bool:
    return name.startswith(("basic/", "scripts/")) and not name.endswith("/")


def _odf_is_encrypted(names: list[str], package: zipfile.ZipFile) -> bool:
    if "encrypted-package" in names:
        return True
    listed = next((e for e in package.infolist() if e.filename == "META-INF/manifest.xml"), None)
    return bool(listed) and b"encryption-data" in _first_bytes(package, listed, 2**20)


def _inner_dangers(package: zipfile.ZipFile) -> Iterator[str]:
    """Give the dangers of an archive's files; an archive in an archive may hide anything."""
    for entry in package.infolist():
        danger = danger_of(entry.filename) or _danger_at_start(_first_bytes(package, entry, 64))
        if danger:
            yield "nested" if danger == "archive" else danger


def _first_bytes(package: zipfile.ZipFile, entry: zipfile.ZipInfo | None, most: int) -> bytes:
    """Read the first bytes of an entry, by the two methods that cost no memory; else give none."""
    if entry is None or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return b""
    if entry.flag_bits & 1:
        return b""
    with package.open(entry) as content:
        return content.read(most)


_OLE_KINDS = {
    "worddocument": "doc",
    "workbook": "xls",
    "book": "xls",
    "powerpoint document": "ppt",
    "__properties_version1.0": "msg",
}
_OLE_MACROS = {"vba", "_vba_project", "_vba_project_cur", "macros"}
_OLE_NAMES = re.compile(
    b"|".join(
        re.escape(f"{name}\0".encode("utf-16-le"))
        for name in sorted({*_OLE_KINDS, *_OLE_MACROS, "encryptedpackage", "encryptedsummary"})
    ),
    re.IGNORECASE,
)


def _ole(data: bytes) -> FileKind:
    """Tell what an OLE file is from the names in its directory, wherever its chain would lead."""
    found = dict(_ole_names(data))
    kind = next((kind for name, kind in _OLE_KINDS.items() if name in found), "other")
    locked = {"encryptedpackage", "encryptedsummary"} & set(found)
    if locked or _is_locked(data, kind, found):
        return FileKind(kind, "encrypted")
    return FileKind(kind, "macro" if _OLE_MACROS & set(found) and kind != "msg" else "")


def _ole_names(data: bytes) -> Iterator[tuple[str, int]]:
    """Give the names we know with the place of their directory entry."""
    for match in _OLE_NAMES.finditer(data):
        at = match.start()
        length = int.from_bytes(data[at + 64 : at + 66], "little")
        if at % _SECTOR == 0 and length == len(match[0]):
            yield match[0].decode("utf-16-le").rstrip("\0").lower(), at


def _is_locked(data: bytes, kind: str, found: dict[str, int]) -> bool:
    """Tell whether a .doc or .xls wants a password (MS-DOC 2.5.1 fEncrypted, MS-XLS FilePass)."""
    name = next((n for n in ("worddocument", "workbook", "book") if n in found), "")
    if not name or kind not in ("doc", "xls"):
        return False
    entry = data[found[name] : found[name] + _SECTOR].ljust(_SECTOR, b"\0")
    sector = 12 if data[30:31] == b"\x0c" else 9
    start = (int.from_bytes(entry[116:120], "little") + 1) << sector
    if kind == "doc":
        return bool(int.from_bytes(data[start + 10 : start + 12], "little") & 0x100)
    return _has_filepass(data, start)


def _has_filepass(data: bytes, at: int) -> bool:
    """Look for FilePass among the first records of a workbook."""
    for _ in range(4):
        record, length = (int.from_bytes(data[at + i : at + i + 2], "little") for i in (0, 2))
        if record == 0x2F:
            return True
        at += 4 + length
    return False


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Give width and height in pixels of a PNG, GIF or JPEG; None of anything else."""
    if data.startswith(b"\x89PNG") and len(data) >= 24:
        return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    if data.startswith(b"GIF8") and len(data) >= 10:
        return int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
    return _jpeg_size(data) if data.startswith(b"\xff\xd8") else None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Walk the segments up to the one that starts the frame (ITU T.81, B.2.2)."""
    at = 2
    for _ in range(1_000):
        marker = data[at : at + 2]
        if len(data) < at + 9 or marker[:1] != b"\xff":
            return None
        if 0xC0 <= marker[1] <= 0xCF and marker[1] not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None
