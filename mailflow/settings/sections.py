"""The sections of mailflow.toml: each key with its kind, its default and what is wrong with it.

A fault between two keys is found where the later one is checked, and only if the earlier one is
sound; so one reading finds every fault, each under the key to change.
"""

import re
import string
from datetime import time
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    Field,
    ValidationInfo,
    field_validator,
)

from mailflow.procedure import numbering
from mailflow.settings.data import default_limits
from mailflow.settings.kinds import (
    Address,
    DayOfYear,
    Days,
    HomePath,
    InputName,
    LimitName,
    Megabytes,
    MonthDay,
    RegisterPlace,
    TimeOfDay,
    Weekday,
    Words,
    context_of,
    day_of,
    in_home,
)
from mailflow.settings.mail import Mail
from mailflow.settings.section import Section
from workbook_sync.places import Address as ShareAddress

LAST_PLAN_DAY = 28


STARTING_ID = "agency"
"""What an agency is called in a record of its own."""


class Agency(Section):
    """[agency]: whose procedure this is; `id` keeps the agencies of one record apart."""

    id: str = Field(default=STARTING_ID, pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    name: Words = Field(examples=["Sở Nội vụ"])
    parent: Words | None = Field(default=None, examples=["UBND tỉnh"])
    place: Words | None = Field(default=None, examples=["Hà Nội"])
    short: Words | None = Field(default=None, examples=["SNV"])
    code_prefix: str = Field(default="CTCL", pattern=r"^[A-Z]{2,8}$")
    time_zone: str = "Asia/Ho_Chi_Minh"
    office_hours: tuple[TimeOfDay, TimeOfDay] = Field(
        default=(time(7, 30), time(17)), examples=[["07:30", "17:00"]]
    )

    @property
    def zone(self) -> ZoneInfo:
        """The agency's time zone, in which its days begin and end."""
        return ZoneInfo(self.time_zone)

    @field_validator("code_prefix")
    @classmethod
    def _own_series(cls, value: str) -> str:
        if value in numbering.prefixes("")[1:]:
            raise ValueError(f"{value} begins the codes of reviews or objectives; choose another")
        return value

    @field_validator("time_zone")
    @classmethod
    def _zone_exists(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"{name!r} is not a time zone this machine knows") from None
        return name

    @field_validator("office_hours")
    @classmethod
    def _opens_before_it_closes(cls, hours: tuple[time, time]) -> tuple[time, time]:
        if hours[0] >= hours[1]:
            raise ValueError("opens after it closes")
        return hours


class Attachments(Section):
    """[attachments]: the most that is taken as evidence: MB of a file and of a letter, files."""

    file_mb: Megabytes = 20
    letter_mb: Megabytes = 30
    files: Annotated[int, Field(strict=True, ge=1, le=100)] = 20

    @field_validator("letter_mb")
    @classmethod
    def _holds_a_file(cls, most: int, info: ValidationInfo) -> int:
        if most < info.data.get("file_mb", 0):
            raise ValueError(f"{most} is less than file_mb, the most of a single file")
        return most


class Record(Section):
    """[record]: where the master record is kept."""

    database_url: str = Field(default="sqlite:///record.sqlite")

    @property
    def on_server(self) -> bool:
        """Whether the record is on a database server, which many agencies and daemons can share."""
        return not self.database_url.startswith("sqlite:")

    @field_validator("database_url")
    @classmethod
    def _sound(cls, url: str, info: ValidationInfo) -> str:
        parts = urlsplit(url)
        if parts.scheme not in {"sqlite", "postgresql+psycopg"}:
            raise ValueError("is neither sqlite:///… nor postgresql+psycopg://…")
        if parts.password is not None:
            raise ValueError("holds a password; remove it and put it into the file ~/.pgpass")
        if parts.scheme != "sqlite":
            if not context_of(info)["own_id"]:
                raise ValueError("is for many agencies: give this one an [agency] id of its own")
            return url
        if not url.startswith("sqlite:///") or url in {"sqlite:///", "sqlite:///:memory:"}:
            raise ValueError("names no file to keep the record in")
        return f"sqlite:///{in_home(url.removeprefix('sqlite:///'), info)}"


class Backup(Section):
    """[backup]: the daily copies of the record: of how many days and months one each is kept."""

    folder: HomePath = Field(default=Path("backup"), examples=["/mnt/nas/mailflow"])
    days: Days = 14
    months: Annotated[int, Field(strict=True, ge=1, le=120)] = 12


class Share(Section):
    """[share]: who we are on network shares (`smb://…`); the password is no key of the file."""

    user: Words | None = Field(default=None, examples=["COQUAN\\mailflow"])


class Register(Section):
    """[[register]]: a shared workbook, whose edits it carries, its unit if it has one.

    `synced`: its folder is kept in step with a cloud or another machine.
    """

    path: RegisterPlace = Field(examples=["Sổ theo dõi.xlsx"])
    keeper: Address = Field(examples=["thuky@coquan.gov.vn"])
    unit: Words | None = Field(default=None, examples=["Phòng Một cửa"])
    synced: bool = Field(default=False, strict=True, examples=[True])

    @field_validator("path")
    @classmethod
    def _is_a_workbook_of_its_own(
        cls, path: Path | ShareAddress, info: ValidationInfo
    ) -> Path | ShareAddress:
        if not path.name.casefold().endswith(".xlsx"):
            raise ValueError(f"{path.name!r} is not an .xlsx workbook")
        if isinstance(path, ShareAddress) and not context_of(info)["share_user"]:
            raise ValueError("lies on a share: write [share] user; its password is share_password")
        workbooks, place = context_of(info)["workbooks"], str(path)
        if place in workbooks:
            raise ValueError(f"{path.name!r} stands in an earlier [[register]] already")
        workbooks.add(place)
        return path


class Numbering(Section):
    """[numbering]: how a request's number is written from `seq` (gapless in a year) and `year`."""

    pattern: str = "{seq:02d}/{year}"

    @field_validator("pattern")
    @classmethod
    def _writes_distinct_numbers(cls, pattern: str) -> str:
        parts = string.Formatter().parse(pattern)
        fields = [
            (name, form or "", convert) for _, name, form, convert in parts if name is not None
        ]
        if sorted(name for name, _, _ in fields) != ["seq", "year"]:
            raise ValueError("must hold {seq} and {year} once each, and no other name")
        if any(convert or not re.fullmatch(r"(0\d)?d?", form) for _, form, convert in fields):
            raise ValueError("may only say how many digits, as in {seq:02d}")
        return pattern


class Iso(Section):
    """[iso]: the agency's own choices where the procedure leaves one (5.2.2, 5.3, 5.5, 5.6)."""

    present_weekday: Weekday = 0
    standing_order: Words | None = Field(default=None, examples=["số 12, ngày 05/01/2026"])
    long_work_days: Days = 31
    repeat_threshold: Annotated[int, Field(strict=True, ge=1, le=99)] = 3
    same_person_verifies: Literal["warn", "refuse"] = "warn"


class Review(Section):
    """[review]: when the year's management review is opened and planned; whom inputs are asked of.

    Days are written day/month. An owner is an address, `unit:<name>` or a role; without one the
    ISO secretary is asked.
    """

    opens: MonthDay = "01/10"
    plan_by: MonthDay = "30/10"
    bases: tuple[Words, ...] = Field(
        default=(
            "Căn cứ Tiêu chuẩn quốc gia TCVN ISO 9001:2015",
            "Căn cứ Sổ tay chất lượng và Quy trình cải tiến của cơ quan",
        ),
        examples=[["Căn cứ Quyết định số …"]],
    )
    owners: dict[InputName, Words] = Field(
        default_factory=dict, examples=[{"satisfaction": "unit:Bộ phận Một cửa"}]
    )

    @field_validator("plan_by")
    @classmethod
    def _after_it_opens(cls, day: str, info: ValidationInfo) -> str:
        opens = info.data.get("opens")
        if opens and day_of(day, 2001) < day_of(opens, 2001):
            raise ValueError(f"{day} comes before {opens}, when the review is opened")
        return day


class Reminders(Section):
    """[reminders]: working days before the day due, between reminders, and until others hear."""

    before: Days = 1
    every: Days = 2
    unit_head: Days = 3
    iso_lead: Days = 5
    agency_head: Days = 10

    @field_validator("iso_lead", "agency_head")
    @classmethod
    def _climbs(cls, days: int, info: ValidationInfo) -> int:
        below = "unit_head" if info.field_name == "iso_lead" else "iso_lead"
        if days < info.data.get(below, 0):
            raise ValueError(f"{days} comes before {below}, who is to hear first")
        return days


class Retention(Section):
    """[retention]: full years kept after the year in which a request ended (VII: three)."""

    years: Annotated[int, Field(strict=True, ge=3, le=99)] = 3


class Digest(Section):
    """[digest]: the days on which leaders get their digest, Monday 0 to Sunday 6."""

    weekdays: frozenset[Weekday] = Field(default=frozenset({0}), min_length=1, examples=[[0, 3]])


class Objectives(Section):
    """[objectives]: the policy they serve, the days they are asked for, units without any (5.9)."""

    policy: str = Field(default="", examples=["Phục vụ đúng hẹn, công khai, minh bạch."])
    plan_day: DayOfYear = "02/01"
    evaluation_day: DayOfYear = "01/12"
    without: tuple[Words, ...] = Field(default=(), examples=[["Ban Giám đốc"]])

    @field_validator("plan_day")
    @classmethod
    def _leaves_time(cls, text: str) -> str:
        if text[3:] != "01" or int(text[:2]) > LAST_PLAN_DAY:
            raise ValueError(f"{text} leaves no time: plans are approved by 29/01 (5.9)")
        return text

    @field_validator("evaluation_day")
    @classmethod
    def _is_before_the_year_ends(cls, text: str) -> str:
        day, month = (int(part) for part in text.split("/"))
        if month < 10 or (month == 12 and day > LAST_PLAN_DAY):
            raise ValueError(f"{text} is no day late in the year: evaluations end by 30/12 (5.9)")
        return text


class Sections(Section):
    """The whole file; checked with a `Context`."""

    agency: Agency
    mail: Mail
    attachments: Attachments = Attachments()
    record: Record
    backup: Backup
    share: Share = Share()
    registers: tuple[Register, ...] = Field(default=(), alias="register")
    limits: dict[LimitName, Days] = Field(default_factory=dict, examples=[2])
    numbering: Numbering = Numbering()
    iso: Iso = Iso()
    review: Review = Review()
    reminders: Reminders = Reminders()
    retention: Retention = Retention()
    digest: Digest = Digest()
    objectives: Objectives = Objectives()

    @field_validator("limits")
    @classmethod
    def _rest_is_default(cls, own: dict[str, int]) -> dict[str, int]:
        return default_limits() | own
