"""Which objectives the leaders hear of as being in danger."""

import pytest

from mailflow.actions import objectives
from mailflow.demo import cast
from tests.objectives.year import OWNER, Year

pytestmark = pytest.mark.clause("5.9")


def _at_risk(year: Year, unit: str | None = None) -> list[list[str]]:
    world = year.service.house.world(year.clock.now)
    with year.service.open_work(reading=True) as work:
        return objectives.at_risk(work, unit, world)


def test_what_is_behind_is_listed_with_its_figure(year: Year) -> None:
    """A share below its target, a complaint too many; what is on its way is not."""
    year.planned()
    assert _at_risk(year) == []
    year.comes("2027-04-01")
    year.says(OWNER, "Cập nhật kết quả mục tiêu\n1. 96%\n2. 1 đơn")
    assert _at_risk(year, cast.ONE_STOP) == [
        ["Trả kết quả đúng hạn", "từ 98% trở lên", "96%", cast.ONE_STOP],
        ["Khiếu nại về thái độ", "không có", "1 đơn", cast.ONE_STOP],
    ]
    assert _at_risk(year, cast.EXPERTISE) == []


def test_a_deliverable_is_listed_in_its_last_month(year: Year) -> None:
    """Due on 30 June, unreported at the beginning of June; once done it is gone."""
    year.planned()
    year.on("2027-05-20")
    assert _at_risk(year) == []
    year.on("2027-06-02")
    assert [row[0] for row in _at_risk(year)] == ["Quy trình tiếp công dân"]
    year.comes("2027-07-01")
    year.says(OWNER, "Cập nhật kết quả mục tiêu\n3. Đã ban hành ngày 15/6/2027")
    assert _at_risk(year) == []
