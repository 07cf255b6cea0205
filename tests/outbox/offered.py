"""The asks that one word answers, made by the service's own code, so that samples cannot differ."""

from datetime import date

from mailflow import phrases
from mailflow.actions import disposing, offers, stand_ins
from mailflow.actions.context import Ask, Context, Result, Row, Table
from mailflow.actions.joining import merge_offer
from mailflow.intake import handing
from mailflow.procedure.labels import act_label
from mailflow.procedure.terms import Act
from mailflow.registers import booking, holding
from mailflow.registers.lines import line
from tests.components import ROOT
from tests.outbox.build import CODE, DUNG, LAN, NAM, letter, notice, rows

WORDS = phrases.load(ROOT / "config" / "phrases.toml")
TITLE = "Hồ sơ cấp phép tổ chức hội trả quá hạn 3 ngày"
NEW = "CTCL-2026-0012-H"
STAND_IN = rows(
    Người_được_thay=NAM["name"],
    Người_làm_thay=LAN["name"],
    Việc="mọi việc trên phiếu",
    Từ_ngày="10/6/2026",
    Đến_hết_ngày="20/6/2026",
    Theo_văn_bản="không ghi",
)
AWAY = letter(
    id=51, subject="Ủy quyền", sender="Đỗ Văn Nam <nam@sonoivu.binhan.gov.vn>",
    received_at="08/6/2026 15:02", excerpt="Ủy quyền chị Lan từ 10/6 đến 20/6",
)  # fmt: skip


def one_word_samples() -> dict[str, Context]:
    """Give the notices by kind: what is offered, and what there is to know of it."""
    return {
        "confirm_stand_in": notice(
            "confirm_stand_in", NAM, letter=AWAY,
            details=[*STAND_IN, *rows(Người_đề_nghị=NAM["name"])], asks=[_stand_in()],
        ),
        "disposal_list": notice(
            "disposal_list", DUNG, details=PAST, table=_past(), asks=[_disposal()]
        ),
        "disposal_told": notice(
            "disposal_told", LAN, details=rows(Người_quyết_định=f"{DUNG['name']}, Thư ký ISO"),
            table=_past(),
        ),
        "joining": notice("joining", DUNG, details=_alike(), asks=[_joining()]),
        "answer_list": notice(
            "answer", DUNG, letter=letter(id=52, subject="Xin danh sách", excerpt=""),
            results=[_given("Gửi anh/chị danh sách phiếu quá hạn: có 2 phiếu.")], table=_late(),
        ),
        "register_confirm": notice(
            "register_confirm", NAM, details=_typed(), asks=[_register_confirm()]
        ),
        "register_rows": notice("register_rows", DUNG, details=_gone(), asks=[_register_rows()]),
    }  # fmt: skip


def _stand_in() -> Ask:
    due = date(2026, 6, 10)
    return offers.offer(
        WORDS, "Xác nhận người làm thay", stand_ins.CONFIRMING, {"matter": "stand_in"}, due
    ).ask


PAST = rows(
    Thời_hạn_lưu="3 năm, tính từ cuối năm kết thúc (mục VII)",
    Số_phiếu_đến_hạn="2",
)


def _past() -> Table:
    lines = (
        ("CTCL-2026-0003-T (03/2026): Trả hồ sơ hội trễ ba ngày", "Đã đóng", "20/4/2026"),
        ("CTCL-2026-0005-D (05/2026): Thiếu dấu trên giấy phép", "Đã rút", "03/7/2026"),
    )
    return Table(
        columns=disposing.LISTED,
        rows=[
            [title, "Xử lý sự không phù hợp", "Bộ phận Một cửa", state, ended]
            for title, state, ended in lines
        ],
    )


def _given(text: str) -> Result:
    return Result(request="", act_label="", outcome="done", text=text, possible=[])


def _late() -> Table:
    lines = (
        (f"{CODE} (07/2026): {TITLE}", "Đang xử lý", NAM["name"], "09/3/2026"),
        (f"{NEW} (12/2026): Mẫu quyết định còn căn cứ hết hạn", "Đang thực hiện",
         f"{LAN['name']}, {NAM['name']}", "11/3/2026"),
    )  # fmt: skip
    return Table(
        columns=handing.LISTED,
        rows=[[title, "Bộ phận Một cửa", state, who, due] for title, state, who, due in lines],
    )


def _disposal() -> Ask:
    return disposing.disposal_offer(WORDS, [CODE]).ask


def _joining() -> Ask:
    return merge_offer(WORDS, NEW, CODE, {"matter": "merge"}).ask


def _alike() -> list[Row]:
    return rows(
        Đơn_vị="Bộ phận Một cửa",
        Phiếu_mới=f"{NEW}: Trả hồ sơ hội trễ ba ngày",
        Phiếu_đang_mở=f"{CODE}: {TITLE}",
    )


def _register_confirm() -> Ask:
    label, due = "Xác nhận việc ghi trong sổ", date(2026, 3, 9)
    return offers.offer(WORDS, label, holding.WAYS, {"matter": holding.MATTER}, due).ask


def _typed() -> list[Row]:
    return rows(
        Sổ="Sổ theo dõi.xlsx",
        Người_ghi=DUNG["name"],
        Phiếu=f"{CODE}: {TITLE}",
        Việc=act_label(Act.REPORT_CORRECTION, ""),
        Đã_xử_lý="Đã trả kết quả tại nhà, gửi thư xin lỗi.",
        Bằng_chứng="Thư xin lỗi số 15/TXL",
    )


def _register_rows() -> Ask:
    label = "Xem các dòng không còn trong sổ"
    return offers.offer(WORDS, label, booking.GONE_WAYS, {"matter": "rows_gone"}).ask


def _gone() -> list[Row]:
    codes = (f"CTCL-2026-{number:04d}-{check}" for number, check in enumerate("ABCDEFGHK", start=1))
    return rows(
        Sổ="Sổ theo dõi.xlsx",
        Vì_sao=line("stopped", count="9").why,
        Các_phiếu=", ".join(codes),
    )
