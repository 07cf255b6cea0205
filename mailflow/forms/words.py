"""A request's values, days, people and proofs in the words that the form and mails show."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from mailflow.forms.names import Said, Tick
from mailflow.procedure import labels
from mailflow.procedure.fields import FIELDS, TABLES, Type
from mailflow.procedure.people import Roster
from mailflow.procedure.request import Entry, Json
from mailflow.procedure.terms import Role

TICKED, EMPTY = "☒", "☐"
EMPTIED = "(bỏ trống)"

_CHANNEL = {"letter": "thư điện tử", "register": "sổ theo dõi", "console": "bảng lệnh"}
_BEHIND = {"standing_order": "lệnh thường trực", "follow_up": "phiếu không đạt"}


NOBODY = Said(who="", role="", proof="")


def day(value: date | str | None) -> str:
    """Write a date (or its ISO text) as Decree 30/2020 does: 05/02/2026, 05/3/2026; "" for none."""
    if not value:
        return ""
    value = date.fromisoformat(value) if isinstance(value, str) else value
    month = f"{value.month:02d}" if value.month < 3 else str(value.month)
    return f"{value.day:02d}/{month}/{value.year}"


def local_day(at: datetime, tz: ZoneInfo) -> str:
    """Write the day on which a moment fell in the agency's time zone."""
    return day(at.astimezone(tz).date())


def moment(at: datetime, tz: tzinfo | None = None) -> str:
    """Write a moment in a time zone, its own when none is given, e.g. 05/3/2026 09:12."""
    local = at.astimezone(tz) if tz else at
    return f"{day(local.date())} {local:%H:%M}"


def compiled_in(entries: Sequence[Entry]) -> dict[str, Json]:
    """Give what was compiled from record and register when a paper was last made of them."""
    found = (e.fields["compiled"] for e in reversed(entries) if "compiled" in e.fields)
    return dict(next(found, {}))


def names(parties: Iterable[str], roster: Roster) -> str:
    """Name people and units in a row."""
    return ", ".join(map(roster.name_of, parties))


def ticks(options: Mapping[str, str], chosen: Iterable[str], *, other: bool = False) -> list[Tick]:
    """Tick what was chosen; with `other`, words that are no option end up in "Khác: …"."""
    said = list(chosen)
    row = [_tick(value in said, label) for value, label in options.items()]
    if other:
        free = "; ".join(word for word in said if word not in options)
        row.append(_tick(bool(free), f"Khác: {free}".rstrip()))
    return row


def _tick(on: bool, label: str) -> Tick:
    return Tick(mark=TICKED if on else EMPTY, label=label)


def said(entry: Entry | None, roster: Roster, tz: ZoneInfo) -> Said:
    """Say who did an act, in which role, when, and by which proof; empty when nobody did yet."""
    if entry is None:
        return NOBODY
    return Said(who=_who(entry, roster), role=_role(entry, roster), proof=_proof(entry, roster, tz))


def _who(entry: Entry, roster: Roster) -> str:
    return doer(entry, roster) + _after_comma(_position(entry, roster)) + _for(entry, roster)


def _position(entry: Entry, roster: Roster) -> str:
    person = roster.person(entry.by)
    return person.position if person else ""


def _after_comma(text: str) -> str:
    return f", {text}" if text else ""


def _for(entry: Entry, roster: Roster) -> str:
    """Name for whom, and by which decision, a stand-in acted (5.6: người được ủy quyền)."""
    for note in entry.notes:
        kind, _, rest = note.partition(":")
        if kind == "stand_in":
            person, _, decision = rest.partition(":")
            by_decision = f"theo {decision}" if decision else ""
            return f" (thay {roster.name_of(person)}{_after_comma(by_decision)})"
    return ""


def _role(entry: Entry, roster: Roster) -> str:
    """Name the role they acted in, unless their position says it already."""
    role = labels.ROLE[entry.role]
    return "" if not entry.by or role == _position(entry, roster) else role


def _proof(entry: Entry, roster: Roster, tz: ZoneInfo) -> str:
    parts = [f"{_how(entry)} ngày {moment(entry.at, tz)}", reference(entry)]
    if entry.entered_by:
        parts.append(f"{roster.name_of(entry.entered_by)} nhập")
    if "same_person" in entry.notes:
        parts.append("người xác nhận cũng là người thực hiện")
    if entry.proof not in _USUAL_PROOFS:
        parts.append(labels.PROOF.get(entry.proof, entry.proof))
    return ", ".join(parts)


_USUAL_PROOFS = ("token", "program")
"""The answer's own token goes without saying, as the reference leads to it; others are named."""


def _how(entry: Entry) -> str:
    if entry.via.kind == "program":
        return "Chương trình ghi"
    verb = "Đã gửi" if entry.proof == "none" else "Đã xác nhận"
    return f"{verb} qua {_CHANNEL[entry.via.kind]}"


def reference(entry: Entry) -> str:
    """Name what is behind an act: the letter, register edit or rule that the record keeps."""
    kind, _, rest = entry.via.id.partition(":")
    if entry.via.kind == "program" and kind in _BEHIND:
        return f"theo {_BEHIND[kind]} {rest}"
    return f"mã {entry.via.id}"


def signed(entry: Entry, roster: Roster, tz: ZoneInfo) -> str:
    """Say in one line who did an act, when and under which reference, for the rows of tables."""
    return f"{doer(entry, roster)}, {moment(entry.at, tz)}, {reference(entry)}"


def doer(entry: Entry, roster: Roster) -> str:
    """Name who did an act, the program where nobody did."""
    return roster.name_of(entry.by) if entry.by else labels.ROLE[Role.PROGRAM]


def file_names(entry: Entry | None) -> str:
    """List the names of the files that came with an act."""
    files = entry.fields.get("files") or () if entry else ()
    return ", ".join(item["name"] for item in files)


def evidence(entry: Entry | None) -> str:
    """Give an act's evidence: its words, then the names of its files."""
    if entry is None:
        return ""
    files = file_names(entry)
    parts = (entry.fields.get("evidence"), f"Tệp: {files}" if files else "")
    return "\n".join(part for part in parts if part)


def carried(entry: Entry, roster: Roster, names: Iterable[str] = tuple(FIELDS)) -> str:
    """Write the named values an act carried, with their labels, one after the other."""
    return "; ".join(
        f"{FIELDS[name].label}: {value_text(name, entry.fields[name], roster).rstrip(' .')}"
        for name in names
        if entry.fields.get(name) not in (None, "", [])
    )


def value_text(name: str, value: Json, roster: Roster) -> str:
    """Write the value of one field of `FIELDS` in words; work takes a line for each item."""
    kind = FIELDS[name].type
    if kind is Type.DATE:
        return day(value)
    if kind is Type.PERSON:
        return roster.name_of(value)
    if kind is Type.PARTIES:
        return names(value, roster)
    if kind in {Type.CHOICE, Type.CHOICES}:
        return _options(name, value if isinstance(value, list | tuple) else [value])
    if kind in TABLES:
        rows = enumerate(value, start=1)
        is_work = kind is Type.WORK
        return "\n".join(_work(n, i, roster) if is_work else _line(i, kind) for n, i in rows)
    if kind is Type.FILES:
        return ", ".join(item["name"] for item in value)
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return f"{value}%" if name == "percent" else str(value)


def _options(name: str, values: Iterable[str]) -> str:
    """Write choices with semicolons between them, since their own words hold commas."""
    every = {kind.value: label for kind, label in labels.KIND.items()}
    known = every if name == "kind" else labels.option_labels(name)
    return "; ".join(known.get(value, value) for value in values)


def _line(item: Mapping[str, Json], table: Type) -> str:
    """Write a row of a plan or of its results: "2. objective (Chỉ tiêu: …; Thời gian: …)"."""
    first, *others = TABLES[table]
    said = [f"{c.head}: {item[c.key]}" for c in others if item.get(c.key)]
    said += [f"T{month}: {value or EMPTIED}" for month, value in (item.get("months") or {}).items()]
    told, lead = "; ".join(said), str(item.get(first.key) or "")
    no = f"{item['no']}." if item["no"] else "+"
    return f"{no} {lead} ({told})" if lead and told else f"{no} {lead or told}"


def _work(number: int, item: Mapping[str, Json], roster: Roster) -> str:
    """Write one item: "2. what (who; phối hợp: with; hạn 05/3/2026; đầu ra: output)"."""
    parts = (
        names(item.get("who") or (), roster),
        f"phối hợp: {item['with']}" if item.get("with") else "",
        f"hạn {day(item['by'])}" if item.get("by") else "",
        f"đầu ra: {item['output']}" if item.get("output") else "",
    )
    told = "; ".join(part for part in parts if part)
    return f"{number}. {item['what']} ({told})" if told else f"{number}. {item['what']}"
