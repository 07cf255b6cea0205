"""The Vietnamese words of a pack's index, for the record's names."""

from mailflow.procedure.terms import REVIEWS, Kind
from mailflow.record import Outcome

LETTER, MAIL, FILE = "Thư đến", "Thư đi", "Tệp kèm theo"
JOURNAL, JOURNAL_TEXT = "Nhật ký (để kiểm tra)", "Nhật ký (để đọc)"
EDITS, EDITS_LINES = "Sửa đổi trong sổ theo dõi (để đọc)", "Sửa đổi trong sổ theo dõi"

OUTCOME = {
    Outcome.DONE: "đã thực hiện",
    Outcome.ASKED: "đã hỏi lại",
    Outcome.REFUSED: "chưa thực hiện được, đã trả lời",
    Outcome.HELD: "giữ lại chờ xác nhận",
    Outcome.IGNORED: "không xử lý",
    Outcome.SET_ASIDE: "để riêng, chưa đọc được",
    None: "đang xử lý",
}

SENT = {
    "sent": "đã gửi",
    "waiting": "chưa gửi",
    "failed": "không gửi được",
    "undelivered": "gửi rồi bị trả lại",
}

REQUEST, REVIEW, OBJECTIVES = "phiếu", "xem xét của lãnh đạo", "mục tiêu chất lượng"


def named(kind: Kind) -> str:
    """Name what a folder of the pack is about."""
    if kind in REVIEWS:
        return REVIEW
    return OBJECTIVES if kind is Kind.OBJECTIVES else REQUEST


NUMBERED = "Thư số {number}"
BEHIND = {
    "letter": "thư số {id}",
    "register": "sổ theo dõi, mã {id}",
    "console": "bảng lệnh, mã {id}",
}
SHARED = "Thư còn nói về phiếu {codes}; đưa vào nguyên vẹn"
BLOTTED = "Đã che mã trả lời còn hiệu lực; bản gốc có SHA-256 {sha256}"
CUT = "Chỉ lưu phần đầu thư vì thư quá lớn"
IN_MAIL = "Kèm thư ngay trên"
UNREADABLE = "Không tách được tệp kèm theo; xem trong thư"

CHANGED = "{column}: {before} → {after}"
EMPTY = "(trống)"
FIRST = "Ghi dòng của phiếu vào sổ"
PROGRAM = "Chương trình"

LEFT_FILE = "Nơi để gói hồ sơ.txt"
LEFT = (
    "Gói hồ sơ {file} lớn hơn mức gửi được qua thư nên để tại máy chủ, trong thư mục {folder}. "
    "Xin nhờ cán bộ công nghệ thông tin lấy giúp.\n"
)
