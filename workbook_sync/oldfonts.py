"""Vietnamese typed before Unicode: the fonts .Vn… (TCVN3) and VNI-…, told by the font's name."""

import re
import unicodedata

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

LOOKED_AT = 20_000  # letters of a text by which it is judged
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_SYLLABLE = re.compile(
    "(?:ngh?|nh|gh?|gi|kh?|ph|tr?|th|ch?|qu?|[bdđhlmnprsvx])?"
    "(?:iê|yê|uô|ươ|oă|uâ|uyê|[aăâeêioôơuưy]|oa|oe|oo|uê|uy|uơ|ia|ua|ưa|uya)"
    "(?:ch|nh|ng|[cmnptiyuoa])?"
)
WORD = re.compile(r"[^\W\d_]+")


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
    said = unicodedata.normalize("NFC", text[:LOOKED_AT]).lower()
    beyond = [word for word in WORD.findall(said) if not word.isascii()]
    return sum(map(_is_syllable, beyond)) / len(beyond) if beyond else 0.0


def _is_syllable(word: str) -> bool:
    apart = unicodedata.normalize("NFD", word)
    bare, tones = _TONES.subn("", apart)
    return tones <= 1 and bool(_SYLLABLE.fullmatch(unicodedata.normalize("NFC", bare)))


def kind_of_font(font: str) -> str:
    """Name the kind of a font: vni, tcvn3, tcvn3 capitals, or "" for any other."""
    name = font.strip().lower()
    if name.startswith("vni"):
        return "vni"
    if not name.startswith(".vn"):
        return ""
    return "tcvn3 capitals" if name.endswith("h") else "tcvn3"


def converted(text: str, kind: str) -> str:
    """Turn text set in a font of a kind into Vietnamese."""
    if kind == "vni":
        return from_vni(text)
    return from_tcvn3(text).upper() if kind == "tcvn3 capitals" else from_tcvn3(text)


def revived(text: str, kind: str) -> str:
    """Turn text set in such a font into Vietnamese; Unicode typed under its name stays."""
    found = converted(text, kind)
    if text.isascii():
        return found
    return found if likeness(found) > max(0.5, likeness(text)) else text
