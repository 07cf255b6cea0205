"""A second reader of workbooks, plain and slow, that shares no line with the library.

The standard library's zipfile and ElementTree only; it reads what it needs to compare two files
and trusts what it reads.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree import ElementTree as ET


class Seen(NamedTuple):
    """What one cell holds: its text as a person would see it stored, its formula, its style."""

    text: str
    formula: str | None
    style: str


def cells(data: bytes) -> dict[tuple[str, str], Seen]:
    """Every cell of every worksheet that holds something, by sheet name and address."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        main = next(target for kind, target, _ in _related(archive, "") if kind == "officeDocument")
        related = list(_related(archive, main))
        strings = [
            text
            for kind, target, _ in related
            if kind == "sharedStrings"
            for text in _strings(archive, target)
        ]
        parts = {key: target for kind, target, key in related if kind == "worksheet"}
        found = {}
        for sheet in _all(_root(archive, main), "sheet"):
            key = next(value for name, value in sheet.items() if name.endswith("}id"))
            if parts.get(key, "").lower() in {name.lower() for name in archive.namelist()}:
                for address, seen in _sheet(_root(archive, parts[key]), strings):
                    found[sheet.get("name", ""), address] = seen
        return found


def packed_parts(data: bytes) -> dict[str, bytes]:
    """The packed bytes of every part, as they lie in the file."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {info.filename: _packed(data, info) for info in archive.infolist()}


def _packed(data: bytes, info: zipfile.ZipInfo) -> bytes:
    name, extra = data[info.header_offset + 26 :][:2], data[info.header_offset + 28 :][:2]
    start = (
        info.header_offset + 30 + int.from_bytes(name, "little") + int.from_bytes(extra, "little")
    )
    return data[start : start + info.compress_size]


def _root(archive: zipfile.ZipFile, part: str) -> ET.Element:
    names = {name.replace("\\", "/").lstrip("/").lower(): name for name in archive.namelist()}
    return ET.fromstring(archive.read(names[part.lower()]))  # noqa: S314 - public samples


def _all(root: ET.Element, word: str) -> Iterator[ET.Element]:
    return (element for element in root.iter() if element.tag.rpartition("}")[2] == word)


def _related(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[str, str, str]]:
    """Kind, part and id of each relationship."""
    folder, _, name = part.rpartition("/")
    rels = f"{folder}/_rels/{name}.rels".lstrip("/")
    for relation in _all(_root(archive, rels), "Relationship"):
        target = relation.get("Target", "").replace("\\", "/")
        whole = target if target.startswith("/") else f"{folder}/{target}"
        while ".." in whole:
            whole = re.sub(r"[^/]+/\.\./", "", whole, count=1)
        whole = re.sub(r"/\./|/{2,}", "/", whole).lstrip("/")
        yield relation.get("Type", "").rpartition("/")[2], whole, relation.get("Id", "")


def _strings(archive: zipfile.ZipFile, part: str) -> Iterator[str]:
    for item in _all(_root(archive, part), "si"):
        yield _text(item)


def _text(item: ET.Element) -> str:
    """Its runs joined, phonetic hints left out, escapes resolved."""
    hints = {id(t) for hint in _all(item, "rPh") for t in _all(hint, "t")}
    joined = "".join(t.text or "" for t in _all(item, "t") if id(t) not in hints)
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), joined)


def _sheet(root: ET.Element, strings: list[str]) -> Iterator[tuple[str, Seen]]:
    row_number = 0
    for row in _all(root, "row"):
        row_number = int(row.get("r", row_number + 1))
        column = 0
        for cell in (child for child in row if child.tag.endswith("}c")):
            letters = re.sub(r"\d", "", cell.get("r", "")).upper()
            column = _number(letters) if letters else column + 1
            seen = _cell(cell, strings)
            if seen.text or seen.formula is not None:
                yield f"{_letters(column)}{row_number}", seen


def _cell(cell: ET.Element, strings: list[str]) -> Seen:
    inner = {child.tag.rpartition("}")[2]: child for child in cell}
    formula = (inner["f"].text or "") if "f" in inner else None
    value = (inner["v"].text or "") if "v" in inner else ""
    if "is" in inner:
        value = _text(inner["is"])
    elif cell.get("t") == "s" and value:
        value = strings[int(value)] if int(value) < len(strings) else f"no string {value}"
    return Seen(value, formula, cell.get("s", "0"))


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
