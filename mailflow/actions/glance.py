"""A request and an act as a mail shows them: the request at a glance, what happened, the asks."""

from collections.abc import Iterable, Sequence
from typing import Literal

from mailflow.actions import review_rows, words
from mailflow.actions.context import (
    Ask,
    Choice,
    FieldLine,
    Happened,
    RequestGlance,
    Row,
    Stage,
    Table,
)
from mailflow.actions.house import House
from mailflow.forms.objective_view import result_text
from mailflow.procedure import labels, machine, objectives, review
from mailflow.procedure.fields import FIELDS, Type
from mailflow.procedure.machine import Owed, World
from mailflow.procedure.request import Entry, Request
from mailflow.procedure.table import Step
from mailflow.procedure.terms import (
    REQUESTS,
    REVIEWS,
    Act,
    Disposition,
    Kind,
    Role,
    Section,
    State,
)

Stages = Sequence[tuple[str, set[State]]]

STAGES: Stages = (
    ("Báo cáo", {State.REPORTED}),
    ("Xử lý", {State.CORRECTING, State.CORRECTED, State.CHECKED}),
    ("Ban ISO", {State.SUBMITTED, State.RETURNED, State.PRESENTED, State.AWAITING_DIRECTION}),
    ("Giải pháp", {State.ASSIGNED, State.PROPOSED}),
    ("Thực hiện", {State.IMPLEMENTING}),
    ("Kiểm tra", {State.COMPLETED}),
    ("Đóng", {State.VERIFIED}),
)
YEAR_STAGES: Stages = (
    ("Dự thảo", {State.PLAN_ASKED, State.PLAN_DRAFTING}),
    ("Phê duyệt", {State.PLAN_SUBMITTED}),
    ("Thực hiện", {State.PLAN_IN_FORCE, State.PLAN_AMENDING}),
    ("Đánh giá", {State.EVALUATION_ASKED, State.EVALUATED}),
    ("Xử lý kết quả", {State.EVALUATION_ACCEPTED}),
)
_REVIEWING = (
    ("Kế hoạch", {State.REVIEW_DUE}),
    ("Đầu vào", {State.COLLECTING}),
)
_OF_MEETING = (
    *_REVIEWING,
    ("Họp", {State.AGENDA_SENT}),
    ("Biên bản", {State.HELD, State.MINUTES_DRAFTED, State.MINUTES_RECEIVED}),
    ("Gửi", {State.MINUTES_APPROVED}),
    ("Kết luận", {State.DISTRIBUTED}),
)
_OF_REPORT = (
    *_REVIEWING,
    ("Báo cáo", {State.REPORT_DRAFTED}),
    ("Ý kiến", {State.COMMENTING}),
    ("Thông báo", {State.NOTICE_DRAFTED, State.NOTICE_ENDORSED}),
    ("Gửi", {State.NOTICE_APPROVED}),
    ("Kết luận", {State.DISTRIBUTED}),
)
_STAGES: dict[Kind, Stages] = {
    Kind.OBJECTIVES: YEAR_STAGES,
    **dict.fromkeys(REQUESTS, STAGES),
    **dict.fromkeys(REVIEWS, _OF_MEETING),
    Kind.REVIEW_REPORT: _OF_REPORT,
}
WITHOUT_WORK = (Disposition.ACCEPT, Disposition.REJECT)
"""Dispositions that may leave no work (5.1.1)."""

HINTS = {
    Type.DATE: "ngày/tháng/năm",
    Type.PERSON: "họ tên",
    Type.PARTIES: "họ tên hoặc đơn vị",
    Type.UNIT: "tên đơn vị",
    Type.WORK: "việc; người thực hiện: …; hạn: …; đầu ra: …",
    Type.NUMBER: "số",
    Type.CODE: "mã phiếu",
    Type.CODES: "mã phiếu",
    Type.NUMBERS: "số thứ tự",
    Type.OBJECTIVES: "mỗi mục tiêu một dòng, đánh số: tên; chỉ tiêu: …; ĐVT: …; thời gian: …",
    Type.RESULTS: "mỗi mục tiêu một dòng: số. kết quả; nguyên nhân: …; hành động: …",
}
WHOLE = (State.CLOSED, State.OBJECTIVES_FINISHED, State.REVIEW_FINISHED)
"""Ends that come after every stage."""

FORM_NUMBER, TARGET, SO_FAR = "Phiếu số", "chỉ tiêu", labels.SO_FAR
SHOWN = ("root_cause", "measures", "resources", "implementers", "deadline", "disposition")


def request_glance(request: Request, world: World) -> RequestGlance:
    """Show a request as it stands."""
    owed = machine.owed(request, world)
    roster = world.everyone
    content = str(request.values.get("content", ""))
    return RequestGlance(
        code=request.code,
        called=called(request),
        number=request.number,
        kind_label=labels.KIND[request.kind],
        unit=request.unit,
        title=words.title(content),
        content=content,
        category=str(request.values.get("category", "")),
        reporter=", ".join(map(roster.name_of, request.parties.get(Role.REPORTER, ()))),
        state_label=labels.STATE[request.state],
        ended=request.ended,
        opened_on=words.day(request.opened_at.astimezone(world.now.tzinfo).date()),
        waiting=[roster.name_of(p) for p in dict.fromkeys(p for o in owed for p in o.people)],
        due=words.day(min((o.due for o in owed if o.due), default=None)),
        progress=progress(request),
        predecessor=request.predecessor or "",
        successor=request.successor or request.merged_into or "",
        rows=_rows(request, world),
    )


def called(request: Request) -> str:
    """Say what a matter is called: "Phiếu số 07/2026", "Hồ sơ mục tiêu chất lượng"."""
    if request.kind in REQUESTS:
        return f"{FORM_NUMBER} {request.number}"
    return labels.CALLED.format(kind=labels.KIND[request.kind].lower())


def _rows(request: Request, world: World) -> list[Row]:
    if request.kind is Kind.OBJECTIVES:
        return [_objective(line) for line in objectives.lines(request)]
    if request.kind in REVIEWS:
        return review_rows.rows(request, world)
    known = {name: request.values[name] for name in SHOWN if request.values.get(name)}
    return words.rows(known, world.everyone)


def _objective(line: objectives.Line) -> Row:
    """Show an objective: its target, the quarters so far, the year's result and what it means."""
    planned, target = line.planned, line.planned.get("target")
    parts = [str(planned.get("objective") or ""), f"{TARGET}: {target}" if target else ""]
    parts += [SO_FAR.format(quarter=q, actual=said) for q, said in sorted(line.actuals.items())]
    if line.result:
        parts.append(f"{result_text(line)} ({labels.VERDICT[line.verdict]})")
    parts += [line.code, line.declined]
    return Row(
        label=f"{FIELDS['objectives'].label} {line.no}", value="; ".join(filter(None, parts))
    )


def progress(request: Request) -> list[Stage]:
    """Give the cells of the step bar; a stage that this kind never passes is left out."""
    stages = list(_STAGES[request.kind])
    if request.kind in REQUESTS and request.kind is not Kind.NONCONFORMITY:
        stages = [stage for stage in stages if stage[0] != "Xử lý"]
    at = next((n for n, (_, states) in enumerate(stages) if request.state in states), None)
    if at is None:
        at = len(stages) if request.state in WHOLE else _last(request, stages)
    return [Stage(label=label, standing=_standing(n, at)) for n, (label, _) in enumerate(stages)]


def _last(request: Request, stages: Stages) -> int:
    """Where an ended request stopped: the stage of the last state before its end."""
    before = next((e.source for e in reversed(request.entries) if e.source), None)
    return next((n for n, (_, states) in enumerate(stages) if before in states), 0)


def _standing(place: int, at: int) -> Literal["done", "now", "todo"]:
    if place == at:
        return "now"
    return "done" if place < at else "todo"


LISTED = ["Mã phiếu", "Loại", "Đơn vị", "Nội dung", "Ngày gửi"]


def listed(requests: Sequence[Request], world: World) -> Table:
    """Show requests as one table, a row each: the consolidated list of 5.3."""
    return Table(columns=LISTED, rows=[_listed(request, world) for request in requests])


def _listed(request: Request, world: World) -> list[str]:
    sent = request.marks.get(Act.DECIDE_NEED, request.opened_at).astimezone(world.now.tzinfo)
    title = words.title(str(request.values.get("content", "")))
    kind = labels.KIND[request.kind]
    return [request.code, kind, request.unit, title, words.day(sent.date())]


def happened(entry: Entry, world: World) -> Happened:
    """Show one act: who, when, what it carried, and what the program remarks."""
    person = world.roster.person(entry.by)
    return Happened(
        act=entry.act,
        answer=entry.answer,
        act_label=labels.act_label(entry.act, entry.answer),
        clause=entry.clause,
        by=entry.by,
        by_name=world.everyone.name_of(entry.by) if entry.by else labels.ROLE[Role.PROGRAM],
        by_position=person.position if person else "",
        at=words.moment(entry.at.astimezone(world.now.tzinfo)),
        entered_by_name=world.everyone.name_of(entry.entered_by) if entry.entered_by else "",
        rows=words.rows(entry.fields, world.everyone),
        notes=[note_text(note, world) for note in entry.notes if note != "unverified"],
        verified="unverified" not in entry.notes,
    )


def note_text(note: str, world: World) -> str:
    """Write a remark of the program kept with an entry."""
    kind, _, rest = note.partition(":")
    if kind == "stand_in":
        person, _, decision = rest.partition(":")
        by_decision = f" theo {decision}" if decision else ""
        return f"Thực hiện thay {world.everyone.name_of(person)}{by_decision}."
    return {
        "same_person": "Người xác nhận cũng là người thực hiện việc này.",
        "unverified": "Người gửi chưa xác thực.",
    }[kind]


def asks_for(person: str, request: Request, world: World, house: House) -> list[Ask]:
    """List what a person, or one they stand in for, owes on a request now."""
    owed = [o for o in machine.owed(request, world) if person in answering(o, world)]
    possible = machine.possible(request, person, world)
    asked = [s for s in possible if is_asked(s, request, person, world)]
    return [_ask(item, request, asked, house) for item in owed]


def is_asked(step: Step, request: Request, person: str, world: World) -> bool:
    """Of the inputs of a review only those are asked for that are left and somebody's own."""
    if step.act is not Act.GIVE_INPUT:
        return True
    section = Section(step.answer)
    owners = review.input_owners(request, section, world.roster)
    own = machine.with_stand_ins(owners, step.act, world.roster)
    return section in review.inputs_left(request) and person in own


def answering(owed: Owed, world: World) -> tuple[str, ...]:
    """List who may settle what is owed today: those who owe it and their stand-ins."""
    return machine.with_stand_ins(owed.people, owed.wait.act, world.roster)


def _ask(owed: Owed, request: Request, possible: Iterable[Step], house: House) -> Ask:
    steps = list(possible)
    direct = [s for s in steps if s.act is owed.wait.act and s.answer != "part"]
    others = [s for s in steps if s.act is not owed.wait.act and s.act in USUAL_OTHERS]
    return Ask(
        request=request.code,
        act=owed.wait.act,
        act_label=labels.ACT[owed.wait.act],
        clause=owed.wait.clause,
        due=words.day(owed.due),
        internal=owed.internal,
        choices=[choice(step, house) for step in direct],
        others=[choice(step, house) for step in others],
    )


USUAL_OTHERS = (
    Act.PASS_UP,
    Act.TRANSFER,
    Act.RETURN_FOR_MORE,
    Act.REQUEST_CHANGE,
    Act.REPORT_PROGRESS,
    Act.REASSIGN,
    Act.EXTEND,
    Act.MERGE,
    Act.WITHDRAW,
    Act.RECORD_ACTUALS,
    Act.AMEND_PLAN,
)


def choice(step: Step, house: House) -> Choice:
    """Show one way to answer: the phrase to type and the labelled lines it needs."""
    return Choice(
        answer=step.answer,
        type=house.phrases.type_of(step.act, step.answer),
        label=labels.ANSWER.get((step.act, step.answer), labels.ACT[step.act]),
        fields=[_line(need, step, house) for need in step.must],
    )


def _line(need: str, step: Step, house: House) -> FieldLine:
    name = need.split("|")[0]
    if name == "files":
        return FieldLine(label=FIELDS[name].label, hint="đính kèm vào thư", required=True)
    return FieldLine(
        label=house.phrases.label_of(name, step.act, step.answer),
        hint=_hint(need, step),
        required=True,
    )


def _hint(need: str, step: Step) -> str:
    field = FIELDS[need.split("|")[0]]
    options = labels.option_labels(field.name)
    if step.answer == "no_work":
        options = {name: options[name] for name in WITHOUT_WORK if name in options}
    if field.type is Type.CHOICE:
        return " / ".join(options.values())
    if field.type is Type.CHOICES:
        numbered = (f"{n}. {label}" for n, label in enumerate(options.values(), start=1))
        return "\n".join(["ghi số hoặc ghi bằng lời", *numbered])
    hint = HINTS.get(field.type, "")
    return hint or ("hoặc đính kèm tệp" if "files" in need else "")
