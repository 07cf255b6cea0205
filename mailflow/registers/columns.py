"""What a sheet in step with the record is, and the columns of `Phiếu`: who may write each."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from workbook_sync.merge import Owner
from workbook_sync.spec import ColumnKind

SHEET, TABLE = "Phiếu", "tblPhieu"
SYNC_SHEET, SYNC_TABLE = "Đồng bộ", "tblDongBo"
CODE, NOTE = "Mã", "Ghi chú"
PEOPLE, UNITS, YES_NO = "Người", "Đơn vị", "Có/Không"
YES, NO = "Có", "Không"

SYSTEM, PROCEDURE, KEEPER = Owner.SYSTEM, Owner.PROCEDURE, Owner.KEEPER
TEXT, DATE, NUMBER, CHOICE = (
    ColumnKind.TEXT,
    ColumnKind.DATE,
    ColumnKind.NUMBER,
    ColumnKind.CHOICE,
)


@dataclass(frozen=True)
class RegisterColumn:
    """One column; `field` is the field of the form its cells are read as, `choices` a list.

    `ends_page`: printed, the next column begins a new page. `figures`: results as people write
    them, "98,5%" also where a cell holds the number 0.985.
    """

    header: str
    owner: Owner
    width: float
    kind: ColumnKind = TEXT
    field: str = ""
    choices: str = ""
    note: str = ""
    ends_page: bool = False
    figures: bool = False


WRITTEN = "Chương trình tự ghi, không gõ vào đây."
_C = RegisterColumn
COLUMNS: tuple[RegisterColumn, ...] = (
    _C(CODE, SYSTEM, 20, note="Chương trình tự ghi. Thêm phiếu mới: để trống ô này."),
    _C("Số phiếu", SYSTEM, 10, note=WRITTEN),
    _C("Loại", PROCEDURE, 20, CHOICE, "kind", "Loại", "Chọn loại phiếu. Bắt buộc khi thêm dòng."),
    _C(
        "Ngày lập",
        PROCEDURE,
        12,
        DATE,
        "found_on",
        note="Dòng mới: ghi ngày phát hiện hoặc để trống. Chương trình ghi ngày mở phiếu.",
    ),
    _C(
        "Đơn vị",
        PROCEDURE,
        20,
        CHOICE,
        "unit",
        UNITS,
        "Dòng mới để trống: lấy đơn vị của người phát hiện. Phiếu đang chờ trưởng đơn vị: đổi đơn "
        "vị và ghi lý do ở Ghi chú là chuyển phiếu.",
    ),
    _C(
        "Người phát hiện",
        PROCEDURE,
        22,
        CHOICE,
        "",
        PEOPLE,
        "Họ tên có trong danh bạ. Bắt buộc khi thêm dòng; người này nhận thư báo số phiếu.",
    ),
    _C(
        "Nguồn",
        PROCEDURE,
        24,
        CHOICE,
        "sources",
        "Nguồn",
        "Chọn hoặc ghi bằng lời; nhiều nguồn cách nhau bằng dấu chấm phẩy.",
    ),
    _C("Nội dung", PROCEDURE, 44, field="content", note="Việc gì, ở đâu, khi nào, hồ sơ nào."),
    _C("Nhóm nội dung", PROCEDURE, 18, field="category", note="Tên nhóm, để thống kê lặp lại."),
    _C("Mức độ", PROCEDURE, 10, CHOICE, "severity", "Mức độ", "Nhẹ hoặc Nặng.", True),
    _C(
        "Hình thức xử lý",
        PROCEDURE,
        18,
        CHOICE,
        "disposition",
        "Hình thức xử lý",
        "Lãnh đạo đơn vị quyết định: hình thức, người và hạn xử lý.",
    ),
    _C("Người xử lý", PROCEDURE, 22, CHOICE, "performer", PEOPLE, "Một người trong danh bạ."),
    _C("Hạn xử lý", PROCEDURE, 12, DATE, "correction_due", note="ngày/tháng/năm"),
    _C(
        "Người kiểm tra xử lý",
        PROCEDURE,
        22,
        CHOICE,
        "checker",
        PEOPLE,
        "Để trống: trưởng đơn vị kiểm tra.",
    ),
    _C("Kết quả xử lý", PROCEDURE, 32, field="correction", note="Đã làm gì; ghi cả Bằng chứng."),
    _C(
        "Cần HĐKP",
        PROCEDURE,
        10,
        CHOICE,
        "",
        YES_NO,
        "Có hoặc Không; ghi cả Dấu hiệu/lý do.",
    ),
    _C(
        "Dấu hiệu/lý do",
        PROCEDURE,
        32,
        CHOICE,
        "signs",
        "Dấu hiệu",
        "Cần: chọn dấu hiệu ở mục 5.2.2 hoặc ghi bằng lời. Không cần: ghi lý do.",
    ),
    _C("Ngày gửi Thư ký", SYSTEM, 12, DATE, note=WRITTEN),
    _C(
        "Ngày trình",
        PROCEDURE,
        12,
        DATE,
        note="Thư ký ISO ghi ngày trình Lãnh đạo Ban ISO: phiếu được trình.",
        ends_page=True,
    ),
    _C("Chỉ đạo", PROCEDURE, 32, field="direction", note="Ý kiến chỉ đạo của Lãnh đạo Ban ISO."),
    _C(
        "Người được phân công",
        PROCEDURE,
        22,
        field="assignees",
        note="Họ tên hoặc đơn vị; nhiều người cách nhau bằng dấu chấm phẩy.",
    ),
    _C("Hạn phân tích", PROCEDURE, 12, DATE, "analysis_due", note="ngày/tháng/năm"),
    _C("Nguyên nhân", PROCEDURE, 32, note="Người được phân công gửi bằng thư."),
    _C("Biện pháp", PROCEDURE, 40, note="Người được phân công gửi bằng thư."),
    _C("Nguồn lực", PROCEDURE, 20, note="Người được phân công gửi bằng thư.", ends_page=True),
    _C(
        "Người triển khai",
        PROCEDURE,
        22,
        field="implementers",
        note="Họ tên hoặc đơn vị; nhiều người cách nhau bằng dấu chấm phẩy.",
    ),
    _C("Phối hợp", SYSTEM, 20, note=WRITTEN),
    _C("Hạn hoàn thành", PROCEDURE, 12, DATE, "deadline", note="ngày/tháng/năm"),
    _C("Tiến độ %", PROCEDURE, 9, NUMBER, "percent", note="Số từ 0 đến 100."),
    _C("Báo cáo gần nhất", PROCEDURE, 32, field="progress", note="Tình hình; ghi cả Tiến độ %."),
    _C("Kết quả", PROCEDURE, 32, field="result", note="Kết quả khi hoàn thành các biện pháp."),
    _C("Ngày hoàn thành", PROCEDURE, 12, DATE, "actual_date", "", "Ngày làm xong thực tế.", True),
    _C(
        "Người kiểm tra xác nhận",
        PROCEDURE,
        22,
        CHOICE,
        "",
        PEOPLE,
        "Lãnh đạo cơ quan hoặc người được ủy quyền.",
    ),
    _C(
        "Kết luận kiểm tra",
        PROCEDURE,
        18,
        CHOICE,
        "",
        "Kết luận",
        "Ghi cả Bằng chứng; không đạt thì ghi nội dung chưa đạt ở Ghi chú.",
    ),
    _C(
        "Bằng chứng",
        PROCEDURE,
        32,
        field="evidence",
        note="Bằng chứng của bước đang làm: báo cáo, kiểm tra hoặc đóng phiếu.",
    ),
    _C("Người đóng", PROCEDURE, 22, CHOICE, "", PEOPLE, "Người trong Ban ISO đóng phiếu."),
    _C("Ngày đóng", PROCEDURE, 12, DATE, note="Ghi ngày này và Bằng chứng là đóng phiếu."),
    _C("Phiếu trước/sau", SYSTEM, 24, note=WRITTEN, ends_page=True),
    _C("Trạng thái", SYSTEM, 24, note=WRITTEN),
    _C("Đang chờ ai", SYSTEM, 24, note=WRITTEN),
    _C("Việc tiếp theo", SYSTEM, 28, note=WRITTEN),
    _C("Hạn bước này", SYSTEM, 12, DATE, note=WRITTEN),
    _C("Số ngày quá hạn", SYSTEM, 11, NUMBER, note=WRITTEN + " Tính bằng ngày làm việc."),
    _C("Lưu đến ngày", SYSTEM, 12, DATE, note=WRITTEN),
    _C(NOTE, KEEPER, 36, note="Của người giữ sổ: ghi gì cũng được, chương trình không đổi."),
)


@dataclass(frozen=True)
class Sheet:
    """A sheet of the register that is kept in step with the record, a row for each key in `Mã`.

    `key` names it in the record's base. `dated` are columns with the day of an act: the program
    records the day on which it did the act. `own_words` are keys of sentences it has its own for.
    """

    key: str
    name: str
    table: str
    columns: tuple[RegisterColumn, ...]
    dated: frozenset[str]
    own_words: frozenset[str] = frozenset()

    def says(self, key: str) -> str:
        """Give the key of a sentence as this sheet says it."""
        return f"{key}_{self.key}" if key in self.own_words else key

    @cached_property
    def by_header(self) -> Mapping[str, RegisterColumn]:
        """Give the columns by their header."""
        return {column.header: column for column in self.columns}

    @cached_property
    def headers(self) -> tuple[str, ...]:
        """List the headers from left to right."""
        return tuple(self.by_header)

    @cached_property
    def owners(self) -> Mapping[str, Owner]:
        """Say who may write each column; the key's own is the program's and not merged."""
        return {column.header: column.owner for column in self.columns if column.header != CODE}

    @cached_property
    def widths(self) -> Mapping[str, float]:
        """Give the width of each column in characters."""
        return {column.header: column.width for column in self.columns}


REQUESTS = Sheet("requests", SHEET, TABLE, COLUMNS, frozenset({"Ngày trình", "Ngày đóng"}))

HEADERS = REQUESTS.headers
