"""Both sides changed: whose value stands, where the other one is kept, older files put back."""

from mailflow.demo import cast
from mailflow.procedure.terms import Act, State
from mailflow.registers.columns import NOTE
from tests.registers.keeping import Keeping

HEAD = cast.ONE_STOP_HEAD


def test_the_records_value_stands_in_a_field_of_the_procedure(keeping: Keeping) -> None:
    """The head decided by letter while the keeper typed: the typed words are listed and mailed."""
    code = keeping.opens()
    keeping.types(code, Hình_thức_xử_lý="Loại bỏ")
    keeping.acts(
        HEAD.id, Act.DECIDE_DISPOSITION, "no_work", code, disposition="accept", reason="Nhẹ"
    )

    assert keeping.sync().acts == 0
    assert keeping.row(code)["Hình thức xử lý"] == "Chấp nhận"
    assert keeping.request(code).values["disposition"] == "accept"
    (line,) = keeping.told()
    assert (line["Cột"], line["Đã gõ"]) == ("Hình thức xử lý", "Loại bỏ")
    assert "“Chấp nhận”" in line["Vì sao"]
    assert len(keeping.mails(cast.SECRETARY.id, "register_notes")) == 1
    assert keeping.sync().outcome == "quiet"


def test_both_sides_saying_the_same_is_no_clash(keeping: Keeping) -> None:
    """The keeper notes down what the head's letter says as well."""
    code = keeping.opens()
    keeping.types(code, Hình_thức_xử_lý="Chấp nhận")
    keeping.acts(
        HEAD.id, Act.DECIDE_DISPOSITION, "no_work", code, disposition="accept", reason="Nhẹ"
    )

    assert keeping.sync().lines == ()
    assert keeping.row(code)["Hình thức xử lý"] == "Chấp nhận"


def test_a_letter_that_overtakes_a_draft_wins_and_the_draft_is_listed(keeping: Keeping) -> None:
    """A partial edit was kept; then somebody did the step by letter, in other words."""
    keeping.keeper, keeping.unit = HEAD.email, cast.ONE_STOP
    code = keeping.opens()
    keeping.types(code, Người_xử_lý=cast.CLERK.name)
    keeping.sync()
    keeping.acts(
        HEAD.id,
        Act.DECIDE_DISPOSITION,
        "work",
        code,
        disposition="repair",
        performer=cast.COLLEAGUE.id,
        correction_due=keeping.day(2).isoformat(),
    )

    keeping.sync()
    assert keeping.row(code)["Người xử lý"] == cast.COLLEAGUE.name
    assert keeping.request(code).state is State.CORRECTING
    assert keeping.told()[-1]["Đã gõ"] == cast.CLERK.name
    assert keeping.sync().outcome == "quiet"


def test_an_older_file_put_back_is_brought_up_to_date(keeping: Keeping) -> None:
    """Its old values are nobody's edits: the record's come back, nothing is undone or told."""
    code = keeping.opens()
    old = keeping.path.read_bytes()
    keeping.acts(
        HEAD.id, Act.DECIDE_DISPOSITION, "no_work", code, disposition="accept", reason="Nhẹ"
    )
    keeping.sync()
    other = keeping.opens(Nội_dung="Sau đó")
    keeping.path.write_bytes(old)

    assert keeping.sync().lines == ()
    assert keeping.row(code)["Hình thức xử lý"] == "Chấp nhận"
    assert keeping.row(other)["Nội dung"] == "Sau đó"
    assert keeping.sync().outcome == "quiet"


def test_a_note_in_an_older_file_stands_and_the_newer_one_is_listed(keeping: Keeping) -> None:
    """In the keeper's own column the workbook wins, and the line says just that."""
    code = keeping.opens(Ghi_chú="một")
    old = keeping.path.read_bytes()
    keeping.acts(
        HEAD.id, Act.DECIDE_DISPOSITION, "no_work", code, disposition="accept", reason="Nhẹ"
    )
    keeping.sync()
    keeping.types(code, Ghi_chú="hai")
    keeping.sync()
    keeping.path.write_bytes(old)
    keeping.types(code, Ghi_chú="ba")

    keeping.sync()
    assert keeping.row(code)[NOTE] == "ba"
    (line,) = keeping.told()
    assert (line["Cột"], line["Đã gõ"]) == (NOTE, "ba")
    assert "“hai”" in line["Vì sao"]
    assert "theo giá trị của hồ sơ" not in line["Vì sao"]
    assert keeping.sync().outcome == "quiet"
    assert keeping.row(code)[NOTE] == "ba"


def test_a_note_of_an_older_file_that_nobody_typed_anew_gives_way(keeping: Keeping) -> None:
    """The newer note comes back with the rest."""
    code = keeping.opens(Ghi_chú="một")
    old = keeping.path.read_bytes()
    keeping.acts(
        HEAD.id, Act.DECIDE_DISPOSITION, "no_work", code, disposition="accept", reason="Nhẹ"
    )
    keeping.sync()
    keeping.types(code, Ghi_chú="hai")
    keeping.sync()
    keeping.path.write_bytes(old)

    keeping.sync()
    assert keeping.row(code)[NOTE] == "hai"
    assert keeping.told() == []


def test_words_typed_by_letter_reach_the_register(keeping: Keeping) -> None:
    """The other direction: what happens by mail is in the row a round later."""
    code = keeping.opens(Loại="Cải tiến")
    keeping.acts(HEAD.id, Act.DECIDE_NEED, "yes", code, signs=["improvement"], reason="Nên làm")

    report = keeping.sync()
    row = keeping.row(code)
    assert report.cells > 0
    assert (row["Cần HĐKP"], row["Trạng thái"]) == ("Có", "Chờ Thư ký ISO trình")
    assert row["Ngày gửi Thư ký"] == keeping.day(0)
    assert row["Đang chờ ai"] == cast.SECRETARY.name
