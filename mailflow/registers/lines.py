"""What the program could not take up from a register: lines for its sheet and for the keeper."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from mailflow.actions import words
from mailflow.actions.context import Table
from mailflow.actions.house import House
from mailflow.procedure import labels
from mailflow.procedure.machine import World
from mailflow.procedure.request import Refused
from mailflow.registers import holding, specs
from mailflow.registers.cells import as_text
from mailflow.registers.columns import CODE
from mailflow.registers.edits import Denied, Lacking
from mailflow.registers.holding import Wish
from workbook_sync.errors import Reason
from workbook_sync.values import Value

LONGEST = 32_000
"""Characters of what was typed that a line repeats: all that fits into a cell."""

CLEARED = "(xóa trống)"
SENTENCES: Mapping[str, tuple[str, str]] = {
    "not_here": (
        "Ô này ghi lại bước đã làm, hoặc bước chưa đến, nên giá trị cũ được trả lại.",
        "Cần đính chính hay bổ sung: trả lời thư của phiếu này.",
    ),
    "disposed": (
        "Hồ sơ của phiếu này đã hết thời hạn lưu và đã hủy (mục VII), nên giá trị cũ được trả lại.",
        "Nếu là việc mới: ghi vào một dòng mới, để trống cột Mã.",
    ),
    "held": (
        "{act}: việc này của {person}, nên chương trình đã gửi thư hỏi {person}. Đang chờ xác "
        "nhận; các ô được giữ nguyên, chưa thực hiện.",
        "Không cần làm gì thêm. Muốn thôi: xóa các ô vừa gõ.",
    ),
    "over": (
        "{act}: {person} không xác nhận, hoặc phiếu đã có việc khác trước đó. Việc này không "
        "được thực hiện; giá trị cũ được trả lại.",
        "Trao đổi với {person} rồi ghi lại nếu vẫn cần.",
    ),
    "lacking": (
        "{act}: còn thiếu {missing}. Phần đã ghi được giữ nguyên, chưa thực hiện.",
        "Ghi thêm: {missing}.",
    ),
    "system": ("Cột này do chương trình tự ghi; giá trị đúng đã được ghi lại.", ""),
    "clash": (
        "Cùng lúc đó hồ sơ nhận giá trị khác: “{ours}”. Sổ theo giá trị của hồ sơ.",
        "Nếu điều anh/chị ghi mới đúng: trả lời thư của phiếu này.",
    ),
    "clash_kept": (
        "Bản sổ mới hơn ghi “{ours}” ở ô này. Sổ giữ điều anh/chị vừa ghi.",
        "Nếu cần cả hai: chép lại giá trị kia vào ô.",
    ),
    "dated": (
        "Bước này được ghi nhận vào ngày {ours}, ngày chương trình đọc thấy trong sổ.",
        "Ngày đã gõ được giữ ở dòng này.",
    ),
    "duplicate": (
        "Mã này đã có ở dòng {kept}; dòng chép thêm không được ghi nhận.",
        "Xóa dòng này; nếu là việc mới thì xóa ô Mã của dòng này.",
    ),
    "restored": ("Ô Mã bị sửa hoặc xóa; dòng được nhận ra theo các ô khác, mã đã ghi lại.", ""),
    "missing": (
        "Dòng của phiếu này không còn trong sổ. Phiếu vẫn còn nguyên trong hồ sơ.",
        "Nếu xóa nhầm: dán mã vào cột Mã của một dòng trống, chương trình ghi lại cả dòng.",
    ),
    "gone": ("Không tìm thấy phiếu này trong hồ sơ.", "Báo người quản trị chương trình."),
    "unknown": ("", "Sửa ô Mã; việc mới thì xóa ô Mã."),
    "no_column": (
        "Sổ không còn cột này nên chương trình không ghi được.",
        "Thêm lại đúng tên cột.",
    ),
    "column_twice": (
        "Có hai cột cùng tên này, nên chương trình không đọc và không ghi cột nào trong hai cột.",
        "Đổi tên hoặc bỏ một cột.",
    ),
    "renamed": (
        "Cột này nay mang tên “{now}”; theo nội dung các ô, chương trình vẫn hiểu và ghi vào đó.",
        "Nếu không phải vậy: thêm lại cột đúng tên cũ.",
    ),
    "unread": (
        "Ô có lỗi hoặc công thức chưa có kết quả, nên chương trình coi như ô này không nói gì; "
        "giá trị trong hồ sơ giữ nguyên.",
        "Gõ giá trị vào ô thay cho công thức.",
    ),
    "signed": (
        "Các dòng này ở cuối sổ trông như phần ký tên, nên chương trình không đọc.",
        "Nếu là việc cần ghi: gõ vào dòng trống đầu tiên dưới bảng.",
    ),
    "twin": (
        "“{other}” cũng có các cột của sổ. Chương trình chỉ đọc và ghi ở trang “{sheet}”.",
        "Ghi vào trang “{sheet}”; bản kia xem xong thì xóa hoặc chuyển đi nơi khác.",
    ),
    "not_writable": (
        "Chương trình không ghi được giá trị “{ours}” vào ô này: {why}.",
        "Bỏ gộp ô, công thức hoặc phần chắn chỗ; chương trình sẽ ghi lại.",
    ),
    "stopped": (
        "{count} dòng cùng lúc không còn trong sổ, nên chương trình dừng, không ghi gì.",
        "Lấy lại bản sổ trước đó; nếu bỏ là có chủ ý thì trả lời “Đúng” thư của chương trình.",
    ),
    "no_notes": (
        "Không ghi được vào trang Đồng bộ: {why}. Những điều chưa ghi nhận chỉ có trong thư này.",
        "Trả lại trang Đồng bộ như cũ, hoặc bỏ phần đang chắn dưới bảng.",
    ),
    "made_again": (
        "Không còn thấy tệp {file}, nên chương trình đã lập lại sổ từ hồ sơ.",
        "Tìm thấy tệp cũ thì để đè lên; cột tự thêm và màu sắc chỉ có trong tệp cũ.",
    ),
    "other_register": (
        "Tệp này là một sổ khác của cơ quan ({other}).",
        "Để đúng tệp vào chỗ của sổ này.",
    ),
    "copy": (
        "Thấy một bản sao của sổ. Chương trình chỉ đọc, không ghi vào và không xóa nó: đã nhận "
        "{taken} ô, còn {left} điều chưa nhận ghi ở các dòng cùng tên tệp.",
        "Chỉ ghi vào sổ chính. Xem xong thì xóa hoặc chuyển bản sao đi nơi khác.",
    ),
    "other_format": (
        "Thấy tệp {file} cạnh sổ, không phải dạng .xlsx. Chương trình chỉ đọc một lần, không nhận "
        "gì từ tệp này; {left} điều khác với sổ ghi ở các dòng cùng tên tệp.",
        "Nếu điều nào đúng: ghi vào sổ chính. Lần sau xin lưu tệp dạng .xlsx.",
    ),
    "other_unread": (
        "Thấy tệp {file} cạnh sổ, không phải dạng .xlsx và không đọc được: {why}.",
        "Xin lưu lại tệp dạng .xlsx, không mật khẩu, rồi ghi vào sổ chính.",
    ),
    "copy_more": (
        "Bản sao còn nhiều điều khác với sổ; chỉ {most} điều đầu được ghi ra đây.",
        "Mở bản sao bên cạnh sổ để so các dòng còn lại.",
    ),
    "copy_row": (
        "Dòng này của bản sao không ghi vào phiếu nào được như nó đang có.",
        "Cần thì chép các ô ghi bên cạnh vào sổ chính.",
    ),
    "copy_differs": (
        "Bản sao ghi khác: hồ sơ và sổ đang có “{ours}”, giá trị này được giữ.",
        "Nếu điều ghi ở bản sao mới đúng: ghi lại vào sổ chính.",
    ),
    "proposed": (
        "Bản sao không còn dấu của sổ, nên điều này chỉ là đề nghị; sổ đang có “{ours}”.",
        "Nếu đúng: ghi vào sổ chính.",
    ),
    "own_column": (
        "Cột này của người giữ sổ; bản gửi bằng thư không ghi vào đó. Sổ đang có “{ours}”.",
        "Nếu cần: ghi vào sổ chính.",
    ),
    "reporter": (
        "Dòng mới ghi người phát hiện là {person}; anh/chị chỉ lập phiếu với tên mình.",
        "Mời {person} gửi thư, hoặc nhờ người giữ sổ ghi.",
    ),
    "belongs": (
        "{act}: việc này của {person}; ghi ở bản sao thì chương trình không hỏi thay được.",
        "Ghi vào sổ chính để chương trình hỏi {person}, hoặc mời {person} trả lời thư.",
    ),
    "unreadable": (
        "Không đọc được sổ: {why}.",
        "Lưu lại tệp dạng .xlsx, không mật khẩu, giữ trang Phiếu và hàng đầu đề.",
    ),
}
WHY_NOT: Mapping[Reason, str] = {
    Reason.ENCRYPTED: "tệp có mật khẩu",
    Reason.OLD_FORMAT: "tệp dạng .xls cũ",
    Reason.OTHER_FORMAT: "tệp dạng khác (.ods, .xlsb)",
    Reason.WEB_PAGE: "tệp là trang web, không phải bảng tính",
    Reason.SIGNED: "tệp có chữ ký số, ghi vào sẽ làm mất chữ ký",
    Reason.TOO_BIG: "tệp quá lớn",
    Reason.NO_TABLE: "không thấy bảng của sổ",
    Reason.NO_SHEET: "không còn trang này",
    Reason.NO_COLUMN: "không thấy cột cần có",
    Reason.SAME_HEADER_TWICE: "có hai cột cùng tên",
    Reason.MERGED: "ô bị gộp",
    Reason.FORMULA: "ô có công thức",
    Reason.ARRAY: "ô thuộc công thức mảng",
    Reason.PIVOT: "ô thuộc bảng tổng hợp (pivot)",
    Reason.TOTALS: "bảng có hàng tổng",
    Reason.BELOW: "dưới bảng có nội dung khác",
    Reason.NOT_A_WORKBOOK: "tệp không phải bảng tính .xlsx",
    Reason.BAD_PACKAGE: "tệp hỏng",
    Reason.BAD_XML: "tệp hỏng",
    Reason.DOCTYPE: "tệp có phần khai báo không an toàn",
    Reason.BAD_ENCODING: "tệp dùng bảng mã không đọc được",
    Reason.UNUSUAL_XML: "trang có cấu trúc lạ, không ghi an toàn được",
    Reason.ROW_ORDER: "các dòng trong tệp không theo thứ tự",
    Reason.OUTSIDE: "ô nằm ngoài trang tính",
    Reason.HEADER: "ô thuộc hàng đầu đề",
    Reason.LINKED_TABLE: "bảng lấy dữ liệu từ nơi khác",
    Reason.BAD_VALUE: "giá trị không ghi được vào ô",
    Reason.BAD_DATE: "ngày ngoài phạm vi",
    Reason.BAD_CELL: "ô không đọc được",
    Reason.TWICE: "ô được ghi hai lần",
    Reason.NOT_PROVEN: "đọc lại sau khi ghi không khớp, tệp được giữ nguyên",
}


@dataclass(frozen=True)
class Line:
    """One thing that was not taken up; `once` ones are told a single time while they stand.

    `where` names the copy it stands in, empty for the register itself.
    """

    row: int
    code: str
    column: str
    typed: str
    why: str
    do: str = ""
    once: bool = False
    where: str = ""

    def digest(self, register_id: str) -> str:
        """Give the line's identity; its row does not count, since rows get sorted."""
        said = [register_id, self.code, self.column, self.typed, self.why, self.where]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def why_not(reason: Reason) -> str:
    """Say in Vietnamese why a workbook or a cell could not be read or written."""
    return WHY_NOT[reason]


def line(
    key: str, row: int = 0, code: str = "", column: str = "", typed: Value = None, **said: str
) -> Line:
    """Make a line from one of SENTENCES."""
    why, do = SENTENCES[key]
    said = {name: words or "(trống)" for name, words in said.items()}
    text = as_text(typed)[:LONGEST]
    return Line(row, code, column, text, why.format(**said), do.format(**said))


def _typed(columns: Iterable[str], typed: Mapping[str, Value]) -> tuple[str, str]:
    """Name the columns of an act and what was typed into them."""
    said = {header: as_text(typed.get(header)) or CLEARED for header in columns}
    if len(said) == 1:
        return next(iter(said.items()))
    return "; ".join(said), "\n".join(f"{header}: {text}" for header, text in said.items())


def denied(
    row: int, code: str, found: Denied, typed: Mapping[str, Value], house: House, world: World
) -> Line:
    """Say why an edit was not taken up, and who could do it instead."""
    column, text = _typed(found.columns, typed)
    if found.table == "register":
        why, do = (sentence.format(**found.details) for sentence in SENTENCES[found.key])
        return Line(row, code, column, text[:LONGEST], why, do)
    if found.table == "asked":
        why = house.reasons.say("asked", found.key, found.details)
    else:
        why = house.reasons.refused(found.key, found.details, found.clause)
    names = ", ".join(world.everyone.name_of(person) for person in found.able)
    do = f"Người làm được việc này: {names}; xin trả lời thư của chương trình." if names else ""
    return Line(row, code, column, text[:LONGEST], why, do or "Sửa lại rồi lưu sổ.")


def refused(
    row: int,
    code: str,
    columns: Iterable[str],
    typed: Mapping[str, Value],
    problem: Refused,
    house: House,
) -> Line:
    """Say why the procedure refused an act."""
    column, text = _typed(columns, typed)
    why = house.reasons.refused(problem.reason, problem.details, problem.clause)
    return Line(row, code, column, text[:LONGEST], why, "Sửa lại rồi lưu sổ.")


def lacking(row: int, code: str, found: Lacking, typed: Mapping[str, Value]) -> Line:
    """Say what an act still lacks; what was typed stays."""
    column, text = _typed(found.columns, typed)
    why, do = SENTENCES["lacking"]
    said = {"act": labels.ACT[found.act], "missing": ", ".join(found.missing)}
    return Line(row, code, column, text[:LONGEST], why.format(**said), do.format(**said), once=True)


def waiting(standing: str, row: int, wish: Wish, person: str) -> Line:
    """Say that an act waits for the word of the person it belongs to, or did not get it."""
    column, text = _typed(wish.typed, wish.typed)
    why, do = SENTENCES[standing]
    said = {"act": labels.ACT[wish.command.act], "person": person}
    once = standing == holding.HELD
    return Line(row, wish.code, column, text[:LONGEST], why.format(**said), do.format(**said), once)


def belongs(row: int, wish: Wish, person: str) -> Line:
    """Say whose act was typed into a copy."""
    return replace(waiting("belongs", row, wish, person), once=False)


def sheet_rows(lines: Sequence[Line], sheet: str, world: World) -> tuple[dict[str, Value], ...]:
    """Write lines as rows of the sheet `Đồng bộ`."""
    return tuple(
        {
            specs.WHEN: words.moment(world.now),
            specs.WHERE: said.where or sheet,
            specs.ROW: said.row or None,
            CODE: said.code,
            specs.CELL: said.column,
            specs.TYPED: said.typed,
            specs.WHY: said.why,
            specs.DO: said.do,
        }
        for said in lines
    )


def mail_table(lines: Sequence[Line]) -> Table:
    """Write lines as the table of the mail to the keeper: narrow enough for a telephone."""
    return Table(
        columns=["Ở đâu", specs.TYPED, specs.WHY, specs.DO],
        rows=[[_place(said), said.typed or "–", said.why, said.do or "–"] for said in lines],
    )


def _place(said: Line) -> str:
    row = f"Dòng {said.row}" if said.row else ""
    words = (said.where, said.code, ", ".join(filter(None, (row, said.column))))
    return "\n".join(filter(None, words)) or "Cả sổ"
