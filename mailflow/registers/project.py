"""Shows one request as a row of the register, and how any matter stands; pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from mailflow.actions import words
from mailflow.procedure import labels, machine
from mailflow.procedure.machine import Owed, World
from mailflow.procedure.request import Entry, Json, Request
from mailflow.procedure.retention import kept_until
from mailflow.procedure.terms import Act, Role, State
from mailflow.registers.columns import CODE, NO, YES
from mailflow.registers.names import shown
from workbook_sync.values import Value, canon, clean

LONGEST = 1_000
"""Characters shown of one text; the form has the whole of it."""

Row = Mapping[str, Value]


@dataclass(frozen=True)
class _Seen:
    """A request as it is seen at one moment."""

    request: Request
    world: World

    @cached_property
    def owed(self) -> Sequence[Owed]:
        """List what is owed on it now."""
        return tuple(machine.owed(self.request, self.world))

    def last(self, act: Act, answer: str | None = None) -> Entry | None:
        """Find the latest entry of an act, with an answer when one is named."""
        entries = (e for e in reversed(self.request.entries) if e.act is act)
        return next((e for e in entries if answer in (None, e.answer)), None)

    def day(self, moment: datetime) -> date:
        """Give a moment's day where the agency is."""
        return moment.astimezone(self.world.now.tzinfo).date()

    def names(self, ids: Iterable[str]) -> str:
        """Write parties one after the other."""
        return "; ".join(shown(person, self.world.everyone) for person in ids)

    def text(self, name: str, value: Json) -> str:
        """Write a field's value in words."""
        return words.value_text(name, value, self.world.everyone) if value else ""


_Show = Callable[[_Seen], Value]


def project(request: Request, world: World, retention_years: int) -> dict[str, Value]:
    """Give {header: value} of a request's row, blank cells as None.

    All columns but the keeper's own. Records are kept `retention_years` from the end of the year
    in which the request ended (VII).
    """
    seen = _Seen(request, world)
    row = {header: show(seen) for header, show in _SHOW.items()}
    return tidied({**row, **standing(request, world, retention_years)})


def standing(request: Request, world: World, retention_years: int) -> dict[str, Value]:
    """Give the cells that say how a matter stands: who owes what by when, how long it is kept."""
    seen = _Seen(request, world)
    row = {header: show(seen) for header, show in _STANDING.items()}
    return {**row, "Lưu đến ngày": _kept_until(seen, retention_years)}


def tidied(row: Row) -> dict[str, Value]:
    """Make the values of a row such that they read back from its cells as they were written."""
    return {header: _tidy(value) for header, value in row.items()}


def _tidy(value: Value) -> Value:
    """Make a value that reads back from a cell as it was written."""
    if not isinstance(value, str):
        return canon(value)
    text = clean("".join(c for c in value if c in "\n\t" or c.isprintable()))
    return (text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…") or None


def _kept_until(seen: _Seen, years: int) -> date | None:
    request = seen.request
    return kept_until(seen.day(request.since), years) if request.ended else None


def _value(name: str) -> _Show:
    """Show the latest value of a field in words."""
    return lambda seen: seen.text(name, seen.request.values.get(name))


def _date(name: str) -> _Show:
    return lambda seen: seen.request.day(name)


def _party(role: Role) -> _Show:
    return lambda seen: seen.names(seen.request.parties.get(role, ()))


def _by(act: Act, answer: str | None = None) -> _Show:
    def show(seen: _Seen) -> Value:
        entry = seen.last(act, answer)
        return seen.names([entry.by]) if entry else None

    return show


def _done_on(act: Act, answer: str | None = None) -> _Show:
    def show(seen: _Seen) -> Value:
        entry = seen.last(act, answer)
        return seen.day(entry.at) if entry else None

    return show


def _measures(seen: _Seen) -> str:
    """List the measures as they stand now: a granted change is in them."""
    items = [
        {
            "what": m.what + (" (đã xong)" if m.done_on else ""),
            "who": m.who,
            "with": m.coordination,
            "by": m.by.isoformat() if m.by else "",
            "output": m.output,
        }
        for m in seen.request.measures
    ]
    return seen.text("measures", items)


def _need(seen: _Seen) -> str:
    entry = seen.last(Act.DECIDE_NEED)
    return {"yes": YES, "no": NO}[entry.answer] if entry else ""


def _why(seen: _Seen) -> str:
    """Give the signs of 5.2.2 and the reason for the need, before that of the disposition."""
    entry = seen.last(Act.DECIDE_NEED) or seen.last(Act.DECIDE_DISPOSITION)
    fields = entry.fields if entry else {}
    return "\n".join(filter(None, (seen.text("signs", fields.get("signs")), fields.get("reason"))))


def _sent_to_secretary(seen: _Seen) -> date | None:
    entries = (e for e in reversed(seen.request.entries) if e.target is State.SUBMITTED)
    entry = next(entries, None)
    return seen.day(entry.at) if entry else None


def _coordination(seen: _Seen) -> str:
    names = [seen.names([p]) for p in seen.request.parties.get(Role.COORDINATOR, ())]
    names += [measure.coordination for measure in seen.request.measures]
    return "; ".join(dict.fromkeys(filter(None, names)))


def _progress(seen: _Seen) -> str:
    entry = seen.last(Act.REPORT_PROGRESS)
    return f"{words.day(seen.day(entry.at))}: {entry.fields['progress']}" if entry else ""


def _verdict(seen: _Seen) -> str:
    entry = seen.last(Act.VERIFY)
    return verdict_label(entry.answer) if entry else ""


def verdict_label(answer: str) -> str:
    """Name an answer of `verify` as the sheet shows it."""
    label = labels.ANSWER[Act.VERIFY, answer]
    return label[0].upper() + label[1:]


def _evidence(seen: _Seen) -> str:
    """Give the evidence named last: at closing, at verification, or with a report."""
    names = ("closing_evidence", "evidence_seen", "evidence")
    values = seen.request.values
    return next((str(values[name]) for name in names if values.get(name)), "")


def _related(seen: _Seen) -> str:
    said = (
        ("trước", seen.request.predecessor),
        ("sau", seen.request.successor),
        ("gộp vào", seen.request.merged_into),
    )
    return "; ".join(f"{which}: {code}" for which, code in said if code)


def _waiting(seen: _Seen) -> str:
    return seen.names(dict.fromkeys(person for item in seen.owed for person in item.people))


def _next_acts(seen: _Seen) -> str:
    acts = (labels.ACT[item.wait.act] for item in seen.owed)
    return "; ".join(dict.fromkeys(acts))


def _due(seen: _Seen) -> date | None:
    return min((item.due for item in seen.owed if item.due), default=None)


def _overdue(seen: _Seen) -> int | None:
    due = _due(seen)
    return (seen.world.calendar.between(due, seen.world.today) or None) if due else None


_SHOW: dict[str, _Show] = {
    CODE: lambda seen: seen.request.code,
    "Số phiếu": lambda seen: seen.request.number,
    "Loại": lambda seen: labels.KIND[seen.request.kind],
    "Ngày lập": lambda seen: seen.day(seen.request.opened_at),
    "Đơn vị": lambda seen: seen.request.unit,
    "Người phát hiện": _party(Role.REPORTER),
    "Nguồn": _value("sources"),
    "Nội dung": _value("content"),
    "Nhóm nội dung": _value("category"),
    "Mức độ": _value("severity"),
    "Hình thức xử lý": _value("disposition"),
    "Người xử lý": _party(Role.PERFORMER),
    "Hạn xử lý": _date("correction_due"),
    "Người kiểm tra xử lý": _party(Role.CHECKER),
    "Kết quả xử lý": _value("correction"),
    "Cần HĐKP": _need,
    "Dấu hiệu/lý do": _why,
    "Ngày gửi Thư ký": _sent_to_secretary,
    "Ngày trình": _done_on(Act.PRESENT),
    "Chỉ đạo": _value("direction"),
    "Người được phân công": _party(Role.ASSIGNEE),
    "Hạn phân tích": _date("analysis_due"),
    "Nguyên nhân": _value("root_cause"),
    "Biện pháp": _measures,
    "Nguồn lực": _value("resources"),
    "Người triển khai": _party(Role.IMPLEMENTER),
    "Phối hợp": _coordination,
    "Hạn hoàn thành": _date("deadline"),
    "Tiến độ %": lambda seen: seen.request.values.get("percent"),
    "Báo cáo gần nhất": _progress,
    "Kết quả": _value("result"),
    "Ngày hoàn thành": _date("actual_date"),
    "Người kiểm tra xác nhận": _by(Act.VERIFY),
    "Kết luận kiểm tra": _verdict,
    "Bằng chứng": _evidence,
    "Người đóng": _by(Act.CLOSE, "yes"),
    "Ngày đóng": _done_on(Act.CLOSE, "yes"),
    "Phiếu trước/sau": _related,
}
_STANDING: dict[str, _Show] = {
    "Trạng thái": lambda seen: labels.STATE[seen.request.state],
    "Đang chờ ai": _waiting,
    "Việc tiếp theo": _next_acts,
    "Hạn bước này": _due,
    "Số ngày quá hạn": _overdue,
}
