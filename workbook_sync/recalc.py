"""Summaries made to recompute: Excel by a flag, LibreOffice by results taken away.

LibreOffice ignores fullCalcOnLoad, so the stored results of formulas that may depend on what was
patched are removed; the formulas stay. Which may depend is judged from their text, on the safe
side: in another sheet all formulas of a sheet that mentions the patched one, its tables or names
that lead there; in the patched sheet those of touched rows and those that take in a range.
"""

import re
from collections.abc import Sequence
from html import unescape

from workbook_sync.parts import Book, SheetPart
from workbook_sync.splice import ATTRIBUTES

_MAYBE = re.compile(rb"f(?<=[<:]f)[\s/>]")  # begins with its rarest letter: ten times as fast
_SURELY = re.compile(rb"<(?:[\w.-]+:)?f[\s/>]")
_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f(?:\s[^<>]*)?>([^<]*)</")
_RESULT = re.compile(
    rb"<(?P<p>(?:[\w.-]+:)?)c(?P<attributes>(?:\s[^<>]*)?)>"
    rb"(?P<formula>\s*<(?P=p)f(?:\s[^<>]*?)?(?:/>|>[^<]*</(?P=p)f>))"
    rb"\s*<(?P=p)v(?:\s[^<>]*)?(?:/>|>[^<]*</(?P=p)v>)"
)
_ROW_OF = re.compile(rb"""\sr\s*=\s*["'][A-Za-z]+(\d{1,7})""")
_SHARED = re.compile(rb"""\ssi\s*=\s*["'](\d+)""")
_TYPE = re.compile(rb"""\st\s*=\s*["']\w+["']""")
_OWN_ROW = re.compile(rb"\[#This Row\]|\[@")
_CALC = re.compile(rb"<(?P<name>(?:[\w.-]+:)?calcPr)(?=[\s/>])(?P<rest>" + ATTRIBUTES + rb")>")
# calcPr follows these children of the workbook element (CT_Workbook)
_BEFORE_CALC = ("definedNames", "externalReferences", "functionGroups", "sheets")


def has_formula(xml: bytes) -> bool:
    """Whether the sheet has a formula at all."""
    return _MAYBE.search(xml) is not None and _SURELY.search(xml) is not None


def dependent_sheets(book: Book, touched: Sequence[SheetPart]) -> list[SheetPart]:
    """The other sheets whose formulas may lead, over any number of sheets, to a touched one."""
    words = {word for sheet in touched for word in _words(sheet)}
    others = [sheet for sheet in book.sheets if sheet.is_grid and sheet not in touched]
    texts = {sheet.part: _formulas(book.package.read(sheet.part)) for sheet in others}
    found: list[SheetPart] = []
    while True:
        words |= {name.casefold() for name, text in book.names if _mentions(text, words)}
        more = [
            sheet for sheet in others if sheet not in found and _mentions(texts[sheet.part], words)
        ]
        if not more:
            return found
        found += more
        words |= {word for sheet in more for word in _words(sheet)}


def _formulas(xml: bytes) -> str:
    """The text of all formulas of a sheet."""
    if not has_formula(xml):
        return ""
    return unescape(b"\n".join(_FORMULA.findall(xml)).decode("utf-8", "replace"))


def _words(sheet: SheetPart) -> list[str]:
    """What a formula calls a sheet by: its name as written between quotes, and its tables."""
    names = [sheet.name.replace("'", "''"), *(table.name for table in sheet.tables)]
    return [name.casefold() for name in names]


def _mentions(text: str, words: set[str]) -> bool:
    text = text.casefold()
    return "indirect(" in text or any(word in text for word in words)


def forget_all(xml: bytes) -> bytes:
    """The sheet without the stored results of its formulas."""
    return _RESULT.sub(_forgotten, xml)


def forget_touched(xml: bytes, rows: set[int]) -> bytes:
    """The patched sheet without the results of formulas in touched rows or over ranges."""
    if not has_formula(xml):
        return xml
    masters: dict[bytes, bytes] = {}

    def judge(match: re.Match[bytes]) -> bytes:
        row = _ROW_OF.search(match["attributes"])
        text = match["formula"]
        if shared := _SHARED.search(text.partition(b">")[0]):
            text = masters.setdefault(shared[1], text)
        wide = b":" in text or (b"[" in text and not _OWN_ROW.search(text))
        if wide or row is None or int(row[1]) in rows:
            return _forgotten(match)
        return match[0]

    return _RESULT.sub(judge, xml)


def _forgotten(match: re.Match[bytes]) -> bytes:
    attributes = _TYPE.sub(b"", match["attributes"])
    return b"<%sc%s>%s" % (match["p"], attributes, match["formula"])


def ask_full_calculation(workbook: bytes) -> bytes:
    """The workbook part with fullCalcOnLoad set."""
    known = _CALC.search(workbook)
    if known is not None:
        rest = re.sub(rb"""\s+fullCalcOnLoad\s*=\s*["']\w*["']""", b"", known["rest"])
        tag = b'<%s fullCalcOnLoad="1"%s>' % (known["name"], rest)
        return workbook[: known.start()] + tag + workbook[known.end() :]
    for word in _BEFORE_CALC:
        pattern = rb"</((?:[\w.-]+:)?)" + word.encode() + rb"\s*>"
        if place := re.search(pattern, workbook):
            tag = b'<%scalcPr fullCalcOnLoad="1"/>' % place[1]
            return workbook[: place.end()] + tag + workbook[place.end() :]
    return workbook
