"""Days, people, units, choices, figures, codes as people write them, or a Problem saying why."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.intake.lines.dates import date_in
from mailflow.intake.lines.parties import named_in
from mailflow.intake.lines.values import Problem
from mailflow.procedure.fields import FIELDS, TABLES, Type
from mailflow.procedure.numbering import code
from tests.intake.office import HANH, HOA, LAM, LAN, NAM, OTHER_LAN, ROSTER, value

RIGHT = code("CTCL", 2026, 7)
OTHER = code("CTCL", 2026, 12)


def why(field: str, words: str) -> str:
    """Say why words give no value."""
    problem = value(field, words)
    assert isinstance(problem, Problem), problem
    assert problem.field == field
    return problem.why


# --- days; the letter came on Monday, 1 June 2026 ------------------------------------------------


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("5/7/2026", "2026-07-05"),
        ("05-07-26", "2026-07-05"),
        ("5.7.26", "2026-07-05"),
        ("5 / 7 / 2026", "2026-07-05"),
        ("2026-07-05", "2026-07-05"),
        ("15/6", "2026-06-15"),
        ("1/6", "2026-06-01"),
        ("ngày 5 tháng 7 năm 2026", "2026-07-05"),
        ("ngay 5 thang 7 nam 2026", "2026-07-05"),
        ("5 tháng 7", "2026-07-05"),
        ("mùng 5 tháng bảy", "2026-07-05"),
        ("ngày 5 tháng chạp năm 2026", "2026-12-05"),
        ("5 tháng năm năm 2027", "2027-05-05"),
        ("ngày 10 tháng mười hai", "2026-12-10"),
        ("trước 15/6", "2026-06-15"),
        ("Trước ngày 15/6/2026.", "2026-06-15"),
        ("đến hết ngày 15/6 nhé", "2026-06-15"),
        ("chậm nhất là ngày 15/6 ạ", "2026-06-15"),
        ("17h ngày 15/6", "2026-06-15"),
        ("16:30, 15/6/2026", "2026-06-15"),
        ("thứ Hai, 15/6/2026", "2026-06-15"),
        ("15/6/2026 (thứ Hai)", "2026-06-15"),
        ("thứ hai ngày 15 tháng 6", "2026-06-15"),
        ("hôm nay", "2026-06-01"),
        ("trong ngày hôm nay", "2026-06-01"),
        ("mai", "2026-06-02"),
        ("ngày mai ạ", "2026-06-02"),
    ],
)
def test_days_are_read_as_people_write_them(words: str, day: str) -> None:
    """Day before month, whatever stands between and around them."""
    assert value("deadline", words) == day


@pytest.mark.parametrize(
    "words",
    [
        "31/2/2026",
        "0/5/2026",
        "5/13",
        "30 tháng 2",
        "sớm",
        "15/6 hoặc 20/6",
        "từ 5/6 đến 10/6",
        "thứ Ba, 15/6/2026",
        "15/6/2026 (thứ Ba)",
        "tháng 6",
        "không phải 15/6",
        "khoảng 15/6",
        "15/6/026",
        "sau 15/6",
    ],
)
def test_what_is_no_single_day_is_asked_about(words: str) -> None:
    """An impossible day, two days, a wrong weekday or a vague one is never guessed at."""
    assert why("deadline", words) == "bad_date"


@pytest.mark.parametrize(
    ("field", "words", "day"),
    [
        ("deadline", "30/5", "2026-05-30"),
        ("deadline", "5/3", "2027-03-05"),
        ("deadline", "15/12", "2026-12-15"),
        ("deadline", "29/2", "2028-02-29"),
        ("actual_date", "30/5", "2026-05-30"),
        ("actual_date", "15/12", "2025-12-15"),
        ("actual_date", "3/6", "2026-06-03"),
        ("found_on", "hôm qua", "2026-05-31"),
        ("found_on", "29/2", "2024-02-29"),
    ],
)
def test_a_day_without_a_year_is_the_sensible_one(field: str, words: str, day: str) -> None:
    """A limit lies ahead unless it is just past (then it is refused); what was done lies behind."""
    assert value(field, words) == day


@pytest.mark.parametrize(
    "words",
    [
        "tuần sau tuần tới thứ hai",
        f"{'t2 ' * 12}x9{' t2' * 12}",
        f"{'trước ' * 6}8h {'cn ' * 6}x{' ạ t7' * 6}",
    ],
)
def test_words_that_can_be_taken_apart_in_many_ways_are_soon_no_day(words: str) -> None:
    """Each thing left over is looked at once; each way to it would take hours, or go in circles."""
    assert why("deadline", words) == "bad_date"


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31)))
def test_every_full_date_reads_back(day: date) -> None:
    """Whatever the day, its usual spellings give that day."""
    spellings = (
        f"{day:%d/%m/%Y}",
        f"{day.day}/{day.month}/{day.year}",
        f"{day:%d-%m-%y}",
        f"{day:%d.%m.%Y}",
        f"ngày {day.day} tháng {day.month} năm {day.year}",
        day.isoformat(),
    )
    assert {value("deadline", words) for words in spellings} == {day.isoformat()}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("xong trước 15/6 nhé", "15/6"),
        ("ngày 5 tháng 7", "5 tháng 7"),
        ("12 biển, 3 quạt", ""),
        ("văn bản 12/2026/QĐ-UBND", ""),
        ("mục 5.3.1.2", ""),
    ],
)
def test_a_day_among_other_words_is_noticed(text: str, found: str) -> None:
    """Numbers of papers and clauses are no days."""
    assert date_in(text) == found


# --- people and units ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "person"),
    [
        ("Hoàng Văn Nam", NAM.id),
        ("hoang van nam", NAM.id),
        ("anh Nam", NAM.id),
        ("Đ/c Nam", NAM.id),
        ("đồng chí Hoàng Văn Nam", NAM.id),
        ("Văn Nam", NAM.id),
        ("NAM@so.vn", NAM.id),
        ("Nam <nam@so.vn>", NAM.id),
        ("tôi", HANH.id),
        ("em", HANH.id),
        ("chị Ngọc Lan", OTHER_LAN.id),
        ("chị Lan (Bộ phận Một cửa)", LAN.id),
        ("chị Lan - TCKT", OTHER_LAN.id),
        ("anh Lâm", LAM.id),
        ("lam", LAM.id),
    ],
)
def test_a_person_is_found_by_name_title_or_address(words: str, person: str) -> None:
    """Full name, given name, title, address, "tôi"; a unit tells two of one name apart."""
    assert value("performer", words) == person


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("anh Tuấn", "unknown_person"),
        ("ai@khac.vn", "unknown_person"),
        ("chị Lan", "several_people"),
        ("Lê Hòa", "several_people"),
        ("Lãm", "unknown_person"),
        ("anh Lam Sơn", "unknown_person"),
        ("Bộ phận Một cửa", "not_a_person"),
        ("anh", "unknown_person"),
        ("Nam và Lâm", "unknown_person"),
        ("chị Lan (Văn phòng)", "unknown_person"),
        ("", "unknown_person"),
    ],
)
def test_who_is_not_one_person_of_the_roster_is_asked_about(words: str, reason: str) -> None:
    """A stranger, two of one name, other tone marks or a unit are never guessed at."""
    assert why("performer", words) == reason


def test_candidates_are_named_with_their_units() -> None:
    """The question says who may be meant."""
    problem = value("performer", "chị Lan")
    assert isinstance(problem, Problem)
    assert problem.candidates == (
        "Vũ Thị Lan (Bộ phận Một cửa)",
        "Đỗ Ngọc Lan (Phòng Tài chính, Kế toán)",
    )
    unit = value("performer", "Một cửa")
    assert isinstance(unit, Problem)
    assert unit.candidates == (LAN.name,)


@pytest.mark.parametrize(
    ("words", "parties"),
    [
        ("anh Nam", [NAM.id]),
        ("anh Nam, anh Lâm", [NAM.id, LAM.id]),
        ("anh Nam và Văn phòng", [NAM.id, "unit:Văn phòng"]),
        ("Nam; Phòng Tài chính, Kế toán; Lâm", [NAM.id, "unit:Phòng Tài chính, Kế toán", LAM.id]),
        ("Phòng Tài chính, Kế toán và anh Nam", ["unit:Phòng Tài chính, Kế toán", NAM.id]),
        ("BPMC\nanh Lâm", ["unit:Bộ phận Một cửa", LAM.id]),
        ("Nam, anh Nam, nam@so.vn", [NAM.id]),
        ("tôi cùng anh Nam", [HANH.id, NAM.id]),
    ],
)  # fmt: skip
def test_several_parties_are_told_apart(words: str, parties: list[str]) -> None:
    """Also where a unit's own name holds a comma."""
    assert value("assignees", words) == parties


def test_one_unknown_among_several_is_asked_about() -> None:
    """Nobody is silently left out."""
    problem = value("assignees", "anh Nam, anh Tuấn")
    assert isinstance(problem, Problem)
    assert (problem.words, problem.why) == ("anh Tuấn", "unknown_person")


def test_units_by_name_or_alias() -> None:
    """Case and marks aside; an unknown unit is asked about with those there are."""
    assert value("unit", "bo phan mot cua") == "Bộ phận Một cửa"
    assert value("unit", "TCKT") == "Phòng Tài chính, Kế toán"
    assert why("unit", "Phòng Nội vụ") == "unknown_unit"


def test_a_full_name_is_noticed_in_a_sentence() -> None:
    """Given names alone are words like others; full names are people."""
    assert named_in("giao hoàng văn nam làm ngay", ROSTER) == NAM.name
    assert named_in("phía nam tòa nhà", ROSTER) == ""
    assert HOA.name in {p.name for p in ROSTER.people}


# --- choices -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "words", "option"),
    [
        ("disposition", "làm lại", "rework"),
        ("disposition", "Lam lai toan bo", "rework"),
        ("disposition", "sửa chữa/khắc phục", "repair"),
        ("disposition", "khắc phục", "repair"),
        ("disposition", "chấp nhận", "accept"),
        ("disposition", "Được chấp nhận", "accept"),
        ("disposition", "loại bỏ", "reject"),
        ("severity", "nhẹ", "minor"),
        ("severity", "Nặng", "major"),
        ("severity", "không nghiêm trọng", "minor"),
        ("severity", "mức độ nặng", "major"),
        ("kind", "KPH", "nonconformity"),
        ("kind", "kph tiềm ẩn", "potential_nonconformity"),
        ("kind", "cải tiến", "improvement"),
    ],
)
def test_choices_are_known_by_their_words(field: str, words: str, option: str) -> None:
    """Among other words too, the longer name before the shorter."""
    assert value(field, words) == option


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("disposition", "không chấp nhận"),
        ("disposition", "chưa được chấp nhận"),
        ("disposition", "làm lại hoặc sửa chữa"),
        ("disposition", "sửa hoặc làm lại"),
        ("disposition", "không làm lại mà sửa chữa"),
        ("disposition", "tùy"),
        ("severity", "không nặng"),
    ],
)
def test_a_denied_or_doubled_choice_is_asked_about(field: str, words: str) -> None:
    """ "Không chấp nhận" never becomes "chấp nhận"."""
    assert why(field, words) == "bad_option"


@pytest.mark.parametrize(
    ("words", "signs"),
    [
        ("2", ["recurring"]),
        ("1, 3 và 8", ["objectives_at_risk", "serious", "opportunity"]),
        ("(2), (3)", ["recurring", "serious"]),
        ("2. Có tính chất lặp lại", ["recurring"]),
        ("lặp lại", ["recurring"]),
        ("lặp lại; gây hậu quả nặng", ["recurring", "serious"]),
        ("lặp lại, cơ hội cải tiến", ["recurring", "opportunity"]),
        ("Nguy cơ không đạt MTCL, không đáp ứng CSCL", ["objectives_at_risk"]),
        ("- lặp lại\n- cơ hội", ["recurring", "opportunity"]),
        ("dân phàn nàn nhiều, kéo dài", ["dân phàn nàn nhiều, kéo dài"]),
        ("lặp lại; dân phàn nàn", ["recurring", "dân phàn nàn"]),
    ],
)
def test_signs_by_number_by_words_or_as_typed(words: str, signs: list[str]) -> None:
    """The eight signs of 5.2.2 in their order; another sign is kept in the person's words."""
    assert value("signs", words) == signs


@pytest.mark.parametrize("words", ["9", "0", "1, 9", "2. Cơ hội cải tiến", ""])
def test_a_number_that_is_no_sign_is_asked_about(words: str) -> None:
    """Neither a ninth sign nor a number that contradicts its words is taken."""
    assert why("signs", words) == "bad_option"


def test_the_twelve_sources_by_number() -> None:
    """The inputs of 5.1.2 in their order."""
    assert value("sources", "2, 12") == ["feedback", "lessons_learned"]


# --- figures and codes ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "percent"),
    [("60%", 60), ("60 phần trăm", 60), ("60 %", 60), ("60", 60), ("được 60%", 60), ("120%", 120)],
)
def test_percent(words: str, percent: int) -> None:
    """More than 100 is read: saying no to it is the procedure's part."""
    assert value("percent", words) == percent


@pytest.mark.parametrize("words", ["gần xong", "60-70%", "60% hoặc 70%", "-5%", "60,5%"])
def test_what_is_no_whole_percent_is_asked_about(words: str) -> None:
    """A range or a word is no figure."""
    assert why("percent", words) == "bad_number"


@pytest.mark.parametrize(
    ("words", "numbers"),
    [("1, 2 và 3", [1, 2, 3]), ("2", [2]), ("số 1; số 3", [1, 3]), ("1-3", [1, 2, 3])],
)
def test_lists_of_numbers(words: str, numbers: list[int]) -> None:
    """Commas, "và", ranges."""
    assert value("measure_numbers", words) == numbers


@pytest.mark.parametrize("words", ["tất cả", "một", "1 đến hết", "1-99"])
def test_what_is_no_list_of_numbers_is_asked_about(words: str) -> None:
    """A word among the numbers may change them."""
    assert why("measure_numbers", words) == "bad_number"


def test_codes_are_normalised_and_checked() -> None:
    """Case and spaces aside; a wrong check letter comes back with the right code."""
    assert value("into", RIGHT.lower()) == RIGHT
    assert value("earlier", f"phiếu {RIGHT}, {OTHER} và {RIGHT}") == [RIGHT, OTHER]
    wrong = RIGHT[:-1] + ("A" if RIGHT[-1] != "A" else "B")
    problem = value("into", wrong)
    assert isinstance(problem, Problem)
    assert (problem.why, problem.candidates) == ("wrong_code", (RIGHT,))
    assert why("into", f"{RIGHT} {OTHER}") == "wrong_code"
    assert why("earlier", "phiếu trước") == "wrong_code"


# --- measures ------------------------------------------------------------------------------------


def test_a_measure_on_one_line() -> None:
    """What, who, with whom, by when, what comes out."""
    words = (
        "Sửa mẫu số 2, in lại; người thực hiện: anh Nam, VP; phối hợp: TCKT; "
        "hạn: 15/6; đầu ra: mẫu mới"
    )
    assert value("measures", words) == [
        {
            "what": "Sửa mẫu số 2, in lại",
            "who": [NAM.id, "unit:Văn phòng"],
            "with": "TCKT",
            "by": "2026-06-15",
            "output": "mẫu mới",
        }
    ]


def test_measures_as_a_list_with_their_labels_below() -> None:
    """Numbers or dashes start the next measure, sub-labels belong to the one above."""
    words = (
        "1. Sửa mẫu\n- Người thực hiện: anh Nam\nThời hạn: 15/6\n"
        "2/ Tập huấn, hạn: 20/6/2026, giao: anh Lâm\n"
        "cho cả phòng"
    )
    measures = value("measures", words)
    assert isinstance(measures, list)
    first, second = measures
    assert (first["what"], first["who"], first["by"]) == ("Sửa mẫu", [NAM.id], "2026-06-15")
    assert (second["what"], second["who"]) == ("Tập huấn; cho cả phòng", [LAM.id])
    assert second["by"] == "2026-06-20"


def test_a_measure_lacking_people_or_day_is_left_to_the_procedure() -> None:
    """What was not said stays empty; the procedure then asks for it."""
    assert value("measures", "Sửa mẫu") == [
        {"what": "Sửa mẫu", "who": [], "with": "", "by": "", "output": ""}
    ]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("Sửa mẫu; hạn: 31/2", "bad_date"),
        ("Sửa mẫu; người thực hiện: anh Tuấn", "unknown_person"),
        ("người thực hiện: anh Nam", "bad_value"),
        ("", "bad_value"),
    ],
)
def test_a_measure_with_a_fault_is_asked_about(words: str, reason: str) -> None:
    """A wrong day or person within a measure is told like any other."""
    assert why("measures", words) == reason


# --- whatever is typed ---------------------------------------------------------------------------

LISTS = (Type.PARTIES, Type.CODES, Type.CHOICES, Type.NUMBERS)
TYPED = st.text(
    st.sampled_from("aAđĐeêiơuưữạáNamLn 0123456789/-.,;:()%@&\n\t–…") | st.characters(), max_size=60
)


@given(st.sampled_from([name for name in FIELDS if name != "files"]), TYPED)
def test_no_words_crash_a_field(field: str, words: str) -> None:
    """Any words give a value of the field's type, or a Problem of that field."""
    read = value(field, words)
    if isinstance(read, Problem):
        assert read.field == field
        assert read.why
    elif FIELDS[field].type in {*LISTS, *TABLES}:
        assert isinstance(read, list)
        assert read
    else:
        assert isinstance(read, str | int)


def test_hostile_lengths_are_refused_at_once() -> None:
    """Two hundred thousand characters are no name, no day and no choice."""
    for field, reason in (
        ("assignees", "unknown_person"),
        ("unit", "unknown_unit"),
        ("deadline", "bad_date"),
        ("signs", "bad_option"),
        ("earlier", "wrong_code"),
        ("percent", "bad_number"),
    ):
        assert why(field, "1;" * 100_000) == reason
    assert why("measures", "- a\n" * 20_000) == "bad_value"
