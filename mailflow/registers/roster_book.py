"""Makes the roster workbook that people then keep: with the agency's people, or to be filled in."""

from collections.abc import Iterator, Mapping, Sequence

from mailflow.procedure import labels
from mailflow.procedure.people import Person, Roster, StandIn, Unit
from mailflow.procedure.steps import OURS
from mailflow.procedure.terms import ROSTER_ROLES, Act, Role
from mailflow.registers import roster as read
from mailflow.registers.names import shown
from workbook_sync.build import build
from workbook_sync.spec import Column, ColumnKind, FreeSheet, Line, LineStyle, ListSheet
from workbook_sync.spec import WorkbookSpec as Spec
from workbook_sync.values import Value

Rows = Sequence[Mapping[str, Value]]
_UNITS, _ROLES, _ACTS = "Đơn vị", "Vai trò", "Việc"
_DAY = "Ghi ngày/tháng/năm. Để trống nếu không giới hạn."

UNIT_COLUMNS = (
    Column(read.UNIT, 34, note="Tên đầy đủ của đơn vị, mỗi đơn vị một dòng."),
    Column(
        read.OTHER_NAMES,
        44,
        note="Tên tắt hoặc tên mọi người hay gọi, cách nhau bằng dấu chấm phẩy.",
    ),
)
PEOPLE_COLUMNS = (
    Column(read.NAME, 26, note="Họ tên đầy đủ. Mỗi người một dòng."),
    Column(
        read.EMAIL,
        32,
        note="Địa chỉ thư người đó dùng để gửi và nhận. Nhiều người dùng chung một hộp thư thì ghi "
        "cùng địa chỉ ở từng dòng.",
    ),
    Column(
        read.IN_UNIT,
        26,
        ColumnKind.CHOICE,
        _UNITS,
        "Đúng như tên trên trang Đơn vị.",
        strict=False,
    ),
    Column(read.POSITION, 24, note="Chức vụ như ghi trên văn bản."),
    Column(
        read.ROLES,
        30,
        ColumnKind.CHOICE,
        _ROLES,
        "Vai trò trong quy trình. Nhiều vai trò thì gõ cách nhau bằng dấu chấm phẩy, ví dụ: "
        "Trưởng đơn vị; Thành viên Ban ISO.",
        strict=False,
    ),
    Column(
        read.SUPERIOR,
        26,
        note="Họ tên lãnh đạo trực tiếp. Để trống: là trưởng đơn vị; của trưởng đơn vị là lãnh đạo "
        "cơ quan.",
    ),
    Column(read.STAND_IN, 26, note="Họ tên người nhận việc thay khi vắng. Có thể để trống."),
    Column(read.SINCE, 13, ColumnKind.DATE, note=_DAY),
    Column(
        read.UNTIL,
        13,
        ColumnKind.DATE,
        note="Người đã chuyển đi: ghi ngày cuối, không xóa dòng, để hồ sơ cũ vẫn có tên.",
    ),
)
STAND_IN_COLUMNS = (
    Column(read.FOR_WHOM, 26, note="Họ tên người ủy quyền hoặc đi vắng."),
    Column(read.WHO, 26, note="Họ tên người làm thay."),
    Column(
        read.ACTS,
        44,
        ColumnKind.CHOICE,
        _ACTS,
        "Chọn “tất cả”, hoặc tên việc; nhiều việc thì cách nhau bằng dấu chấm phẩy.",
        strict=False,
    ),
    Column(read.FROM, 13, ColumnKind.DATE, note=_DAY),
    Column(read.TO, 13, ColumnKind.DATE, note=_DAY),
    Column(read.DECISION, 24, note="Số quyết định hoặc giấy ủy quyền."),
)
HELP = (
    "Danh bạ cho chương trình biết ai được làm việc gì và thư gửi cho ai. Chỉ những địa chỉ có ở "
    "đây mới mở phiếu và trả lời được.",
    "Bắt đầu: 1. ghi các đơn vị ở trang Đơn vị; 2. ghi từng người ở trang Danh bạ; 3. lưu tệp; "
    "4. chạy lệnh “mailflow check” để chương trình báo mọi chỗ còn sai cùng một lúc.",
    "Những ô có dấu ngoặc vuông […] là dòng mẫu: gõ đè thông tin thật lên, hoặc xóa cả dòng.",
    "Cơ quan phải có đúng một Lãnh đạo cơ quan, một Lãnh đạo Ban ISO và một Thư ký ISO. Mỗi đơn vị "
    "có nhiều nhất một Trưởng đơn vị; đơn vị chưa có trưởng thì Lãnh đạo cơ quan trả lời thay.",
    "Một người có thể giữ nhiều vai trò. Ai có trong danh bạ cũng là CBCCVCLĐ, không cần ghi thêm.",
    "Người chuyển công tác: ghi “Hiệu lực đến”. Người thay chỗ: thêm dòng mới với “Hiệu lực từ”.",
    "Ủy quyền (ví dụ kiểm tra xác nhận thay Lãnh đạo cơ quan): ghi ở trang Ủy quyền, đúng thời hạn "
    "của quyết định.",
    "Chương trình đọc tệp này mỗi phút một lần sau khi lưu. Tệp có chỗ sai thì chương trình dùng "
    "tiếp danh bạ trước đó và báo chỗ sai cho người quản trị.",
)


def roster_workbook(roster: Roster | None = None) -> bytes:
    """Make `Danh bạ.xlsx`; without a roster its rows are examples in brackets to be replaced."""
    units = list(map(_unit_row, roster.units)) if roster else _example_units()
    people = [_person_row(p, roster) for p in roster.people] if roster else _example_people()
    stand_ins = [_stand_in_row(s, roster) for s in roster.stand_ins] if roster else []
    spec = Spec(
        sheets=(
            ListSheet(read.PEOPLE, PEOPLE_COLUMNS, people, "tblDanhBa"),
            ListSheet(read.UNITS, UNIT_COLUMNS, units, "tblDonVi", frozen_columns=0),
            ListSheet(read.STAND_INS, STAND_IN_COLUMNS, stand_ins, "tblUyQuyen", frozen_columns=0),
            FreeSheet("Hướng dẫn", list(_help()), widths=(4, 100), protected=True),
        ),
        lists={
            _UNITS: [str(row[read.UNIT]) for row in units],
            _ROLES: [labels.ROLE[role] for role in ROSTER_ROLES],
            _ACTS: [read.ALL_ACTS, *(labels.ACT[act] for act in Act if act not in OURS)],
        },
        lists_sheet="DanhMuc",
        title="Danh bạ",
    )
    return build(spec)


def _help() -> Iterator[Line]:
    yield Line(("Cách ghi danh bạ",), LineStyle.TITLE)
    for number, text in enumerate(HELP, start=1):
        yield Line((number, text))


def _unit_row(unit: Unit) -> dict[str, Value]:
    return {read.UNIT: unit.name, read.OTHER_NAMES: "; ".join(unit.aliases)}


def _person_row(person: Person, roster: Roster) -> dict[str, Value]:
    more = [labels.ROLE[r] for r in ROSTER_ROLES if r in person.roles and r is not Role.STAFF]
    return {
        read.NAME: person.name,
        read.EMAIL: person.email,
        read.IN_UNIT: person.unit,
        read.POSITION: person.position,
        read.ROLES: "; ".join(more) or labels.ROLE[Role.STAFF],
        read.SUPERIOR: shown(person.superior, roster) if person.superior else None,
        read.STAND_IN: shown(person.stand_in, roster) if person.stand_in else None,
        read.SINCE: person.since,
        read.UNTIL: person.until,
    }


def _stand_in_row(stand_in: StandIn, roster: Roster) -> dict[str, Value]:
    acts = [labels.ACT[act] for act in Act if stand_in.acts and act in stand_in.acts]
    return {
        read.FOR_WHOM: shown(stand_in.for_whom, roster),
        read.WHO: shown(stand_in.who, roster),
        read.ACTS: read.ALL_ACTS if stand_in.acts is None else "; ".join(acts),
        read.FROM: stand_in.since,
        read.TO: stand_in.until,
        read.DECISION: stand_in.decision or None,
    }


def _example_units() -> Rows:
    return [
        {read.UNIT: "[Ban lãnh đạo]", read.OTHER_NAMES: "[tên gọi khác; tên tắt]"},
        {read.UNIT: "[Văn phòng]", read.OTHER_NAMES: "[VP]"},
        {read.UNIT: "[Phòng chuyên môn]", read.OTHER_NAMES: None},
    ]


def _example_people() -> Rows:
    wanted = (
        ("Ban lãnh đạo", (Role.AGENCY_HEAD,)),
        ("Ban lãnh đạo", (Role.ISO_LEAD,)),
        ("Văn phòng", (Role.ISO_SECRETARY,)),
        ("Văn phòng", (Role.UNIT_HEAD, Role.ISO_MEMBER)),
        ("Phòng chuyên môn", (Role.UNIT_HEAD,)),
        ("Phòng chuyên môn", (Role.STAFF,)),
    )
    return [
        {
            read.NAME: f"[Họ tên: {labels.ROLE[roles[0]]}]",
            read.EMAIL: "[địa chỉ thư]",
            read.IN_UNIT: f"[{unit}]",
            read.POSITION: "[chức vụ]",
            read.ROLES: "; ".join(labels.ROLE[role] for role in roles),
        }
        for unit, roles in wanted
    ]
