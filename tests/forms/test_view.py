"""What form BM.CTCL.01 says of a request: complete, in Vietnamese words, nothing ever lost."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import get_type_hints

import pytest

from mailflow.demo import cast
from mailflow.forms import words
from mailflow.forms.names import ActionRequestView, Tick
from mailflow.procedure import machine
from mailflow.procedure.fields import FIELDS, Type
from mailflow.procedure.request import Entry, Request
from mailflow.procedure.terms import Act, Box
from tests.forms import samples
from tests.forms.paperwork import view_of
from tests.forms.story import Story

EVERY = (
    samples.just_opened,
    samples.ordinary_closed,
    samples.midway,
    samples.closed,
    samples.failed,
    samples.followed_up,
    samples.long_way,
    samples.declined_improvement,
)


def ticked(row: list[Tick]) -> list[str]:
    """List the labels that are ticked."""
    return [tick["label"] for tick in row if tick["mark"] == "☒"]


@pytest.mark.parametrize("sample", EVERY)
def test_a_view_has_every_promised_name_and_is_plain_json(sample: Callable[[], Request]) -> None:
    """A notice keeps the view as JSON; a template may print every name there is."""
    view = view_of(sample())
    assert set(view) == set(get_type_hints(ActionRequestView))
    assert json.loads(json.dumps(view)) == view


def said_texts(entry: Entry) -> list[str]:
    """List the free words, days and file names that an entry of a box carries."""
    texts = []
    for name, value in entry.fields.items():
        kind = FIELDS[name].type if name in FIELDS else None
        if kind is Type.TEXT:
            texts.append(value.rstrip(" ."))
        elif kind is Type.DATE:
            texts.append(words.day(value))
        elif kind is Type.WORK:
            texts.extend(text for item in value for text in (item["what"], words.day(item["by"])))
        elif kind is Type.FILES:
            texts.extend(item["name"] for item in value)
    return texts


def as_json(text: str) -> str:
    """Write a text as it stands inside JSON."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


@pytest.mark.parametrize("sample", EVERY)
def test_whatever_was_said_stays_readable_for_ever(sample: Callable[[], Request]) -> None:
    """Boxes only grow: after every act, each earlier word and date still stands on the form."""
    entries = sample().entries
    for count in range(1, len(entries) + 1):
        request = machine.replay(entries[:count])
        shown = json.dumps(view_of(request), ensure_ascii=False)
        for entry in request.entries:
            missing = [text for text in said_texts(entry) if as_json(text) not in shown]
            assert entry.act is Act.COMMENT or not missing, (count, entry.act, missing)


@pytest.mark.parametrize("sample", EVERY)
def test_every_act_names_the_letter_behind_it(sample: Callable[[], Request]) -> None:
    """Where the paper has a signature the form says by which reference it can be proved."""
    request = sample()
    shown = json.dumps(view_of(request), ensure_ascii=False)
    for entry in request.entries:
        assert entry.box is Box.NONE or words.reference(entry) in shown, entry.act


@pytest.mark.clause("5.1.2")
def test_a_new_report_ticks_what_was_said_and_leaves_later_boxes_blank() -> None:
    """The fresh form shows box 1's first part, and prints as blank paper below."""
    view = view_of(samples.just_opened())
    assert ticked(view["kinds"]) == ["Xử lý sự không phù hợp"]
    assert ticked(view["severity"]) == ["Nhẹ"]
    assert len(ticked(view["sources"])) == 2
    assert view["opened_on"] == "05/3/2026"
    assert view["reporter_said"]["proof"] == (
        "Đã xác nhận qua thư điện tử ngày 05/3/2026 09:12, mã 43"
    )
    assert view["need_said"] == words.NOBODY
    assert ticked(view["need"] + view["dispositions"] + view["verdicts"]) == []
    assert [set(row.values()) for row in view["measures"]] == [{""}]


def test_an_approval_counts_for_the_proposal_it_answers_only() -> None:
    """After a return and a new proposal nothing is ticked until the lead speaks again."""
    entries = samples.midway().entries
    second = [n for n, e in enumerate(entries) if e.act is Act.PROPOSE_SOLUTION][1]
    returned = view_of(machine.replay(entries[:second]))
    proposed = view_of(machine.replay(entries[: second + 1]))
    approved = view_of(machine.replay(entries[: second + 2]))
    assert ticked(returned["approvals"]) == ["Yêu cầu sửa"]
    assert ticked(proposed["approvals"]) == []
    assert ticked(approved["approvals"]) == ["Đồng ý"]
    assert "Do công chức bận" in proposed["box2_earlier"][0]
    assert proposed["box2_earlier"][0].startswith("Lần 1, ngày 13/3/2026: ")
    assert proposed["root_cause"].startswith("Phần mềm một cửa không nhắc")


def test_a_second_check_replaces_the_first_which_stays_listed() -> None:
    """Not met: a new date; the new report is unchecked until the checker speaks again."""
    story = Story()
    samples.just_reported(story).act(
        "2026-03-05 10:00", Act.DECIDE_DISPOSITION, cast.ONE_STOP_HEAD, "work",
        disposition="rework", performer=cast.COLLEAGUE.id, correction_due="2026-03-06",
    )  # fmt: skip
    story.act(
        "2026-03-06 10:00", Act.REPORT_CORRECTION, cast.COLLEAGUE, correction="Gọi điện xin lỗi.",
        evidence="Sổ điện thoại",
    )  # fmt: skip
    story.act(
        "2026-03-06 11:00", Act.CHECK_CORRECTION, cast.ONE_STOP_HEAD, "not_met",
        remarks="Chưa có thư xin lỗi.", correction_due="2026-03-10",
    )  # fmt: skip
    refused = view_of(story.done())
    story.act(
        "2026-03-09 10:00", Act.REPORT_CORRECTION, cast.COLLEAGUE, correction="Đã gửi thư.",
        evidence="Thư số 15",
    )  # fmt: skip
    again = view_of(story.done())
    assert refused["check"] == "Chưa đạt, xử lý lại. Chưa có thư xin lỗi."
    assert again["check"] == ""
    assert again["correction_due"] == "10/3/2026 (trước: 06/3/2026)"
    assert again["checker"] == "Vũ Thị Lan"
    assert [line.split(":")[0] for line in again["box1_earlier"]] == [
        "Lần 1, ngày 06/3/2026",
        "Lần 1, ngày 06/3/2026",
    ]


def test_changes_read_old_to_new_and_pending_ones_await_their_decision() -> None:
    """5.5: the table of changes only grows and says what moved, why, and who allowed it."""
    granted, pending = view_of(samples.midway())["changes"]
    assert granted["what"] == (
        "Hạn hoàn thành: 15/5/2026 → 29/5/2026\nNguồn lực: bổ sung thêm 03 triệu đồng"
    )
    assert granted["decided"].startswith("Đồng ý\n")
    assert "Trần Thị Hạnh, 07/4/2026 09:20" in granted["decided"]
    assert pending["decided"] == "Chờ quyết định"
    assert pending["what"].startswith("Đề nghị:\nThay đổi biện pháp: 2: Tập huấn trực tuyến")


def test_a_refused_change_and_one_granted_otherwise_show_what_was_asked() -> None:
    """The words of the request stay where the decision is not simply yes."""
    story = samples.in_work(Story())
    for day, answer, more in (
        ("13", "refuse", {"reason": "Đã gia hạn một lần."}),
        ("14", "grant", {"change_deadline": "2026-06-05"}),
    ):
        story.act(
            f"2026-04-{day} 08:00", Act.REQUEST_CHANGE, cast.PLANNER,
            change_deadline="2026-06-30", reason="Mưa bão.",
        )  # fmt: skip
        story.act(f"2026-04-{day} 09:00", Act.DECIDE_CHANGE, cast.LEAD, answer, **more)
    story.act("2026-04-15 08:00", Act.EXTEND, cast.LEAD, until="2026-06-12", reason="Chờ kinh phí.")
    refused, otherwise, extended = view_of(story.done())["changes"]
    assert refused["what"] == "Đề nghị:\nHạn mới đề nghị: 30/6/2026"
    assert refused["decided"].startswith("Không đồng ý\nLý do: Đã gia hạn một lần")
    assert otherwise["what"].endswith("Hạn hoàn thành: 15/5/2026 → 05/6/2026")
    assert extended["what"] == "Hạn hoàn thành: 05/6/2026 → 12/6/2026"
    assert view_of(story.done())["deadline"] == "12/6/2026 (trước: 15/5/2026; 05/6/2026)"


def test_a_decision_stands_beside_its_request_whatever_came_between() -> None:
    """The lead may extend the work before they decide on what was asked."""
    story = Story()
    story.request = samples.midway()
    story.act("2026-04-22 08:00", Act.EXTEND, cast.LEAD, until="2026-06-12", reason="Chờ kinh phí.")
    story.act("2026-04-22 09:00", Act.DECIDE_CHANGE, cast.LEAD, "refuse", reason="Đã có phòng.")
    _, asked, extended = view_of(story.done())["changes"]
    assert asked["decided"].startswith("Không đồng ý\nLý do: Đã có phòng")
    assert extended["what"] == "Hạn hoàn thành: 29/5/2026 → 12/6/2026"


def test_a_changed_measure_keeps_its_old_words_in_the_table_of_changes() -> None:
    """What the lead allowed replaces the measure; the old wording is read beside it."""
    entries = samples.midway().entries
    story = Story()
    story.request = machine.replay(entries)
    story.act("2026-04-22 09:00", Act.DECIDE_CHANGE, cast.LEAD, "grant")
    view = view_of(story.done())
    assert view["measures"][1]["what"] == "Tập huấn trực tuyến cho công chức tại quầy"
    assert view["changes"][1]["what"].startswith("Biện pháp 2: Tập huấn lại quy trình QT.MC.03")


def test_closing_shows_the_stand_in_and_the_decision_they_act_by() -> None:
    """5.6: the one who verifies in the agency head's place says by which decision."""
    view = view_of(samples.closed())
    assert view["verify_said"]["who"] == (
        "Lê Quang Minh, Phó Giám đốc (thay Nguyễn Văn Thành, theo 12/QĐ-SKHPT)"
    )
    assert ticked(view["verdicts"]) == ["Đạt, có hiệu lực"]
    assert ticked(view["closings"]) == ["Đóng phiếu"]
    assert view["completions"][1]["numbers"] == "2"
    assert [row["month"] for row in view["progress"]] == ["4/2026"]


@pytest.mark.clause("5.7")
def test_a_failure_names_the_new_request_and_the_new_one_the_old() -> None:
    """5.7: both numbers stand on both forms, and the measures come along."""
    failed, new = view_of(samples.failed()), view_of(samples.followed_up())
    assert ticked(failed["closings"]) == ["Mở phiếu mới số: CTCL-2026-0016-Q"]
    assert ticked(failed["verdicts"]) == ["Không đầy đủ"]
    assert new["predecessor"] == "CTCL-2026-0007-K"
    assert ticked(new["directions"]) == ["Giao thực hiện tiếp các biện pháp đã duyệt"]
    assert ticked(new["approvals"]) == ["Đồng ý"]
    assert len(new["measures"]) == 2
    assert new["proposal_said"]["proof"].endswith("theo phiếu không đạt CTCL-2026-0007-K")


def test_an_improvement_asks_for_the_present_state_and_keeps_words_of_ones_own() -> None:
    """Words that are no option of the form's lists stand after "Khác"."""
    view = view_of(samples.declined_improvement())
    assert view["cause_label"] == "Hiện trạng, lý do cải tiến"
    assert ticked(view["sources"])[-1] == "Khác: góp ý của thực tập sinh"
    assert ticked(view["signs"])[-1] == "Khác: giảm giấy tờ"
    assert view["unit"] == "Bộ phận Một cửa (trước: Văn phòng)"
    assert view["sent_on"] == "06/02/2026"
    assert view["need_said"]["proof"].startswith("Đã gửi qua thư điện tử")
    assert view["need_said"]["proof"].endswith("chưa xác thực")


def test_an_objective_not_met_is_the_first_sign_and_the_unit_heads_opinion() -> None:
    """5.9: opening from a unit's objective says that action is needed, and why."""
    story = Story().act(
        "2026-12-07 09:00", Act.OPEN_FROM_OBJECTIVE, cast.ONE_STOP_HEAD, "unit",
        kind="corrective_action", content="Tỷ lệ đúng hẹn 91%", objective="Đúng hẹn từ 95%",
        actual="91%", cause="Thiếu người",
    )  # fmt: skip
    view = view_of(story.done())
    assert ticked(view["need"]) == ["Cần thực hiện"]
    assert ticked(view["signs"]) == ["Nguy cơ không đạt MTCL, không đáp ứng CSCL"]
    assert "Mục tiêu chất lượng: Đúng hẹn từ 95%" in view["basis"]
    assert view["sent_on"] == "07/12/2026"


def test_a_matter_handled_at_once_shows_its_result_as_the_correction() -> None:
    """5.1.1: what someone put right within their own authority awaits its check."""
    story = Story().act(
        "2026-03-05 09:00", Act.REPORT, cast.CLERK, "handled", content="Sai tên trên giấy phép",
        correction="Đã in lại ngay", disposition="rework", evidence="Bản in lại",
    )  # fmt: skip
    view = view_of(story.done())
    assert view["correction"] == "Đã in lại ngay\nBằng chứng: Bản in lại"
    assert view["performer"] == "Hoàng Văn Nam"
    assert view["checker"] == "Vũ Thị Lan"
    assert ticked(view["dispositions"]) == ["Làm lại"]


def test_a_register_edit_says_who_typed_it_and_confirmed_repeats_are_counted() -> None:
    """Words entered by the keeper are theirs to answer for; the count is of confirmed records."""
    story = samples.just_reported(Story())
    story.act(
        "2026-03-05 10:00", Act.CONFIRM_REPEAT, cast.SECRETARY, "yes",
        earlier=["CTCL-2026-0003-B", "CTCL-2026-0005-F"],
    )  # fmt: skip
    request = story.done()
    first = replace(request.entries[0], proof="keeper", entered_by=cast.SECRETARY.id)
    view = view_of(machine.replay([first, *request.entries[1:]]))
    assert "Phạm Thu Hương nhập" in view["reporter_said"]["proof"]
    assert view["repeats"].startswith("Lần thứ 3; các phiếu trước: CTCL-2026-0003-B")


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 1, 5), "05/01/2026"),
        (date(2026, 2, 28), "28/02/2026"),
        (date(2026, 3, 5), "05/3/2026"),
        (date(2026, 12, 31), "31/12/2026"),
        (None, ""),
    ],
)
def test_days_take_the_zeros_of_decree_30(day: date | None, text: str) -> None:
    """Days below 10 and the months 1 and 2 take a zero, other months do not."""
    assert words.day(day) == text
