"""Targets and results as an office writes them, each with what it means."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.procedure import targets
from mailflow.procedure.targets import Target, Unmeasurable, Verdict, behind, day_in, read, verdict

HALF = Fraction(1, 2)

READ = [
    ("từ 95% trở lên", "", "%", 95, None, ""),
    ("Tối thiểu 03", "lớp", "lop", 3, None, ""),
    ("không quá 5 ngày", "", "ngay", None, 5, ""),
    ("trên 80%", "", "%", 80, None, "low"),
    ("đạt 100%", "", "%", 100, None, ""),
    ("98,5%", "", "%", Fraction("98.5"), None, ""),
    ("1.250 hồ sơ", "", "ho", 1250, None, ""),
    ("≥ 95 %", "", "%", 95, None, ""),
    (">=95%", "", "%", 95, None, ""),
    ("< 2%", "", "%", None, 2, "high"),
    ("dưới 3 đơn", "", "don", None, 3, "high"),
    ("không dưới 90 phần trăm", "", "%", 90, None, ""),
    ("không vượt quá 0,5%", "", "%", None, HALF, ""),
    ("Tỷ lệ hồ sơ đúng hạn đạt từ 98% trở lên", "", "%", 98, None, ""),
    ("95", "%", "%", 95, None, ""),
    ("từ 90 đến 95%", "", "%", 90, 95, ""),
    ("90-95%", "", "%", 90, 95, ""),
    ("giảm còn 2%", "", "%", None, 2, ""),
    ("trong 3 ngày làm việc", "", "ngay", None, 3, ""),
    ("2 lần/năm", "", "lan", 2, None, ""),
    ("ít nhất 12 tin bài trong năm 2026", "", "tin", 12, None, ""),
    ("đúng 4 kỳ", "", "ky", 4, 4, ""),
    ("100% hồ sơ theo Nghị định 61/2018/NĐ-CP", "", "%", 100, None, ""),
    ("Trước 30/6/2026 đạt 80%", "", "%", 80, None, ""),
    ("từ 5 vụ trở xuống", "", "vu", None, 5, ""),
    ("không để xảy ra 01 vụ", "", "vu", None, 1, ""),
    ("Thu từ 1,250,000 đồng trở lên", "", "dong", 1_250_000, None, ""),
]  # fmt: skip


@pytest.mark.parametrize(("words", "unit", "named", "low", "high", "open_"), READ)
def test_a_target_is_read_as_it_is_written(
    words: str, unit: str, named: str, low: object, high: object, open_: str
) -> None:
    """Bounds, whether they count themselves, and the unit."""
    target = read(words, unit)
    assert isinstance(target, Target), target
    assert (target.unit, target.low, target.high) == (named, low, high)
    assert (target.low_open, target.high_open) == (open_ == "low", open_ == "high")


def test_nothing_of_a_kind_is_a_target_of_zero() -> None:
    """ "Không có" wants none."""
    target = read("Không có đơn thư khiếu nại")
    assert isinstance(target, Target)
    assert target.high == 0
    assert verdict(target, "không có") is Verdict.MET
    assert verdict(target, "Không phát sinh") is Verdict.MET
    assert verdict(target, "1 đơn") is Verdict.NOT_MET


@pytest.mark.parametrize(
    ("words", "unit", "by", "why"),
    [
        ("", "", "", "empty"),
        ("Nâng cao chất lượng phục vụ", "", "31/12/2026", "vague"),
        ("Tốt", "", "31/12/2026", "no_number"),
        ("95", "", "", "no_unit"),
        ("12 trở lên", "", "", "no_unit"),
        ("5 ngày", "", "", "no_sense"),
        ("1,250 hồ sơ", "", "", "unsure_number"),
        ("ít nhất 2 lớp, mỗi lớp 30 người", "", "", "several_numbers"),
        ("Ban hành quy trình tiếp công dân", "", "", "no_date"),
    ],
)
def test_what_cannot_be_measured_says_why(words: str, unit: str, by: str, why: str) -> None:
    """No number with its unit, and no yes-or-no deliverable with a day: back to the drafter."""
    assert read(words, unit, by) == Unmeasurable(f"target_{why}")


@pytest.mark.parametrize(
    ("by", "due"),
    [
        ("31/12/2026", date(2026, 12, 31)),
        ("trước ngày 30.6.2026", date(2026, 6, 30)),
        ("Quý IV", date(2026, 12, 31)),
        ("quý 1/2026", date(2026, 3, 31)),
        ("tháng 2", date(2026, 2, 28)),
        ("15/9", date(2026, 9, 15)),
    ],
)
def test_a_deliverable_has_its_day(by: str, due: date) -> None:
    """Days, quarters and months end when the calendar says."""
    assert read("Ban hành quy trình tiếp công dân", "", by, 2026) == Target(by=due)
    assert day_in(by, 2026) == due


def test_a_day_that_is_none_is_not_read() -> None:
    """Nor is a number what is no number."""
    assert day_in("trước 31/2/2026", 2026) is None
    assert targets.number("một") is None


def test_where_nothing_of_a_kind_came_up_a_share_of_it_is_neither_met_nor_missed() -> None:
    """A target of none is met by it."""
    assert verdict(read("từ 98% hồ sơ"), "Không phát sinh") is Verdict.NONE_AROSE
    assert verdict(read("dưới 3 đơn"), "Không phát sinh") is Verdict.NONE_AROSE
    assert verdict(read("không có đơn"), "Không phát sinh") is Verdict.MET


def test_no_number_is_measured_of_a_deliverable() -> None:
    """Nor of a target nobody could read."""
    by = read("Ban hành quy trình", "", "30/6/2026", 2026)
    assert targets.measured(by, "Đã ban hành") is None
    assert targets.measured(read("Tốt"), "95%") is None
    assert targets.measured(read("từ 98%"), "95%") == Fraction(95)


MET, NOT_MET, NONE, OPEN = Verdict.MET, Verdict.NOT_MET, Verdict.NONE_AROSE, Verdict.OPEN
JUDGED = [
    ("từ 95% trở lên", "95%", MET),
    ("từ 95% trở lên", "94,9%", NOT_MET),
    ("trên 80%", "80%", NOT_MET),
    ("trên 80%", "80,1 %", MET),
    ("không quá 5 ngày", "5 ngày", MET),
    ("không quá 5 ngày", "5,5", NOT_MET),
    ("dưới 3 đơn", "3", NOT_MET),
    ("1.250 hồ sơ", "1.249 hồ sơ", NOT_MET),
    ("1.250 hồ sơ", "1250", MET),
    ("đạt 95%", "245/250", MET),
    ("đạt 95%", "230/250 hồ sơ (92%)", NOT_MET),
    ("đạt 95%", "245/250 (92%)", OPEN),
    ("đạt 95%", "không phát sinh hồ sơ", NONE),
    ("đạt 95%", "tốt", OPEN),
    ("đạt 95%", "", OPEN),
    ("tối thiểu 3 lớp", "2/3 lớp", NOT_MET),
    ("giảm 10% so với năm 2025", "giảm 12%", MET),
    ("giảm 10% so với năm 2025", "tăng 12%", NOT_MET),
    ("từ 95% trở lên", "95 hồ sơ", OPEN),
    ("từ 95% trở lên", "đạt 95", MET),
]  # fmt: skip


@pytest.mark.parametrize(("target", "result", "said"), JUDGED)
def test_a_result_is_judged_against_its_target(target: str, result: str, said: Verdict) -> None:
    """Strictly where the words are strict; nothing arisen is no failure; doubt stays open."""
    assert verdict(read(target), result) is said


@pytest.mark.parametrize(("result", "said"), [("0/0", NONE), ("5/0", OPEN)])
def test_a_zero_denominator_is_nothing_arisen_or_left_open(result: str, said: Verdict) -> None:
    """Nothing to do is no failure; five of none is a slip of the pen, and a person looks at it."""
    assert verdict(read("đạt 95%"), result) is said


@pytest.mark.parametrize(
    ("result", "said"),
    [
        ("Đã ban hành ngày 15/5/2026", MET),
        ("Ban hành ngày 02/7/2026", NOT_MET),
        ("Hoàn thành", MET),
        ("100%", OPEN),
        ("Chưa ban hành", NOT_MET),
        ("Đang lấy ý kiến", NOT_MET),
        ("đã xong 80%", OPEN),
        ("không", NOT_MET),
    ],
)
def test_a_deliverable_is_done_in_time_or_not(result: str, said: Verdict) -> None:
    """Done after its day is not met."""
    assert verdict(read("Ban hành quy trình", "", "30/6/2026"), result) is said


def test_an_unmeasurable_target_is_never_judged() -> None:
    """Whatever the result, nobody can say."""
    assert verdict(Unmeasurable("target_vague"), "100%") is Verdict.OPEN


@pytest.mark.parametrize(
    ("target", "result", "share", "today", "said"),
    [
        ("tối thiểu 12 lớp", "5", HALF, date(2026, 7, 1), True),
        ("tối thiểu 12 lớp", "6", HALF, date(2026, 7, 1), False),
        ("từ 95% trở lên", "90%", HALF, date(2026, 7, 1), True),
        ("không quá 3 đơn", "2 đơn", HALF, date(2026, 7, 1), False),
        ("Ban hành quy trình trước 30/9/2026", "đang dự thảo", HALF, date(2026, 7, 1), False),
        ("Ban hành quy trình trước 30/9/2026", "", HALF, date(2026, 9, 1), True),
        ("Nâng cao chất lượng", "", HALF, date(2026, 9, 1), False),
    ],
)
def test_a_target_is_in_danger_by_the_time_of_year(
    target: str, result: str, share: Fraction, today: date, said: bool
) -> None:
    """A count lags in proportion; a share has to hold all year; a deliverable nears its day."""
    assert behind(read(target), result, share, today) is said


@given(st.integers(0, 10**7), st.integers(0, 99))
def test_a_number_reads_back_however_it_is_grouped(whole: int, part: int) -> None:
    """With dots or blanks between thousands, and a decimal comma."""
    grouped = f"{whole:,}".replace(",", ".")
    value = whole + Fraction(part, 100)
    for typed in (grouped, grouped.replace(".", " "), str(whole)):
        assert targets.number(f"{typed},{part:02d}") == value


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_no_figure_is_both_met_and_not_met(target: int, result: int) -> None:
    """ "Từ" and "dưới" divide all results between them, as do "trên" and "không quá"."""
    for one, other in (("từ", "dưới"), ("trên", "không quá")):
        said = {verdict(read(f"{word} {target}%"), f"{result}%") for word in (one, other)}
        assert said == {Verdict.MET, Verdict.NOT_MET}


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_words_are_read_to_an_end(target: str, result: str) -> None:
    """Whatever somebody types gives an answer, never an error."""
    assert verdict(read(target, by=result, year=2026), result) in Verdict


@given(st.integers(0, 500), st.integers(1, 500))
def test_a_share_is_what_its_ratio_comes_to(part: int, whole: int) -> None:
    """245/250 is judged as 98%."""
    target = read("từ 50% trở lên")
    met = part * 100 >= 50 * whole
    assert (verdict(target, f"{part}/{whole}") is Verdict.MET) is met
