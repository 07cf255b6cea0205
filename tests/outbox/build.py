"""A sample agency and the pieces of a notice, for the tests of the outbox."""

from typing import Any

from mailflow.actions.context import (
    Agency,
    Ask,
    Choice,
    Context,
    FieldLine,
    Happened,
    LetterGlance,
    Recipient,
    RequestGlance,
    Row,
    Stage,
)
from mailflow.procedure.labels import ACT, ANSWER, act_label
from mailflow.procedure.terms import Act

TOKEN = "mzxw6ytboi4dsmrqgezdgnbvgy"

AGENCY: Agency = {
    "name": "Sở Nội vụ tỉnh Bình An",
    "parent": "Ủy ban nhân dân tỉnh Bình An",
    "address": "caitien@sonoivu.binhan.gov.vn",
    "display_name": "Cải tiến ISO - Sở Nội vụ",
    "domain": "sonoivu.binhan.gov.vn",
}


def person(name: str, position: str) -> Recipient:
    """A colleague of the sample agency, addressed by the last word of the name."""
    address = {"Nam": "nam", "Lan": "lan", "Hùng": "hung", "Dung": "dung", "Thủy": "thuy"}
    email = f"{address[name.split()[-1]]}@sonoivu.binhan.gov.vn"
    return {"id": email, "name": name, "email": email, "position": position}


NAM = person("Đỗ Văn Nam", "Chuyên viên Bộ phận Một cửa")
LAN = person("Trần Thị Lan", "Trưởng Bộ phận Một cửa")
HUNG = person("Phạm Quang Hùng", "Phó Giám đốc, Lãnh đạo Ban ISO")
DUNG = person("Lê Mỹ Dung", "Thư ký ISO")
THUY = person("Nguyễn Thu Thủy", "Giám đốc Sở")

CODE, NUMBER = "CTCL-2026-0007-K", "07/2026"
STAGES = ("Báo cáo", "Xử lý", "Ban ISO", "Giải pháp", "Thực hiện", "Kiểm tra", "Đóng")


def rows(**values: str) -> list[Row]:
    """Labelled lines; an underscore in a name stands for a space."""
    return [{"label": k.replace("_", " "), "value": v} for k, v in values.items()]


def progress(at: int) -> list[Stage]:
    """The step bar with stage `at` (from 0) as the present one; past the end: all done."""
    return [
        {"label": label, "standing": "now" if n == at else "done" if n < at else "todo"}
        for n, label in enumerate(STAGES)
    ]


def request(at: int, state: str, waiting: list[str], due: str, **more: Any) -> RequestGlance:
    """The request that the samples tell of, standing at stage `at`."""
    glance: RequestGlance = {
        "code": CODE,
        "called": f"Phiếu số {more.get('number', NUMBER)}",
        "number": NUMBER,
        "kind_label": "Xử lý sự không phù hợp",
        "unit": "Bộ phận Một cửa",
        "title": "Hồ sơ cấp phép tổ chức hội trả quá hạn 3 ngày",
        "content": "Hồ sơ cấp phép tổ chức hội số 000.12.H05-260302-0004 trả quá hạn 3 ngày, "
        "công dân phải đến hai lần.",
        "category": "Trả kết quả quá hạn",
        "reporter": NAM["name"],
        "state_label": state,
        "ended": not waiting,
        "opened_on": "02/3/2026",
        "waiting": waiting,
        "due": due,
        "progress": progress(at),
        "predecessor": "",
        "successor": "",
        "rows": [],
    }
    return {**glance, **more}  # type: ignore[typeddict-item] # keys are RequestGlance's


def happened(
    act: Act, answer: str, clause: str, by: Recipient | None, at: str, told: list[Row], **more: Any
) -> Happened:
    """An act of the sample; without `by` the program did it."""
    said: Happened = {
        "act": act.value,
        "answer": answer,
        "act_label": act_label(act, answer),
        "clause": clause,
        "by": by["id"] if by else "",
        "by_name": by["name"] if by else "Chương trình",
        "by_position": by["position"] if by else "",
        "at": at,
        "entered_by_name": "",
        "rows": told,
        "notes": [],
        "verified": True,
    }
    return {**said, **more}  # type: ignore[typeddict-item] # keys are Happened's


def line(label: str, hint: str = "", *, required: bool = True) -> FieldLine:
    """A labelled line to type."""
    return {"label": label, "hint": hint, "required": required}


def choice(act: Act, answer: str, phrase: str, *fields: FieldLine) -> Choice:
    """One way to answer."""
    label = ANSWER.get((act, answer), ACT[act])
    return {"answer": answer, "type": phrase, "label": label, "fields": list(fields)}


def ask(act: Act, clause: str, due: str, choices: list[Choice], **more: Any) -> Ask:
    """What the person is asked to do on the sample request."""
    asked: Ask = {
        "request": CODE,
        "act": act.value,
        "act_label": ACT[act],
        "clause": clause,
        "due": due,
        "internal": bool(clause),
        "choices": choices,
        "others": [],
    }
    return {**asked, **more}  # type: ignore[typeddict-item] # keys are Ask's


def letter(**more: Any) -> LetterGlance:
    """A letter as it came."""
    came: LetterGlance = {
        "id": 41,
        "message_id": "SEYPR01MB2345.apcprd01.prod.exchangelabs.com",
        "subject": "Re: [CTCL-2026-0007-K] Hồ sơ cấp phép tổ chức hội trả quá hạn 3 ngày",
        "sender": "Phạm Quang Hùng <hung@sonoivu.binhan.gov.vn>",
        "received_at": "12/3/2026 08:41",
        "excerpt": "Đồng ý\nNgười triển khai: Bộ phận Một cửa",
    }
    return {**came, **more}  # type: ignore[typeddict-item] # keys are LetterGlance's


def notice(kind: str, to: Recipient, **more: Any) -> Context:
    """A stored notice with nothing in it but what `more` gives."""
    empty: Context = {
        "kind": kind,
        "agency": AGENCY,
        "person": to,
        "request": None,
        "happened": None,
        "letter": None,
        "details": [],
        "results": [],
        "asks": [],
        "table": None,
        "attachments": [],
    }
    return {**empty, **more}  # type: ignore[typeddict-item] # keys are Context's
