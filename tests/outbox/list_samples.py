"""Reminders and digests of many requests, for looking at as pictures and kept as goldens."""

from typing import Any

from mailflow.actions.context import Ask, Choice, Context, Digest
from mailflow.procedure.terms import Act
from tests.outbox.build import CODE, DUNG, HUNG, LAN, NAM, ask, choice, line, notice

DAY = "09/3/2026"
APPROVE = [
    choice(
        Act.APPROVE_SOLUTION,
        "yes",
        "Đồng ý",
        line("Người triển khai", "họ tên hoặc đơn vị"),
        line("Hạn hoàn thành", "ngày/tháng/năm"),
    ),
    choice(Act.APPROVE_SOLUTION, "no", "Yêu cầu sửa", line("Ý kiến"), line("Hạn phân tích")),
]
DIRECT = [
    choice(
        Act.DIRECT,
        "assign",
        "Giao phân tích",
        line("Chỉ đạo"),
        line("Người được phân công"),
        line("Hạn phân tích"),
    ),
    choice(Act.DIRECT, "decline", "Không thực hiện", line("Lý do")),
]
PLAN = [choice(Act.PLAN_WORK, "", "Kế hoạch", line("Kế hoạch"))]
DONE = [choice(Act.REPORT_COMPLETION, "all", "Hoàn thành", line("Kết quả"))]
HEADINGS = ["Phiếu", "Việc", "Hạn", "Đang chờ"]


def listed(
    number: int,
    code: str,
    title: str,
    act: Act,
    clause: str,
    due: str,
    choices: list[Choice],
    *,
    late: int = -1,
    **more: Any,
) -> Ask:
    """One ask of a list; `more` is of the line or, with `internal`, of the ask."""
    asked = ask(act, clause, due, choices, request=code, internal=more.pop("internal", True))
    unit = more.pop("unit", "Bộ phận Một cửa")
    shown = {"number": number, "title": title, "unit": unit, "late": late, "place_of": ""}
    return {**asked, "listed": {**shown, "told": [], **more}}  # type: ignore[typeddict-item] # keys are Listed's


def digest(**more: Any) -> Digest:
    """A day's list with nothing in it but what `more` gives."""
    return {"day": DAY, "more": 0, "sections": [], "figures": [], **more}  # type: ignore[typeddict-item] # keys are Digest's


def list_samples() -> dict[str, Context]:
    """Give the notices by file name."""
    return {
        "reminder": _reminder(),
        "reminder_stand_in": _stand_in(),
        "reminder_told": _told(),
        "reminder_secretary": _secretary(),
        "digest": _digest(),
        "digest_empty": notice("digest", LAN, digest=digest()),
    }


def _reminder() -> Context:
    second = "CTCL-2026-0011-M"
    return notice(
        "reminder",
        NAM,
        digest=digest(),
        asks=[
            listed(
                1, CODE, "Hồ sơ cấp phép tổ chức hội trả quá hạn 3 ngày", Act.PLAN_WORK, "5.5",
                "04/3/2026", PLAN, late=3, told=[LAN["name"]],
            ),
            listed(
                1, CODE, "", Act.REPORT_COMPLETION, "5.5", DAY, DONE, late=0, internal=False,
            ),
            listed(
                2, second, "Lịch trực Một cửa chưa có người thay", Act.REPORT_COMPLETION, "5.5",
                "10/3/2026", DONE, internal=False,
            ),
        ],
    )  # fmt: skip


def _stand_in() -> Context:
    late = listed(
        1, CODE, "Hồ sơ cấp phép tổ chức hội trả quá hạn 3 ngày", Act.DECIDE_NEED, "5.2.2",
        "08/3/2026", [choice(Act.DECIDE_NEED, "yes", "Cần thực hiện", line("Dấu hiệu"))], late=0,
        place_of=LAN["name"],
    )  # fmt: skip
    return notice("reminder", NAM, digest=digest(), asks=[late])


LATE = [
    [
        f"{CODE}: Hồ sơ cấp phép tổ chức hội trả quá hạn 3 ngày",
        "Lập kế hoạch thực hiện",
        "04/3/2026, quá 3 ngày làm việc",
        NAM["name"],
    ],
    [
        "CTCL-2026-0009-P: Đề xuất số hóa sổ theo dõi công văn đến",
        "Phân tích nguyên nhân, đề xuất giải pháp",
        "06/3/2026, quá 1 ngày làm việc",
        "Trưởng Văn phòng Sở, Tổ CNTT",
    ],
]


def _told() -> Context:
    others = {
        "title": "Việc quá hạn của người khác, báo để anh/chị biết",
        "columns": HEADINGS,
        "rows": LATE[:1],
        "more": 0,
    }
    return notice("reminder", LAN, digest=digest(sections=[others]))


def _secretary() -> Context:
    missed = [*LATE[1][:3], "Thư gửi Tổ CNTT không tới được"]
    unreached = {
        "title": "Việc chưa nhắc được ai, nhờ anh/chị xem giúp",
        "columns": ["Phiếu", "Việc", "Hạn", "Lý do"],
        "rows": [missed],
        "more": 0,
    }
    return notice("reminder", DUNG, digest=digest(sections=[unreached]))


def _digest() -> Context:
    ended = {
        "title": "Đã kết thúc từ lần tổng hợp trước",
        "columns": ["Phiếu", "Đơn vị", "Kết quả"],
        "rows": [
            ["CTCL-2026-0003-T: Mẫu quyết định còn căn cứ hết hạn", "Văn phòng Sở", "Đã đóng"]
        ],
        "more": 0,
    }
    repeated = {
        "title": "Lặp lại nhiều lần (mục 5.2.2)",
        "columns": ["Phiếu", "Đơn vị", "Nhận xét"],
        "rows": [
            [
                f"{CODE}: Hồ sơ cấp phép tổ chức hội trả quá hạn 3 ngày",
                "Bộ phận Một cửa",
                "Lần thứ 4 liên tiếp (các phiếu trước: CTCL-2026-0005-D, CTCL-2026-0003-T, "
                "CTCL-2026-0001-A)",
            ]
        ],
        "more": 0,
    }
    late = {"title": "Đang quá hạn", "columns": HEADINGS, "rows": LATE, "more": 4}
    counted = (("Mở mới tháng 2", 9), ("Mở mới tháng 3", 12), ("Kết thúc tháng 2", 8),
               ("Kết thúc tháng 3", 5), ("Đang mở", 31), ("Đang quá hạn", 6))  # fmt: skip
    figures = [{"label": name, "value": n, "share": round(100 * n / 31)} for name, n in counted]
    waiting = [
        listed(
            1, CODE, "Hồ sơ cấp phép tổ chức hội trả quá hạn 3 ngày", Act.APPROVE_SOLUTION, "5.4",
            "05/3/2026", APPROVE, late=2,
        ),
        listed(
            2, "CTCL-2026-0008-R", "Mẫu quyết định còn căn cứ văn bản đã hết hiệu lực", Act.DIRECT,
            "5.3", "12/3/2026", DIRECT, unit="Phòng Tổ chức - Biên chế",
        ),
    ]  # fmt: skip
    return notice(
        "digest",
        HUNG,
        asks=waiting,
        digest=digest(sections=[late, ended, repeated], figures=figures, more=3),
    )
