"""Files for the tests of attachments: small, exact in their bytes, many of them hostile."""

import io
import struct
import zipfile
import zlib

from mailflow.intake.reading import tnef

TYPES = "[Content_Types].xml"
PROGRAM = b"MZ\x90\0" + b"\0" * 60
RAR = b"Rar!\x1a\x07\x01\0" + b"\0" * 40
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"
MAIL = b"From: a@b.vn\r\nTo: c@d.vn\r\nSubject: Re: KPH\r\n\r\nKH\xc3\x94NG DUY\xe1\xbb\x86T\r\n"


def packed(parts: dict[str, bytes], *, locked: bool = False) -> bytes:
    """Zip some parts; `locked` sets the bit that says a password is needed."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, data in parts.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            package.writestr(entry, data, zipfile.ZIP_DEFLATED)
    written = bytearray(target.getvalue())
    if locked:
        for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            written[written.index(mark) + at] |= 1
    return bytes(written)


def office(room: str, **more: bytes) -> bytes:
    """Pack an office file (`word`, `xl`, `ppt`); `more` are further parts, `__` for a slash."""
    parts = {TYPES: b"<Types/>", f"{room}/main.xml": b"<x/>"}
    return packed(parts | {name.replace("__", "/"): data for name, data in more.items()})


DOCX, XLSX = office("word"), office("xl")
DOCM = packed({TYPES: b"", "word/document.xml": b"", "word/vbaProject.bin": b"x"})


def opendocument(kind: str, **more: bytes) -> bytes:
    """Pack an ODF file whose first part names its kind."""
    mime = f"application/vnd.oasis.opendocument.{kind}".encode()
    return packed({"mimetype": mime} | {n.replace("__", "/"): data for n, data in more.items()})


def bomb(megabytes: int = 300) -> bytes:
    """Pack zeros, written as one entry of the declared size but of few bytes."""
    data = bytearray(packed({"nhỏ.txt": b"\0" * 1_000}))
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = struct.pack("<I", megabytes * 2**20)
    return bytes(data)


def ole(*names: str, body: bytes = b"") -> bytes:
    """Write an OLE file: its header, a directory with these names, then the body of the first."""
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(30, b"\0") + b"\x09\0"
    directory = b"".join(_entry(name) for name in names).ljust(1024, b"\0")
    return header.ljust(512, b"\0") + directory + body.ljust(512, b"\0")


def _entry(name: str) -> bytes:
    written = f"{name}\0".encode("utf-16-le")
    entry = written.ljust(64, b"\0") + struct.pack("<H", len(written))
    return entry.ljust(116, b"\0") + struct.pack("<IQ", 2, 4096)


def png(width: int, height: int, weight: int = 0) -> bytes:
    """Draw a picture of this size in pixels, `weight` bytes heavier than its header."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    return b"\x89PNG\r\n\x1a\n" + chunk + b"\0" * weight


def jpeg(width: int, height: int, weight: int = 0) -> bytes:
    """Draw a photo: an APP0 segment, then the frame, then `weight` bytes."""
    app0 = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF".ljust(14, b"\0")
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\1\x11\0"
    return b"\xff\xd8" + app0 + frame + b"\x01" * weight


def winmail(*attributes: tuple[int, bytes]) -> bytes:
    """Write a winmail.dat of attributes (number, data)."""
    levels = dict.fromkeys((0x8010, 0x800F, 0x9002, 0x9005), 2)
    written = b"".join(
        struct.pack("<BHHI", levels.get(number, 1), number, 6, len(data))
        + data
        + struct.pack("<H", sum(data) & 0xFFFF)
        for number, data in attributes
    )
    return tnef.SIGNATURE + b"\1\0" + written


def properties(*pairs: tuple[int, str | bytes | int]) -> bytes:
    """Write MAPI properties: text as Unicode, bytes as binary, a number as a long."""
    return struct.pack("<I", len(pairs)) + b"".join(_property(*pair) for pair in pairs)


def _property(number: int, value: str | bytes | int) -> bytes:
    if isinstance(value, int):
        return struct.pack("<HHI", 3, number, value)
    kind, data = 0x1F, f"{value}\0".encode("utf-16-le") if isinstance(value, str) else b""
    if isinstance(value, bytes):
        kind, data = 0x102, value
    padded = data + b"\0" * (-len(data) % 4)
    return struct.pack("<HHII", kind, number, 1, len(data)) + padded


def outlook_reply(text: str, *files: tuple[str, bytes]) -> bytes:
    """Write what Outlook sends: Vietnamese words and files with long names."""
    attributes = [(0x9007, struct.pack("<II", 1252, 0)), (0x9003, properties((0x1000, text)))]
    for name, data in files:
        attributes += [
            (0x9002, b"\0" * 14),
            (0x8010, b"TEP~1.PDF\0"),
            (0x800F, data),
            (0x9005, properties((0x3707, name), (0x3712, "<a@b>"))),
        ]
    return winmail(*attributes)
