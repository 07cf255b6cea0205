"""The zip around a workbook: caps before reading, guarded XML, and rewriting with raw streams."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from lxml import etree

from workbook_sync.errors import Reason, Refusal

Source = bytes | Path


@dataclass(frozen=True)
class Caps:
    """Limits before anything is unpacked: bytes, counts, and unpacked size over packed size."""

    packed: int = 200 * 2**20
    parts: int = 10_000
    total: int = 600 * 2**20
    ratio: int = 250
    ratio_from: int = 10 * 2**20  # smaller parts may be as repetitive as they like
    work: int = 300 * 2**20  # unpacked while one package is used, each time a part is read
    whole: int = 12 * 2**20  # of a part that is parsed whole: Excel's most links take so much
    between: int = 3 * 2**20  # of a sheet between two rows, of the string table between two strings
    rows: int = 120 * 2**20  # of all sheets and the string table, of a workbook read whole
    cells: int = 1_200_000  # and rows, of a workbook read whole: some 300 MB of memory


CAPS = Caps()
# all that reading a damaged zip from memory raises
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    NotImplementedError,
    ValueError,
    OverflowError,
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DOCTYPES = tuple("<!DOCTYPE".encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be"))
_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_EFFORT = 16_384  # what opening a part is worth, in bytes unpacked
_MOST_NODES = 1_000_000
_VERSION = 20  # of the zip format: deflate
_SIZES_FOLLOW, _UTF8, _CRYPT = 0x8, 0x800, 0x1


class Package:
    """An opened and checked zip; part names are as in the file and found whatever their case."""

    def __init__(self, data: bytes, caps: Caps) -> None:
        self.data = data
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _DAMAGE as error:
            raise Refusal(Reason.NOT_A_WORKBOOK, detail=str(error)) from error
        self.infos = self._zip.infolist()
        self.comment = self._zip.comment
        _check(self.infos, caps)
        self.caps, self._work = caps, caps.work
        self._names = {_key(info.filename): info for info in self.infos}
        if len(self._names) != len(self.infos):
            raise Refusal(Reason.BAD_PACKAGE, detail="two parts of the same name")

    @property
    def names(self) -> list[str]:
        """Part names in the file's order, without a leading slash."""
        return [info.filename for info in self.infos]

    def name_of(self, part: str) -> str | None:
        """The part's name as spelled in the zip, or None."""
        info = self._names.get(_key(part))
        return info.filename if info else None

    def size_of(self, part: str) -> int:
        """The part's bytes unpacked, as the zip says; 0 when it is missing."""
        info = self._names.get(_key(part))
        return info.file_size if info else 0

    def _open_for(self, part: str) -> zipfile.ZipInfo:
        """The part's entry; refused when it is missing, or too much was unpacked already."""
        info = self._names.get(_key(part))
        if info is None:
            raise Refusal(Reason.BAD_PACKAGE, detail=f"no part {part}")
        self._work -= info.file_size + _EFFORT
        if self._work < 0:
            raise Refusal(Reason.TOO_BIG, detail="unpacked over and over")
        return info

    def read(self, part: str) -> bytes:
        """The part unpacked; refused when it is missing, damaged, or one too much."""
        return self._unpacked(self._open_for(part))

    def _unpacked(self, info: zipfile.ZipInfo) -> bytes:
        try:
            return self._zip.read(info)
        except _DAMAGE as error:
            raise Refusal(Reason.BAD_PACKAGE, detail=f"{info.filename}: {error}") from error

    def stream(self, part: str, pieces: Sequence[str]) -> "Guarded":
        """The part as a stream that stops at a DOCTYPE, or without a piece for too long."""
        info = self._open_for(part)
        try:
            return Guarded(self._zip.open(info), part, pieces, self.caps.between)
        except _DAMAGE as error:
            raise Refusal(Reason.BAD_PACKAGE, detail=f"{part}: {error}") from error

    def xml(self, part: str) -> etree._Element:
        """The part parsed whole, without entities, network or DOCTYPE."""
        info = self._names.get(_key(part))
        if info is not None and info.file_size > self.caps.whole:
            raise Refusal(Reason.TOO_BIG, detail=f"{part}: {info.file_size} bytes to parse whole")
        return parse_xml(self.read(part), part)

    def test(self) -> None:
        """Unpack every part against its checksum; refused at the first that is damaged."""
        for info in self.infos:
            self._unpacked(info)

    def raw(self, info: zipfile.ZipInfo) -> tuple[bytes, bytes]:
        """The part's extra field of the local header, and its packed bytes as they stand."""
        start = info.header_offset
        header = self.data[start : start + _LOCAL.size]
        if len(header) < _LOCAL.size or header[:4] != b"PK\x03\x04":
            raise Refusal(Reason.BAD_PACKAGE, detail=f"{info.filename}: no local header")
        name_length, extra_length = _LOCAL.unpack(header)[-2:]
        body = start + _LOCAL.size + name_length + extra_length
        return self.data[body - extra_length : body], self.data[body : body + info.compress_size]


class Guarded:
    """A part's stream for a streaming parser, which keeps what stands between two `pieces`.

    Raises Refusal when a DOCTYPE passes, or when more bytes than `Caps.between` pass without a
    piece (a row, a string): a parser takes twenty-five times their size.
    """

    def __init__(self, stream: IO[bytes], part: str, pieces: Sequence[str], between: int) -> None:
        self._stream, self._part, self._tail = stream, part, b""
        self._pieces = [b"<" + piece.encode() for piece in pieces]
        self._prefixed = re.compile(rb"<[\w.-]+:(?:%s)" % "|".join(pieces).encode())
        self._most, self._between = between, 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes, at most `size`."""
        try:
            chunk = self._stream.read(size)
        except _DAMAGE as error:
            raise Refusal(Reason.BAD_PACKAGE, detail=f"{self._part}: {error}") from error
        window = self._tail + chunk
        refuse_doctype(window, self._part)
        self._between = 0 if self._has_piece(window) else self._between + len(chunk)
        if self._between > self._most:
            raise Refusal(Reason.TOO_BIG, detail=f"{self._part}: one piece too large")
        self._tail = chunk[-20:]
        return chunk

    def _has_piece(self, window: bytes) -> bool:
        """Whether a piece starts here for certain: in a comment or CDATA it would be text."""
        if b"<!" in window:
            return False
        return any(p in window for p in self._pieces) or bool(self._prefixed.search(window))


def open_package(source: Source, caps: Caps = CAPS) -> Package:
    """Open a workbook's zip from bytes or a path after checking every cap.

    Raises Refusal: too big, encrypted, old format, not a workbook, bad package. An OSError of
    the path is the caller's.
    """
    if isinstance(source, Path):
        if source.stat().st_size > caps.packed:
            raise Refusal(Reason.TOO_BIG, detail=f"{source.stat().st_size} bytes")
        source = source.read_bytes()
    if len(source) > caps.packed:
        raise Refusal(Reason.TOO_BIG, detail=f"{len(source)} bytes")
    if source.startswith(_OLE):
        locked = "EncryptedPackage".encode("utf-16-le") in source
        raise Refusal(Reason.ENCRYPTED if locked else Reason.OLD_FORMAT)
    return Package(source, caps)


def refuse_doctype(data: bytes, part: str) -> None:
    """Raise Refusal when the bytes hold a document type declaration, in UTF-8 or UTF-16."""
    if any(mark in data for mark in _DOCTYPES):
        raise Refusal(Reason.DOCTYPE, detail=part)


def parse_xml(data: bytes, part: str) -> etree._Element:
    """Parse one part safely.

    Raises Refusal for a DOCTYPE, for XML that is not well formed, or of a million tags and
    attributes, which would take some 200 MB.
    """
    refuse_doctype(data, part)
    if data.count(b"<") + data.count(b"=") > _MOST_NODES:
        raise Refusal(Reason.TOO_BIG, detail=f"{part}: too many elements to parse whole")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Refusal(Reason.BAD_XML, detail=f"{part}: {error}") from error
    if root.getroottree().docinfo.internalDTD is not None:  # in an encoding not scanned above
        raise Refusal(Reason.DOCTYPE, detail=part)
    return root


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()


def _check(infos: list[zipfile.ZipInfo], caps: Caps) -> None:
    """Refuse what unpacks too large and what cannot be rewritten faithfully."""
    if len(infos) > caps.parts or sum(info.file_size for info in infos) > caps.total:
        raise Refusal(Reason.TOO_BIG, detail=f"{len(infos)} parts")
    for info in infos:
        if info.file_size > max(caps.ratio_from, info.compress_size * caps.ratio):
            raise Refusal(Reason.TOO_BIG, detail=f"{info.filename} unpacks too far")
        if info.flag_bits & _CRYPT:
            raise Refusal(Reason.ENCRYPTED, detail=info.filename)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refusal(Reason.BAD_PACKAGE, detail=f"{info.filename}: packed unusually")


# --- writing ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Member:
    """What the zip's two headers say about one part, and its packed bytes."""

    name: bytes
    flags: int
    method: int
    stamp: tuple[int, int]
    crc: int
    size: int
    body: bytes
    local_extra: bytes
    extra: bytes
    comment: bytes
    made_by: int
    attributes: int


def rewrite(package: Package, changed: Mapping[str, bytes]) -> bytes:
    """The package with the changed parts' new content; all others keep their packed bytes.

    Order, names, time stamps and comments stay; a name not yet in the package is added last.
    """
    known = {package.name_of(name) or name: data for name, data in changed.items()}
    members = [_member(package, info, known.get(info.filename)) for info in package.infos]
    names = set(package.names)
    members += [_new_member(name, data) for name, data in known.items() if name not in names]
    return _assemble(members, package.comment)


def _member(package: Package, info: zipfile.ZipInfo, data: bytes | None) -> _Member:
    local_extra, body = package.raw(info)
    if _is_zip64(info.extra) or _is_zip64(local_extra):
        raise Refusal(Reason.BAD_PACKAGE, detail="zip64")
    year, month, day, hour, minute, second = info.date_time
    return _Member(
        name=info.orig_filename.encode("utf-8" if info.flag_bits & _UTF8 else "cp437"),
        flags=info.flag_bits & ~_SIZES_FOLLOW,
        method=info.compress_type if data is None else zipfile.ZIP_DEFLATED,
        stamp=(
            hour << 11 | minute << 5 | second // 2,
            max(year - 1980, 0) << 9 | month << 5 | day,
        ),
        crc=info.CRC if data is None else zlib.crc32(data),
        size=info.file_size if data is None else len(data),
        body=body if data is None else _deflate(data),
        local_extra=local_extra,
        extra=info.extra,
        comment=info.comment,
        made_by=info.create_system << 8 | info.create_version,
        attributes=info.external_attr,
    )


def _new_member(name: str, data: bytes) -> _Member:
    return _Member(
        name=name.encode(),
        flags=_UTF8,
        method=zipfile.ZIP_DEFLATED,
        stamp=(0, 1 << 5 | 1),  # 1 January 1980, as Excel stamps its parts
        crc=zlib.crc32(data),
        size=len(data),
        body=_deflate(data),
        local_extra=b"",
        extra=b"",
        comment=b"",
        made_by=_VERSION,
        attributes=0,
    )


def _is_zip64(extra: bytes) -> bool:
    """Whether the list of (id, length, bytes) fields has the one with 64-bit sizes."""
    while len(extra) >= 4:
        kind, length = struct.unpack("<2H", extra[:4])
        if kind == 1:
            return True
        extra = extra[4 + length :]
    return False


def _deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(5, zlib.DEFLATED, -15)  # 6 takes half as long again for 2 %
    return packer.compress(data) + packer.flush()


def _assemble(members: list[_Member], comment: bytes) -> bytes:
    """Local headers with bodies, the central directory and its end."""
    out, directory = io.BytesIO(), io.BytesIO()
    for part in members:
        common = (part.flags, part.method, *part.stamp, part.crc, len(part.body), part.size)
        offset = out.tell()
        lengths = (len(part.name), len(part.local_extra))
        out.write(_LOCAL.pack(b"PK\x03\x04", _VERSION, *common, *lengths))
        out.write(part.name + part.local_extra + part.body)
        tail = (len(part.name), len(part.extra), len(part.comment), 0, 0, part.attributes, offset)
        made = (part.made_by, _VERSION)
        directory.write(_CENTRAL.pack(b"PK\x01\x02", *made, *common, *tail))
        directory.write(part.name + part.extra + part.comment)
    start, length = out.tell(), directory.tell()
    out.write(directory.getvalue())
    count = len(members)
    out.write(_END.pack(b"PK\x05\x06", 0, 0, count, count, length, start, len(comment)) + comment)
    return out.getvalue()
