"""Outlook's winmail.dat taken apart: its words and its files, read no further than it is sound."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from mailflow.intake.reading import decoding

SIGNATURE = b"\x78\x9f\x3e\x22"  # MS-OXTNEF 2.1.3.1
MOST_ATTRIBUTES, MOST_PROPERTIES, MOST_FILES = 2_000, 2_000, 100

_BODY, _TITLE, _DATA, _NEW_FILE = 0x800C, 0x8010, 0x800F, 0x9002
_MESSAGE_PROPERTIES, _FILE_PROPERTIES, _CODEPAGE = 0x9003, 0x9005, 0x9007
_PR_BODY, _PR_HTML, _PR_RTF, _PR_CODEPAGE = 0x1000, 0x1013, 0x1009, 0x3FDE
_PR_NAMES = (0x3707, 0x3704, 0x3001)  # long name, short name, name to show: the best first
_PR_DATA, _PR_TYPE, _PR_CONTENT_ID = 0x3701, 0x370E, 0x3712
_EMBEDDED = bytes.fromhex("0703020000000000c000000000000046")  # IID_IMessage before a message
_FIXED = {2: 4, 3: 4, 4: 4, 10: 4, 11: 4, 5: 8, 6: 8, 7: 8, 20: 8, 64: 8, 72: 16}
_STRING, _UNICODE = 0x1E, 0x1F
_COUNTED = {0x0D, _STRING, _UNICODE, 0x102}
_CODEPAGES = {1200: "utf-16-le", 20127: "ascii", 20866: "koi8-r", 28591: "iso-8859-1"}
_CODEPAGES[65001] = "utf-8"

Value = str | bytes | int


@dataclass(frozen=True)
class File:
    """A file in a winmail.dat; `content_type` and `content_id` may be empty."""

    name: str
    data: bytes
    content_type: str
    content_id: str


@dataclass(frozen=True)
class Unpacked:
    """What a winmail.dat holds; `rtf_only` tells that its words are in Outlook's RTF alone."""

    text: str
    html: str
    files: tuple[File, ...]
    rtf_only: bool


@dataclass
class _Reading:
    codepage: str = "cp1252"
    text: str = ""
    html: str = ""
    rtf: bool = False
    files: list[dict[int, Value]] = field(default_factory=list)


def unpack(data: bytes) -> Unpacked | None:
    """Take a winmail.dat apart (MS-OXTNEF); None where it is none.

    What does not follow the format ends the reading; all before it is given. A message inside
    is a file of its own and not entered.
    """
    if not data.startswith(SIGNATURE):
        return None
    reading = _Reading()
    for name, value in _attributes(data):
        _take(reading, name, value)
    files = tuple(_file(properties) for properties in reading.files)
    words = reading.text.strip() or reading.html.strip()
    return Unpacked(reading.text, reading.html, files, reading.rtf and not words)


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Walk level, name, type, length, data, checksum."""
    at = 6
    for _ in range(MOST_ATTRIBUTES):
        if len(data) < at + 11:
            return
        name, length = struct.unpack_from("<H", data, at + 1)[0], _long(data, at + 5)
        if len(data) < at + 9 + length:
            return
        yield name, data[at + 9 : at + 9 + length]
        at += 11 + length


def _take(reading: _Reading, name: int, value: bytes) -> None:
    if name == _CODEPAGE:
        reading.codepage = _charset(_long(value.ljust(4, b"\0"), 0))
    elif name == _BODY:
        reading.text = reading.text or _decoded(value, reading.codepage)
    elif name == _MESSAGE_PROPERTIES:
        _take_words(reading, dict(_properties(value, reading.codepage)))
    elif name == _NEW_FILE and len(reading.files) < MOST_FILES:
        reading.files.append({})
    elif reading.files:
        _take_file(reading.files[-1], name, value, reading.codepage)


def _take_words(reading: _Reading, found: dict[int, Value]) -> None:
    """Prefer the words of the properties: they may be Unicode where the attribute is not."""
    codepage = found.get(_PR_CODEPAGE)
    charset = _charset(codepage) if isinstance(codepage, int) else reading.codepage
    reading.text = _as_text(found.get(_PR_BODY), charset) or reading.text
    reading.html = _as_text(found.get(_PR_HTML), charset) or reading.html
    reading.rtf = reading.rtf or _PR_RTF in found


def _take_file(file: dict[int, Value], name: int, value: bytes, codepage: str) -> None:
    if name == _TITLE:
        file.setdefault(_TITLE, _decoded(value, codepage))
    elif name == _DATA:
        file[_DATA] = value
    elif name == _FILE_PROPERTIES:
        file.update(_properties(value, codepage))


def _file(found: dict[int, Value]) -> File:
    names = (found.get(name) for name in (*_PR_NAMES[:1], _TITLE, *_PR_NAMES[1:]))
    data = found.get(_PR_DATA) or found.get(_DATA) or b""
    return File(
        name=next((name for name in names if isinstance(name, str) and name), ""),
        data=data.removeprefix(_EMBEDDED) if isinstance(data, bytes) else b"",
        content_type=_as_text(found.get(_PR_TYPE), "ascii"),
        content_id=_as_text(found.get(_PR_CONTENT_ID), "ascii").strip("<> "),
    )


def _properties(data: bytes, codepage: str) -> Iterator[tuple[int, Value]]:
    """Walk the properties of a message or a file (MS-OXTNEF 2.1.3.4); the first value of each."""
    at = 4
    for _ in range(min(_long(data.ljust(4, b"\0"), 0), MOST_PROPERTIES)):
        try:
            name, kind, many, at = _head(data, at)
            value, at = _value(data, at, kind, many=many)
        except (struct.error, ValueError):
            return
        if kind in (_STRING, _UNICODE):
            yield name, _decoded(value, "utf-16-le" if kind == _UNICODE else codepage)
        else:
            yield name, _long(value, 0) if kind == 3 else value


def _head(data: bytes, at: int) -> tuple[int, int, bool, int]:
    """Read a property's name and type; gives (name, type, whether it has many values, next)."""
    kind, name = struct.unpack_from("<HH", data, at)
    at += 4
    if name >= 0x8000:  # a named property: its name says nothing to us
        by_name = _long(data, at + 16)
        at += 24 + (_padded(_long(data, at + 20)) if by_name else 0)
        name = 0
    return name, kind & ~0x1000, bool(kind & 0x1000), at


def _value(data: bytes, at: int, kind: int, *, many: bool) -> tuple[bytes, int]:
    """Read the first value and pass over the others; ValueError beyond the end."""
    counted = kind in _COUNTED
    if not counted and kind not in _FIXED:
        raise ValueError("no such type of property")
    count = _long(data, at) if counted or many else 1
    at += 4 if counted or many else 0
    if count > MOST_PROPERTIES:
        raise ValueError("too many values")
    first = b""
    for number in range(count):
        length = _long(data, at) if counted else _FIXED[kind]
        at += 4 if counted else 0
        if at + length > len(data):
            raise ValueError("ends within a value")
        first = first if number else data[at : at + length]
        at += _padded(length)
    return first, at


def _padded(length: int) -> int:
    return length + -length % 4


def _long(data: bytes, at: int) -> int:
    value: int = struct.unpack_from("<I", data, at)[0]
    return value


def _charset(codepage: int) -> str:
    return _CODEPAGES.get(codepage, f"cp{codepage}")


def _as_text(value: Value | None, charset: str) -> str:
    return _decoded(value, charset) if isinstance(value, bytes) else str(value or "")


def _decoded(data: bytes, charset: str) -> str:
    return decoding.decode(data, charset).text.rstrip("\0 ")
