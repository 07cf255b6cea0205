"""Reads the roster workbook: units, people with their roles, and who stands in for whom."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations
from pathlib import Path

from mailflow.errors import Misconfigured
from mailflow.procedure import labels
from mailflow.procedure.folding import folded
from mailflow.procedure.people import Person, Roster, StandIn, Unit
from mailflow.procedure.terms import ROSTER_ROLES, Act, Role
from mailflow.registers.names import people_named, split, unit_named
from mailflow.registers.officebook import Line, open_book

UNITS, PEOPLE, STAND_INS = "Đơn vị", "Danh bạ", "Ủy quyền"
UNIT, OTHER_NAMES = "Tên đơn vị", "Tên gọi khác"
NAME, EMAIL, IN_UNIT, POSITION, ROLES = "Họ tên", "Email", "Đơn vị", "Chức vụ", "Vai trò"
SUPERIOR, STAND_IN = "Lãnh đạo trực tiếp", "Người thay thế"
SINCE, UNTIL = "Hiệu lực từ", "Hiệu lực đến"
FOR_WHOM, WHO, ACTS, FROM, TO = "Người được thay", "Người thay", "Việc", "Từ ngày", "Đến ngày"
DECISION = "Số quyết định"
ALL_ACTS = "tất cả"

ROLE_WORDS = {folded(labels.ROLE[role]): role for role in ROSTER_ROLES} | {
    "can bo": Role.STAFF,
    "nhan vien": Role.STAFF,
    "chuyen vien": Role.STAFF,
    "cong chuc": Role.STAFF,
    "vien chuc": Role.STAFF,
    "nguoi lao dong": Role.STAFF,
    "lanh dao don vi": Role.UNIT_HEAD,
    "truong phong": Role.UNIT_HEAD,
    "danh gia vien": Role.AUDITOR,
    "chuyen gia danh gia noi bo": Role.AUDITOR,
    "thanh vien iso": Role.ISO_MEMBER,
    "truong ban iso": Role.ISO_LEAD,
    "thu truong co quan": Role.AGENCY_HEAD,
    "lanh dao cao nhat": Role.AGENCY_HEAD,
}
ONE_ONLY = (Role.AGENCY_HEAD, Role.ISO_LEAD, Role.ISO_SECRETARY)
_ADDRESS = re.compile(r"[^\s@<>,;:\"()]+@[^\s@<>,;:\"()]+\.[^\s@<>,;:\"().]+")


@dataclass(frozen=True)
class _Listed:
    """A person with the row that lists them."""

    line: Line
    person: Person


def read_roster(path: Path) -> Roster:
    """Read `Danh bạ.xlsx`. Raises Misconfigured with every fault, by sheet and row.

    At most one agency head, ISO lead and ISO secretary at a time and one head of a unit; each of
    the three must be there, since the procedure cannot run without them.
    """
    book = open_book(path)
    units = _units(book.lines(UNITS, (UNIT, OTHER_NAMES)))
    headers = (NAME, EMAIL, IN_UNIT, POSITION, ROLES, SUPERIOR, STAND_IN, SINCE, UNTIL)
    listed = _people(book.lines(PEOPLE, headers), units)
    people = [_linked(entry, [e.person for e in listed], units) for entry in listed]
    _one_at_a_time(listed)
    book.faults.extend(_absent(listed, path.name))
    deputies = (FOR_WHOM, WHO, ACTS, FROM, TO, DECISION)
    stand_ins = _stand_ins(book.lines(STAND_INS, deputies, needed=False), people, units)
    if book.faults:
        raise Misconfigured(book.faults)
    return Roster(tuple(people), tuple(units), tuple(stand_ins))


def _units(lines: Sequence[Line]) -> list[Unit]:
    units: list[Unit] = []
    for line in lines:
        if line.is_example:
            line.fault(UNIT, "is the example; put a unit's name in its place, or delete the row")
            continue
        unit = Unit(line.wanted(UNIT), tuple(split(line.text(OTHER_NAMES))))
        for name in (unit.name, *unit.aliases):
            if unit_named(name, units):
                line.fault(UNIT, f"{name!r} already names another unit")
        units.append(unit)
    return units


def _people(lines: Sequence[Line], units: Sequence[Unit]) -> list[_Listed]:
    listed = []
    for line in lines:
        if line.is_example:
            line.fault(NAME, "is an example; put a person's name, address and unit in its place")
        else:
            listed.append(_Listed(line, _person(line, units)))
    shared = _shared_mailboxes(listed)
    listed = [_identified(entry, shared) for entry in listed]
    for one, other in combinations(listed, 2):
        if one.person.id == other.person.id and _overlap(one.person, other.person):
            name = other.person.name
            other.line.fault(NAME, f"{name!r} stands in row {one.line.row.index} already")
    return listed


def _person(line: Line, units: Sequence[Unit]) -> Person:
    email = line.wanted(EMAIL).lower()
    if email and not _ADDRESS.fullmatch(email):
        line.fault(EMAIL, f"{email!r} is not a mail address")
    name = line.wanted(IN_UNIT)
    unit = unit_named(name, units)
    if name and unit is None:
        line.fault(IN_UNIT, f"{name!r} is not listed on the sheet {UNITS!r}")
    return Person(
        id=email,
        name=" ".join(line.wanted(NAME).split()),
        email=email,
        unit=unit.name if unit else name,
        position=line.text(POSITION),
        roles=_roles(line),
        since=line.day(SINCE),
        until=_until(line, SINCE, UNTIL),
    )


def _until(line: Line, start: str, end: str) -> date | None:
    since, until = line.day(start), line.day(end)
    if since and until and until < since:
        line.fault(end, f"{until:%d/%m/%Y} is before {start} {since:%d/%m/%Y}")
    return until


def _roles(line: Line) -> frozenset[Role]:
    """Everyone on the roster is staff; the cell adds to that."""
    roles = {Role.STAFF}
    for words in (w for part in split(line.text(ROLES)) for w in part.split(",")):
        role = ROLE_WORDS.get(folded(words))
        if role:
            roles.add(role)
        else:
            known = ", ".join(labels.ROLE[role] for role in ROSTER_ROLES)
            line.fault(ROLES, f"{words.strip()!r} is not a role; the roles are {known}")
    return frozenset(roles)


def _shared_mailboxes(listed: Sequence[_Listed]) -> set[str]:
    names: dict[str, set[str]] = {}
    for entry in listed:
        names.setdefault(entry.person.email, set()).add(folded(entry.person.name))
    return {email for email, readers in names.items() if len(readers) > 1}


def _identified(entry: _Listed, shared: set[str]) -> _Listed:
    """Tell apart the people who read one mailbox."""
    person = entry.person
    if person.email not in shared:
        return entry
    return replace(entry, person=replace(person, id=f"{person.email}#{folded(person.name)}"))


def _overlap(one: Person, other: Person) -> bool:
    """Say whether two rows are in force on a common day: who follows in a role does not overlap."""
    starts = max(p.since or date.min for p in (one, other))
    ends = min(p.until or date.max for p in (one, other))
    return starts <= ends


def _linked(entry: _Listed, people: Sequence[Person], units: Sequence[Unit]) -> Person:
    superior = _one(entry.line, SUPERIOR, people, units)
    stand_in = _one(entry.line, STAND_IN, people, units)
    for header, found in ((SUPERIOR, superior), (STAND_IN, stand_in)):
        if found == entry.person.id:
            entry.line.fault(header, f"{entry.person.name!r} is the person of this row")
    return replace(entry.person, superior=superior, stand_in=stand_in)


def _one(line: Line, header: str, people: Sequence[Person], units: Sequence[Unit]) -> str | None:
    words = line.text(header)
    found = people_named(words, people, units) if words else ()
    if words and not found:
        line.fault(header, f"{words!r} is not on the sheet {PEOPLE!r}")
    if len(found) > 1:
        line.fault(header, f"{words!r} may be several people; write: name (unit)")
    return found[0].id if found else None


def _one_at_a_time(listed: Sequence[_Listed]) -> None:
    for first, second in combinations(listed, 2):
        one, other = first.person, second.person
        if one.id == other.id or not _overlap(one, other):
            continue
        row = first.line.row.index
        for role in sorted((one.roles & other.roles).intersection(ONE_ONLY)):
            said = (
                f"a second {labels.ROLE[role]!r}: {other.name!r}, after {one.name!r} in row {row}"
            )
            second.line.fault(ROLES, said)
        if Role.UNIT_HEAD in one.roles & other.roles and one.unit == other.unit:
            said = f"a second head of {one.unit!r}: {other.name!r}, after {one.name!r} in row {row}"
            second.line.fault(ROLES, said)


def _absent(listed: Sequence[_Listed], book: str) -> Iterator[str]:
    held = {role for entry in listed for role in entry.person.roles}
    for role in ONE_ONLY:
        if role not in held:
            yield f"{book}, sheet {PEOPLE!r}: nobody has the role {labels.ROLE[role]!r}"


def _stand_ins(
    lines: Sequence[Line], people: Sequence[Person], units: Sequence[Unit]
) -> list[StandIn]:
    stand_ins = []
    for line in lines:
        if not line.wanted(FOR_WHOM) or not line.wanted(WHO):
            continue
        for_whom, who = (_one(line, header, people, units) for header in (FOR_WHOM, WHO))
        if for_whom and for_whom == who:
            line.fault(WHO, f"{line.text(WHO)!r} would stand in for themselves")
        since, until = line.day(FROM), _until(line, FROM, TO)
        decision = line.text(DECISION)
        stand_ins.append(StandIn(for_whom or "", who or "", _acts(line), since, until, decision))
    return stand_ins


def _acts(line: Line) -> frozenset[Act] | None:
    """Give the acts a stand-in may do; None for all. A label may be cut short where it is clear."""
    acts: set[Act] = set()
    for words in split(line.wanted(ACTS)):
        if folded(words) in ("tat ca", "moi viec", "toan bo"):
            return None
        found = [act for act in Act if folded(labels.ACT[act]).startswith(folded(words))]
        acts.update(found[:1])
        if len(found) != 1:
            wrong = "may be several acts" if found else "is not an act of the procedure"
            line.fault(ACTS, f"{words!r} {wrong}; `mailflow procedure` lists them")
    return frozenset(acts)
