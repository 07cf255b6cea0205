"""The kinds of value that the keys of mailflow.toml take, and what is wrong with one."""

import ipaddress
import re
import unicodedata
from datetime import date, time
from pathlib import Path
from typing import Annotated, Literal, TypedDict

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from mailflow.procedure.terms import Section
from mailflow.settings.data import default_limits
from workbook_sync.places import Address as ShareAddress
from workbook_sync.places import share_address


class Context(TypedDict):
    """What a check needs besides: the absolute home, what was seen so far, what other keys say."""

    home: Path
    workbooks: set[str]
    share_user: bool
    own_id: bool


def _words(text: str) -> str:
    words = " ".join(unicodedata.normalize("NFC", text).split())
    if not words:
        raise ValueError("is empty")
    if not words.isprintable():
        raise ValueError("holds a character that cannot be seen; type it anew")
    return words


def words_or_none(text: str) -> str:
    """Check words; "" says that there are none."""
    return _words(text) if text else ""


def _address(text: str) -> str:
    if not re.fullmatch(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(\.[\w-]+)+", text, re.ASCII):
        raise ValueError(f"{text!r} is not one plain mail address")
    local, _, domain = text.rpartition("@")
    return f"{local}@{domain.lower()}"


def _time_of_day(value: object) -> time:
    if isinstance(value, time):
        return value
    if isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value, re.ASCII):
        return time.fromisoformat(value)
    raise ValueError(f"{value!r} is not a time of day")


def _day_of_year(text: str) -> str:
    """Check a day without a year, dd/mm."""
    try:
        day, month = (int(part) for part in text.split("/"))
        date(2001, month, day)
    except ValueError as error:
        raise ValueError(f"{text!r} is not a day of every year, such as 02/01") from error
    return f"{day:02d}/{month:02d}"


def in_home(value: object, info: ValidationInfo) -> Path:
    """Make a path absolute; what is relative lies in the home, given as the context."""
    if not isinstance(value, str | Path) or not str(value).strip():
        raise ValueError("is not a path")
    text = str(value)
    if "\\" in text or re.match(r"[A-Za-z]:", text):
        raise ValueError(
            f"{text!r} is a Windows path; write smb://server/share/folder/file.xlsx, "
            "or mount the share and write its folder with /"
        )
    return context_of(info)["home"] / text


def _place(value: object, info: ValidationInfo) -> Path | ShareAddress:
    """Read where a register lies: on a share, or in a folder of this machine."""
    if isinstance(value, str) and value.startswith("smb://"):
        return share_address(unicodedata.normalize("NFC", value))
    return in_home(value, info)


def context_of(info: ValidationInfo) -> Context:
    """Give what a check needs besides the values of the file."""
    context: Context = info.context  # type: ignore[assignment]  # pydantic leaves its type open
    return context


def _limit_name(name: str) -> str:
    if name not in default_limits():
        raise ValueError(f"is not the name of a limit; the names are {', '.join(default_limits())}")
    return name


def day_of(day_and_month: str, year: int) -> date:
    """Give the day of a year that is written day/month."""
    day, month = day_and_month.split("/")
    return date(year, int(month), int(day))


def _month_day(text: str) -> str:
    try:
        day_of(text, 2001)
    except ValueError:
        raise ValueError(f"{text!r} is not a day of every year, written day/month") from None
    return text


def _input_name(name: str) -> str:
    if name not in set(Section):
        raise ValueError(f"is no input of a review; they are {', '.join(Section)}")
    return name


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


Words = Annotated[str, AfterValidator(_words)]
Address = Annotated[str, AfterValidator(_address)]
DayOfYear = Annotated[str, AfterValidator(_day_of_year)]
TimeOfDay = Annotated[time, BeforeValidator(_time_of_day)]
HomePath = Annotated[Path, BeforeValidator(in_home)]
RegisterPlace = Annotated[Path | ShareAddress, BeforeValidator(_place)]
Days = Annotated[int, Field(strict=True, ge=1, le=366)]
Port = Annotated[int, Field(strict=True, ge=1, le=65535)]
Megabytes = Annotated[int, Field(strict=True, ge=1, le=100)]
Weekday = Annotated[int, Field(strict=True, ge=0, le=6)]
LimitName = Annotated[str, AfterValidator(_limit_name)]
MonthDay = Annotated[str, AfterValidator(_month_day)]
InputName = Annotated[str, AfterValidator(_input_name)]
Security = Literal["tls", "starttls", "none"]
