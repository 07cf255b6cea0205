"""Killed at any instant of a round and started again: one effect, the base right, nothing lost."""

import signal

import pytest

from mailflow.demo import cast
from mailflow.procedure.terms import Act, State
from tests.registers.keeping import REPORTED, Keeping

pytestmark = pytest.mark.kills

HEAD = cast.ONE_STOP_HEAD
FAILPOINTS = (
    "register.after_act",
    "register.after_act:2",
    "register.after_act:3",
    "register.after_intent",
    "register.before_base",
    *(f"work.before_commit:{number}" for number in range(1, 6)),
    *(f"work.after_commit:{number}" for number in range(1, 6)),
)


@pytest.fixture
def typed(keeping: Keeping) -> Keeping:
    """A unit's register with one of everything: a decision, a new row, a draft, a bad cell."""
    keeping.keeper, keeping.unit = HEAD.email, cast.ONE_STOP
    decided = keeping.opens(Nội_dung="Một")
    drafted = keeping.opens(Nội_dung="Hai")
    keeping.types_into(
        decided,
        {
            "Hình thức xử lý": "Sửa chữa/khắc phục",
            "Người xử lý": cast.CLERK.name,
            "Hạn xử lý": keeping.day(3),
            "Trạng thái": "xong rồi",
            "Ghi chú": "gọi lại",
        },
    )
    keeping.types(drafted, Người_xử_lý=cast.COLLEAGUE.name)
    keeping.adds(REPORTED | {"Nội dung": "Ba", "Ghi chú": "dòng mới"})
    return keeping


def is_well(keeping: Keeping) -> None:
    """Check that everything typed happened once and is shown, told and agreed on."""
    one, two, three = keeping.codes()
    decided, drafted, opened = map(keeping.request, (one, two, three))
    assert [e.act for e in decided.entries] == [Act.REPORT, Act.DECIDE_DISPOSITION]
    assert (len(drafted.entries), len(opened.entries)) == (1, 1)
    assert opened.state is State.REPORTED
    row = keeping.row(one)
    assert (row["Trạng thái"], row["Ghi chú"]) == ("Đang xử lý", "gọi lại")
    assert keeping.row(two)["Người xử lý"] == cast.COLLEAGUE.name
    assert keeping.row(three)["Ghi chú"] == "dòng mới"
    told = [(line["Mã"], line["Cột"]) for line in keeping.told()]
    assert sorted(told) == [(one, "Trạng thái"), (two, "Người xử lý")]
    assert len(keeping.mails(HEAD.id, "register_notes")) == 1
    assert len(keeping.mails(cast.CLERK.id, "report")) == 3
    assert len(keeping.mails(cast.CLERK.id, "decide_disposition")) == 1
    before = keeping.path.read_bytes()
    assert keeping.sync().outcome == "quiet"
    assert keeping.path.read_bytes() == before


def test_a_calm_round_does_all_of_it(typed: Keeping) -> None:
    """The measure for those below."""
    typed.sync()
    is_well(typed)


@pytest.mark.parametrize("failpoint", FAILPOINTS)
def test_killed_and_started_again_everything_happened_once(typed: Keeping, failpoint: str) -> None:
    """As if nothing had been."""
    assert typed.killed(failpoint) == -signal.SIGKILL

    typed.sync()
    is_well(typed)


def test_a_file_torn_while_it_was_written_comes_back_from_its_copy(typed: Keeping) -> None:
    """The power went out in the middle of the bytes: the old ones lie beside it."""
    assert typed.killed("register.after_intent") == -signal.SIGKILL
    typed.path.write_bytes(typed.path.read_bytes()[:5000])

    typed.sync()
    is_well(typed)


def test_what_the_keeper_saves_between_crash_and_start_counts(typed: Keeping) -> None:
    """Their newer file is merged like any other."""
    assert typed.killed("register.after_intent") == -signal.SIGKILL
    typed.types("", Ghi_chú="thêm sau khi máy tắt")

    typed.sync()
    assert len(typed.codes()) == 3
    assert typed.row(typed.codes()[2])["Ghi chú"] == "thêm sau khi máy tắt"


def test_a_day_typed_before_the_crash_is_still_told(keeping: Keeping) -> None:
    """The act was done, its line was not: the day the keeper typed must not vanish."""
    code = keeping.opens(Loại="Cải tiến")
    keeping.acts(HEAD.id, Act.DECIDE_NEED, "yes", code, signs=["improvement"], reason="Nên làm")
    keeping.sync()
    keeping.types(code, Ngày_trình=keeping.day(-1))
    assert keeping.killed("register.after_act") == -signal.SIGKILL

    keeping.sync()
    assert keeping.request(code).state is State.PRESENTED
    assert keeping.row(code)["Ngày trình"] == keeping.day(0)
    assert [line["Đã gõ"] for line in keeping.told()] == ["02/03/2026"]


def test_another_value_typed_between_crash_and_start_is_told(keeping: Keeping) -> None:
    """The act was done with the first day; the second one typed over it must not vanish."""
    keeping.keeper, keeping.unit = HEAD.email, cast.ONE_STOP
    code = keeping.opens()
    said = {"Hình thức xử lý": "Làm lại", "Người xử lý": cast.CLERK.name}
    keeping.types_into(code, {**said, "Hạn xử lý": keeping.day(3)})
    assert keeping.killed("register.after_act") == -signal.SIGKILL
    keeping.types_into(code, {"Hạn xử lý": keeping.day(6)})

    keeping.sync()
    assert keeping.request(code).day("correction_due") == keeping.day(3)
    assert keeping.row(code)["Hạn xử lý"] == keeping.day(3)
    assert [line["Đã gõ"] for line in keeping.told()] == ["09/03/2026"]
    assert keeping.sync().outcome == "quiet"


@pytest.mark.parametrize("failpoint", ["work.before_commit", "work.after_commit"])
def test_killed_while_the_register_is_made(keeping: Keeping, failpoint: str) -> None:
    """It lies there before the record knows of it: read like any other, nothing told, made once."""
    opened = keeping.acts(HEAD.id, Act.REPORT, content="Một", kind="improvement").code
    assert opened
    assert keeping.killed(failpoint) == -signal.SIGKILL

    assert keeping.sync().outcome == "quiet"
    assert keeping.row(opened)["Nội dung"] == "Một"
    assert keeping.mails(cast.SECRETARY.id, "register_notes") == []
    assert not list(keeping.home.glob(".*.tmp"))


@pytest.mark.parametrize("failpoint", ["work.before_commit:4", "work.after_commit:4"])
def test_killed_while_it_waits_for_an_open_file(typed: Keeping, failpoint: str) -> None:
    """What was carried out is known, what waits is found anew once the file is closed."""
    lock = typed.opened_by("~$Sổ theo dõi.xlsx", b"")
    assert typed.killed(failpoint) == -signal.SIGKILL
    assert typed.sync().outcome == "waiting"

    lock.unlink()
    typed.sync()
    is_well(typed)
