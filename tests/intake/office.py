"""A small office for reading tests: its people, the real phrases, and requests at any step."""

from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from mailflow import phrases as phrasebook
from mailflow.intake.lines.values import Lookup, Problem, Reader, Unread
from mailflow.intake.wording import Item, Open, Read, Unclear, read_acts
from mailflow.phrases import Phrases
from mailflow.procedure.people import Person, Roster, Unit
from mailflow.procedure.request import Json
from mailflow.procedure.steps import STEPS
from mailflow.procedure.table import Step
from mailflow.procedure.terms import Act, Kind, Role, State

ROOT = Path(__file__).parents[2]
CODES = ("CTCL-2026-0007-K", "CTCL-2026-0008-L", "CTCL-2026-0009-M")
MONDAY = datetime(2026, 6, 1, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def _person(account: str, name: str, unit: str, *roles: Role) -> Person:
    address = f"{account}@so.vn"
    return Person(address, name, address, unit, "Chuyên viên", frozenset({Role.STAFF, *roles}))


HANH = _person("hanh", "Trần Thị Hạnh", "Ban Giám đốc", Role.ISO_LEAD)
NAM = _person("nam", "Hoàng Văn Nam", "Bộ phận Một cửa")
LAN = _person("lan", "Vũ Thị Lan", "Bộ phận Một cửa", Role.UNIT_HEAD)
OTHER_LAN = _person("lan2", "Đỗ Ngọc Lan", "Phòng Tài chính, Kế toán")
HOA = _person("hoa", "Lê Hòa", "Phòng Tài chính, Kế toán", Role.UNIT_HEAD)
HOA_WITH_HOOK = _person("hoa2", "Lê Hoà", "Văn phòng")
LAM = _person("lam", "Phan Lâm", "Văn phòng")
ROSTER = Roster(
    people=(HANH, NAM, LAN, OTHER_LAN, HOA, HOA_WITH_HOOK, LAM),
    units=(
        Unit("Ban Giám đốc"),
        Unit("Bộ phận Một cửa", ("Một cửa", "BPMC")),
        Unit("Phòng Tài chính, Kế toán", ("TCKT",)),
        Unit("Văn phòng", ("VP",)),
    ),
)
LOOKUP = Lookup(ROSTER, HANH.id)


@cache
def phrases() -> Phrases:
    """Load the phrases that ship with Mailflow."""
    return phrasebook.load(ROOT / "config" / "phrases.toml")


def value(field: str, words: str, sender: str = HANH.id) -> Json | Problem:
    """Read one field's words as on a Monday, 1 June 2026; a Problem when they give no value."""
    reader = Reader(phrases(), Lookup(ROSTER, sender), MONDAY.date())
    try:
        return reader.value(field, words)
    except Unread as unread:
        return unread.problem


def at(*states: State, kind: Kind = Kind.NONCONFORMITY) -> tuple[Step, ...]:
    """List all steps that lead on from these states, whoever may take them."""
    wanted = set(states)
    return tuple(s for s in STEPS if s.sources and wanted & set(s.sources) and kind in s.kinds)


def items(
    text: str, *states: State, asked: tuple[Act, ...] = (), count: int = 1, together: bool = False
) -> tuple[Item, ...]:
    """Read a reply about `count` requests that all stand in these states."""
    opens = [Open(code, at(*states), asked) for code in CODES[:count]]
    return read_acts(text, opens, phrases(), LOOKUP, MONDAY, together=together)


def one(text: str, *states: State, asked: tuple[Act, ...] = ()) -> Read:
    """Read a reply that must hold exactly one act, open now."""
    (item,) = items(text, *states, asked=asked)
    assert isinstance(item, Read), item
    assert item.here
    return item


def unclear(text: str, *states: State, asked: tuple[Act, ...] = (), count: int = 1) -> Unclear:
    """Read a reply that must lead to exactly one question."""
    (item,) = items(text, *states, asked=asked, count=count)
    assert isinstance(item, Unclear), item
    return item
