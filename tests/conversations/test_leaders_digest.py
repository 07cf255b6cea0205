"""The leaders' digest on its days: answered line by line, about the whole agency or one unit."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mailflow.actions.execute import execute
from mailflow.demo import cast
from mailflow.demo.post import Mail
from mailflow.outbox.page import HTML_LIMIT
from mailflow.procedure.request import Command, Json, Via
from mailflow.procedure.terms import Act, State
from tests.conversations.agency import Agency, to
from tests.conversations.test_reminders import answers, days

LEADERS = {
    cast.HEAD, cast.LEAD, cast.SECRETARY,
    cast.ONE_STOP_HEAD, cast.PLANNING_HEAD, cast.EXPERT_HEAD, cast.OFFICE_HEAD,
}  # fmt: skip
EMPTY = (
    "Từ lần tổng hợp trước không có việc nào chờ anh/chị, không có việc quá hạn, "
    "không phiếu nào kết thúc."
)


def monday(agency: Agency) -> dict[str, Mail]:
    """Let the days pass until Monday 9/3; gives that day's lists."""
    return days(agency, 7)["09/03"]


def proposed(agency: Agency) -> str:
    """An improvement whose solution waits for the ISO lead; gives its code."""
    code = agency.presented()
    agency.replies(
        cast.LEAD,
        "Giao phân tích\nChỉ đạo: Làm rõ\nNgười thực hiện: Đặng Thị Mai\nThời hạn: 05/03/2026",
        code,
    )
    agency.replies(
        cast.PLANNER,
        "Đề xuất giải pháp\nNguyên nhân: Chờ lâu\nBiện pháp: Lập quy trình; "
        "người thực hiện: Đặng Thị Mai; hạn: 20/03/2026; đầu ra: quy trình\nNguồn lực: không",
        code,
    )
    return code


def test_a_leader_answers_line_by_line_and_all_of_it_happens(agency: Agency) -> None:
    """One reply, two requests, two different acts, each with the token's proof."""
    approved, directed = proposed(agency), agency.presented()
    mail = monday(agency)["hanh.tt"]
    assert mail.text.index(f"1. {approved}") < mail.text.index(f"2. {directed}")
    for words in ("“1: Đồng ý”", "“2: Giao phân tích”", "quá hạn 2 ngày làm việc"):
        assert words in mail.text
    mails = answers(agency, cast.LEAD, "1 đồng ý, 2 giao Phòng Kế hoạch hạn 15/6")
    assert agency.request(approved).state is State.IMPLEMENTING
    assert agency.request(directed).state is State.ASSIGNED
    assert agency.request(directed).values["analysis_due"] == "2026-06-15"
    assert {agency.request(c).entries[-1].proof for c in (approved, directed)} == {"token"}
    assert to([m for m in mails if m.to == cast.LEAD.email], cast.LEAD).text.count("ĐÃ LÀM") == 2


def test_one_line_is_answered_with_its_number_or_without(agency: Agency) -> None:
    """A list of one: "1 đồng ý" is no number too many."""
    code = proposed(agency)
    monday(agency)
    answers(agency, cast.LEAD, "1 đồng ý")
    assert agency.request(code).state is State.IMPLEMENTING


def test_a_number_that_stands_for_nothing_is_asked_about(agency: Agency) -> None:
    """Nothing is done on a guess; what the other line says is done."""
    first, second = proposed(agency), agency.presented()
    monday(agency)
    answers(agency, cast.LEAD, "3 đồng ý")
    assert agency.request(first).state is State.PROPOSED
    assert agency.request(second).state is State.PRESENTED


def test_another_persons_digest_proves_nothing(agency: Agency) -> None:
    """A colleague who answers the lead's mail moves nothing."""
    code = proposed(agency)
    mail = monday(agency)["hanh.tt"]
    agency.post.reply(cast.COLLEAGUE, mail, "1 đồng ý")
    agency.wait(hours=0.1)
    assert agency.request(code).state is State.PROPOSED


@pytest.mark.threat("personal data")
def test_only_leaders_get_it_and_only_on_the_days_set(agency: Agency) -> None:
    """An empty week is one line, with no table and no figure."""
    found = days(agency, 7)
    assert [day for day, mails in found.items() if mails] == ["09/03"]
    assert set(found["09/03"]) == {p.email.partition("@")[0] for p in LEADERS}
    for mail in found["09/03"].values():
        assert EMPTY in mail.text
        assert "SỐ LIỆU" not in mail.text
        assert not mail.asks


def test_it_tells_what_is_late_and_with_whom_what_ended_and_the_figures(agency: Agency) -> None:
    """The head reads of all units; the unit's head of the unit; another unit's head of nothing."""
    late, ended = agency.reported(), agency.reported()
    agency.writes(cast.CLERK, "Rút phiếu\nLý do: Gửi trùng", f"[{ended}]")
    agency.replies(cast.CLERK, "Xác nhận")
    assert agency.request(ended).state is State.WITHDRAWN
    mails = monday(agency)
    text = mails["thanh.nv"].text
    assert text.index("ĐANG QUÁ HẠN") < text.index(late) < text.index(cast.ONE_STOP_HEAD.name)
    assert text.index("ĐÃ KẾT THÚC") < text.index(ended) < text.index("Kết quả: Đã rút")
    for figure in ("Mở mới tháng 3: 2 ■■", "Kết thúc tháng 3: 1 ■", "Đang mở: 1 ", "quá hạn: 1 "):
        assert figure in text
    assert f"1. {late}" in mails["lan.vt"].text
    assert ended in mails["lan.vt"].text
    assert EMPTY in mails["son.pv"].text


def test_what_ended_is_told_once(agency: Agency) -> None:
    """The next digest begins where this one ended."""
    ended = agency.reported()
    agency.writes(cast.CLERK, "Rút phiếu\nLý do: Gửi trùng", f"[{ended}]")
    agency.replies(cast.CLERK, "Xác nhận")
    assert ended in monday(agency)["thanh.nv"].text
    assert ended not in days(agency, 7)["16/03"]["thanh.nv"].text


def test_a_matter_recorded_too_often_stands_in_it(agency: Agency) -> None:
    """5.2.2: from the fourth like record of one unit on, the earlier ones named."""
    codes = [agency.reported() for _ in range(4)]
    mails = monday(agency)
    for reader in ("thanh.nv", "lan.vt"):
        text = mails[reader].text
        assert "LẶP LẠI NHIỀU LẦN (MỤC 5.2.2)" in text
        assert f"Lần thứ 4 liên tiếp (các phiếu trước: {', '.join(codes[2::-1])})" in text


@pytest.mark.parametrize(("holiday", "day"), [("", "09/03"), ("09/3/2026", "10/03")])
def test_on_a_day_off_it_comes_the_next_working_day(agency: Agency, holiday: str, day: str) -> None:
    """One digest, never two."""
    if holiday:
        off = frozenset({agency.clock.now.date() + timedelta(days=7)})
        house = agency.service.house
        calendar = replace(house.calendar, off=house.calendar.off | off)
        agency.service.house = replace(house, calendar=calendar)
    found = days(agency, 11)
    assert [d for d, mails in found.items() if len(mails) == len(LEADERS)] == [day]


def test_on_its_day_it_takes_the_place_of_the_reminder(agency: Agency) -> None:
    """One mail a person and day: the digest asks for what presses as well."""
    code = agency.presented()  # due 5/3
    found = days(agency, 8)
    assert found["05/03"]["hanh.tt"].subject.startswith("Nhắc việc")
    assert found["09/03"]["hanh.tt"].subject.startswith("Tổng hợp")
    assert f"1. {code}" in found["09/03"]["hanh.tt"].text


def test_hundreds_of_requests_stay_under_the_limit_of_a_mail(agency: Agency) -> None:
    """Twenty are asked about, twenty listed; the others are counted in words."""
    title = "Hồ sơ cấp phép tổ chức hội trả quá hạn, công dân phải đến nhiều lần để hỏi kết quả"
    _presented(agency, [f"{title} ({n})" for n in range(150)])
    mail = monday(agency)["hanh.tt"]
    html = mail.message.get_body(("html",))
    assert html is not None
    assert len(html.get_content().encode()) < HTML_LIMIT
    assert "và 130 phiếu khác" in mail.text
    assert "20. CTCL" in mail.text
    assert "21. CTCL" not in mail.text
    last = mail.text.split("20. ")[1].partition(":")[0]
    agency.post.reply(cast.LEAD, mail, "20: Không thực hiện\nLý do: Trùng với phiếu khác")
    agency.wait(hours=0.1)
    assert agency.request(last).state is State.DECLINED


def _presented(agency: Agency, contents: list[str]) -> None:
    world = agency.service.house.world(agency.clock())
    via = Via("console", "test")
    with agency.service.open_work() as work:
        for content in contents:
            fields = {"kind": "improvement", "content": content, "unit": cast.ONE_STOP}
            report = Command(Act.REPORT, "", None, fields, cast.CLERK.id, via, "console")
            code = execute(work, agency.service.house, report, world)[0].code
            steps: tuple[tuple[Act, str, dict[str, Json], str], ...] = (
                (Act.DECIDE_NEED, "yes", {"signs": ["opportunity"]}, cast.ONE_STOP_HEAD.id),
                (Act.PRESENT, "", {}, cast.SECRETARY.id),
            )
            for act, answer, said, who in steps:
                command = Command(act, answer, code, said, who, via, "console")
                assert execute(work, agency.service.house, command, world)[0].outcome == "done"
        work.keep()
