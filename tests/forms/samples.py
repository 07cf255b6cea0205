"""Requests in every stage, lived through by the sample agency, for the tests of forms."""

from mailflow.demo import cast
from mailflow.procedure import machine
from mailflow.procedure.request import Json, Request
from mailflow.procedure.terms import Act, Kind
from tests.forms.story import MEASURES, WITH_FILES, Story


def just_opened() -> Request:
    """Give an ordinary report that nobody has looked at yet."""
    return just_reported(Story()).done()


def just_reported(story: Story, **more: Json) -> Story:
    """Open a nonconformity; `more` goes with the report."""
    return story.act(
        "2026-03-05 09:12",
        Act.REPORT,
        cast.CLERK,
        content="Hồ sơ cấp phép trả trễ hẹn 03 ngày cho công dân tại quầy số 2, ngày 04/3/2026; "
        "công dân phải đi lại hai lần.",
        sources=["nonconforming_activity", "feedback"],
        category="Trả kết quả trễ hẹn",
        evidence="Biên nhận số 1182 và phiếu hẹn trả kết quả.",
        violated="Quy trình QT.MC.03, bước 5: trả kết quả đúng hẹn.",
        file_numbers="000.12.H05-260227-0031",
        found_on="2026-03-04",
        severity="minor",
        files=WITH_FILES,
        **more,
    )


def _corrected(story: Story) -> Story:
    story = just_reported(story)
    story.act(
        "2026-03-05 14:30",
        Act.DECIDE_DISPOSITION,
        cast.ONE_STOP_HEAD,
        "work",
        disposition="repair",
        performer=cast.COLLEAGUE.id,
        correction_due="2026-03-09",
        remarks="Trả ngay kết quả, gửi thư xin lỗi công dân.",
    )
    story.act(
        "2026-03-06 16:05",
        Act.REPORT_CORRECTION,
        cast.COLLEAGUE,
        correction="Đã trả kết quả và gửi thư xin lỗi ngày 06/3/2026.",
        evidence="Thư xin lỗi số 15/TXL.",
    )
    return story.act("2026-03-07 08:20", Act.CHECK_CORRECTION, cast.ONE_STOP_HEAD, "met")


def _submitted(story: Story) -> Story:
    return _corrected(story).act(
        "2026-03-07 08:25",
        Act.DECIDE_NEED,
        cast.ONE_STOP_HEAD,
        "yes",
        signs=["recurring", "customer_satisfaction"],
        reason="Việc trả trễ lặp lại trong quý I.",
    )


def _assigned(story: Story) -> Story:
    _submitted(story).act("2026-03-09 07:45", Act.PRESENT, cast.SECRETARY)
    return story.act(
        "2026-03-10 10:00",
        Act.DIRECT,
        cast.LEAD,
        "assign",
        direction="Phân tích nguyên nhân trả trễ hẹn của cả quý I, đề xuất biện pháp bền vững.",
        assignees=[cast.PLANNER.id],
        analysis_due="2026-03-17",
    )


def in_work(story: Story) -> Story:
    """Lead a request to implementing by way of one proposal sent back."""
    _assigned(story).act(
        "2026-03-13 15:40",
        Act.PROPOSE_SOLUTION,
        cast.PLANNER,
        root_cause="Do công chức bận.",
        measures=MEASURES[:1],
        resources="Không",
    )
    story.act(
        "2026-03-16 09:00",
        Act.APPROVE_SOLUTION,
        cast.LEAD,
        "no",
        remarks="Phân tích chưa tới nguyên nhân gốc, cần xem phần mềm và quy trình.",
        analysis_due="2026-03-20",
    )
    story.act(
        "2026-03-18 17:10",
        Act.PROPOSE_SOLUTION,
        cast.PLANNER,
        root_cause="Phần mềm một cửa không nhắc trước hạn; việc giao hồ sơ giữa hai phòng không "
        "có sổ theo dõi nên hồ sơ nằm chờ từ 02 đến 04 ngày.",
        measures=MEASURES,
        resources="05 triệu đồng; 01 chuyên viên phần mềm trong 02 tuần",
    )
    return story.act(
        "2026-03-19 10:30",
        Act.APPROVE_SOLUTION,
        cast.LEAD,
        "yes",
        remarks="Đồng ý, ưu tiên biện pháp 1.",
        deadline="2026-05-15",
    )


def _at_work(story: Story) -> Story:
    in_work(story).act(
        "2026-03-23 08:00",
        Act.PLAN_WORK,
        cast.PLANNER,
        steps=[
            {
                "what": "Khảo sát chức năng nhắc việc",
                "who": [cast.PLANNER.id],
                "with": cast.ONE_STOP,
                "by": "2026-03-27",
                "output": "Bản yêu cầu",
            },
            {
                "what": "Cài đặt, chạy thử",
                "who": [cast.PLANNER.id],
                "with": "",
                "by": "2026-04-10",
                "output": "Biên bản chạy thử",
            },
        ],
    )
    story.act(
        "2026-04-06 16:00",
        Act.REQUEST_CHANGE,
        cast.PLANNER,
        change_deadline="2026-05-29",
        change_resources="thêm 03 triệu đồng",
        reason="Đơn vị cung cấp phần mềm giao trễ 02 tuần.",
    )
    story.act(
        "2026-04-07 09:20",
        Act.DECIDE_CHANGE,
        cast.LEAD,
        "grant",
        granted="Đồng ý, không gia hạn thêm.",
    )
    return story.act(
        "2026-04-20 17:00",
        Act.REPORT_PROGRESS,
        cast.PLANNER,
        progress="Đã cài đặt xong chức năng nhắc việc, đang chạy thử tại 02 quầy.",
        percent=60,
        difficulties="Chưa có lịch tập huấn.",
    )


def ordinary_closed() -> Request:
    """Give a request closed without detours: one proposal, one report of completion."""
    story = _assigned(Story())
    story.act(
        "2026-03-13 15:40",
        Act.PROPOSE_SOLUTION,
        cast.PLANNER,
        root_cause="Phần mềm một cửa không nhắc trước hạn trả kết quả.",
        measures=MEASURES,
        resources="05 triệu đồng",
    )
    story.act("2026-03-16 09:00", Act.APPROVE_SOLUTION, cast.LEAD, "yes", deadline="2026-05-15")
    story.act("2026-03-17 08:00", Act.PLAN_WORK, cast.PLANNER, steps=MEASURES)
    for who, when in ((cast.PLANNER, "2026-04-09 16:00"), (cast.ONE_STOP_HEAD, "2026-05-14 16:00")):
        story.act(when, Act.REPORT_COMPLETION, who, result="Đã xong.", evidence="Biên bản số 04.")
    story.act(
        "2026-05-15 09:30", Act.VERIFY, cast.HEAD, "effective", evidence_seen="Nhật ký nhắc việc."
    )
    return story.act(
        "2026-05-18 14:00", Act.CLOSE, cast.SECRETARY, "yes", closing_evidence="Trích xuất tháng 5."
    ).done()


def midway() -> Request:
    """Give a request in implementing, with a returned proposal, a change and a monthly report."""
    story = _at_work(Story())
    return story.act(
        "2026-04-21 08:10",
        Act.REQUEST_CHANGE,
        cast.ONE_STOP_HEAD,
        change_measure="2: Tập huấn trực tuyến cho công chức tại quầy",
        reason="Phòng họp đang sửa chữa.",
    ).done()


def closed() -> Request:
    """Give a request that went all the way, verified by the agency head's stand-in."""
    story = _completed(_at_work(Story()))
    story.act(
        "2026-06-01 09:30",
        Act.VERIFY,
        cast.DEPUTY,
        "effective",
        evidence_seen="Xem nhật ký nhắc việc tháng 5/2026 (412 lượt), danh sách tập huấn 14 người; "
        "không còn hồ sơ trễ hẹn từ 10/5/2026.",
    )
    return story.act(
        "2026-06-02 14:00",
        Act.CLOSE,
        cast.SECRETARY,
        "yes",
        closing_evidence="Báo cáo trích xuất phần mềm một cửa tháng 5/2026; danh sách tập huấn.",
        files=[{"name": "bao-cao-thang-5.xlsx", "sha256": "2" * 64}],
    ).done()


def _completed(story: Story) -> Story:
    story.act(
        "2026-05-08 11:00",
        Act.REPORT_COMPLETION,
        cast.PLANNER,
        "part",
        result="Chức năng nhắc việc hoạt động ổn định.",
        actual_date="2026-05-07",
        evidence="Biên bản nghiệm thu số 04.",
    )
    return story.act(
        "2026-05-27 16:45",
        Act.REPORT_COMPLETION,
        cast.ONE_STOP_HEAD,
        "all",
        result="Đã tập huấn 14/14 công chức.",
        actual_date="2026-05-26",
        evidence="Danh sách dự tập huấn.",
        files=[{"name": "danh-sach.pdf", "sha256": "3" * 64}],
    )


def failed() -> Request:
    """Give a request whose result was found incomplete, so that a new one was opened."""
    return (
        _completed(_at_work(Story()))
        .act(
            "2026-06-01 09:30",
            Act.VERIFY,
            cast.HEAD,
            "incomplete",
            evidence_seen="Nhật ký nhắc việc tháng 5/2026.",
            shortfall="Mới nhắc ở 02 quầy, còn 03 quầy chưa cài đặt.",
        )
        .done()
    )


def followed_up() -> Request:
    """Give the new request after a failure; the agency head says to go on with the measures."""
    story = Story(seq=16).act(
        "2026-06-01 09:30",
        Act.FOLLOW_UP,
        None,
        proof="program",
        kind="nonconformity",
        unit=cast.ONE_STOP,
        content="Hồ sơ cấp phép trả trễ hẹn 03 ngày cho công dân.",
        shortfall="Mới nhắc ở 02 quầy, còn 03 quầy chưa cài đặt.",
        root_cause="Phần mềm một cửa không nhắc trước hạn.",
        measures=MEASURES,
        resources="05 triệu đồng",
        predecessor="CTCL-2026-0007-K",
        parties={"implementer": [cast.PLANNER.id]},
    )
    return story.act(
        "2026-06-02 08:00",
        Act.DIRECT,
        cast.HEAD,
        "implement",
        direction="Tiếp tục cài đặt cho đủ 05 quầy.",
        deadline="2026-06-30",
    ).done()


def long_way() -> Request:
    """Give a follow-up analysed anew, planned twice, verified twice, with evidence in between."""
    story = Story()
    story.request = machine.replay(followed_up().entries[:1])
    story.act(
        "2026-06-02 08:00", Act.DIRECT, cast.HEAD, "board", direction="Ban ISO phân tích lại."
    )
    story.act(
        "2026-06-03 08:00",
        Act.DIRECT,
        cast.LEAD,
        "assign",
        direction="Làm rõ nguyên nhân.",
        assignees=[cast.EXPERT.id],
        analysis_due="2026-06-10",
    )
    story.act(
        "2026-06-04 08:00",
        Act.REASSIGN,
        cast.LEAD,
        to=[cast.PLANNER.id],
        reason="Chuyên viên nghỉ phép.",
    )
    story.act(
        "2026-06-08 08:00",
        Act.PROPOSE_SOLUTION,
        cast.PLANNER,
        root_cause="Máy tại 03 quầy cũ, không cài được phần mềm.",
        measures=[{**MEASURES[0], "what": "Thay 03 máy tính", "by": "2026-07-10"}],
        resources="45 triệu đồng",
    )
    story.act("2026-06-09 08:00", Act.APPROVE_SOLUTION, cast.LEAD, "yes", remarks="Duyệt.")
    for day, what in (("10", "Mua máy"), ("11", "Mượn máy trong khi chờ mua")):
        work = [{**MEASURES[0], "what": what, "by": "2026-07-01"}]
        story.act(f"2026-06-{day} 08:00", Act.PLAN_WORK, cast.PLANNER, steps=work, remarks="Gấp.")
    story.act("2026-06-12 08:00", Act.COMMENT, cast.PLANNER, text="Quầy 4 rất cần.")
    story.act(
        "2026-06-13 08:00", Act.ADD_EVIDENCE, cast.PLANNER, text="Ảnh quầy 4.", files=WITH_FILES[:1]
    )
    story.act(
        "2026-06-30 08:00",
        Act.REPORT_COMPLETION,
        cast.PLANNER,
        result="Đã thay máy.",
        evidence="Hóa đơn số 7.",
    )
    for day, seen in (("01", "Xem 02 quầy."), ("03", "Xem đủ 05 quầy.")):
        story.act(f"2026-07-{day} 08:00", Act.VERIFY, cast.HEAD, "effective", evidence_seen=seen)
        if day == "01":
            story.act(
                f"2026-07-{day} 09:00", Act.CLOSE, cast.SECRETARY, "back", lacking="Ảnh quầy 5."
            )
    return story.act(
        "2026-07-06 08:00", Act.CLOSE, cast.SECRETARY, "yes", closing_evidence="Ảnh 05 quầy."
    ).done()


def declined_improvement() -> Request:
    """Give an improvement handed to another unit, sent back for more, then declined."""
    story = Story(seq=9).act(
        "2026-02-02 08:00",
        Act.REPORT,
        cast.AUDITOR,
        kind=Kind.IMPROVEMENT.value,
        content="Số hóa sổ giao nhận hồ sơ giữa các phòng.",
        sources=["internal_audit", "góp ý của thực tập sinh"],
        proposed_disposition="repair",
    )
    story.act(
        "2026-02-03 09:00",
        Act.TRANSFER,
        cast.OFFICE_HEAD,
        unit=cast.ONE_STOP,
        reason="Thuộc việc của Bộ phận Một cửa.",
    )
    story.act(
        "2026-02-04 09:00",
        Act.DECIDE_NEED,
        cast.ONE_STOP_HEAD,
        "yes",
        signs=["opportunity", "giảm giấy tờ"],
        proof="none",
    )
    story.act("2026-02-05 09:00", Act.RETURN_FOR_MORE, cast.SECRETARY, missing="Ước tính kinh phí.")
    story.act("2026-02-06 09:00", Act.SUPPLY, cast.ONE_STOP_HEAD, supplied="Khoảng 40 triệu đồng.")
    story.act("2026-02-09 09:00", Act.PRESENT, cast.SECRETARY, remarks="Trình lại sau bổ sung.")
    return story.act(
        "2026-02-11 09:00", Act.DIRECT, cast.LEAD, "decline", reason="Chưa bố trí được kinh phí."
    ).done()


def presented() -> list[Request]:
    """Give two requests that were put before the ISO lead at once (5.3)."""
    improvement = Story(seq=8)
    improvement.act(
        "2026-03-05 10:00",
        Act.REPORT,
        cast.EXPERT,
        kind=Kind.IMPROVEMENT,
        content="Dùng một mẫu phiếu hẹn chung có mã QR để công dân tự tra cứu tình trạng hồ sơ.",
    )
    improvement.act(
        "2026-03-06 08:00",
        Act.DECIDE_NEED,
        cast.EXPERT_HEAD,
        "yes",
        signs=["customer_satisfaction"],
    )
    correction = _submitted(Story())
    for story in (correction, improvement):
        story.act("2026-03-09 07:45", Act.PRESENT, cast.SECRETARY, remarks="Xin ý kiến trong tuần.")
    return [correction.done(), improvement.done()]


def very_long() -> Request:
    """Give a request with pages of text, 200 measures and a year of monthly reports."""
    story = Story()
    words = "Nội dung mô tả rất dài để thử việc xuống dòng và sang trang của biểu mẫu. "
    _corrected(story)
    story.act("2026-03-07 08:25", Act.DECIDE_NEED, cast.ONE_STOP_HEAD, "yes", signs=["serious"])
    story.act("2026-03-09 07:45", Act.PRESENT, cast.SECRETARY)
    story.act(
        "2026-03-10 10:00", Act.DIRECT, cast.LEAD, "assign",
        direction=words * 20, assignees=[cast.PLANNER.id], analysis_due="2026-03-17",
    )  # fmt: skip
    work = [{**MEASURES[0], "what": f"Biện pháp thứ {n}: {words}"} for n in range(1, 201)]
    story.act(
        "2026-03-13 15:40", Act.PROPOSE_SOLUTION, cast.PLANNER,
        root_cause=words * 150, measures=work, resources=words * 5,
    )  # fmt: skip
    story.act("2026-03-19 10:30", Act.APPROVE_SOLUTION, cast.LEAD, "yes", deadline="2027-03-31")
    for month in range(4, 13):
        story.act(
            f"2026-{month:02d}-15 09:00", Act.REPORT_PROGRESS, cast.PLANNER,
            progress=words * (month % 4 + 1), percent=month * 7, difficulties=words,
        )  # fmt: skip
    return story.done()
