"""Vietnamese written before Unicode: the fonts .Vn… (TCVN3) and VNI-…, and the charset VISCII."""

import re
import unicodedata
from collections.abc import Iterator

from lxml import etree

_TCVN3 = str.maketrans(
    "¡¢£¤¥¦§¨©ª«¬\xad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ",
    "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
)
# VNI writes a letter and then its marks as one more letter; a few letters stand alone.
_VNI_MARKS = {
    "ù": "\u0301",
    "ø": "\u0300",
    "û": "\u0309",
    "õ": "\u0303",
    "ï": "\u0323",
    "â": "\u0302",
    "á": "\u0302\u0301",
    "à": "\u0302\u0300",
    "å": "\u0302\u0309",
    "ã": "\u0302\u0303",
    "ä": "\u0302\u0323",
    "ê": "\u0306",
    "é": "\u0306\u0301",
    "è": "\u0306\u0300",
    "ú": "\u0306\u0309",
    "ü": "\u0306\u0303",
    "ë": "\u0306\u0323",
}
_VNI_ALONE = str.maketrans("ñÑôÔöÖæÆóÓòÒîÎ", "đĐơƠưƯỉỈĩĨịỊỵỴ")
_VNI_MARKED = re.compile(f"([aeouyôö])([{''.join(_VNI_MARKS)}])", re.IGNORECASE)

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

_LOOKED_AT = 20_000  # letters of a text by which it is judged
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_SYLLABLE = re.compile(
    "(?:ngh?|nh|gh?|gi|kh?|ph|tr?|th|ch?|qu?|[bdđhlmnprsvx])?"
    "(?:iê|yê|uô|ươ|oă|uâ|uyê|[aăâeêioôơuưy]|oa|oe|oo|uê|uy|uơ|ia|ua|ưa|uya)"
    "(?:ch|nh|ng|[cmnptiyuoa])?"
)
_WORD = re.compile(r"[^\W\d_]+")
_FONT = re.compile(
    r"font-family\s{0,5}:\s{0,5}[\"']?(\.vn[\w ]{1,30}|vni[-\w ]{1,30})", re.IGNORECASE
)
_FONT_NAME = re.compile(r"\s{0,5}(\.vn|vni)[-\w ]{1,30}", re.IGNORECASE)
_FONT_BEGINS = re.compile(r"(?<!\w)(?:\.|&#\w{1,5};)vn|vni|&#", re.IGNORECASE)
_RULE = re.compile(r"(?:msonormal|\bbody)[^{}]{0,500}\{([^{}]{0,2000})\}", re.IGNORECASE)


def read_viscii(data: bytes) -> str:
    """Decode VISCII 1.1 (RFC 1456), which has a letter for every byte."""
    return "".join(_VISCII[byte] for byte in data)


def from_tcvn3(text: str) -> str:
    """Turn TCVN3 ("ABC"), read as windows-1252, into Vietnamese."""
    return text.translate(_TCVN3)


def from_vni(text: str) -> str:
    """Turn VNI for Windows, read as windows-1252, into Vietnamese."""
    marked = _VNI_MARKED.sub(
        lambda found: found[1].translate(_VNI_ALONE) + _VNI_MARKS[found[2].lower()], text
    )
    return unicodedata.normalize("NFC", marked.translate(_VNI_ALONE))


def likeness(text: str) -> float:
    """Tell which share of the words beyond ASCII are Vietnamese syllables; 0 without any."""
    said = unicodedata.normalize("NFC", text[:_LOOKED_AT]).lower()
    beyond = [word for word in _WORD.findall(said) if not word.isascii()]
    return sum(map(_is_syllable, beyond)) / len(beyond) if beyond else 0.0


def _is_syllable(word: str) -> bool:
    apart = unicodedata.normalize("NFD", word)
    bare, tones = _TONES.subn("", apart)
    return tones <= 1 and bool(_SYLLABLE.fullmatch(unicodedata.normalize("NFC", bare)))


def declared(name: str, data: bytes) -> str | None:
    """Decode what a sender names as one of these charsets; None where it is plainly not that."""
    kind = _NAMES.get(name.strip(" \"'\t").lower())
    if kind is None:
        return None
    western = data.decode("cp1252", "replace")
    text = read_viscii(data) if kind == "viscii" else _converted(western, kind)
    return text if likeness(text) >= 0.9 else None


def guessed(western: str) -> str | None:
    """Read text without a right charset as TCVN3 or VNI where that plainly makes Vietnamese."""
    start = western[:_LOOKED_AT]
    kind = max(("tcvn3", "vni"), key=lambda kind: likeness(_converted(start, kind)))
    found = _converted(start, kind)
    several = sum(not word.isascii() for word in _WORD.findall(found)) > 1
    likely = several and likeness(found) >= 0.9 > likeness(start)
    return _converted(western, kind) if likely else None


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
        if likeness(_converted(written, font)) > max(0.5, likeness(written)):
            for element, is_tail in places:
                words = _converted(_at((element, is_tail)), font)
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
        return _kind(named[1] if named else face[0] if face else "")
    return "" if element.get("face") or "font-family" in style.lower() else around


def _kind(font: str) -> str:
    name = font.strip().lower()
    if name.startswith("vni"):
        return "vni"
    return "tcvn3 capitals" if name.endswith("h") else "tcvn3"


def _default(root: etree._Element) -> str:
    """Name the font that Word's style sheet sets for every paragraph."""
    for sheet in root.iter("style"):
        for rule in _RULE.findall((sheet.text or "")[:50_000]):
            named = _FONT.search(rule)
            if named:
                return _kind(named[1])
    return ""


def _converted(text: str, kind: str) -> str:
    if kind == "vni":
        return from_vni(text)
    return from_tcvn3(text).upper() if kind == "tcvn3 capitals" else from_tcvn3(text)
