"""The year's papers are compiled from the register as it is when they are made (5.8, 5.9)."""

import os
import re
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mailflow.actions.execute import execute
from mailflow.daemon import loop
from mailflow.demo import cast
from mailflow.procedure import labels
from mailflow.procedure.people import Person
from mailflow.procedure.request import Command, Json, Via
from mailflow.procedure.terms import Act, Source, State
from mailflow.settings import FILE
from mailflow.upkeep import verify_record
from mailflow.wiring import open_service
from tests.console import run
from tests.conversations.agency import Agency, to
from tests.conversations.inspector import GENERATION, Row, by_hand, chosen, rows_of
from tests.conversations.test_review_report import _words as words_of
from tests.registers.keeping import REPORTED, Book
from workbook_sync import files

OCTOBER = datetime.fromisoformat("2026-10-01T08:00:00+07:00")
PLAN = "Xem xét bằng báo cáo\nĐánh giá nội bộ xong ngày: 25/09/2026"
DRAFT = "Lập báo cáo\nTình hình chung: Duy trì tốt."


class Register(Book):
    """The consolidated register of an agency, as its keeper and an inspector see it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def rows(self) -> list[Row]:
        """Read the sheet of requests as an inspector does."""
        return rows_of(self.path, "Phiếu")


@pytest.fixture
def agency(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Agency]:
    """An agency on the day on which the year's review is opened."""
    monkeypatch.setattr(files, "pause", lambda _seconds: None)
    made = Agency(tmp_path / "home")
    made.clock.now = OCTOBER
    yield made
    made.service.close()


@pytest.fixture
def register(agency: Agency) -> Register:
    """The register beside it, once it is made."""
    return Register(agency.home / "Sổ theo dõi.xlsx")


def _lived(agency: Agency, year: int, count: int) -> None:
    """Requests of a year, from February on, each carried further than the one before."""
    for number in range(count):
        agency.clock.now = datetime.fromisoformat(f"{year}-02-02T08:00:00+07:00")
        agency.clock.now += timedelta(days=20 * number)
        code = None
        for who, act, answer, said in _life(number, agency.clock.now.date()):
            command = Command(act, answer, code, said, who.id, Via("letter", "1"), "token")
            with agency.service.open_work() as work:
                world = agency.service.house.world(agency.clock.now)
                (done, *_) = execute(work, agency.service.house, command, world)
                work.keep()
            assert done.outcome == "done", done.problem
            code = done.code
            agency.clock.now += timedelta(days=1)


Step = tuple[Person, Act, str, dict[str, Json]]


def _life(number: int, begun: date) -> list[Step]:
    kinds = ("corrective_action", "improvement")
    sources = ("feedback", "internal_audit", "data_analysis")
    who = (cast.CLERK, cast.PLANNER)[number % 2]
    head = {cast.ONE_STOP: cast.ONE_STOP_HEAD}.get(who.unit, cast.PLANNING_HEAD)
    report: dict[str, Json] = {
        "kind": kinds[number % 2],
        "content": f"Việc thứ {number}",
        "sources": [sources[number % 3], sources[(number + 1) % 3]],
    }

    def after(days: int) -> str:
        return (begun + timedelta(days)).isoformat()

    measure = {"what": "Lập quy trình", "who": [who.id], "by": after(60)}
    found = {"root_cause": "Chờ lâu", "measures": [measure], "resources": "không"}
    asked = {"direction": "Làm rõ", "assignees": [who.id], "analysis_due": after(9)}
    done = {"result": "Xong", "evidence": "Quy trình", "actual_date": after(6)}
    due = {"deadline": after(60 if number % 2 else 5)}
    acts: list[Step] = [
        (who, Act.REPORT, "", report),
        (head, Act.DECIDE_NEED, "yes", {"signs": ["repeated_records"]}),
        (cast.SECRETARY, Act.PRESENT, "", {}),
        (cast.LEAD, Act.DIRECT, "assign", asked),
        (who, Act.PROPOSE_SOLUTION, "", found),
        (cast.LEAD, Act.APPROVE_SOLUTION, "yes", due),
        (who, Act.REPORT_COMPLETION, "all", done),
    ]
    if number == 1:
        return [acts[0], (head, Act.DECIDE_NEED, "no", {"reason": "Đã xử lý xong"})]
    return acts[: (7, 2, 7, 1, 4, 7)[number % 6]]


def _report(agency: Agency) -> str:
    """The secretary has planned the review as a report; gives its code."""
    code = next(c for c in agency.codes() if c.startswith("XXLD-2026"))
    agency.replies(cast.SECRETARY, PLAN, code)
    assert agency.request(code).state is State.COLLECTING
    return code


def _drafted(agency: Agency, code: str) -> tuple[dict[str, Any], str]:
    """The report is drafted; gives what was compiled and the words of the paper."""
    mails = agency.replies(cast.SECRETARY, DRAFT, code)
    paper = next(d for n, d in to(mails, cast.LEAD).files if n.startswith("Báo cáo"))
    return agency.request(code).entries[-1].fields["compiled"], words_of(paper)


@pytest.mark.clause("5.8.1.1", "5.8.2.1")
def test_every_figure_is_what_its_own_filter_gives_in_the_register(
    agency: Agency, register: Register
) -> None:
    """A row that the keeper saved a moment before the letter counts: the register is read first."""
    _lived(agency, 2025, 3)
    _lived(agency, 2026, 6)
    agency.clock.now = OCTOBER
    agency.work()
    code = _report(agency)
    register.adds(REPORTED | {"Nguồn": labels.SOURCE[Source.INTERNAL_AUDIT]})
    compiled, paper = _drafted(agency, code)
    rows, parts = register.rows(), compiled["parts"]
    figures = [f for part in parts.values() for f in part["figures"]]
    for figure in figures:
        assert re.search(GENERATION, figure["source"])
        assert figure["value"] == by_hand(rows, figure), figure
        assert figure["before"] == by_hand(rows, figure, ("2026", "2025")), figure
    values = {figure["name"]: (figure["value"], figure["before"]) for figure in figures}
    assert values["Phiếu BM.CTCL.01"] == ("07", "03")
    assert values["Hoàn thành đúng hạn"] == ("1/3", "0/2")
    of_year = chosen(rows, [figures[-1]["source"].split("; ")[1]])
    bars = {bar["label"]: int(bar["value"]) for bar in parts["nonconformities"]["bars"]}
    assert bars == Counter(row["Đơn vị"] for row in of_year)
    months = dict(re.findall(r"tháng (\d+): (\d+)", parts["nonconformities"]["paragraphs"][1]))
    assert {int(m): int(n) for m, n in months.items()} == Counter(
        row["Ngày lập"].month for row in of_year
    )
    assert "sổ và hồ sơ khớp nhau" in paper
    assert "Phụ lục" not in paper


@pytest.mark.clause("5.8.1.1", "5.8.2.1")
def test_a_register_that_somebody_has_open_holds_no_report_up(
    agency: Agency, register: Register
) -> None:
    """It says who has it open, rests on the last generation, and names what came since.

    Closed again, it says which cells and rows did not get in.
    """
    agency.reported()
    code = _report(agency)
    lock = register.path.with_name(f".~lock.{register.path.name}#")
    lock.write_bytes(b"Le Thu Ha,ha,PC-KT02,01.10.2026 08:00,file:///C:/;")
    moment = agency.clock.now.timestamp()
    os.utime(lock, (moment, moment))
    since = agency.reported()
    compiled, paper = _drafted(agency, code)
    assert "Chưa đối chiếu được với sổ theo dõi chung" in paper
    assert "sổ đang mở trên máy PC-KT02" in paper
    assert "Tài liệu này theo bản số 1, ghi lúc 01/10/2026" in paper
    assert f"Không có dòng trong sổ nên không tính: {since}." in paper
    rows = register.rows()
    (whole, *_) = compiled["parts"]["nonconformities"]["figures"]
    assert whole["value"] == by_hand(rows, whole) == "01"
    lock.unlink()
    agency.replies(cast.LEAD, "Chưa duyệt, lập lại", code)
    old, new = (r["Mã"] for r in register.rows())
    register.types_into(old, {"Nội dung": "Việc khác"})
    register.adds({"Loại": "Cải tiến", "Nội dung": "Đặt thêm ghế chờ"})
    compiled, paper = _drafted(agency, code)
    assert "khớp với hồ sơ, trừ những chỗ nêu trong tài liệu này" in paper
    assert "Những chỗ trong sổ theo dõi chưa nhập được" in paper
    left = {(one["code"], one["column"]): one for one in compiled["left"]}
    assert left[old, "Nội dung"]["typed"] == "Việc khác"
    assert "Ô này ghi lại bước đã làm" in left[old, "Nội dung"]["why"]
    assert left["", "Loại; Nội dung"]["place"] == f"dòng {register.bottom()}"
    assert new in {row["Mã"] for row in register.rows()}
    agency.wait(days=1)
    agency.replies(cast.LEAD, "Chưa duyệt, lập lại", code)
    again, _ = _drafted(agency, code)
    assert [one["typed"] for one in again["left"]] == [one["typed"] for one in compiled["left"]]


def test_killed_between_the_round_and_the_letter_the_report_is_drafted_once(
    agency: Agency, register: Register
) -> None:
    """The round stays done, the letter is begun anew; a second letter like it finds it done."""
    agency.work()
    code = _report(agency)
    register.adds(dict(REPORTED))
    os.utime(register.path, (1, 1))
    for _ in range(2):
        agency.post.reply(cast.SECRETARY, agency.post.last(cast.SECRETARY, code), DRAFT)
    agency.service.close()
    at = agency.clock.now.strftime("%Y-%m-%d %H:%M")
    killed = {"PATH": "/nonexistent", "MAILFLOW_FAILPOINT": "desk.after_look"}
    died = run(agency.home, "run", "--once", "--at", at, **killed)
    assert died.returncode == -signal.SIGKILL, died.stderr
    agency.clock.now += timedelta(minutes=20)
    with closing(open_service(agency.home, agency.clock, with_pdf=False)) as service:
        assert loop.run_once(service) == {}
        with service.open_work(reading=True) as work:
            request = work.requests.load(code)
            assert request
            assert len(work.requests.codes()) == 2
    drafted = [entry for entry in request.entries if entry.act is Act.DRAFT_REPORT]
    assert len(drafted) == 1
    figures = drafted[0].fields["compiled"]["parts"]["nonconformities"]["figures"]
    assert figures[0]["value"] == "01"
    assert verify_record(agency.home) == []


def test_without_a_register_the_report_is_of_the_record_and_says_so(agency: Agency) -> None:
    """An agency that keeps none is held up no more than one whose folder is gone."""
    file = agency.home / FILE
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("# unit = ", "unit = "), encoding="utf-8")
    agency.restart()
    agency.reported()
    code = _report(agency)
    compiled, paper = _drafted(agency, code)
    assert "Chưa có sổ theo dõi chung; số liệu lấy từ hồ sơ" in paper
    (whole, *_) = compiled["parts"]["nonconformities"]["figures"]
    assert whole["value"] == "01"
    assert whole["source"].startswith("Hồ sơ của chương trình; Ngày lập từ")
