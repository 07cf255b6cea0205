"""What the papers of a management review show (5.8): agenda, minutes, report and notice."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from mailflow.forms.papers import (
    Attendee,
    Comment,
    Decided,
    Decision,
    Input,
    Part,
    ReviewAgendaView,
    ReviewMinutesView,
    ReviewNoticeView,
    ReviewReportView,
    Shortcoming,
    Signer,
)
from mailflow.forms.presented import place_and_date
from mailflow.forms.sources import told_once
from mailflow.forms.words import EMPTY, TICKED, compiled_in, day, names
from mailflow.procedure import labels, machine, review
from mailflow.procedure.fields import FIELDS
from mailflow.procedure.folding import folded
from mailflow.procedure.people import Roster
from mailflow.procedure.request import Entry, Json, Request
from mailflow.procedure.terms import Act, Head, Kind, Role, Section

NOTHING = {"0", "", "không phát sinh"}
"""Figures that the short table of the minutes leaves out; agenda and report have them all."""

SILENT = "Chưa có ý kiến"
ALL = "Chung"
AGREED = labels.ANSWER[Act.COMMENT_REPORT, "agree"].capitalize()
BY_PROGRAM = "Tổng hợp từ hồ sơ"
RECIPIENTS = ["Lãnh đạo cơ quan", "Ban ISO", "Các đơn vị", "Lưu: VT, hồ sơ ISO"]
_NUMBERED = re.compile(r"\s*(?:mục\s*)?(\d{1,2})\s*[.:)]\s*(.+)", re.IGNORECASE)


@dataclass(frozen=True)
class Frame:
    """What stands around every paper: whose it is, where, on which grounds; and its people."""

    agency: str
    parent: str
    place: str
    short: str
    bases: tuple[str, ...]
    roster: Roster
    zone: ZoneInfo

    def symbol(self, kind: str) -> str:
        """Write what follows the registry's number: BB-SNV."""
        return f"{kind}-{self.short}" if self.short else kind

    def placed(self, entry: Entry) -> str:
        """Write place and day of an act."""
        return place_and_date(self.place, entry.at.astimezone(self.zone).date())


def agenda_view(request: Request, frame: Frame) -> ReviewAgendaView:
    """Show the compiled inputs as they go to those who meet."""
    return ReviewAgendaView(
        parent=frame.parent,
        agency=frame.agency,
        place_date=frame.placed(_last(request, Act.SEND_AGENDA)),
        year=_year(request),
        when=_when(request),
        place=_text(request, "place"),
        chair=names(_people(Role.CHAIR, request, frame), frame.roster),
        participants=names(_people(Role.PARTICIPANT, request, frame), frame.roster),
        parts=list(map(told_once, _parts(request, frame))),
        notes=list(compiled_in(request.entries).get("notes", ())),
        left=list(compiled_in(request.entries).get("left", ())),
    )


def minutes_view(request: Request, frame: Frame) -> ReviewMinutesView:
    """Show BM.CTCL.02, filled with all that is known; what is not is left to be written."""
    combined = request.kind is Kind.REVIEW_COMBINED
    secretary = _people(Role.MEETING_SECRETARY, request, frame)
    chair = _people(Role.CHAIR, request, frame)
    return ReviewMinutesView(
        parent=frame.parent,
        agency=frame.agency,
        symbol=frame.symbol("BB"),
        year=_year(request),
        started=_text(request, "started") or _when(request),
        ended=_text(request, "ended") or "… giờ … cùng ngày",
        place=_text(request, "place"),
        forms=[
            {"mark": EMPTY if combined else TICKED, "label": "Độc lập"},
            {"mark": TICKED if combined else EMPTY, "label": "Kết hợp"},
            {"mark": EMPTY, "label": "Đột xuất"},
        ],
        attendees=list(_attendees(request, frame)),
        chair=_titled(chair, frame),
        secretary=_titled(secretary, frame),
        inputs=list(_inputs(request, frame)),
        discussion=[*_lines(request, "discussion"), *_risks(request, frame)],
        secretary_signer=_signer(["Thư ký"], secretary, frame),
        chair_signer=_signer(["Chủ tọa"], chair, frame),
        recipients=RECIPIENTS,
        **_decided(request, frame),
    )


def report_view(request: Request, frame: Frame) -> ReviewReportView:
    """Show the report of 5.8.2.1 with every comment that was made on it."""
    lead = _people(Role.ISO_LEAD, request, frame)
    return ReviewReportView(
        parent=frame.parent,
        agency=frame.agency,
        symbol=frame.symbol("BC"),
        place_date=frame.placed(_last(request, Act.DRAFT_REPORT)),
        period=f"năm {_year(request)}",
        bases=list(frame.bases),
        overview=[*_lines(request, "overview"), *compiled_in(request.entries).get("notes", ())],
        parts=list(map(told_once, _parts(request, frame))),
        shortcomings=list(_shortcomings(request)),
        proposals=_lines(request, "proposals"),
        comments=list(_comments(request, frame)) if request.day("comments_due") else [],
        left=list(compiled_in(request.entries).get("left", ())),
        closing="Trên đây là báo cáo kết quả hoạt động vận hành, duy trì hệ thống quản lý chất "
        f"lượng năm {_year(request)}, kính trình Lãnh đạo cơ quan xem xét",
        recipients=["Lãnh đạo cơ quan (để báo cáo)", *RECIPIENTS[1:2], RECIPIENTS[-1]],
        signer=_signer(["TM. Ban ISO"], lead, frame),
    )


def notice_view(request: Request, frame: Frame) -> ReviewNoticeView:
    """Show the notice of a review's results (5.8.2.2)."""
    head = _people(Role.AGENCY_HEAD, request, frame)
    return ReviewNoticeView(
        parent=frame.parent,
        agency=frame.agency,
        symbol=frame.symbol("TB"),
        place_date=frame.placed(_last(request, Act.DRAFT_NOTICE)),
        year=_year(request),
        bases=list(frame.bases),
        overall=_lines(request, "overall"),
        organisation=[*_lines(request, "organisation"), *_risks(request, frame)],
        closing="Thông báo để các đơn vị biết, thực hiện",
        recipients=RECIPIENTS,
        signer=_signer([], head, frame),
        **_decided(request, frame),
    )


# --- what the papers share -----------------------------------------------------------------------


def _last(request: Request, act: Act) -> Entry:
    done = [entry for entry in request.entries if entry.act is act]
    return done[-1] if done else request.entries[-1]


def _text(request: Request, name: str) -> str:
    return str(request.values.get(name) or "")


def _lines(request: Request, name: str) -> list[str]:
    return [line.strip() for line in _text(request, name).splitlines() if line.strip()]


def _year(request: Request) -> str:
    return str(request.values.get("review_year") or request.year)


def _when(request: Request) -> str:
    """Write hour and day of the meeting in words, the hour only where it is known."""
    held = request.day("held_on") or request.day("meeting_on")
    hour = review.clock(_text(request, "meeting_time"))
    on = f"ngày {held.day:02d} tháng {held.month} năm {held.year}" if held else "ngày …"
    return f"{hour.hour} giờ {hour.minute:02d}, {on}" if hour else on


def _people(role: Role, request: Request, frame: Frame) -> tuple[str, ...]:
    return machine.people_for(role, request, frame.roster)


def _titled(people: Sequence[str], frame: Frame) -> str:
    found = [p for p in map(frame.roster.person, people) if p]
    return "; ".join(f"{p.name}, {p.position}" if p.position else p.name for p in found)


def _signer(lines: list[str], people: Sequence[str], frame: Frame) -> Signer:
    person = frame.roster.person(next(iter(people), None))
    position = [person.position] if person and person.position else []
    return Signer(lines=[*lines, *position], name=person.name if person else "")


def _attendees(request: Request, frame: Frame) -> Iterator[Attendee]:
    chair, secretary = (
        _people(role, request, frame) for role in (Role.CHAIR, Role.MEETING_SECRETARY)
    )
    coming = dict.fromkeys((*chair, *_people(Role.PARTICIPANT, request, frame), *secretary))
    absent = frame.roster.answering(request.values.get("absent") or ())
    for no, person in enumerate(filter(None, map(frame.roster.person, coming)), start=1):
        roles = [labels.ROLE[r] for r in (*_BOARD, Role.UNIT_HEAD) if r in person.roles]
        role = "Chủ tọa" if person.id in chair else "Thư ký" if person.id in secretary else ""
        yield Attendee(
            no=str(no),
            name=person.name,
            position=person.position,
            role=role or next(iter(roles), ""),
            present="Vắng" if person.id in absent else "Có" if request.day("held_on") else "",
        )


_BOARD = (Role.AGENCY_HEAD, Role.ISO_LEAD, Role.ISO_MEMBER, Role.ISO_SECRETARY)


# --- inputs (5.8.1.1) ----------------------------------------------------------------------------


def _said(request: Request, section: Section) -> tuple[str, str]:
    """Give what somebody wrote about an input, and who; completed minutes count as well."""
    entry = review.given(request).get(section)
    name = f"input_{section}"
    text = str(request.values.get(name) or "") if name in request.values else ""
    if entry is None:
        return text, ""
    files = ", ".join(file["name"] for file in entry.fields.get("files") or ())
    return "\n".join(filter(None, (text, f"Tệp kèm theo: {files}" if files else ""))), entry.by


def _parts(request: Request, frame: Frame) -> Iterator[Part]:
    """Give one part for each input: what was written, what the record has, or that it is absent."""
    known = compiled_in(request.entries).get("parts", {})
    for section in Section:
        part: Part = dict(known.get(section.value, {}))  # type: ignore[assignment] # kept as JSON
        text, _ = _said(request, section)
        told = [line for line in text.splitlines() if line.strip()]
        gap: list[str] = [] if told or part else [_gap(request, section, frame)]
        yield Part(
            title=labels.SECTION[section],
            paragraphs=[*part.get("paragraphs", ()), *told, *gap],
            figures=list(part.get("figures", ())),
            chart=part.get("chart", ""),
            bars=list(part.get("bars", ())),
        )


def _gap(request: Request, section: Section, frame: Frame) -> str:
    """Name an input that is not there, with who was asked for it and when."""
    if section not in review.asked(request):
        return "Chưa có nội dung; hồ sơ chưa có số liệu về mục này."
    planned = _last(request, Act.PLAN_REVIEW).at.astimezone(frame.zone).date()
    owners = names(review.input_owners(request, section, frame.roster), frame.roster)
    due = day(request.values.get("inputs_due"))
    return f"Chưa có nội dung: đã hỏi {owners} ngày {day(planned)}, hạn {due}, chưa trả lời."


def _inputs(request: Request, frame: Frame) -> Iterator[Input]:
    opinions = {
        int(found[1]): found[2].strip()
        for line in _lines(request, "opinions")
        if (found := _NUMBERED.fullmatch(line))
    }
    for no, (section, part) in enumerate(zip(Section, _parts(request, frame), strict=True), 1):
        _, by = _said(request, section)
        figures = [_figure(f) for f in part["figures"] if {f["value"], f["before"]} - NOTHING]
        yield Input(
            no=str(no),
            what=labels.SECTION[section],
            reporter=frame.roster.name_of(by) if by else BY_PROGRAM if figures else "",
            summary="\n".join([*part["paragraphs"], *figures]),
            opinion=opinions.get(no, ""),
        )


def _figure(figure: Json) -> str:
    before = f" (kỳ trước {figure['before']})" if figure["before"] else ""
    return f"{figure['name']}: {figure['value']}{before}"


# --- outputs (5.8.1.2) ---------------------------------------------------------------------------


def _decided(request: Request, frame: Frame) -> Decided:
    """Give the decisions under the three heads; their numbers run over all of them."""
    return Decided(
        opportunities=list(_decisions(request, Head.OPPORTUNITIES, frame)),
        changes=list(_decisions(request, Head.CHANGES, frame)),
        resources=list(_decisions(request, Head.RESOURCES, frame)),
    )


def _decisions(request: Request, head: Head, frame: Frame) -> Iterator[Decision]:
    at_risk = {p for _, measure in review.numbered(request, Head.RISK) for p in measure.who}
    for number, decision in review.numbered(request, head):
        yield Decision(
            no=str(number),
            what=decision.what,
            lead=names(decision.who, frame.roster),
            coordination=decision.coordination,
            by=day(decision.by),
            number=decision.result,
            risk="Có" if at_risk & set(decision.who) else "Không",
        )


def _risks(request: Request, frame: Frame) -> list[str]:
    label = FIELDS["risk_updates"].label
    return [
        f"{label} ({number}): {m.what}; {names(m.who, frame.roster)}, trước ngày {day(m.by)}."
        for number, m in review.numbered(request, Head.RISK)
    ]


# --- the report ----------------------------------------------------------------------------------


def _shortcomings(request: Request) -> Iterator[Shortcoming]:
    """Read each line as what; cause; action."""
    for no, line in enumerate(_lines(request, "shortcomings"), start=1):
        what, cause, action = [*(p.strip() for p in line.split(";", 2)), "", ""][:3]
        yield Shortcoming(
            no=str(no), what=what, cause=_unlabelled(cause), action=_unlabelled(action)
        )


def _unlabelled(text: str) -> str:
    head, colon, rest = text.partition(":")
    return rest.strip() if colon and len(head) <= 20 else text


def _comments(request: Request, frame: Frame) -> Iterator[Comment]:
    """Give a line for each member; silence stays silence, an answer to nobody by name to all."""
    said = review.comments(request)
    answers = list(_lines(request, "comment_answers"))
    for person in _people(Role.COMMENTER, request, frame):
        entry, name = said.get(person), frame.roster.name_of(person)
        text = str(entry.fields.get("opinion") or AGREED) if entry else SILENT
        mine = [line for line in answers if folded(name) in folded(line.partition(":")[0])]
        answers = [line for line in answers if line not in mine]
        yield Comment(
            member=name,
            comment=text,
            answer="\n".join(line.partition(":")[2].strip() for line in mine),
            on=day(entry.at.astimezone(frame.zone).date()) if entry else "",
        )
    if answers:
        yield Comment(member=ALL, comment="", answer="\n".join(answers), on="")
