"""Every field an act may carry: its type, and the Vietnamese label people see and type."""

from dataclasses import dataclass
from enum import StrEnum

from mailflow.procedure.terms import REQUESTS, Disposition, Section, Severity, Sign, Source


class Type(StrEnum):
    """How a field's value is stored in JSON.

    text: str · date: ISO date str · number: int · choice: one option's value · choices: list of
    option values, other words kept as typed · unit: unit name · person: person id ·
    parties: list of person ids or `unit:<name>` · codes: list of request codes · code: one code ·
    numbers: list of int · files: list of {"name": str, "sha256": str} · work, objectives,
    results: list of objects with the keys of `TABLES`, those of `NUMBERED` with their number `no`
    (int) as well. A row of results may have `months` {"1" to "12": str} in place of its actual; a
    row of objectives marked `new` is numbered when it is taken up.
    """

    TEXT = "text"
    DATE = "date"
    NUMBER = "number"
    CHOICE = "choice"
    CHOICES = "choices"
    UNIT = "unit"
    PERSON = "person"
    PARTIES = "parties"
    WORK = "work"
    CODES = "codes"
    CODE = "code"
    NUMBERS = "numbers"
    FILES = "files"
    OBJECTIVES = "objectives"
    RESULTS = "results"


@dataclass(frozen=True)
class Column:
    """A column of a field that is a table; `width` is its share of a page's width.

    `needed`: a row without it is not whole. `given`: we write it; alone it makes no row.
    """

    key: str
    head: str
    type: Type
    width: float
    needed: bool = False
    given: bool = False


_C = Column
TABLES: dict[Type, tuple[Column, ...]] = {
    Type.WORK: (
        _C("what", "Nội dung việc", Type.TEXT, 27, needed=True),
        _C("who", "Người thực hiện", Type.PARTIES, 20, needed=True),
        _C("with", "Phối hợp", Type.TEXT, 15),
        _C("by", "Thời hạn", Type.DATE, 13, needed=True),
        _C("output", "Đầu ra", Type.TEXT, 17),
    ),
    Type.OBJECTIVES: (
        _C("objective", "Mục tiêu", Type.TEXT, 26, needed=True),
        _C("indicator", "Chỉ số, cách tính", Type.TEXT, 23),
        _C("unit", "ĐVT", Type.TEXT, 13),
        _C("last_year", "Năm trước", Type.TEXT, 13),
        _C("target", "Chỉ tiêu", Type.TEXT, 17, needed=True),
        _C("measures", "Biện pháp", Type.TEXT, 27),
        _C("resources", "Nguồn lực", Type.TEXT, 15),
        _C("lead", "Chủ trì", Type.TEXT, 16),
        _C("coordination", "Phối hợp", Type.TEXT, 16),
        _C("by", "Thời gian", Type.TEXT, 18),
        _C("measured", "Theo dõi, đo: tần suất, phương pháp, nguồn", Type.TEXT, 19),
        _C("serves", "MTCL cơ quan, CSCL", Type.TEXT, 16),
        _C("concerns", "Liên quan sản phẩm, dịch vụ, sự hài lòng", Type.TEXT, 16),
        _C("note", "Ghi chú", Type.TEXT, 13),
    ),
    Type.RESULTS: (
        _C("objective", "Mục tiêu", Type.TEXT, 30, given=True),
        _C("target", "Chỉ tiêu", Type.TEXT, 17, given=True),
        _C("actual", "Kết quả", Type.TEXT, 20, needed=True),
        _C("cause", "Nguyên nhân", Type.TEXT, 22),
        _C("remedy", "Hành động", Type.TEXT, 20),
        _C("evidence", "Bằng chứng", Type.TEXT, 18),
        _C("proposal", "Đề xuất năm sau", Type.TEXT, 18),
    ),
}
"""The columns of each type that is a table."""

NUMBERED = frozenset({Type.OBJECTIVES, Type.RESULTS})
"""Tables whose rows keep their number: people speak of "mục tiêu 3"."""


def keys(table: Type) -> tuple[str, ...]:
    """List the keys of a table's rows."""
    return tuple(column.key for column in TABLES[table])


INPUTS = tuple(f"input_{section}" for section in Section)
"""The inputs of a review, a field each (5.8.1.1)."""

DECISIONS = ("opportunity_decisions", "change_decisions", "resource_decisions", "risk_updates")
"""A review's outputs under the three heads of 5.8.1.2, and the updates of risks it asks for."""

PARTS = (*INPUTS, *DECISIONS[:3])
"""What the minutes of a review must deal with."""


@dataclass(frozen=True)
class Field:
    """A named answer on form BM.CTCL.01."""

    name: str
    type: Type
    label: str
    options: tuple[str, ...] = ()


def _field(name: str, type_: Type, label: str, options: tuple[str, ...] = ()) -> Field:
    return Field(name, type_, label, options)


_T = Type
FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        _field("kind", _T.CHOICE, "Loại", REQUESTS),
        _field("content", _T.TEXT, "Nội dung"),
        _field("unit", _T.UNIT, "Đơn vị"),
        _field("sources", _T.CHOICES, "Nguồn", tuple(Source)),
        _field("category", _T.TEXT, "Nhóm nội dung"),
        _field("evidence", _T.TEXT, "Bằng chứng"),
        _field("violated", _T.TEXT, "Yêu cầu bị vi phạm"),
        _field("file_numbers", _T.TEXT, "Mã hồ sơ"),
        _field("found_on", _T.DATE, "Ngày phát hiện"),
        _field("severity", _T.CHOICE, "Mức độ", tuple(Severity)),
        _field("proposed_disposition", _T.CHOICE, "Đề xuất xử lý", tuple(Disposition)),
        _field("correction", _T.TEXT, "Đã xử lý"),
        _field("reason", _T.TEXT, "Lý do"),
        _field("disposition", _T.CHOICE, "Hình thức xử lý", tuple(Disposition)),
        _field("performer", _T.PERSON, "Người xử lý"),
        _field("correction_due", _T.DATE, "Hạn xử lý"),
        _field("checker", _T.PERSON, "Người kiểm tra"),
        _field("remarks", _T.TEXT, "Ý kiến"),
        _field("earlier", _T.CODES, "Phiếu lặp lại"),
        _field("signs", _T.CHOICES, "Dấu hiệu", tuple(Sign)),
        _field("direction", _T.TEXT, "Chỉ đạo"),
        _field("assignees", _T.PARTIES, "Người được phân công"),
        _field("analysis_due", _T.DATE, "Hạn phân tích"),
        _field("root_cause", _T.TEXT, "Nguyên nhân"),
        _field("measures", _T.WORK, "Biện pháp"),
        _field("resources", _T.TEXT, "Nguồn lực"),
        _field("implementers", _T.PARTIES, "Người triển khai"),
        _field("deadline", _T.DATE, "Hạn hoàn thành"),
        _field("steps", _T.WORK, "Công việc"),
        _field("progress", _T.TEXT, "Tình hình"),
        _field("percent", _T.NUMBER, "Tiến độ"),
        _field("difficulties", _T.TEXT, "Khó khăn"),
        _field("change_resources", _T.TEXT, "Bổ sung nguồn lực"),
        _field("change_measure", _T.TEXT, "Thay đổi biện pháp"),
        _field("change_deadline", _T.DATE, "Hạn mới đề nghị"),
        _field("granted", _T.TEXT, "Nội dung chấp thuận"),
        _field("measure_numbers", _T.NUMBERS, "Biện pháp số"),
        _field("result", _T.TEXT, "Kết quả"),
        _field("actual_date", _T.DATE, "Ngày hoàn thành"),
        _field("evidence_seen", _T.TEXT, "Bằng chứng đã kiểm tra"),
        _field("shortfall", _T.TEXT, "Nội dung chưa đạt"),
        _field("closing_evidence", _T.TEXT, "Bằng chứng kết quả"),
        _field("lacking", _T.TEXT, "Bằng chứng còn thiếu"),
        _field("missing", _T.TEXT, "Nội dung cần bổ sung"),
        _field("supplied", _T.TEXT, "Nội dung bổ sung"),
        _field("text", _T.TEXT, "Nội dung trao đổi"),
        _field("to", _T.PARTIES, "Giao cho"),
        _field("until", _T.DATE, "Hạn mới"),
        _field("into", _T.CODE, "Gộp vào phiếu"),
        _field("review", _T.TEXT, "Cuộc họp xem xét"),
        _field("decision", _T.TEXT, "Kết luận số"),
        _field("objective", _T.TEXT, "Mục tiêu chất lượng"),
        _field("actual", _T.TEXT, "Kết quả so với chỉ tiêu"),
        _field("cause", _T.TEXT, "Nguyên nhân không đạt"),
        _field("proposed_assignees", _T.PARTIES, "Đề xuất người thực hiện"),
        _field("proposed_date", _T.DATE, "Đề xuất thời hạn"),
        _field("objectives_year", _T.NUMBER, "Năm"),
        _field("plan_due", _T.DATE, "Hạn phê duyệt kế hoạch"),
        _field("evaluation_due", _T.DATE, "Hạn đánh giá"),
        _field("drafter", _T.PERSON, "Người dự thảo"),
        _field("objectives", _T.OBJECTIVES, "Mục tiêu"),
        _field("quarter", _T.NUMBER, "Quý"),
        _field("results", _T.RESULTS, "Kết quả thực hiện"),
        _field("line_numbers", _T.NUMBERS, "Mục tiêu số"),
        # the management review (5.8)
        _field("review_year", _T.NUMBER, "Năm xem xét"),
        _field("plan_by", _T.DATE, "Hạn lập kế hoạch xem xét"),
        _field("audit_ended", _T.DATE, "Ngày kết thúc đánh giá nội bộ"),
        _field("meeting_on", _T.DATE, "Ngày họp"),
        _field("meeting_time", _T.TEXT, "Giờ họp"),
        _field("place", _T.TEXT, "Địa điểm"),
        _field("host_meeting", _T.TEXT, "Cuộc họp kết hợp"),
        _field("chair", _T.PERSON, "Chủ tọa"),
        _field("meeting_secretary", _T.PERSON, "Thư ký cuộc họp"),
        _field("participants", _T.PARTIES, "Thành phần dự họp"),
        _field("inputs_due", _T.DATE, "Hạn gửi nội dung"),
        _field("input_earlier", _T.TEXT, "Tình trạng các hành động từ cuộc xem xét trước"),
        _field("input_context", _T.TEXT, "Bối cảnh, thay đổi bên trong và bên ngoài"),
        _field(
            "input_satisfaction", _T.TEXT, "Sự thỏa mãn, phản hồi của khách hàng, bên liên quan"
        ),
        _field("input_objectives", _T.TEXT, "Mức độ thực hiện mục tiêu chất lượng"),
        _field("input_nonconformities", _T.TEXT, "Sự không phù hợp và hành động khắc phục"),
        _field("input_monitoring", _T.TEXT, "Theo dõi và đo lường sự hài lòng"),
        _field("input_audits", _T.TEXT, "Kết quả các cuộc đánh giá"),
        _field("input_suppliers", _T.TEXT, "Kết quả thực hiện của nhà cung cấp"),
        _field("input_resources", _T.TEXT, "Sự đầy đủ của nguồn lực"),
        _field("input_risks", _T.TEXT, "Hiệu lực của hành động giải quyết rủi ro, cơ hội"),
        _field("input_improvements", _T.TEXT, "Các cơ hội cải tiến"),
        _field("held_on", _T.DATE, "Ngày đã họp"),
        _field("absent", _T.PARTIES, "Người vắng mặt"),
        _field("discussion", _T.TEXT, "Thảo luận"),
        _field("opportunity_decisions", _T.WORK, "Quyết định về cơ hội cải tiến"),
        _field("change_decisions", _T.WORK, "Quyết định về thay đổi HTQLCL"),
        _field("resource_decisions", _T.WORK, "Quyết định về nguồn lực"),
        _field("risk_updates", _T.WORK, "Cập nhật bảng phân tích rủi ro"),
        _field("opinions", _T.TEXT, "Ý kiến về từng nội dung"),
        _field("started", _T.TEXT, "Thời gian bắt đầu"),
        _field("ended", _T.TEXT, "Thời gian kết thúc"),
        _field("nothing_in", _T.CHOICES, "Nội dung không phát sinh", PARTS),
        _field("overview", _T.TEXT, "Tình hình chung"),
        _field("shortcomings", _T.TEXT, "Tồn tại, nguyên nhân"),
        _field("proposals", _T.TEXT, "Cơ hội cải tiến và kiến nghị"),
        _field("comments_due", _T.DATE, "Hạn góp ý"),
        _field("opinion", _T.TEXT, "Ý kiến về báo cáo"),
        _field("overall", _T.TEXT, "Đánh giá chung"),
        _field("organisation", _T.TEXT, "Tổ chức thực hiện"),
        _field("comment_answers", _T.TEXT, "Tiếp thu, giải trình"),
        _field("decision_numbers", _T.NUMBERS, "Kết luận số"),
        _field("risks_due", _T.DATE, "Hạn cập nhật rủi ro"),
        _field("files", _T.FILES, "Tệp kèm theo"),
    )
}
