"""Months make quarters: only what adds up exactly is added."""

import pytest

from mailflow.procedure import months, targets

SHARE = targets.read("từ 98% trở lên")
NONE = targets.read("không có", "đơn")
COUNT = targets.read("tối thiểu 100 hồ sơ")
DAYS = targets.read("không quá 5 ngày")
DONE = targets.read("ban hành", by="30/6/2026")


@pytest.mark.clause("5.9")
@pytest.mark.parametrize(
    ("target", "said", "typed", "quarters"),
    [
        (SHARE, {1: "45/50", 2: "48/50", 3: "20/20"}, {}, {1: "113/120"}),
        (SHARE, {1: "45/50", 4: "5/5"}, {}, {1: "45/50", 2: "50/55"}),
        (SHARE, {1: "0/0", 2: "4/4"}, {}, {1: "4/4"}),
        (SHARE, {1: "45/50", 2: "96%"}, {}, {1: "96%"}),
        (SHARE, {4: "10/10"}, {1: "97%"}, {1: "97%", 2: "10/10"}),
        (SHARE, {1: "45/50 = 90%", 2: "5/5"}, {}, {1: "5/5"}),
        (NONE, {1: "không", 2: "1 đơn", 3: "không phát sinh"}, {}, {1: "1"}),
        (NONE, {1: "không có đơn nào", 7: "2"}, {}, {1: "0", 3: "2"}),
        (COUNT, {1: "1.250 hồ sơ", 2: "30,5"}, {}, {1: "1280,5"}),
        (COUNT, {4: "30"}, {1: "50 hồ sơ"}, {1: "50 hồ sơ", 2: "80"}),
        (DAYS, {1: "4 ngày", 2: "6 ngày"}, {}, {1: "6 ngày"}),
        (DONE, {1: "đang làm", 4: "đã ban hành"}, {}, {1: "đang làm", 2: "đã ban hành"}),
        (COUNT, {1: "nhiều", 2: "30"}, {}, {1: "30"}),
        (SHARE, {}, {}, {}),
    ],
)  # fmt: skip
def test_quarters_are_counted_from_january_on(
    target: targets.Target | targets.Unmeasurable,
    said: dict[int, str],
    typed: dict[int, str],
    quarters: dict[int, str],
) -> None:
    """What was typed for a quarter stands; a quarter without a month says nothing."""
    assert months.actuals(target, said, typed) == quarters
