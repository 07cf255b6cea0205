"""Vietnamese written before Unicode: the fonts .Vn… (TCVN3) and VNI-…, and the charset VISCII."""

import re
from collections.abc import Iterator

from lxml import etree

from workbook_sync.oldfonts import (
    LOOKED_AT,
    WORD,
    converted,
    kind_of_font,
    likeness,
)

_VISCII_LOW = {2: "Ẳ", 5: "Ẵ", 6: "Ẫ", 20: "Ỷ", 25: "Ỹ", 30: "Ỵ"}  # RFC 1456
_VISCII_HIGH = (
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ"
    "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡưàáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ"
)
_VISCII = [_VISCII_LOW.get(b) or chr(b) for b in range(128)] + list(_VISCII_HIGH)
_NAMES = {
    **dict.fromkeys(("viscii", "viscii1.1-1", "csviscii", "x-viet-viscii"), "viscii"),
    **dict.fromkeys(("tcvn", "tcvn3", "tcvn-5712", "tcvn5712-1", "x-viet-tcvn5712"), "tcvn3"),
    **dict.fromkeys(("vni", "x-viet-vni"), "vni"),
}

_FONT = re.compile(
    r"font-family\s{0,5}:\s{0,5}[\"']?(\.vn[\w ]{1,30}|vni[-\w ]{1,30})", re.IGNORECASE
)
_FONT_NAME = re.compile(r"\s{0,5}(\.vn|vni)[-\w ]{1,30}", re.IGNORECASE)
_FONT_BEGINS = re.compile(r"(?<!\w)(?:\.|&#\w{1,5};)vn|vni|&#", re.IGNORECASE)
_RULE = re.compile(r"(?:msonormal|\bbody)[^{}]{0,500}\{([^{}]{0,2000})\}", re.IGNORECASE)


def read_viscii(data: bytes) -> str:
    """Decode VISCII 1.1 (RFC 1456), which has a letter for every byte."""
    return "".join(_VISCII[byte] for byte in data)


def declared(name: str, data: bytes) -> str | None:
    """Decode what a sender names as one of these charsets; None where it is plainly not that."""
    kind = _NAMES.get(name.strip(" \"'\t").lower())
    if kind is None:
        return None
    western = data.decode("cp1252", "replace")
    text = read_viscii(data) if kind == "viscii" else converted(western, kind)
    return text if likeness(text) >= 0.9 else None


def guessed(western: str) -> str | None:
    """Read text without a right charset as TCVN3 or VNI where that plainly makes Vietnamese."""
    start = western[:LOOKED_AT]
    kind = max(("tcvn3", "vni"), key=lambda kind: likeness(converted(start, kind)))
    found = converted(start, kind)
    several = sum(not word.isascii() for word in WORD.findall(found)) > 1
    likely = several and likeness(found) >= 0.9 > likeness(start)
    return converted(western, kind) if likely else None


def may_be_set(source: str) -> bool:
    """Tell whether HTML may name one of these fonts; most names none, and needs no walk for it."""
    return bool(_FONT_BEGINS.search(source))


def revive(root: etree._Element) -> None:
    """Rewrite, in a tree of HTML, the words set in .Vn… and VNI-… fonts; others stay.

    Unicode text under such a font's name stays too: it has letters that the font never had.
    """
    pieces: dict[str, list[tuple[etree._Element, bool]]] = {}
    for element, is_tail, font in _texts(root):
        if font:
            pieces.setdefault(font, []).append((element, is_tail))
    for font, places in pieces.items():
        written = " ".join(_at(place) for place in places)
        if likeness(converted(written, font)) > max(0.5, likeness(written)):
            for element, is_tail in places:
                words = converted(_at((element, is_tail)), font)
                setattr(element, "tail" if is_tail else "text", words)


def _at(place: tuple[etree._Element, bool]) -> str:
    element, is_tail = place
    return (element.tail if is_tail else element.text) or ""


def _texts(root: etree._Element) -> Iterator[tuple[etree._Element, bool, str]]:
    """Walk the texts of a tree with the kind of font each is set in, "" for any other."""
    fonts: dict[etree._Element, str] = {}
    start = _default(root)
    for element in root.iter():
        parent = element.getparent()
        around = start if parent is None else fonts[parent]
        fonts[element] = _font(element, around) if isinstance(element.tag, str) else around
        yield element, False, fonts[element]
        yield element, True, around


def _font(element: etree._Element, around: str) -> str:
    """Name the kind of font an element sets, else that of what is around it."""
    if not element.attrib:
        return around
    style = element.get("style", "")[:2_000]
    named = _FONT.search(style)
    face = _FONT_NAME.match(element.get("face", "")[:100])
    if named or face:
        return kind_of_font(named[1] if named else face[0] if face else "")
    return "" if element.get("face") or "font-family" in style.lower() else around


def _default(root: etree._Element) -> str:
    """Name the font that Word's style sheet sets for every paragraph."""
    for sheet in root.iter("style"):
        for rule in _RULE.findall((sheet.text or "")[:50_000]):
            named = _FONT.search(rule)
            if named:
                return kind_of_font(named[1])
    return ""
