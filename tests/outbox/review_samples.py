"""One notice of each act of the management review (5.8)."""

from collections.abc import Sequence
from typing import Any

from mailflow.actions.context import Choice, Context, Recipient, RequestGlance, Row
from mailflow.procedure.terms import Act
from tests.outbox.build import (
    DUNG,
    HUNG,
    LAN,
    THUY,
    ask,
    choice,
    happened,
    line,
    notice,
    request,
    rows,
)

CODE = "XXLD-2026-0001-A"
MEETING = ("Kế hoạch", "Đầu vào", "Họp", "Biên bản", "Gửi", "Kết luận")
REPORT = ("Kế hoạch", "Đầu vào", "Báo cáo", "Ý kiến", "Thông báo", "Gửi", "Kết luận")
DAY = "ngày/tháng/năm"
WORK = "việc; người thực hiện: …; hạn: …; đầu ra: …"
FIX = line("Ý kiến")

PLAN = [
    choice(
        Act.PLAN_REVIEW,
        "meeting",
        "Tổ chức họp xem xét",
        line("Đánh giá nội bộ xong ngày", DAY),
        line("Ngày họp", DAY),
        line("Địa điểm"),
    ),
    choice(
        Act.PLAN_REVIEW, "report", "Xem xét bằng báo cáo", line("Đánh giá nội bộ xong ngày", DAY)
    ),
]
COME = [
    choice(Act.ANSWER_INVITATION, "yes", "Tham dự"),
    choice(Act.ANSWER_INVITATION, "no", "Không tham dự"),
]
INPUT = [
    choice(Act.GIVE_INPUT, "satisfaction", "Nội dung sự thỏa mãn khách hàng", line("Nội dung")),
    choice(Act.GIVE_INPUT, "resources", "Nội dung nguồn lực", line("Nội dung")),
]
NUMBERS = line("Kết luận số", "số thứ tự")
SETTLE = [
    choice(Act.SETTLE_DECISION, "open", "Mở phiếu", NUMBERS),
    choice(Act.SETTLE_DECISION, "decline", "Không mở phiếu", NUMBERS, line("Lý do")),
]
DECIDED = rows(
    Quyết_định_về_cơ_hội_cải_tiến="1. Số hóa hồ sơ ngay khi nhận (Bộ phận Một cửa; hạn 31/3/2027)",
    Quyết_định_về_nguồn_lực="2. Mua 01 máy quét cho quầy số 2 (Văn phòng; hạn 31/01/2027)",
    Cập_nhật_bảng_phân_tích_rủi_ro="3. Rủi ro thiếu người trực (Bộ phận Một cửa; hạn 15/01/2027)",
)
MET = rows(Ngày_họp="18/12/2026", Giờ_họp="8 giờ 30", Địa_điểm="Phòng họp tầng 2")


def _two(act: Act, yes: str = "Đồng ý") -> list[Choice]:
    return [choice(act, "yes", yes), choice(act, "no", "Yêu cầu sửa", FIX)]


def review_samples() -> dict[str, Context]:
    """The notices by name."""
    return {**_before(), **_meeting(), **_report(), **_after()}


def _before() -> dict[str, Context]:
    asked = ask(Act.PLAN_REVIEW, "5.8", "30/10/2026", PLAN, request=CODE, internal=False)
    inputs = ask(Act.GIVE_INPUT, "5.8.1.1", "11/12/2026", INPUT, request=CODE, internal=False)
    come = ask(Act.ANSWER_INVITATION, "", "18/12/2026", COME, request=CODE, internal=False)
    hour = "02/11/2026 08:05"
    return {
        "open_review": _told(
            (Act.OPEN_REVIEW, ""), None, DUNG, hour, [], 0, "Chờ lập kế hoạch xem xét", asks=[asked]
        ),
        "plan_review": _told(
            (Act.PLAN_REVIEW, "meeting"), DUNG, LAN, hour, MET, 1, "Đang thu thập nội dung đầu vào",
            asks=[inputs, come],
        ),
        "plan_review_report": _told(
            (Act.PLAN_REVIEW, "report"), DUNG, HUNG, hour, rows(Hạn_gửi_nội_dung="16/11/2026"), 1,
            "Đang thu thập nội dung đầu vào", bar=REPORT,
        ),
        "move_meeting": _told(
            (Act.MOVE_MEETING, ""), DUNG, LAN, hour,
            rows(Ngày_họp="21/12/2026", Lý_do="Giám đốc Sở dự họp tỉnh"), 1,
            "Đang thu thập nội dung đầu vào", asks=[come],
        ),
        "cancel_review": _told(
            (Act.CANCEL_REVIEW, ""), DUNG, LAN, hour,
            rows(Lý_do="Chuyển sang hình thức báo cáo"), 0, "Chờ lập kế hoạch xem xét",
        ),
        "answer_invitation": _told(
            (Act.ANSWER_INVITATION, "no"), LAN, DUNG, hour, rows(Lý_do="Đi công tác"), 1,
            "Đang thu thập nội dung đầu vào",
        ),
        "give_input": _told(
            (Act.GIVE_INPUT, "resources"), LAN, DUNG, hour,
            rows(Sự_đầy_đủ_của_nguồn_lực="Thiếu 01 máy quét tại quầy số 2."), 1,
            "Đang thu thập nội dung đầu vào",
        ),
        "send_agenda": _told(
            (Act.SEND_AGENDA, ""), DUNG, LAN, hour, [], 2, "Đã gửi tài liệu, chờ họp", asks=[come]
        ),
    }  # fmt: skip


def _meeting() -> dict[str, Context]:
    at = "18/12/2026 11:40"
    said = [line("Thảo luận"), line("Quyết định về nguồn lực", WORK, required=False)]
    draft = [choice(Act.DRAFT_MINUTES, "", "Biên bản họp", *said)]
    lacking = rows(Còn_thiếu="Kết quả thực hiện của nhà cung cấp; Quyết định về nguồn lực")
    complete = [choice(Act.COMPLETE_MINUTES, "", "Bổ sung biên bản")]
    return {
        "hold_review": _told(
            (Act.HOLD_REVIEW, ""), DUNG, DUNG, at, rows(Ngày_họp="18/12/2026"), 3,
            "Đã họp, chờ biên bản", asks=[_asked(Act.DRAFT_MINUTES, "5.8.1.2", draft)],
        ),
        "draft_minutes": _told(
            (Act.DRAFT_MINUTES, ""), DUNG, THUY, at, DECIDED, 3, "Chờ phê duyệt biên bản",
            asks=[_asked(Act.APPROVE_MINUTES, "5.8.1.2", _two(Act.APPROVE_MINUTES))],
        ),
        "approve_minutes": _told(
            (Act.APPROVE_MINUTES, "no"), THUY, DUNG, at, rows(Ý_kiến="Sửa lại mục 3"), 3,
            "Đã họp, chờ biên bản", asks=[_asked(Act.DRAFT_MINUTES, "5.8.1.2", draft)],
        ),
        "receive_minutes": _told(
            (Act.RECEIVE_MINUTES, ""), DUNG, DUNG, at, lacking, 3, "Đã nhận biên bản họp kết hợp",
            asks=[_asked(Act.COMPLETE_MINUTES, "5.8.1.2", complete)],
        ),
        "complete_minutes": _told(
            (Act.COMPLETE_MINUTES, ""), DUNG, HUNG, at, lacking, 3, "Đã nhận biên bản họp kết hợp"
        ),
    }  # fmt: skip


def _report() -> dict[str, Context]:
    at = "05/01/2027 09:10"
    say = [
        choice(Act.COMMENT_REPORT, "agree", "Nhất trí với báo cáo"),
        choice(Act.COMMENT_REPORT, "comment", "Có ý kiến", line("Ý kiến")),
    ]
    notice_ = [choice(Act.DRAFT_NOTICE, "", "Lập thông báo", line("Đánh giá chung"))]
    general = rows(Tình_hình_chung="Hệ thống được duy trì tại 04 phòng, đơn vị.")
    return {
        "draft_report": _told(
            (Act.DRAFT_REPORT, ""), DUNG, HUNG, at, general, 2, "Chờ phê duyệt báo cáo", bar=REPORT,
            asks=[_asked(Act.APPROVE_REPORT, "5.8.2.1", _two(Act.APPROVE_REPORT))],
        ),
        "approve_report": _told(
            (Act.APPROVE_REPORT, "yes"), HUNG, THUY, at, rows(Hạn_góp_ý="12/01/2027"), 3,
            "Đang lấy ý kiến về báo cáo", bar=REPORT,
            asks=[_asked(Act.COMMENT_REPORT, "5.8.2.1", say)],
        ),
        "comment_report": _told(
            (Act.COMMENT_REPORT, "comment"), THUY, DUNG, at,
            rows(Ý_kiến_về_báo_cáo="Nêu rõ trách nhiệm trả lời phản ánh."), 3,
            "Đang lấy ý kiến về báo cáo", bar=REPORT,
            asks=[_asked(Act.DRAFT_NOTICE, "5.8.2.2", notice_)],
        ),
        "draft_notice": _told(
            (Act.DRAFT_NOTICE, ""), DUNG, HUNG, at, DECIDED, 4,
            "Chờ Lãnh đạo Ban ISO cho ý kiến thông báo", bar=REPORT,
            asks=[_asked(Act.ENDORSE_NOTICE, "5.8.2.2", _two(Act.ENDORSE_NOTICE, "Đồng ý trình"))],
        ),
        "endorse_notice": _told(
            (Act.ENDORSE_NOTICE, "yes"), HUNG, THUY, at, [], 4,
            "Chờ Lãnh đạo cơ quan phê duyệt thông báo", bar=REPORT,
            asks=[_asked(Act.APPROVE_NOTICE, "5.8.2.2", _two(Act.APPROVE_NOTICE))],
        ),
        "approve_notice": _told(
            (Act.APPROVE_NOTICE, "yes"), THUY, DUNG, at, [], 5,
            "Thông báo đã duyệt, chờ gửi các đơn vị", bar=REPORT,
            asks=[
                _asked(Act.DISTRIBUTE, "5.8.2.2", [choice(Act.DISTRIBUTE, "", "Gửi các đơn vị")])
            ],
        ),
    }  # fmt: skip


def _after() -> dict[str, Context]:
    at, state = "22/12/2026 14:00", "Đã gửi kết quả, đang xử lý các kết luận"
    opened = rows(Kết_luận_số="1", Phiếu_đã_mở="CTCL-2026-0014-A")
    return {
        "distribute": _told(
            (Act.DISTRIBUTE, ""), DUNG, HUNG, at, DECIDED, 5, state,
            asks=[_asked(Act.SETTLE_DECISION, "5.8.1.2", SETTLE)],
        ),
        "settle_decision": _told((Act.SETTLE_DECISION, "open"), DUNG, HUNG, at, opened, 5, state),
        "update_risk": _told(
            (Act.UPDATE_RISK, ""), LAN, DUNG, at, rows(Kết_luận_số="3", Kết_quả="Đã cập nhật."), 5,
            state,
        ),
        "comments_over": _remarked(
            "comments_over", DUNG, "Đang lấy ý kiến về báo cáo", 3, Hạn_góp_ý="12/01/2027"
        ),
        "review_danger": _remarked(
            "review_danger", THUY, "Chờ lập kế hoạch xem xét", 0, Tình_trạng="Chờ lập kế hoạch"
        ),
        "finish_review": _told(
            (Act.FINISH_REVIEW, ""), None, DUNG, at, [], 6, "Kết thúc cuộc xem xét"
        ),
    }  # fmt: skip


def _asked(act: Act, clause: str, choices: list[Choice]) -> Any:
    return ask(act, clause, "25/12/2026", choices, request=CODE)


def _told(
    done: tuple[Act, str],
    by: Recipient | None,
    to: Recipient,
    at: str,
    told: list[Row],
    stage: int,
    state: str,
    *,
    bar: Sequence[str] = MEETING,
    asks: Sequence[Any] = (),
) -> Context:
    """A notice of one act of the review, which then stands at a stage."""
    act, answer = done
    glance = _glance(to, stage, state, bar, asks)
    house = act in (Act.MOVE_MEETING, Act.CANCEL_REVIEW, Act.ANSWER_INVITATION)
    told_of = happened(act, answer, "" if house else "5.8.1", by, at, told)
    return notice(act.value, to, request=glance, happened=told_of, asks=list(asks))


def _remarked(kind: str, to: Recipient, state: str, stage: int, **details: str) -> Context:
    """A notice of what time set off."""
    bar = REPORT if kind == "comments_over" else MEETING
    return notice(kind, to, request=_glance(to, stage, state, bar, ()), details=rows(**details))


def _glance(
    to: Recipient, stage: int, state: str, bar: Sequence[str], asks: Sequence[Any]
) -> RequestGlance:
    kind = "báo cáo và thông báo" if bar is REPORT else "cuộc họp"
    steps = [
        {"label": label, "standing": "now" if n == stage else "done" if n < stage else "todo"}
        for n, label in enumerate(bar)
    ]
    over = stage == len(bar)
    return request(
        0,
        state,
        [] if over else [to["name"] if asks else DUNG["name"]],
        "" if over else asks[0]["due"] if asks else "25/12/2026",
        code=CODE,
        number="01/2026",
        called=f"Hồ sơ xem xét của lãnh đạo bằng {kind}",
        kind_label=f"Xem xét của lãnh đạo bằng {kind}",
        unit="",
        title="Xem xét của lãnh đạo năm 2026",
        content="Xem xét của lãnh đạo năm 2026",
        category="",
        reporter="",
        opened_on="02/11/2026",
        progress=steps,
    )
