"""Rows deleted, copied, dragged or with a spoilt code: questions, never deletions."""

import pytest
from openpyxl import Workbook

from mailflow.demo import cast
from mailflow.procedure.terms import State
from mailflow.registers.columns import CODE, SHEET
from tests.registers.keeping import REPORTED, Keeping
from workbook_sync.patch import Plan
from workbook_sync.values import Value

SIX = tuple(f"Việc thứ {number}" for number in ("nhất", "hai", "ba", "tư", "năm", "sáu"))


@pytest.fixture
def codes(keeping: Keeping) -> tuple[str, ...]:
    """Six requests opened by rows; in the order of the sheet."""
    keeping.sync()
    for content in SIX:
        keeping.adds(REPORTED | {"Nội dung": content})
    keeping.sync()
    return tuple(row.text(CODE) for row in keeping.grid().rows)


def notes(keeping: Keeping) -> int:
    """Count the mails about the register."""
    return len(keeping.mails(cast.SECRETARY.id, "register_notes"))


def test_a_deleted_row_is_a_question_and_never_a_deletion(
    keeping: Keeping, codes: tuple[str, ...]
) -> None:
    """The request lives on; the keeper is asked once; the row is not forced back."""
    keeping.deletes(codes[2])

    keeping.sync()
    assert keeping.request(codes[2]).state is State.REPORTED
    (line,) = keeping.told()
    assert line[CODE] == codes[2]
    assert [row.text(CODE) for row in keeping.grid().rows] == [*codes[:2], *codes[3:]]
    assert [keeping.sync().outcome for _ in range(3)] == ["quiet"] * 3
    assert notes(keeping) == 1


def test_a_code_typed_under_the_list_brings_the_row_back(
    keeping: Keeping, codes: tuple[str, ...]
) -> None:
    """As the question told the keeper."""
    keeping.deletes(codes[2])
    keeping.sync()
    keeping.adds({CODE: codes[2]})

    keeping.sync()
    assert keeping.row(codes[2])["Nội dung"] == SIX[2]
    assert len(keeping.told()) == 1
    assert len(keeping.codes()) == 6


def test_many_rows_gone_at_once_stop_the_sync(keeping: Keeping, codes: tuple[str, ...]) -> None:
    """The file stays as it is, acts in it wait, one mail asks; the former file makes it well."""
    whole = keeping.path.read_bytes()
    keeping.deletes(*codes[:3])
    keeping.adds(REPORTED | {"Nội dung": "Thêm sau"})
    before = keeping.path.read_bytes()

    assert [keeping.sync().outcome for _ in range(3)] == ["stopped"] * 3
    assert keeping.path.read_bytes() == before
    assert len(keeping.codes()) == 6
    assert len(keeping.mails(cast.SECRETARY.id, "register_rows")) == 1

    keeping.path.write_bytes(whole)
    assert keeping.sync().outcome == "quiet"


def test_a_filtered_copy_saved_as_the_register_stops_it_too(
    keeping: Keeping, codes: tuple[str, ...]
) -> None:
    """One row left of six."""
    keeping.deletes(*codes[1:])

    assert keeping.sync().outcome == "stopped"
    assert len(keeping.codes()) == 6


def test_a_mistyped_code_is_put_right_where_the_row_is_known_by_its_cells(
    keeping: Keeping, codes: tuple[str, ...]
) -> None:
    """No second request, no lost one; a line says so."""
    keeping.types_into(codes[1], {CODE: codes[1][:-1] + "?"})

    keeping.sync()
    assert keeping.row(codes[1])["Nội dung"] == SIX[1]
    assert len(keeping.codes()) == 6
    assert [line["Đã gõ"] for line in keeping.told()] == [codes[1][:-1] + "?"]
    assert keeping.sync().outcome == "quiet"


def test_a_cleared_code_opens_no_second_request(keeping: Keeping, codes: tuple[str, ...]) -> None:
    """The row is recognised by its other cells."""
    keeping.types_into(codes[1], {CODE: None})

    assert keeping.sync().opened == ()
    assert keeping.row(codes[1])["Nội dung"] == SIX[1]


def test_an_unknown_code_is_left_and_the_right_one_named(
    keeping: Keeping, codes: tuple[str, ...]
) -> None:
    """A new row with a slipped check letter: nothing is opened or guessed."""
    wrong = codes[0][:-1] + ("A" if codes[0][-1] != "A" else "C")
    keeping.adds({CODE: wrong, **REPORTED, "Nội dung": "Việc bảy"})

    assert keeping.sync().opened == ()
    (line,) = keeping.told()
    assert codes[0] in line["Vì sao"]
    assert keeping.row(wrong)["Nội dung"] == "Việc bảy"
    assert keeping.sync().outcome == "quiet"
    assert notes(keeping) == 1


def test_a_copied_row_is_no_request_until_its_code_is_cleared(
    keeping: Keeping, codes: tuple[str, ...]
) -> None:
    """Dragged down or pasted, a second row with a code waits; the first one keeps it."""
    copy: dict[str, Value] = {h: v for h, v in keeping.row(codes[5]).items() if v is not None}
    keeping.adds(copy | {"Nội dung": "Việc chép rồi sửa"})

    assert keeping.sync().opened == ()
    (line,) = keeping.told()
    assert (line[CODE], line["Dòng"]) == (codes[5], "10")
    assert "dòng 9" in line["Vì sao"]
    assert keeping.request(codes[5]).values["content"] == SIX[5]
    assert keeping.sync().outcome == "quiet"

    row = keeping.grid().rows[-1].index
    keeping.saves(Plan({(SHEET, f"A{row}"): None}))
    (code,) = keeping.sync().opened
    assert keeping.row(code)["Nội dung"] == "Việc chép rồi sửa"
    assert keeping.row(codes[5])["Nội dung"] == SIX[5]


def test_a_sorted_list_is_nothing_to_speak_of(keeping: Keeping, codes: tuple[str, ...]) -> None:
    """Rows are known by their codes; a value typed after sorting goes to its own request."""
    grid = keeping.grid()
    first, last = grid.rows[0].index, grid.rows[-1].index

    def turn(book: Workbook) -> None:
        page = book[SHEET]
        rows = [[cell.value for cell in row] for row in page.iter_rows(first, last)]
        for row, values in zip(page.iter_rows(first, last), reversed(rows), strict=True):
            for cell, value in zip(row, values, strict=True):
                cell.value = value

    keeping.saves_elsewhere(turn)
    assert keeping.sync().outcome == "quiet"
    assert [row.text(CODE) for row in keeping.grid().rows] == list(reversed(codes))
    keeping.types(codes[0], Ghi_chú="của dòng đầu")
    keeping.sync()
    assert keeping.row(codes[0])["Ghi chú"] == "của dòng đầu"
    assert keeping.told() == []
