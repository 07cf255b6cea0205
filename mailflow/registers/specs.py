"""Describes the register workbook: its sheets, dropdowns, colours and instructions."""

from collections.abc import Iterator, Mapping, Sequence

from mailflow.actions.house import House
from mailflow.procedure import labels
from mailflow.procedure.terms import REQUESTS, Act
from mailflow.registers import columns as register
from mailflow.registers.columns import COLUMNS, OWNERS, SYSTEM, RegisterColumn
from mailflow.registers.names import shown
from mailflow.registers.project import verdict_label
from mailflow.registers.summary import summary_sheet
from workbook_sync.build import build
from workbook_sync.spec import (
    Column,
    ColumnKind,
    FreeSheet,
    Highlight,
    Line,
    LineStyle,
    ListSheet,
    WorkbookSpec,
)
from workbook_sync.values import Value

LATE, SOON, ENDED = "FFC7CE", "FFEB9C", "E2E2E2"
HIGHLIGHTS = (
    Highlight('{Lưu đến ngày}<>""', fill=ENDED, font="595959"),
    Highlight('AND({Hạn bước này}<>"",{Hạn bước này}<TODAY())', fill=LATE, font="9C0006"),
    Highlight('AND({Hạn bước này}<>"",{Hạn bước này}<=TODAY()+2)', fill=SOON, font="7F6000"),
)
WHEN, WHERE, ROW, CELL, TYPED, WHY, DO = (
    "Lúc",
    "Trang",
    "Dòng",
    "Cột",
    "Đã gõ",
    "Vì sao",
    "Cách xử lý",
)
SYNC_COLUMNS = (
    Column(WHEN, 17, note="Lúc chương trình đọc sổ."),
    Column(WHERE, 10),
    Column(ROW, 7, ColumnKind.NUMBER, note="Dòng lúc đó; sau khi sắp xếp lại có thể đã khác."),
    Column(register.CODE, 20),
    Column(CELL, 22),
    Column(TYPED, 34, note="Chữ đã gõ, giữ lại ở đây để không mất."),
    Column(WHY, 46),
    Column(DO, 46),
)
NOTES = ListSheet(
    register.SYNC_SHEET,
    SYNC_COLUMNS,
    (),
    register.SYNC_TABLE,
    ("NHỮNG CHỖ CHƯƠNG TRÌNH KHÔNG GHI NHẬN ĐƯỢC",),
    paper="A3",
)
HELP = (
    "Sổ này do người giữ sổ và chương trình cùng ghi. Mỗi phút chương trình đọc những gì đã lưu, "
    "nhưng chỉ ghi vào sổ khi không ai đang mở: xin lưu và đóng tệp khi làm xong.",
    "Thêm phiếu mới: gõ vào dòng trống đầu tiên dưới bảng, để trống cột Mã; ghi ít nhất Loại, "
    "Người phát hiện và Nội dung. Chương trình ghi mã, số phiếu và gửi thư cho người phát "
    "hiện.",
    "Cột đầu đề xám là của chương trình. Nếu gõ vào đó, chương trình ghi lại giá trị của mình.",
    "Cột đầu đề xanh ghi lại các bước của quy trình. Điền đủ các ô của một bước mà anh/chị có "
    "quyền làm thì bước đó được thực hiện, như khi trả lời thư. Ô đã ghi của bước trước thì "
    "không sửa.",
    "Các bước ghi được ở đây: chuyển đơn vị (Đơn vị, Ghi chú); xác định hình thức xử lý; báo "
    "kết quả xử lý (Kết quả xử lý, Bằng chứng); xác định nhu cầu (Cần HĐKP, Dấu hiệu/lý do); "
    "trình (Ngày trình); chỉ đạo, phân công; phê duyệt (Người triển khai, Hạn hoàn thành); báo "
    "tiến độ; báo hoàn thành; kiểm tra xác nhận; đóng phiếu (Bằng chứng, Ngày đóng).",
    "Cột Ghi chú và các cột anh/chị tự thêm là của anh/chị: chương trình giữ nguyên.",
    "Điều gì chương trình không ghi nhận được thì có một dòng ở trang Đồng bộ, kèm lý do và "
    "cách xử lý, và một thư gửi người giữ sổ. Xong dòng nào thì xóa dòng ấy: điều còn lại được kể "
    "trong tài liệu xem xét của lãnh đạo.",
    "Sắp xếp, lọc, ẩn cột, tô màu: tùy ý. Đừng đổi tên các cột có sẵn và đừng xóa dòng: phiếu "
    "không mất đi khi xóa dòng, chương trình chỉ hỏi lại.",
    "Việc của người khác mà anh/chị ghi hộ: các ô được giữ nguyên, chương trình hỏi người đó bằng "
    "thư và chỉ thực hiện khi người đó trả lời “Đúng”.",
    "Bản sao của sổ, để cùng thư mục hoặc gửi kèm thư, vẫn được đọc: điều mới được nhận, điều khác "
    "với sổ được báo lại. Chương trình không bao giờ ghi vào bản sao.",
    "Màu dòng: đỏ là bước đang làm đã quá hạn; vàng là còn không quá hai ngày; xám là đã kết thúc.",
)


def register_workbook(
    house: House,
    register_id: str,
    rows: Sequence[Mapping[str, Value]] = (),
    unit: str | None = None,
    generation: int = 1,
) -> bytes:
    """Make the register of the agency, or of one unit, with these rows by header.

    The dropdowns hold the people and units of the roster; other names may be typed as well.
    """
    titles = ("SỔ THEO DÕI YÊU CẦU HÀNH ĐỘNG KHẮC PHỤC, CẢI TIẾN", unit or house.agency["name"])
    columns = tuple(map(_column, COLUMNS))
    spec = WorkbookSpec(
        sheets=(
            ListSheet(
                register.SHEET,
                columns,
                rows,
                register.TABLE,
                titles,
                HIGHLIGHTS,
                paper="A3",
            ),
            summary_sheet([u.name for u in house.roster.units], len(titles) + 1),
            NOTES,
            FreeSheet("Hướng dẫn", list(_help()), widths=(4, 110), protected=True),
        ),
        lists=_lists(house),
        lists_sheet="DanhMuc",
        properties={"register_id": register_id, "generation": generation},
        title=titles[0],
    )
    return build(spec)


def _column(column: RegisterColumn) -> Column:
    """Describe one column; what does not fit its kind draws a warning, not a stop."""
    return Column(
        column.header,
        column.width,
        column.kind,
        column.choices,
        column.note,
        system=OWNERS.get(column.header, SYSTEM) is SYSTEM,
        strict=False,
        ends_page=column.ends_page,
    )


def _lists(house: House) -> dict[str, list[str]]:
    fields = {
        "Nguồn": "sources",
        "Mức độ": "severity",
        "Hình thức xử lý": "disposition",
        "Dấu hiệu": "signs",
    }
    answers = (answer for act, answer in labels.ANSWER if act is Act.VERIFY)
    return {
        "Loại": [labels.KIND[kind] for kind in REQUESTS],
        register.UNITS: [unit.name for unit in house.roster.units],
        register.PEOPLE: [shown(person.id, house.roster) for person in house.roster.people],
        register.YES_NO: [register.YES, register.NO],
        "Kết luận": list(map(verdict_label, answers)),
        **{name: list(labels.option_labels(field).values()) for name, field in fields.items()},
    }


def _help() -> Iterator[Line]:
    yield Line(("Cách dùng sổ theo dõi",), LineStyle.TITLE)
    for number, text in enumerate(HELP, start=1):
        yield Line((number, text))
