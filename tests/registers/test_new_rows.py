"""Rows typed without a code: reports entered for a colleague, drafts, hostile words."""

import pytest
from openpyxl import Workbook

from mailflow.demo import cast
from mailflow.procedure.terms import Act, Kind
from mailflow.registers.columns import CODE, NOTE, SHEET
from tests.registers.keeping import REPORTED, Keeping
from workbook_sync.read import read
from workbook_sync.values import Kind as CellKind

HOSTILE = (
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://xau.example","bấm vào đây")',
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\t=1+1",
    "#N/A",
    "<script>alert(1)</script>",
)


def test_a_row_typed_by_the_keeper_opens_a_request(keeping: Keeping) -> None:
    """The reporter named in it is the reporter and gets the receipt; the keeper entered it."""
    code = keeping.opens()
    entry = keeping.request(code).entries[0]

    assert (entry.by, entry.entered_by) == (cast.CLERK.id, cast.SECRETARY.id)
    assert (entry.via.kind, entry.proof) == ("register", "keeper")
    assert [n.request for n in keeping.mails(cast.CLERK.id, "report")] == [code]
    row = keeping.row(code)
    assert row["Số phiếu"] == "01/2026"
    assert row["Đơn vị"] == cast.ONE_STOP
    assert row["Ngày lập"] == keeping.now.date()
    assert row["Trạng thái"] == "Chờ trưởng đơn vị xem xét"
    assert row["Đang chờ ai"] == cast.ONE_STOP_HEAD.name
    assert keeping.told() == []


def test_a_keepers_own_report_is_entered_by_nobody_else(keeping: Keeping) -> None:
    """The keeper named in `Người phát hiện` speaks for themselves."""
    entry = keeping.request(keeping.opens(Người_phát_hiện=cast.SECRETARY.name)).entries[0]

    assert (entry.by, entry.entered_by) == (cast.SECRETARY.id, "")


def test_everything_typed_goes_into_the_request_and_the_note_stays(keeping: Keeping) -> None:
    """Unit, source, group and severity are read as people write them."""
    code = keeping.opens(
        Loại="cải tiến",
        Đơn_vị="PKH",
        Nguồn="Phản hồi của tổ chức, cá nhân, khách hàng; bài học kinh nghiệm",
        Nhóm_nội_dung="Biển chỉ dẫn",
        Mức_độ="nặng",
        Ghi_chú="nói qua điện thoại",
    )

    request = keeping.request(code)
    assert (request.kind, request.unit) == (Kind.IMPROVEMENT, cast.PLANNING)
    assert len(request.values["sources"]) == 2
    assert (request.values["category"], request.values["severity"]) == ("Biển chỉ dẫn", "major")
    row = keeping.row(code)
    assert (row["Đơn vị"], row[NOTE]) == (cast.PLANNING, "nói qua điện thoại")
    assert row["Loại"] == "Cải tiến"
    assert keeping.told() == []


def test_several_rows_in_one_round_become_as_many_requests(keeping: Keeping) -> None:
    """Two rows with the same words are two findings; each gets a code of its own."""
    keeping.sync()
    for content in ("Sai tên", "Thiếu dấu", "Sai tên"):
        keeping.adds(REPORTED | {"Nội dung": content})

    assert len(keeping.sync().opened) == 3
    rows = [(row.text(CODE), row.text("Nội dung")) for row in keeping.grid().rows]
    assert [content for _, content in rows] == ["Sai tên", "Thiếu dấu", "Sai tên"]
    assert {code for code, _ in rows} == set(keeping.codes())
    assert keeping.sync().outcome == "quiet"


def test_a_row_that_lacks_something_waits_for_it(keeping: Keeping) -> None:
    """It stays as typed, the keeper is told once what is missing, then it becomes a request."""
    keeping.sync()
    keeping.adds({"Loại": "Cải tiến", "Nội dung": "Số thứ tự qua tin nhắn"})

    assert keeping.sync().opened == ()
    assert keeping.codes() == ()
    (line,) = keeping.told()
    assert "còn thiếu Người phát hiện" in line["Vì sao"]
    assert (line["Dòng"], line[CODE]) == ("4", "")
    assert len(keeping.mails(cast.SECRETARY.id, "register_notes")) == 1
    assert keeping.sync().outcome == "quiet"

    keeping.types("", Người_phát_hiện=cast.PLANNER.name)
    (code,) = keeping.sync().opened
    assert keeping.row(code)["Nội dung"] == "Số thứ tự qua tin nhắn"
    assert len(keeping.told()) == 1


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("Người phát hiện", "Trần Văn Lạ"),
        ("Người phát hiện", cast.PLANNING),
        ("Loại", "khiếu nại"),
        ("Đơn vị", "Phòng Không Có"),
        ("Mức độ", "vừa vừa"),
    ],
)
def test_a_row_that_cannot_be_read_is_asked_about_once(
    keeping: Keeping, column: str, words: str
) -> None:
    """Nothing is guessed: no request, the words stay, one line and one mail name them."""
    keeping.sync()
    keeping.adds(REPORTED | {column: words})

    assert keeping.sync().opened == ()
    assert keeping.codes() == ()
    (line,) = keeping.told()
    assert words in line["Vì sao"]
    assert words in line["Đã gõ"]
    assert keeping.row("")[column] == words
    assert keeping.sync().outcome == "quiet"
    assert len(keeping.mails(cast.SECRETARY.id, "register_notes")) == 1


def test_a_row_typed_after_a_blank_line_is_a_report_too(keeping: Keeping) -> None:
    """The table ends above it; what comes next goes under it, and the table takes both in."""
    first = keeping.opens()
    keeping.types_below(REPORTED | {"Nội dung": "Cách một dòng", NOTE: "gấp"}, blank=1)

    (code,) = keeping.sync().opened
    assert keeping.request(code).values["content"] == "Cách một dòng"
    mailed = keeping.acts(cast.CLERK.id, Act.REPORT, content="Qua thư").code
    assert keeping.sync().outcome == "written"
    rows = [(row.index, row.text(CODE)) for row in keeping.grid().rows]
    assert rows == [(4, first), (6, code), (7, mailed)]
    assert keeping.told() == []
    assert keeping.sync().outcome == "quiet"


def test_half_a_row_after_a_blank_line_is_asked_about_and_never_swallowed(
    keeping: Keeping,
) -> None:
    """It may be a remark of the keeper's: the table does not grow over it, which is told."""
    keeping.opens()
    keeping.types_below({"Nội dung": "Tổng cộng: 1 phiếu"}, blank=2)
    mailed = keeping.acts(cast.CLERK.id, Act.REPORT, content="Qua thư").code or ""

    keeping.sync()
    lacking, below = keeping.told()
    assert lacking["Đã gõ"] == "Tổng cộng: 1 phiếu"
    assert mailed in below[CODE]
    assert "dưới bảng có nội dung khác" in below["Vì sao"]
    assert keeping.sync().outcome == "quiet"

    keeping.types("", Nội_dung=None)
    keeping.sync()
    assert keeping.row(mailed)["Nội dung"] == "Qua thư"


def test_what_looks_like_a_signature_block_is_told_once(keeping: Keeping) -> None:
    """It is not read; so it is said, in case somebody meant to report something there."""
    keeping.opens()
    keeping.types_below({"Nội dung": "Lãnh đạo chưa ký kế hoạch"}, blank=0)
    keeping.types_below({"Nội dung": "Sửa biểu mẫu", NOTE: "gấp"}, blank=1)
    keeping.types_below(REPORTED | {NOTE: "đủ cả"}, blank=2)

    assert len(keeping.sync().opened) == 1
    (line,) = keeping.told()
    assert line["Đã gõ"] == "Lãnh đạo chưa ký kế hoạch\nSửa biểu mẫu; gấp"
    assert keeping.sync().outcome == "quiet"


def test_a_note_alone_is_no_report(keeping: Keeping) -> None:
    """A line of the keeper's own under the list is left where it is."""
    keeping.sync()
    keeping.adds({NOTE: "Kiểm tra lại cuối tháng"})
    before = keeping.path.read_bytes()

    assert keeping.sync().outcome == "quiet"
    assert keeping.path.read_bytes() == before


def test_words_in_a_column_of_the_program_are_listed(keeping: Keeping) -> None:
    """A new row with a standing typed into it: the program writes its own over it, and says so."""
    code = keeping.opens(Trạng_thái="đã gọi điện")
    assert keeping.row(code)["Trạng thái"] == "Chờ trưởng đơn vị xem xét"
    (line,) = keeping.told()
    assert (line["Cột"], line["Đã gõ"]) == ("Trạng thái", "đã gọi điện")
    assert keeping.sync().outcome == "quiet"


@pytest.mark.threat("formula injection")
@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_never_a_formula(keeping: Keeping, words: str) -> None:
    """Typed into the register or written by letter, they come back as the text they are."""
    typed = keeping.opens(Nội_dung=words, Ghi_chú=words)
    mailed = keeping.acts(cast.CLERK.id, Act.REPORT, content=f"{words} qua thư").code or ""
    keeping.sync()

    page = next(s for s in read(keeping.path).sheets if s.name == SHEET)
    cells = [cell for row in page.rows for cell in row.cells]
    assert not [cell for cell in cells if cell.formula]
    assert not [cell for cell in cells if cell.kind is CellKind.ERROR]
    assert [cell.value for cell in cells].count(words) == 2
    assert keeping.row(mailed)["Nội dung"] == f"{words} qua thư".strip()
    assert keeping.request(typed).values["content"] == words.strip()
    assert keeping.sync().outcome == "quiet"


@pytest.mark.threat("formula injection")
def test_a_formula_typed_into_a_new_row_says_nothing(keeping: Keeping) -> None:
    """What it would compute is not a keeper's word, so the row lacks its content."""
    keeping.sync()
    keeping.adds({k: v for k, v in REPORTED.items() if k != "Nội dung"})
    column = keeping.grid().columns["Nội dung"]

    def type_formula(book: Workbook) -> None:
        book[SHEET].cell(4, column, "=cmd|' /C calc'!A0")

    keeping.saves_elsewhere(type_formula)

    assert keeping.sync().opened == ()
    formula, lacking = keeping.told()
    assert "công thức chưa có kết quả" in formula["Vì sao"]
    assert "còn thiếu Nội dung" in lacking["Vì sao"]
