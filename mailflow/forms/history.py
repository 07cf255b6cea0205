"""What the boxes keep besides the current answer: changes old -> new, and every earlier answer."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest
from zoneinfo import ZoneInfo

from mailflow.forms import words
from mailflow.forms.names import ChangeRow
from mailflow.procedure import labels, machine
from mailflow.procedure.fields import FIELDS
from mailflow.procedure.people import Roster
from mailflow.procedure.request import Entry, Measure, Request
from mailflow.procedure.terms import Act, Box, Role, State

_MOVES = (Act.EXTEND, Act.REASSIGN)
_OWN_CHANGES = ("change_resources", "change_measure", "change_deadline")
_TABLED = (Act.REQUEST_CHANGE, Act.DECIDE_CHANGE, Act.REPORT_PROGRESS, Act.REPORT_COMPLETION)


@dataclass(frozen=True)
class Stage:
    """One entry with the request before and after it."""

    before: Request
    entry: Entry
    after: Request


def stages(request: Request) -> tuple[Stage, ...]:
    """Run through a request's entries again; the first, which opens it, has nothing before it."""
    if not request.entries:
        return ()
    before = machine.advance(None, request.entries[0])
    found = []
    for entry in request.entries[1:]:
        after = machine.advance(before, entry)
        found.append(Stage(before, entry, after))
        before = after
    return tuple(found)


def values_over_time(story: Sequence[Stage], read: Callable[[Request], str]) -> str:
    """Write a value with those it replaced: "15/4/2026 (trước: 30/3/2026)"; "" before the first."""
    texts = [read(stage.after) for stage in story]
    if story:
        texts.insert(0, read(story[0].before))
    changed = [text for text, _ in groupby(texts) if text]
    if len(changed) < 2:
        return "".join(changed)
    return f"{changed[-1]} (trước: {'; '.join(changed[:-1])})"


def _difference(stage: Stage, roster: Roster) -> str:
    """Write what an act changed of the running work, old -> new, one line each."""
    return "\n".join(_differences(stage.before, stage.after, roster))


def _differences(before: Request, after: Request, roster: Roster) -> Iterator[str]:
    both = (before, after)
    yield from _arrow("Hạn hoàn thành", *(words.day(r.values.get("deadline")) for r in both))
    held = (words.names(r.parties.get(Role.IMPLEMENTER, ()), roster) for r in both)
    yield from _arrow("Người triển khai", *held)
    yield from _resources(*(r.values.get("resources", "") for r in both))
    pairs = zip_longest(before.measures, after.measures)
    for number, (old, new) in enumerate(pairs, start=1):
        yield from _arrow(f"Biện pháp {number}", _what(old), _what(new))


def _resources(old: str, new: str) -> Iterator[str]:
    """Resources are added to, so the addition alone says old and new."""
    added = new.removeprefix(f"{old}; ")
    if old and added != new:
        yield f"Nguồn lực: bổ sung {added}"
    else:
        yield from _arrow("Nguồn lực", old, new)


def _what(measure: Measure | None) -> str:
    return measure.what if measure else ""


def _arrow(label: str, old: str, new: str) -> Iterator[str]:
    if old != new:
        yield f"{label}: {old or '(chưa có)'} → {new}"


def changes(story: Sequence[Stage], roster: Roster, tz: ZoneInfo) -> list[ChangeRow]:
    """List all changes asked for, decided or ordered while the work runs, oldest first (5.5)."""
    rows: list[ChangeRow] = []
    asked = 0
    for stage in story:
        if stage.entry.act is Act.DECIDE_CHANGE:
            rows[asked] = _decided(rows[asked], stage, roster, tz)
        elif stage.entry.act is Act.REQUEST_CHANGE or _moves_work(stage.entry):
            if stage.entry.act is Act.REQUEST_CHANGE:
                asked = len(rows)
            rows.append(_changed(len(rows) + 1, stage, roster, tz))
    return rows


def _moves_work(entry: Entry) -> bool:
    return entry.act in _MOVES and entry.source is State.IMPLEMENTING


def _changed(number: int, stage: Stage, roster: Roster, tz: ZoneInfo) -> ChangeRow:
    entry = stage.entry
    asked = entry.act is Act.REQUEST_CHANGE
    by = words.signed(entry, roster, tz)
    return ChangeRow(
        no=str(number),
        on=words.local_day(entry.at, tz),
        what=_asked(stage, roster) if asked else _difference(stage, roster),
        reason=f"{entry.fields['reason']}\n({by})" if asked else entry.fields["reason"],
        decided="Chờ quyết định" if asked else by,
    )


def _asked(stage: Stage, roster: Roster) -> str:
    fields = stage.entry.fields
    lines = [
        f"{FIELDS[name].label}: {words.value_text(name, fields[name], roster)}"
        for name in _OWN_CHANGES
        if fields.get(name)
    ]
    return "\n".join(["Đề nghị:", *lines])


def _decided(row: ChangeRow, stage: Stage, roster: Roster, tz: ZoneInfo) -> ChangeRow:
    """Complete the line of a request for change, which says what moved if it was granted as asked.

    Where the decision differs from the request, the request's words stay before it.
    """
    entry = stage.entry
    granted = entry.answer == "grant"
    as_asked = granted and not any(entry.fields.get(name) for name in _OWN_CHANGES)
    moved = _difference(stage, roster) if granted else ""
    parts = ("Đồng ý" if granted else "Không đồng ý", words.carried(entry, roster))
    return ChangeRow(
        no=row["no"],
        on=words.local_day(entry.at, tz),
        what=moved if as_asked else "\n".join(filter(None, (row["what"], moved))),
        reason=row["reason"],
        decided="\n".join([*filter(None, parts), words.signed(entry, roster, tz)]),
    )


def earlier(
    story: Sequence[Stage], box: Box, shown: Sequence[Entry], roster: Roster, tz: ZoneInfo
) -> list[str]:
    """List every act of a box that is neither shown as its current answer nor in a table.

    So whatever was once said stays readable: "Lần 1, ngày 05/3/2026: …". Each act is counted by
    itself: the second proposal is number 2 whatever came between.
    """
    counts: Counter[Act] = Counter()
    lines = []
    for stage in story:
        counts[stage.entry.act] += 1
        entry = stage.entry
        if entry.box is not box or entry.act in _TABLED or _moves_work(entry):
            continue
        if all(entry is not other for other in shown):
            lines.append(_line(counts[entry.act], entry, roster, tz))
    return lines


def _line(number: int, entry: Entry, roster: Roster, tz: ZoneInfo) -> str:
    act = labels.act_label(entry.act, entry.answer)
    carried = words.carried(entry, roster)
    said = f"{act} – {carried}" if carried else act
    by = f"{words.doer(entry, roster)}, {words.reference(entry)}"
    return f"Lần {number}, ngày {words.local_day(entry.at, tz)}: {said} ({by})"
