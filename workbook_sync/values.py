"""What a cell's content means: canonical text, day-first dates, Excel serials, tolerant numbers."""

import math
import re
import unicodedata
from datetime import date, datetime, time, timedelta
from enum import StrEnum

Value = None | str | bool | int | float | date | datetime | time


class Kind(StrEnum):
    """What a cell holds, as stored."""

    TEXT = "text"
    NUMBER = "number"
    BOOL = "bool"
    DATE = "date"
    ERROR = "error"
    BLANK = "blank"


_SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u202f"), " ")
_NOTHING = dict.fromkeys(map(ord, "\u200b\u2060\ufeff"), "")
_UNCLEAN = re.compile("[\u00a0\u2007\u202f\u200b\u2060\ufeff\r]")
_D = str.maketrans({"đ": "d", "ð": "d"})


def clean(text: str) -> str:
    """NFC, line ends as \\n, non-breaking spaces as spaces, no zero-width marks, stripped."""
    if _UNCLEAN.search(text):
        text = text.translate(_SPACES | _NOTHING).replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", text).strip()


def same_words(text: str) -> str:
    """`clean`, casefolded, every run of white space one space: two headers written alike."""
    return " ".join(clean(text).casefold().split())


def fold(text: str) -> str:
    """`same_words` without diacritics (đ and ð are d) and without punctuation."""
    bare = unicodedata.normalize("NFD", same_words(text).translate(_D))
    letters = (c for c in bare if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in letters).split())


def canon(value: Value) -> Value:
    """One form for what people regard as the same content; blank text is None.

    Text as `clean`; a whole float is an int, others rounded to 10 places; midnight is a date.
    """
    if isinstance(value, str):
        return clean(value) or None
    if isinstance(value, float) and math.isfinite(value):
        value = round(value, 10)
        return int(value) if value.is_integer() else value
    if isinstance(value, datetime) and value.time() == time():
        return value.date()
    return value


def same(one: Value, other: Value) -> bool:
    """Whether two values are canonically equal; True is not 1."""
    one, other = canon(one), canon(other)
    return isinstance(one, bool) == isinstance(other, bool) and one == other


# --- dates -----------------------------------------------------------------------------------

_DAY = timedelta(days=1)
# Excel keeps no time zone, so its moments are naive here and nowhere else in the project.
_EPOCH_1904 = datetime(1904, 1, 1)  # noqa: DTZ001 - see above
_EPOCH_1900 = datetime(1899, 12, 30)  # noqa: DTZ001 - see above
_LAST_SERIAL = 2_958_466  # 1 January of the year 10000
_CLOCK = r"(?:[ T,]+(\d{1,2})[:h](\d{2})(?::(\d{2}))?)?"
_DAY_FIRST = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})(?:\s*[/.\-]\s*(\d{4}|\d{2}))?" + _CLOCK)
_YEAR_FIRST = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})" + _CLOCK)
_IN_WORDS = re.compile(r"(?:ngay )?(\d{1,2}) thang (\d{1,2})(?: nam (\d{4}|\d{2}))?")


def from_serial(serial: float, date1904: bool = False) -> date | datetime | time | None:
    """The moment of an Excel serial, to the millisecond; None outside Excel's calendar.

    Below 1 it is a time of day. In the 1900 system serial 60 is the day that never was.
    """
    if not 0 <= serial < _LAST_SERIAL - (1462 if date1904 else 0):
        return None
    days, rest = divmod(round(serial * 86_400_000), 86_400_000)
    clock = timedelta(milliseconds=rest)
    if serial < 1 and days == 0:
        return (_EPOCH_1904 + clock).time()
    if date1904:
        moment = _EPOCH_1904 + days * _DAY + clock
    elif days == 60:
        return None
    else:
        moment = _EPOCH_1900 + (days + (days < 60)) * _DAY + clock
    return moment if rest else moment.date()


def to_serial(value: date | datetime | time, date1904: bool = False) -> int | float | None:
    """The Excel serial of a moment (its time zone is dropped); None before Excel's calendar."""
    if isinstance(value, time):
        moment = datetime.combine(_EPOCH_1904, value)
        return (moment.replace(tzinfo=None) - _EPOCH_1904) / _DAY
    if not isinstance(value, datetime):
        value = datetime.combine(value, time())
    value = value.replace(tzinfo=None)
    serial = (value - (_EPOCH_1904 if date1904 else _EPOCH_1900)) / _DAY
    if not date1904 and serial < 61:
        serial -= 1
    if serial < (0 if date1904 else 1):
        return None
    return int(serial) if serial.is_integer() else serial


def _moment(parts: tuple[str | None, ...], year: int, month: int, day: int) -> date | None:
    """The date, with the time when a clock was matched; None when there is no such day."""
    try:
        if parts[0] is None:
            return date(year, month, day)
        clock = time(int(parts[0]), int(parts[1] or 0), int(parts[2] or 0))
        return datetime.combine(date(year, month, day), clock)
    except ValueError:
        return None


def read_date(text: str, year: int | None = None) -> date | datetime | None:
    """The date people mean by "5/3/2026", "05-03-26", "5.3.2026" or "ngày 5 tháng 3 năm 2026".

    Always day first, unless a four-digit year leads. A two-digit year is 20yy; without a year
    `year` is taken. None when it is no date, or no day of the calendar.
    """
    text = clean(text)
    if match := _YEAR_FIRST.fullmatch(text):
        return _moment(match.groups()[3:], int(match[1]), int(match[2]), int(match[3]))
    if match := _DAY_FIRST.fullmatch(text):
        return _dated(match, match.groups()[3:], year)
    if match := _IN_WORDS.fullmatch(fold(text)):
        return _dated(match, (None,), year)
    return None


def _dated(match: re.Match[str], clock: tuple[str | None, ...], year: int | None) -> date | None:
    """The moment of a day-first match whose third group is the year, if any."""
    written = int(match[3]) if match[3] else year
    if written is None:
        return None
    return _moment(
        clock, written + 2000 if written < 100 else written, int(match[2]), int(match[1])
    )


def to_date(value: Value, date1904: bool = False) -> date | None:
    """The day a cell of a date column means: a date, a text as `read_date`, or a bare serial.

    A number counts as a serial between 40000 and 60000 (mid 2009 to early 2064 in the 1900
    system), for cells that lost their format; every other value is None.
    """
    if isinstance(value, str):
        value = read_date(value)
    elif isinstance(value, int | float) and 40_000 <= value <= 60_000:
        value = from_serial(value, date1904)
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def shown(value: Value) -> str:
    """The value as Vietnamese write it: 05/03/2026, 05/03/2026 09:12, 98.5; "" for blank."""
    value = canon(value)
    if isinstance(value, datetime):
        return value.strftime("%d/%m/%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    return "" if value is None else str(value)


# --- numbers ---------------------------------------------------------------------------------

_NUMBER = re.compile(r"[+-]?\d[\d.,]*")
_DOTTED_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+")


def read_number(text: str) -> int | float | None:
    """The number in "1.250", "98,5", "1.250,75", "1,250.75" or "-3"; None when it is not one.

    A comma is the decimal mark and dots in groups of three are thousands, as Vietnamese write;
    where both stand, the last one is the decimal mark.
    """
    text = "".join(clean(text).split())
    if not _NUMBER.fullmatch(text):
        return None
    if "," in text and "." in text:
        thousands = "," if text.rfind(".") > text.rfind(",") else "."
        text = text.replace(thousands, "")
    elif _DOTTED_THOUSANDS.fullmatch(text):
        text = text.replace(".", "")
    elif text.count(",") > 1:
        text = text.replace(",", "")
    try:
        found = float(text.replace(",", "."))
    except ValueError:
        return None
    if not math.isfinite(found):
        return None
    return int(found) if found.is_integer() else found


def read_percent(text: str) -> int | float | None:
    """Percentage points: 98.5 for "98,5%" and for "98,5"; None when it is not a number."""
    return read_number(clean(text).removesuffix("%"))
