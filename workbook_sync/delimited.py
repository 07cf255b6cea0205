"""Text files of rows as programs save them: encoding, separator and decimal mark are found."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator

from workbook_sync.errors import Reason, Refusal
from workbook_sync.formats import is_utf16
from workbook_sync.values import read_number

SEPARATORS = ";,\t|"
_LINES = 30  # that are looked at to find the separator
_LONGEST_CELL = 32_767
_DECIMAL_COMMA = re.compile(r"[+-]?(?:[1-9]\d{0,14}|0|[1-9]\d{0,2}(?:\.\d{3})+)(?:,\d{1,10})?")
_DECIMAL_POINT = re.compile(r"[+-]?(?:[1-9]\d{0,14}|0|[1-9]\d{0,2}(?:,\d{3})+)(?:\.\d{1,10})?")
_HINT = re.compile(r"sep=(.)\r?\n")


def rows_of(data: bytes) -> Iterator[list[str | int | float | None]]:
    """The rows of a text file; blank cells are None, numbers are numbers where they are plain.

    Encodings: UTF-8 with or without its mark, UTF-16 with its mark, else the old Vietnamese
    cp1258. In a file with semicolons or tabs a comma is the decimal mark, as Vietnamese settings
    write it, in others a point is. What begins with a zero stays text, and so does a day.
    Raises Refusal(BAD_ENCODING) or, for a quote that is never closed, BAD_PACKAGE.
    """
    text = decoded(data)
    hint = _HINT.match(text)
    text = text[hint.end() :] if hint else text
    separator = hint[1] if hint else separator_of(text)
    plain = _DECIMAL_POINT if separator in ",|" else _DECIMAL_COMMA
    csv.field_size_limit(_LONGEST_CELL)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            yield [_value(cell, plain) for cell in row]
    except csv.Error as error:
        raise Refusal(Reason.BAD_PACKAGE, detail=str(error)) from error


def decoded(data: bytes) -> str:
    """The text of the bytes, in NFC: cp1258 writes most vowels as two signs."""
    encodings = ("utf-16",) if is_utf16(data) else ("utf-8-sig", "cp1258")
    for encoding in encodings:
        try:
            return unicodedata.normalize("NFC", data.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise Refusal(Reason.BAD_ENCODING)


def separator_of(text: str) -> str:
    """The sign that parts the first lines into the most columns alike; "," when none does."""
    lines = text.splitlines()[:_LINES]
    best, most = ",", 0.0
    for separator in SEPARATORS:
        widths = [len(row) for row in csv.reader(lines, delimiter=separator) if row]
        usual = max(widths, key=widths.count, default=0)
        alike = widths.count(usual) / len(widths) if widths else 0
        if usual > 1 and usual * alike > most:
            best, most = separator, usual * alike
    return best


def _value(cell: str, plain: re.Pattern[str]) -> str | int | float | None:
    words = cell.strip()
    if not plain.fullmatch(words):
        return cell if words else None
    if plain is _DECIMAL_POINT:
        return read_number(words.replace(",", ""))
    return read_number(words.replace(".", ""))
