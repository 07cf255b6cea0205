"""What mail programs write around a quote and under a mail, in Vietnamese and English, folded."""

import re

# Labels of the header block that Outlook, Zimbra, Roundcube and phones put above the old mail.
HEADER_LABELS: dict[str, tuple[str, ...]] = {
    "from": ("tu", "nguoi gui", "from"),
    "date": ("da gui", "ngay", "ngay gui", "gui luc", "gui", "sent", "date"),
    "to": ("toi", "den", "gui den", "gui toi", "nguoi nhan", "to"),
    "copy": ("cc", "bcc", "dong gui", "dong nhan", "dong kinh gui"),
    "subject": ("chu de", "tieu de", "subject"),
    "reply": ("tra loi den", "reply-to"),
}
_KIND_OF = {label: kind for kind, labels in HEADER_LABELS.items() for label in labels}
_LABEL = re.compile(r"[>\s*_]{0,10}([^\W\d_](?:[^\W\d_]|[ -]){0,14})\s?\*?\s{0,3}[:：]")
# How a header block begins in other languages; what follows is judged by its shape.
_ABROAD_FROM = {
    *("von", "de", "da", "de la", "van", "fra", "fran", "od", "ot", "lahettaja", "felado", "salje"),
    *("expeditor", "expeditorul", "kimden", "gonderen", "remitente", "mittente", "afzender"),
    *("от", "отправитель", "від", "від кого", "差出人", "寄件者", "发件人", "보낸 사람"),
}

# Lines that stand alone above an old mail.
_DIVIDERS = (
    "original message",
    "original appointment",
    "forwarded message",
    "reply message",
    "thu goc",
    "tin nhan goc",
    "thong diep goc",
    "thong diep chuyen tiep",
    "thong diep da chuyen tiep",
    "thong diep duoc chuyen tiep",
    "thu chuyen tiep",
    "thu da chuyen tiep",
    "tin nhan chuyen tiep",
    "tin nhan da chuyen tiep",
    "tin nhan da duoc chuyen tiep",
)
_DIVIDER = re.compile(r"[>\s*_]{0,10}-{2,40}\s?(" + "|".join(_DIVIDERS) + r")\s?-{0,40}[\s*_]{0,5}")
_FORWARD = re.compile(
    r"[>\s]{0,10}((begin )?forwarded message|bat dau thu (duoc )?chuyen tiep)\s?:\s{0,5}$"
)

# An attribution line: how it begins and how it ends.
OPENS_ATTRIBUTION = re.compile(r"[>\s*-]{0,10}(vao|luc|ngay|on|at)\s")
CLOSES_ATTRIBUTION = re.compile(
    r"\b(da viet|viet|wrote)\s?(vao luc .{1,60})?(:[\s*-]{0,10}|\s?-{3,10})$"
)
DATED_ATTRIBUTION = re.compile(
    r"\d{4}[-/]\d{1,2}[-/]\d{1,2}\s.{0,150}(<[^<>]{0,100}@[^<>]{0,100}>|gmt[+-]\d\d:\d\d.{1,80}):?$"
)

# Lines that programs and phones add under what was written.
_DEVICES = (
    "iphone|ipad|ipod|dien thoai|thiet bi|may tinh|samsung|android|galaxy|oppo|xiaomi|huawei|"
    "outlook|yahoo|gmail|zimbra|mail|blackberry|mobile|phone|my |tablet|windows"
)
_DEVICE_LINE = re.compile(
    r"[(<*\s]{0,4}(da gui|duoc gui|gui|sent|thu duoc gui)"
    rf" (tu|bang|from|via|with|using) (cua )?({_DEVICES}).{{0,80}}"
)
_ABROAD_DEVICE_LINE = re.compile(
    r"(sendt fra|skickat fran|envoye (de|depuis|a partir)|gesendet von|von meinem|"
    r"enviado (desde|do|de)|inviato (da|dal)|verzonden (met|vanaf|via)|wyslan[eo] z|"
    r"отправлено (с|из)) .{1,60}"
)
_STORE_LINE = re.compile(r"\[?(tai|lay|get|nhan) \[?outlook (cho|danh cho|for) .{0,80}")

_CLOSINGS = {
    "tran trong",
    "tran trong cam on",
    "tran trong kinh chao",
    "tran trong kinh gui",
    "xin cam on",
    "xin tran trong cam on",
    "xin chan thanh cam on",
    "kinh thu",
    "kinh chao",
    "kinh",
    "tran trong./",
    "than men",
    "than ai",
    "best regards",
    "kind regards",
    "regards",
    "thanks and best regards",
    "sincerely",
}
_SIGNATURE_WORDS = (
    "phong|ban|so|to|van phong|uy ban|ubnd|trung tam|chi cuc|cuc|tong cuc|bo phan|don vi|"
    "giam doc|pho|truong|chanh|chuyen vien|can bo|thu ky|nhan vien|ky su|"
    "dt|dd|sdt|so dien thoai|dien thoai|tel|mobile|fax|email|e-mail|mail|dia chi|chuc vu|website"
)
_SIGNATURE_LINE = re.compile(
    rf"[*_|\s-]{{0,6}}({_SIGNATURE_WORDS})\b|.{{0,80}}(@[a-z0-9-]{{1,60}}\.|www\.|https?://|\d{{7}})"
)


def header_kind(line: str) -> str | None:
    """Tell which header label a folded line begins with: "from", "date", "to", ..., or None."""
    return _KIND_OF.get(label(line) or "")


def label(line: str) -> str | None:
    """Return the one to three words before the colon that a folded line begins with."""
    found = _LABEL.match(line)
    return found[1].strip() if found else None


def is_foreign_from(line: str) -> bool:
    """Tell whether a folded line begins with From in a language other than ours."""
    return label(line) in _ABROAD_FROM


def is_divider(line: str) -> bool:
    """Tell whether a folded line announces the old mail (`-----Original Message-----`)."""
    return bool(_DIVIDER.fullmatch(line) or _FORWARD.match(line))


def is_device_line(line: str) -> bool:
    """Tell whether a folded line is a phone's or program's advertisement."""
    patterns = (_DEVICE_LINE, _STORE_LINE, _ABROAD_DEVICE_LINE)
    return any(pattern.fullmatch(line) for pattern in patterns)


def is_closing(line: str) -> bool:
    """Tell whether a folded line is a closing formula (`Trân trọng,`)."""
    return line.strip(" ,.!/*") in _CLOSINGS


def is_signature_line(line: str, folded_line: str) -> bool:
    """Tell whether a line under a closing is a name, an office, a position or how to reach one.

    A name is at most six words, each with a capital: `Không đồng ý` is none.
    """
    if _SIGNATURE_LINE.match(folded_line):
        return True
    names = line.strip(" *_-|,.()/").split()
    return 0 < len(names) <= 6 and all(name[0].isupper() for name in names)
