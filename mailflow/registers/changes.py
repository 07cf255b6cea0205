"""The roster as JSON, and what changed in it since it was last seen, in sentences."""

from collections.abc import Iterator, Mapping
from typing import Any

from mailflow.forms import words
from mailflow.procedure import labels
from mailflow.procedure.people import Person, Roster, StandIn
from mailflow.procedure.terms import ROSTER_ROLES, Act, Role

Snapshot = Mapping[str, Any]
"""{"units": {name: [other names]}, "people": {key: {label: text}}, "stand_ins": [text]}."""


def snapshot(roster: Roster) -> dict[str, Any]:
    """Write a roster as plain JSON; a person's key is their id with the day their row begins."""
    return {
        "units": {unit.name: list(unit.aliases) for unit in roster.units},
        "people": {_key(person): _shown(person, roster) for person in roster.people},
        "stand_ins": [_stand_in(stand_in, roster) for stand_in in roster.stand_ins],
    }


def changes(old: Snapshot | None, new: Snapshot) -> list[str]:
    """Say in Vietnamese what differs between two snapshots; `old` None: the first one."""
    if old is None:
        units, people, stand_ins = (len(new[name]) for name in ("units", "people", "stand_ins"))
        return [f"Danh bạ đầu tiên: {people} dòng, {units} đơn vị, {stand_ins} ủy quyền."]
    return [*_units(old["units"], new["units"]), *_people(old, new), *_stand_ins(old, new)]


def _key(person: Person) -> str:
    return f"{person.id} {person.since.isoformat()}" if person.since else person.id


def _shown(person: Person, roster: Roster) -> dict[str, str]:
    roles = [labels.ROLE[r] for r in ROSTER_ROLES if r in person.roles and r is not Role.STAFF]
    return {
        "Họ tên": person.name,
        "Email": person.email,
        "Đơn vị": person.unit,
        "Chức vụ": person.position,
        "Vai trò": "; ".join(roles),
        "Lãnh đạo trực tiếp": roster.name_of(person.superior or ""),
        "Người thay thế": roster.name_of(person.stand_in or ""),
        "Hiệu lực từ": words.day(person.since),
        "Hiệu lực đến": words.day(person.until),
    }


def _stand_in(stand_in: StandIn, roster: Roster) -> str:
    acts = "tất cả các việc"
    if stand_in.acts is not None:
        acts = "; ".join(labels.ACT[act] for act in Act if act in stand_in.acts)
    since, until = words.day(stand_in.since) or "…", words.day(stand_in.until) or "…"
    decision = f", {stand_in.decision}" if stand_in.decision else ""
    who, for_whom = roster.name_of(stand_in.who), roster.name_of(stand_in.for_whom)
    return f"{who} thay {for_whom}: {acts} ({since} - {until}{decision})"


def _units(old: Mapping[str, list[str]], new: Mapping[str, list[str]]) -> Iterator[str]:
    for name in new:
        if name not in old:
            yield f"Thêm đơn vị {name}."
        elif new[name] != old[name]:
            yield f"Đơn vị {name}: tên gọi khác nay là “{'; '.join(new[name])}”."
    yield from (f"Bỏ đơn vị {name}." for name in old if name not in new)


def _people(old: Snapshot, new: Snapshot) -> Iterator[str]:
    before, after = old["people"], new["people"]
    for key, person in after.items():
        if key not in before:
            yield f"Thêm {_introduced(person)}."
            continue
        for label, value in person.items():
            if value != before[key].get(label, ""):
                was = before[key].get(label) or "trống"
                yield f"{person['Họ tên']}: {label} “{was}” đổi thành “{value or 'trống'}”."
    yield from (f"Bỏ {_introduced(before[key])}." for key in before if key not in after)


def _introduced(person: Mapping[str, str]) -> str:
    said = (person["Họ tên"], f"<{person['Email']}>", person["Đơn vị"], person["Vai trò"])
    return ", ".join(filter(None, said))


def _stand_ins(old: Snapshot, new: Snapshot) -> Iterator[str]:
    before, after = old["stand_ins"], new["stand_ins"]
    yield from (f"Thêm ủy quyền: {said}." for said in after if said not in before)
    yield from (f"Bỏ ủy quyền: {said}." for said in before if said not in after)
