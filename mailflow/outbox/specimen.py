"""One made-up notice of each kind, by which the templates are tried before they are needed."""

from mailflow.actions.context import (
    Agency,
    Ask,
    Choice,
    Context,
    Digest,
    FieldLine,
    Happened,
    LetterGlance,
    Listed,
    Recipient,
    RequestGlance,
    Result,
    Row,
)
from mailflow.procedure.labels import ACT, act_label
from mailflow.procedure.terms import Act

OTHER_KINDS = (
    "answer",
    "confirm",
    "present_list",
    "deadline_reached",
    "quarter_due",
    "triage",
    "receipt_stranger",
    "set_aside",
    "register_notes",
    "register_confirm",
    "register_rows",
    "register_open",
    "undelivered",
    "absence",
    "answers_paused",
    "scanned",
    "confirm_stand_in",
    "stand_in",
    "stand_in_ended",
    "stand_in_work",
    "joining",
    "forwarded",
    "disposal_list",
    "disposal_told",
    "help",
    "reminder",
    "digest",
    "comments_over",
    "review_danger",
)
"""The notices that no act causes."""

DIGESTS = ("reminder", "digest")
"""Those of them that are about many requests."""

OF_A_MATTER = ("answer", "deadline_reached", "quarter_due", "comments_over", "review_danger")

SPECIMEN_TOKEN = "a" * 26


def specimen(kind: str, answer: str = "") -> Context:
    """Make a notice with something in every part; `kind` is an act's value or of OTHER_KINDS."""
    is_act = kind not in OTHER_KINDS
    made: Context = {
        "kind": kind,
        "agency": _AGENCY,
        "person": _PERSON,
        "request": _request() if is_act or kind in OF_A_MATTER else None,
        "happened": _happened(Act(kind), answer) if is_act else None,
        "letter": None if is_act else _LETTER,
        "details": [_row("Nhãn", "Giá trị")],
        "results": [_RESULT],
        "asks": [_ask()],
        "table": {"columns": ["Cột một", "Cột hai"], "rows": [["một", "hai"]]},
        "attachments": [],
    }
    return made if kind not in DIGESTS else {**made, "asks": [_listed()], "digest": _DIGEST}


_AGENCY: Agency = {
    "name": "Tên cơ quan",
    "parent": "Tên cơ quan chủ quản",
    "address": "caitien@coquan.vn",
    "display_name": "Hệ thống cải tiến",
    "domain": "coquan.vn",
}
_PERSON: Recipient = {
    "id": "nguoinhan@coquan.vn",
    "name": "Người nhận",
    "email": "nguoinhan@coquan.vn",
    "position": "Chức vụ",
}
_LETTER: LetterGlance = {
    "id": 1,
    "message_id": "thu@coquan.vn",
    "subject": "Tiêu đề thư",
    "sender": "Người gửi <nguoigui@coquan.vn>",
    "received_at": "02/3/2026 08:15",
    "excerpt": "Phần đầu của thư",
}
_RESULT: Result = {
    "request": "CTCL-2026-0001-A",
    "act_label": ACT[Act.COMMENT],
    "outcome": "done",
    "text": "Đã ghi nhận.",
    "possible": ["Việc có thể làm"],
}


def _row(label: str, value: str) -> Row:
    return {"label": label, "value": value}


def _request() -> RequestGlance:
    return {
        "code": "CTCL-2026-0001-A",
        "called": "Phiếu số 01/2026",
        "number": "01/2026",
        "kind_label": "Loại phiếu",
        "unit": "Đơn vị",
        "title": "Nội dung tóm tắt",
        "content": "Nội dung đầy đủ",
        "category": "Nhóm nội dung",
        "reporter": "Người phát hiện",
        "state_label": "Tình trạng",
        "ended": False,
        "opened_on": "02/3/2026",
        "waiting": ["Người đang được chờ"],
        "due": "06/3/2026",
        "progress": [
            {"label": "Mở phiếu", "standing": "done"},
            {"label": "Xem xét", "standing": "now"},
            {"label": "Đóng phiếu", "standing": "todo"},
        ],
        "predecessor": "CTCL-2025-0001-A",
        "successor": "CTCL-2026-0002-B",
        "rows": [_row("Nhãn", "Giá trị")],
    }


def _happened(act: Act, answer: str) -> Happened:
    return {
        "act": act.value,
        "answer": answer,
        "act_label": act_label(act, answer),
        "clause": "5.1.1",
        "by": "nguoilam@coquan.vn",
        "by_name": "Người làm",
        "by_position": "Chức vụ",
        "at": "02/3/2026 09:00",
        "entered_by_name": "Người nhập",
        "rows": [_row("Nhãn", "Giá trị")],
        "notes": ["Ghi chú"],
        "verified": True,
    }


def _ask() -> Ask:
    field: FieldLine = {"label": "Nhãn", "hint": "cách ghi", "required": True}
    choice: Choice = {"answer": "yes", "type": "Đồng ý", "label": "Đồng ý", "fields": [field]}
    return {
        "request": "CTCL-2026-0001-A",
        "act": Act.APPROVE_SOLUTION.value,
        "act_label": ACT[Act.APPROVE_SOLUTION],
        "clause": "5.4",
        "due": "06/3/2026",
        "internal": True,
        "choices": [choice],
        "others": [choice],
    }


def _listed() -> Ask:
    listed: Listed = {
        "number": 1,
        "title": "Nội dung tóm tắt",
        "unit": "Đơn vị",
        "late": 3,
        "place_of": "Người được thay",
        "told": ["Trưởng đơn vị"],
    }
    return {**_ask(), "others": [], "listed": listed}


_DIGEST: Digest = {
    "day": "05/6/2026",
    "more": 2,
    "sections": [
        {"title": "Tên mục", "columns": ["Phiếu", "Việc"], "rows": [["a", "b"]], "more": 1}
    ],
    "figures": [{"label": "Đang mở", "value": 3, "share": 60}],
}
