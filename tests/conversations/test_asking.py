"""The secretary asks for lists, packs and registers by a plain mail, in words of their own."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

from mailflow.demo import cast
from mailflow.demo.post import Mail
from mailflow.procedure.people import Person
from mailflow.record import Outcome
from tests.conversations.agency import MALLORY, Agency, to
from tests.conversations.test_who_may_act import plain

SERVER = "mail.ankhe.example"
VOUCHED = f"{SERVER}; dmarc=pass header.from={cast.DOMAIN}"


@pytest.fixture
def agency(tmp_path: Path) -> Iterator[Agency]:
    """An agency whose server vouches for its own people."""
    made = Agency(tmp_path / "home", f'[mail]\ntrusted_authserv = "{SERVER}"')
    yield made
    made.service.close()


def asks(agency: Agency, who: Person, text: str, subject: str = "Nhờ chương trình") -> list[Mail]:
    """Somebody's mail comes in, with their server's word that it is theirs."""
    return agency.receives(plain(who.email, subject, text, Authentication_Results=VOUCHED))


def late(agency: Agency) -> str:
    """A request of the one-stop unit on which nobody acts for three weeks."""
    code = agency.reported()
    agency.wait(days=21)
    return code


@pytest.mark.parametrize(
    ("text", "held", "left"),
    [
        ("Cho tôi danh sách phiếu quá hạn", "late", "new"),
        ("Xin danh sách các phiếu đang trễ hạn của Bộ phận Một cửa", "late", "new"),
        ("Kính gửi chương trình,\n\nNhờ gửi giúp tôi các phiếu đang mở của PKH.", "new", "late"),
        ("cho chi danh sach phieu dang mo cua Phong Ke hoach", "new", "late"),
        ("Danh sách phiếu đang mở", "late new", ""),
        ("Cần danh sách phiếu năm 2026", "late new", ""),
        ("xuất giúp em bảng tổng hợp các phiếu năm nay", "late new", ""),
        ("Những phiếu nào đang quá hạn?", "", ""),
    ],
)
def test_a_list_comes_in_the_answer(agency: Agency, text: str, held: str, left: str) -> None:
    """Open, overdue, of a unit, of a year; in the same round, to the secretary alone."""
    codes = {"late": late(agency)}
    agency.writes(cast.PLANNER, "Báo cáo không phù hợp\nGửi nhầm thư mời.")
    codes["new"] = agency.codes()[-1]
    answer = to(asks(agency, cast.SECRETARY, text), cast.SECRETARY)
    if not held:
        assert agency.outcome() in (Outcome.ASKED, Outcome.DONE)
        return
    assert agency.outcome() is Outcome.DONE
    assert all(codes[name] in answer.text for name in held.split())
    assert not any(codes[name] in answer.text for name in left.split())
    assert len(agency.codes()) == 2


def test_an_empty_list_is_said(agency: Agency) -> None:
    """No table, one sentence."""
    answer = to(asks(agency, cast.SECRETARY, "Danh sách phiếu quá hạn"), cast.SECRETARY)
    assert "Không có phiếu nào" in answer.text


def test_a_long_list_comes_as_a_workbook(agency: Agency) -> None:
    """Forty rows in the mail, all of them in the workbook; a formula's sign is a word."""
    for number in range(42):
        who = (cast.PLANNER, cast.CLERK)[number % 2]
        agency.post.write(who, "Báo", f"Báo cáo không phù hợp\n=1+1 việc số {number}")
    agency.work()
    answer = to(asks(agency, cast.SECRETARY, "Danh sách phiếu đang mở"), cast.SECRETARY)
    ((name, data),) = answer.files
    assert name.endswith(".xlsx")
    sheet = load_workbook(io.BytesIO(data if isinstance(data, bytes) else b"")).worksheets[0]
    rows = [str(row[0].value) for row in sheet.iter_rows() if "CTCL-2026" in str(row[0].value)]
    assert len(rows) == 42


def test_a_pack_comes_attached(agency: Agency) -> None:
    """Of a code, of the request whose mail is answered, of a year."""
    code = agency.reported()
    for text in (f"Xin gói hồ sơ phiếu {code}", "Gửi tôi bộ hồ sơ năm 2026"):
        answer = to(asks(agency, cast.SECRETARY, text), cast.SECRETARY)
        assert agency.outcome() is Outcome.DONE
        (data,) = (d for name, d in answer.files if name.endswith(".zip"))
        with zipfile.ZipFile(io.BytesIO(data if isinstance(data, bytes) else b"")) as book:
            assert f"HO-SO/{code}/NHAT-KY.txt" in book.namelist()
    assert list(agency.home.glob("packs/*.zip")) == []


def test_a_pack_too_large_for_a_mail_is_left_where_it_is_said(tmp_path: Path) -> None:
    """In the home's folder, for the IT officer; the mail names file and folder."""
    settings = f'[mail]\ntrusted_authserv = "{SERVER}"'
    agency = Agency(tmp_path / "home", settings)
    file = agency.home / "mailflow.toml"
    text = file.read_text(encoding="utf-8")
    small = text.replace("file_mb = 20", "file_mb = 1").replace("letter_mb = 30", "letter_mb = 1")
    file.write_text(small, encoding="utf-8")
    agency.restart()
    noise = bytes(range(256)) * 3_500
    agency.post.write(cast.CLERK, "Báo", "Báo cáo không phù hợp\nX", (("a.txt", noise),))
    agency.work()
    answer = to(asks(agency, cast.SECRETARY, "Gói hồ sơ năm 2026"), cast.SECRETARY)
    (left,) = agency.home.glob("packs/*.zip")
    assert left.name in answer.text
    assert str(left.parent) in answer.text
    assert zipfile.ZipFile(left).testzip() is None
    assert not [name for name, _ in answer.files if name.endswith(".zip")]
    agency.service.close()


def test_the_register_comes_fresh(agency: Agency) -> None:
    """As it is now, to the secretary."""
    code = agency.reported()
    answer = to(asks(agency, cast.SECRETARY, "Cho tôi sổ theo dõi mới nhất nhé"), cast.SECRETARY)
    ((name, data),) = answer.files
    assert name == "Sổ theo dõi.xlsx"
    book = load_workbook(io.BytesIO(data if isinstance(data, bytes) else b""))
    assert any(cell.value == code for row in book.worksheets[0].iter_rows() for cell in row)


@pytest.mark.parametrize(
    "text",
    [
        "Gửi tôi gói hồ sơ",
        "Cho tôi danh sách phiếu của phòng Tưởng Tượng",
        "Gửi gói hồ sơ và danh sách phiếu đang mở",
        "Xin gói hồ sơ các phiếu quá hạn",
        "Xin danh sách phiếu năm 2025 và năm 2026",
        "Xin danh sách phiếu theo thứ tự tên người",
    ],
)
def test_an_unclear_wish_is_answered_with_what_can_be_asked_for(agency: Agency, text: str) -> None:
    """Nothing is guessed."""
    agency.reported()
    answer = to(asks(agency, cast.SECRETARY, text), cast.SECRETARY)
    assert agency.outcome() is Outcome.ASKED
    assert "Gói hồ sơ năm 2026" in answer.text
    assert answer.files == ()


def test_unproven_it_is_asked_at_the_rosters_address(agency: Agency) -> None:
    """One word there, and it is given; a no tells the secretary; nothing before."""
    code = agency.reported()
    agency.writes(cast.SECRETARY, "Danh sách phiếu đang mở")
    assert agency.outcome() is Outcome.HELD
    asked = agency.post.last(cast.SECRETARY)
    assert "Danh sách phiếu đang mở".casefold() in asked.text.casefold()
    assert code not in asked.text
    agency.post.reply(cast.SECRETARY, asked, "Xác nhận")
    assert code in to(agency.wait(hours=0.1), cast.SECRETARY).text
    agency.post.reply(cast.SECRETARY, asked, "Xác nhận")
    agency.wait(hours=0.1)
    assert agency.outcome() is Outcome.REFUSED


@pytest.mark.threat("personal data")
def test_a_forged_wish_gives_its_forger_nothing(agency: Agency) -> None:
    """Mallory writes in the secretary's name: only the secretary hears, and says no."""
    agency.reported()
    agency.receives(plain(cast.SECRETARY.email, "x", "Gói hồ sơ năm 2026", Reply_To=MALLORY.email))
    agency.replies(cast.SECRETARY, "Không phải tôi")
    assert MALLORY.email not in {mail.to for mail in agency.post.mails}
    assert not any(mail.files and mail.files[0][0].endswith(".zip") for mail in agency.post.mails)


@pytest.mark.threat("personal data")
def test_others_get_what_they_may_see(agency: Agency) -> None:
    """Their own, their unit's; packs and registers are refused politely."""
    mine = agency.reported()
    agency.writes(cast.PLANNER, "Báo cáo không phù hợp\nGửi nhầm thư mời.")
    theirs = agency.codes()[-1]
    for who, seen, unseen in (
        (cast.CLERK, (mine,), (theirs,)),
        (cast.PLANNING_HEAD, (mine, theirs), ()),  # a member of the board
        (cast.EXPERT, (), (mine, theirs)),
    ):
        answer = to(asks(agency, who, "Danh sách phiếu đang mở"), who)
        assert all(code in answer.text for code in seen)
        assert not any(code in answer.text for code in unseen)
    for text in ("Gói hồ sơ năm 2026", f"Xin gói hồ sơ phiếu {theirs}", "Xin sổ theo dõi"):
        answer = to(asks(agency, cast.CLERK, text), cast.CLERK)
        assert agency.outcome() is Outcome.REFUSED
        assert "chỉ gửi cho Thư ký ISO" in answer.text
        assert answer.files == ()


@pytest.mark.parametrize(
    "text",
    [
        "Báo cáo không phù hợp\nDanh sách phiếu quá hạn niêm yết sai.",
        "Danh sách hồ sơ quá hạn niêm yết tại Bộ phận Một cửa bị sai.",
        "Em phát hiện danh sách phiếu khám quá hạn bị ghi sai tên người dân.",
        "Đừng gửi danh sách phiếu nữa.",
        "Xóa danh sách phiếu quá hạn",
    ],
)
def test_what_only_sounds_like_a_wish_is_none(agency: Agency, text: str) -> None:
    """A report stays a report; what is unclear is asked about; no list goes out for it."""
    agency.reported()
    mails = asks(agency, cast.CLERK, text)
    assert not any("Gửi anh/chị danh sách" in mail.text for mail in mails)
    assert not any("Danh sách chỉ gồm" in mail.text for mail in mails)


def test_a_reply_that_decides_is_still_a_decision(agency: Agency) -> None:
    """Words of a list in a reply to a request do not take its act away."""
    code = agency.presented()
    agency.replies(cast.LEAD, "Giao phân tích\nChỉ đạo: Lập danh sách phiếu quá hạn\n"
                   "Người thực hiện: Đặng Thị Mai\nThời hạn: 10/03/2026", code)  # fmt: skip
    assert agency.request(code).state == "assigned"


@pytest.mark.parametrize(
    "text", ["Cho tôi xem trước thư tổng hợp", "Gửi em bản xem trước thư tổng hợp lãnh đạo ạ"]
)
def test_the_digest_is_shown_before_it_goes(agency: Agency, text: str) -> None:
    """In a mail of its own, with what waits for the leader listed and nothing to answer."""
    code = late(agency)
    answer = to(asks(agency, cast.SECRETARY, text), cast.SECRETARY)
    preview = to([mail for mail in agency.lists if "Bản xem trước" in mail.text], cast.SECRETARY)
    assert "gửi riêng, ngay sau thư này" in answer.text
    assert f"Thư tổng hợp mà {cast.HEAD.name} sẽ nhận" in preview.text
    assert code in preview.text
    assert preview.message.get_content_maintype() == "multipart"
    assert "mailto:" not in preview.message.as_string()


def test_the_digest_is_the_secretarys_to_see(agency: Agency) -> None:
    """A member of staff is told what they may ask for."""
    answer = to(asks(agency, cast.PLANNER, "Cho tôi xem trước thư tổng hợp"), cast.PLANNER)
    assert "chỉ gửi cho Thư ký ISO" in answer.text
