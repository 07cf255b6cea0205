"""The tables as an auditor reads them: every row, in words, with its end and its limit."""

from mailflow.procedure import labels, printed
from mailflow.procedure.fields import FIELDS, Type
from mailflow.procedure.steps import STEPS, WAITS
from mailflow.procedure.table import Step, Wait
from mailflow.procedure.terms import ENDS
from mailflow.settings import default_limits


def test_every_arrow_is_printed_in_words() -> None:
    """One row each, no key of the program in it; an end is marked, a house rule named as one."""
    rows = printed.steps()
    assert len(rows) == len(STEPS)
    for row, step in zip(rows, STEPS, strict=True):
        assert (row["clause"] == printed.HOUSE_RULE) is not bool(step.clause)
        assert row["to"].endswith("(kết thúc)") is (step.target in ENDS)
        assert (row["from"] == "(phiếu mới)") is (step.sources is None)
        assert row["who"]
        assert "_" not in "".join(row.values())


def _limit(step: Wait, rows: list[dict[str, str]]) -> str:
    return rows[WAITS.index(step)]["limit"]


def test_every_wait_says_by_when() -> None:
    """A day of the request, a limit of the agency's own, a month, or the later of two."""
    rows = printed.waits({**default_limits(), "verify": 3, "supply": 5})
    assert len(rows) == len(WAITS)
    assert all(row["limit"] for row in rows)
    by_day = next(w for w in WAITS if w.on == "correction_due")
    monthly = next(w for w in WAITS if w.limit == "month")
    own = next(w for w in WAITS if w.limit == "supply")
    early, later = (w for w in WAITS if w.limit == "verify")
    assert _limit(by_day, rows) == "đúng hạn xử lý"
    assert _limit(monthly, rows) == "hằng tháng"
    assert _limit(own, rows) == "5 ngày làm việc (hạn nội bộ)"
    assert _limit(early, rows) == "3 ngày làm việc (hạn nội bộ) kể từ hạn hoàn thành"
    assert _limit(later, rows).startswith("đúng hạn hoàn thành hoặc 3 ngày làm việc")
    assert _limit(later, rows).endswith("lấy ngày muộn hơn")


def test_every_choice_of_the_form_has_a_label() -> None:
    """Each option of each field of choices is shown in words, fields without choices have none."""
    for name, field in FIELDS.items():
        wanted = set(field.options) if field.type in (Type.CHOICE, Type.CHOICES) else set()
        assert set(labels.option_labels(name)) == wanted


def test_an_act_is_named_with_its_answer() -> None:
    """An act with one way only is named alone."""
    answered = {(s.act, s.answer) for s in STEPS if s.answer}
    for step in STEPS:
        name = labels.act_label(step.act, step.answer)
        assert name.startswith(labels.ACT[step.act])
        assert (": " in name) is ((step.act, step.answer) in answered)


def test_a_row_keeps_its_place() -> None:
    """The printed table follows the procedure's order, which the auditor reads along."""
    clauses = [step.clause for step in STEPS if _of_the_procedure(step)]
    rows = (row["clause"] for row in printed.steps())
    assert [clause for clause in rows if clause != printed.HOUSE_RULE] == clauses


def _of_the_procedure(step: Step) -> bool:
    return bool(step.clause)
