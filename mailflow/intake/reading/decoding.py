"""Bytes to text: charsets as they are really sent, and encoded words as they are really written."""

import codecs
import re
import unicodedata
from base64 import b64decode
from dataclasses import dataclass, replace
from quopri import decodestring

from mailflow.intake.reading import legacy
from mailflow.procedure.folding import nfc
from workbook_sync.oldfonts import likeness

# What a name means in practice; windows-1252 because that is what "latin-1" mail contains.
_ALIASES = {
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "ansi_x3.4-1968": "cp1252",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "windows-1258": "cp1258",
    "x-windows-1258": "cp1258",
    "unicode-1-1-utf-7": "utf-7",
    "utf8mb4": "utf-8",
    "iso-gb2312": "gb18030",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "x-sjis": "cp932",
    "shift_jis": "cp932",
}
# Python codecs that are no charsets of mail: they unescape or take quadratic time.
_NO_CHARSETS = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined"}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_VIETNAMESE = set("àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ")
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?")
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ue000]")
_BREAKS = re.compile("[\r\n\0\x0b\x0c\u2028\u2029\u0085\t ]+")


@dataclass(frozen=True)
class Decoded:
    """Text, the codec that gave it, and whether that codec was a guess."""

    text: str
    charset: str
    guessed: bool = False


def decode(data: bytes, declared: str | None = None, *, tidy: bool = True) -> Decoded:
    """Decode the bytes of a part; never fails and never drops a letter silently.

    Order: BOM, UTF-8 where it is plainly that, the declared charset, cp1258, TCVN3 or VNI when the
    result is Vietnamese, windows-1252. `guessed` says that the declared charset was absent or did
    not fit. Without `tidy` the text is not yet NFC: old fonts in HTML need its letters as sent.
    """
    decoded = _decoded(data, declared)
    return replace(decoded, text=nfc(decoded.text)) if tidy else decoded


def _decoded(data: bytes, declared: str | None) -> Decoded:
    for mark, charset in _BOMS:
        if data.startswith(mark):
            text = _strictly(data, charset)
            if text is not None:
                return _made(text, charset)
    named = codec_name(declared)
    if named not in (None, "cp1252", "cp1258"):
        text = _strictly(data, str(named))
        if text is not None:
            return _made(text, str(named))
    old = legacy.declared(declared or "", data)
    return Decoded(old, "vietnamese") if old else _single_byte(data, named)


def codec_name(declared: str | None) -> str | None:
    """Turn a declared charset into a Python codec name; None when it names no charset known."""
    if not declared:
        return None
    name = re.split(r"[;,\s]", declared.strip(" \"'\t"), maxsplit=1)[0].lower().strip("\"'")
    name = _ALIASES.get(name, name)
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return None if found in _NO_CHARSETS else found


def _single_byte(data: bytes, named: str | None) -> Decoded:
    """Decode what is declared as an 8-bit charset, wrongly declared, or not declared at all."""
    text = _strictly(data, "utf-8")
    if text is not None:
        return _made(text, "utf-8", guessed=named is None and not data.isascii())
    if named == "utf-8":
        text = data.decode("utf-8", "replace")
        if text.count("\ufffd") * 4 <= sum(not c.isascii() for c in text):
            return _made(text, "utf-8", guessed=True)  # a few broken bytes, shown as such
    cp1258 = _strictly(data, "cp1258")
    if cp1258 is not None and (named == "cp1258" or looks_vietnamese(cp1258)):
        return _made(cp1258, "cp1258", guessed=named != "cp1258")
    western = _cp1252(data)
    old = legacy.guessed(western)
    return _made(old or western, "cp1252", guessed=bool(old) or named != "cp1252")


def _strictly(data: bytes, charset: str) -> str | None:
    try:
        return data.decode(charset)
    except (LookupError, ValueError):
        return None


def _cp1252(data: bytes) -> str:
    """Decode as browsers do: the five bytes without a letter become control characters."""
    text = _strictly(data, "cp1252")
    return data.decode("latin-1").translate(_LETTERS) if text is None else text


_CP1252 = [bytes([b]).decode("cp1252", "ignore") or chr(b) for b in range(256)]
_LETTERS = {byte: letter for byte, letter in enumerate(_CP1252) if ord(letter) != byte}
_TO_BYTE = {code: code for code in range(256)} | {ord(c): byte for byte, c in enumerate(_CP1252)}


def looks_vietnamese(text: str) -> bool:
    """Tell whether every letter beyond ASCII is Vietnamese, and most such words are syllables."""
    beyond = [c for c in unicodedata.normalize("NFC", text).casefold() if not c.isascii()]
    letters = [c for c in beyond if c.isalpha() or unicodedata.combining(c)]
    ours = bool(letters) and _VIETNAMESE.issuperset(letters)
    return ours and likeness(text) >= 0.5


def _made(text: str, charset: str, guessed: bool = False) -> Decoded:
    return Decoded(_UNPRINTABLE.sub("", repaired(text)), charset, guessed)


def repaired(text: str) -> str:
    """Undo UTF-8 that somebody read as windows-1252 or latin-1 (`Ä‘á»“ng Ã½` -> `đồng ý`)."""
    if text.isascii():
        return text
    try:
        return codecs.charmap_encode(text, "strict", _TO_BYTE)[0].decode("utf-8")
    except UnicodeError:
        return text


def from_header(raw: str) -> str:
    """Turn a header as compat32 holds it (8-bit bytes as surrogates) into readable text."""
    if raw.isascii():
        return raw
    return decode(raw.encode("utf-8", "surrogateescape")).text


def one_line(text: str) -> str:
    """Make a text safe for a header, a file name or a log: one line, no control characters."""
    return nfc(_UNPRINTABLE.sub("", _BREAKS.sub(" ", text))).strip()


def words(text: str) -> str:
    """Decode RFC 2047 encoded words, leniently, and return one clean line.

    Adjacent words of one charset are joined before decoding; spaces and 8-bit letters inside a
    word, missing padding, a missing `?=` and words inside quotes are all taken.
    """
    starts = list(_WORD.finditer(text))
    if not starts:
        return one_line(text)
    pieces: list[str | tuple[str, bytes]] = [text[: starts[0].start()]]
    limits = [m.start() for m in starts[1:]] + [len(text)]
    for start, limit in zip(starts, limits, strict=True):
        end = text.find("?=", start.end(), limit)
        body, rest = (text[start.end() : end], text[end + 2 : limit]) if end >= 0 else ("", "")
        if end < 0:
            body = text[start.end() : limit]
        charset = start[1].partition("*")[0].lower()  # RFC 2231 adds the language after a star
        pieces.append((charset, _transfer_decoded(body, start[2].lower())))
        pieces.append(rest)
    return one_line(_joined(pieces))


def _transfer_decoded(body: str, encoding: str) -> bytes:
    data = body.encode("utf-8", "surrogateescape")
    if encoding == "q":
        return decodestring(data.replace(b" ", b"_"), header=True)
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    kept = kept[: len(kept) - (len(kept) % 4 == 1)]
    return b64decode(kept + b"=" * (-len(kept) % 4))


def _joined(pieces: list[str | tuple[str, bytes]]) -> str:
    """Join plain text and encoded words; white space between two words is not text (RFC 2047)."""
    parts: list[str | tuple[str, bytes]] = []
    for piece in pieces:
        last = parts[-1] if parts else ""
        if isinstance(piece, str):
            if piece.strip() or not isinstance(last, tuple):
                parts.append(piece)
        elif isinstance(last, tuple) and last[0] == piece[0]:
            parts[-1] = (last[0], last[1] + piece[1])
        else:
            parts.append(piece)
    return "".join(p if isinstance(p, str) else decode(p[1], p[0]).text for p in parts)
