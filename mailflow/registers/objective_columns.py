"""The columns of the register's sheet `Mục tiêu`: appendix 3, plan and results side by side."""

from collections.abc import Iterator, Mapping

from mailflow.procedure import labels
from mailflow.procedure.fields import TABLES, Column, Type
from mailflow.procedure.terms import Act
from mailflow.registers.columns import (
    CHOICE,
    CODE,
    DATE,
    KEEPER,
    NOTE,
    NUMBER,
    PROCEDURE,
    SYSTEM,
    WRITTEN,
    RegisterColumn,
    Sheet,
)

YEAR, UNIT, NO = "Năm", "Đơn vị", "TT"
PLAN_OWNERS = "Đơn vị có mục tiêu"
REASON, SUBMITTED, APPROVED = "Lý do", "Ngày trình", "Ngày phê duyệt"
EVALUATED, ACCEPTED, SETTLED = "Ngày đánh giá", "Ngày xác nhận", "Xử lý không đạt"
VERDICT, REQUEST, STATE, KEPT_UNTIL = "Đánh giá", "Số phiếu", "Trạng thái", "Lưu đến ngày"
MONTHS = {f"T{month}": month for month in range(1, 13)}
QUARTERS = {"Quý I": 1, "Quý II": 2, "Quý III": 3, "Quý IV": 4}
PLAN: Mapping[str, str] = {
    **{column.key: column.head for column in TABLES[Type.OBJECTIVES]},
    "note": "Ghi chú kế hoạch",
}
RESULTS: Mapping[str, str] = {
    **{column.key: column.head for column in TABLES[Type.RESULTS] if not column.given},
    "actual": "Kết quả năm",
}
"""Headers by the keys of `fields.TABLES`: the plan's, and those of the year's evaluation."""

CHANGED = "ô cần điều chỉnh"
OF_LINES = "{column} của mục tiêu {numbers}"
"""What an act still needs, where that is not just a column."""

UNPLANNED = {
    STATE: labels.UNPLANNED,
    **dict.fromkeys(("Đang chờ ai", "Việc tiếp theo", "Hạn bước này", VERDICT, REASON)),
}
"""What a row shows whose line is no part of its plan (any more)."""

SETTLING = {
    answer: label[0].upper() + label[1:]
    for (act, answer), label in labels.ANSWER.items()
    if act is Act.SETTLE_OBJECTIVE
}
"""What may become of an objective that was not met, by the answers of that act."""

_C = RegisterColumn
_CODES = (
    _C(CODE, SYSTEM, 22, note="Chương trình tự ghi. Thêm mục tiêu mới: để trống ô này."),
    _C(NO, SYSTEM, 5, NUMBER, note=WRITTEN),
)
_BELONGS = (
    _C(
        UNIT,
        PROCEDURE,
        18,
        CHOICE,
        choices=PLAN_OWNERS,
        note="Đơn vị có mục tiêu; mục tiêu của cơ quan thì ghi Cơ quan. Bắt buộc khi thêm dòng vào "
        "sổ chung.",
    ),
    _C(YEAR, PROCEDURE, 7, NUMBER, note="Dòng mới để trống: kế hoạch của năm mới nhất."),
)
_NOTES = {
    "objective": "Một dòng một mục tiêu. Sửa kế hoạch đã có hiệu lực: sửa ô rồi ghi Lý do.",
    "target": "Dấu và số, như: từ 95% trở lên; không quá 5 ngày; không có; hoặc việc phải xong.",
    "unit": "Đơn vị tính: %, hồ sơ, ngày, đơn.",
    "by": "Thời gian phải đạt, như: cả năm; trước 30/6/2026; quý III.",
    "last_year": "Kết quả của năm trước.",
    "actual": "Kết quả cả năm; tỷ lệ thì ghi tử/mẫu, như 245/250. Đủ các mục tiêu của kế hoạch "
    "thì ghi Ngày đánh giá.",
    "cause": "Bắt buộc khi không đạt.",
    "remedy": "Bắt buộc khi không đạt.",
}
_MONTH = (
    "Kết quả riêng của tháng này, gõ như khi viết. Tỷ lệ ghi tử/mẫu (45/50), số đếm ghi số của "
    "tháng: chương trình cộng dồn vào quý. Ghi % thì quý lấy số của tháng gần nhất."
)
_QUARTER = "Để trống thì tính từ các tháng; gõ vào đây thì lấy số đã gõ, tính từ đầu năm."


def _of_table(table: Type, headers: Mapping[str, str]) -> Iterator[RegisterColumn]:
    columns: Mapping[str, Column] = {column.key: column for column in TABLES[table]}
    for key, header in headers.items():
        yield _C(
            header,
            PROCEDURE,
            columns[key].width,
            note=_NOTES.get(key, ""),
            figures=key in ("actual", "target", "last_year"),
            ends_page=key == "resources",
        )


def _dated(header: str, note: str, *, ends_page: bool = False) -> RegisterColumn:
    return _C(header, PROCEDURE, 12, DATE, note=note, ends_page=ends_page)


def _columns() -> Iterator[RegisterColumn]:
    objective, *plan = _of_table(Type.OBJECTIVES, PLAN)
    yield from (*_CODES, objective, *_BELONGS, *plan)
    yield _C(
        REASON,
        PROCEDURE,
        22,
        note="Vì sao điều chỉnh kế hoạch đang có hiệu lực (ghi là trình điều chỉnh), hoặc vì sao "
        "không mở phiếu cho mục tiêu không đạt.",
    )
    yield _dated(SUBMITTED, "Khi kế hoạch của đơn vị đã đủ dòng: ghi ngày ở một dòng là trình.")
    yield _dated(
        APPROVED, "Ghi ngày là phê duyệt kế hoạch hoặc điều chỉnh đã trình.", ends_page=True
    )
    for month in MONTHS:
        yield _C(month, PROCEDURE, 9, note=_MONTH, figures=True)
    for quarter, number in QUARTERS.items():
        yield _C(
            quarter, PROCEDURE, 11, note=_QUARTER, figures=True, ends_page=number == len(QUARTERS)
        )
    yield from _of_table(Type.RESULTS, RESULTS)
    yield _C(VERDICT, SYSTEM, 13, note=WRITTEN)
    yield _dated(EVALUATED, "Khi đủ kết quả năm của đơn vị: ghi ngày ở một dòng là gửi đánh giá.")
    yield _dated(ACCEPTED, "Ghi ngày là chấp nhận kết quả đánh giá đã gửi.", ends_page=True)
    yield _C(
        SETTLED,
        PROCEDURE,
        16,
        CHOICE,
        choices=SETTLED,
        note="Mục tiêu không đạt, sau khi kết quả được chấp nhận: "
        + " hoặc ".join(SETTLING.values())
        + ". Không mở phiếu thì ghi cả Lý do.",
    )
    yield _C(REQUEST, SYSTEM, 20, note=WRITTEN)
    for header, width in ((STATE, 22), ("Đang chờ ai", 24), ("Việc tiếp theo", 26)):
        yield _C(header, SYSTEM, width, note=WRITTEN)
    for header in ("Hạn bước này", KEPT_UNTIL):
        yield _C(header, SYSTEM, 12, DATE, note=WRITTEN)
    yield _C(NOTE, KEEPER, 30, note="Của người giữ sổ: ghi gì cũng được, chương trình không đổi.")


OBJECTIVES = Sheet(
    "objectives",
    "Mục tiêu",
    "tblMucTieu",
    tuple(_columns()),
    frozenset({SUBMITTED, APPROVED, EVALUATED, ACCEPTED}),
    frozenset({"missing", "gone", "unknown", "disposed", "duplicate", "clash"}),
)
